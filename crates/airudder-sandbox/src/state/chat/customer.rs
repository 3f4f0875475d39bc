//! What people answer.

use serde_json::{Value as Json, json};

use super::talk::text_content;
use crate::state::Random;

/// What a person says to a message: it presses one of the buttons, where there are some.
pub(super) fn answer(random: &mut Random, content: &Json) -> Json {
    let labels = |list: &str, label: &str| -> Vec<String> {
        let entries = content.pointer(list).and_then(Json::as_array).into_iter().flatten();
        entries.filter_map(|entry| Some(entry.pointer(label)?.as_str()?.to_owned())).collect()
    };
    let buttons = labels("/template/content/button", "/text");
    if let Some(text) = random.rng().choice(buttons) {
        return json!({ "type": "button", "text": text });
    }
    let options = labels("/interactive/action/buttons", "/reply/title");
    if let Some(text) = random.rng().choice(options) {
        return json!({ "type": "interactive", "text": text });
    }
    text_content(random.rng().choice(["Yes", "No", "Thank you", "When?"]).unwrap_or_default())
}
