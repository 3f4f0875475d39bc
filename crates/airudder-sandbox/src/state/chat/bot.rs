//! What the bot says.

use serde_json::{Value as Json, json};

use super::talk::text_content;

/// The bot's id.
pub(super) const ROBOT: &str = "4755";

/// After so many turns, the bot says goodbye.
const ROUNDS: usize = 3;

/// What the bot says to a message, and what it does then.
pub(super) struct Answer {
    pub content: Json,
    pub then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Wait,
    AskForAgent,
    EndSession,
}

/// Who writes of an agent gets one; who writes "stop", or has written three times, is let go.
pub(super) fn answer(heard: &Json, rounds: usize) -> Answer {
    let text = said(heard).to_lowercase();
    let (content, then) = if text.contains("agent") {
        (text_content("An agent will be with you soon."), Then::AskForAgent)
    } else if text.contains("stop") {
        (text_content("You will hear no more from us."), Then::EndSession)
    } else if rounds >= ROUNDS {
        (text_content("Thank you, goodbye."), Then::EndSession)
    } else if rounds > 1 {
        (text_content("Thank you, we have noted it."), Then::Wait)
    } else {
        (choices(), Then::Wait)
    };
    Answer { content, then }
}

fn choices() -> Json {
    let titles = ["Track a parcel", "Change the address"];
    let button = |(place, title)| {
        let id = format!("sandbox-1-1-button-{place}-");
        json!({ "type": "reply", "reply": { "id": id, "title": title } })
    };
    let buttons: Vec<_> = titles.into_iter().enumerate().map(button).collect();
    let interactive = json!({
        "type": "button",
        "body": { "text": "What can we do for you?" },
        "footer": { "text": "" },
        "action": { "buttons": buttons },
    });
    json!({ "type": "interactive", "interactive": interactive })
}

/// The words in a message of a person: its text, or the choice that it is.
fn said(content: &Json) -> &str {
    let choice = |name: &str| content.pointer(&format!("/interactive/{name}/title"));
    let text = content.get("text").or_else(|| choice("button_reply")).or_else(|| choice("list_reply"));
    text.and_then(Json::as_str).unwrap_or_default()
}
