//! One text for all forms of one content.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// The content as JSON in which no choice of the writer is left: keys are in lower case and sorted, numbers and
/// booleans are texts, and what is null is left out of objects.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let mut fields: Vec<_> = fields
                .map(|(key, value)| format!("{}:{}", quoted(&key.to_ascii_lowercase()), text(value)))
                .collect();
            fields.sort_unstable();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
        other => scalar(other).map_or_else(|| "null".to_owned(), |text| quoted(&text)),
    }
}

/// The text of a single value; `None` for null, lists and objects.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(digits(number).into()),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `5.0` is 5.
fn digits(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forms_of_one_content() {
        let one = json!({"State": 5, "rows": [{"b": 1.5, "a": null}, null], "ok": true, "none": null});
        let other = json!({"OK": "true", "rows": [{"B": "1.5"}, null], "state": "5"});
        assert_eq!(text(&one), r#"{"ok":"true","rows":[{"b":"1.5"},null],"state":"5"}"#);
        assert_eq!(text(&one), text(&other));
    }

    #[test]
    fn other_contents_differ() {
        let contents = [
            json!({"a": "b"}),
            json!({"a": ["b"]}),
            json!({"a": "b", "c": ""}),
            json!({"a": "b\",\"c\":\""}),
            json!({"a": {"b": "c"}}),
            json!(["a", "b"]),
            json!(["b", "a"]),
            json!("a"),
            json!(null),
            json!("null"),
        ];
        for (index, one) in contents.iter().enumerate() {
            for other in contents.iter().skip(index + 1) {
                assert_ne!(text(one), text(other));
            }
        }
    }
}
