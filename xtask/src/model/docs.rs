//! Documentation text: what the document says, then the limits it states, then how we know.

use openapiv3::{Schema, SchemaKind, StringType, Type as OpenApiType};
use serde_json::Value as Json;

use super::{Evidence, extensions};

/// The documentation of a schema or property.
pub fn of_schema(schema: &Schema) -> String {
    let data = &schema.schema_data;
    let mut docs = Docs::default();
    docs.paragraph(data.description.as_deref().or(data.title.as_deref()).unwrap_or_default());
    if let SchemaKind::Type(kind) = &schema.schema_kind {
        docs.paragraph(&limits(kind));
    }
    if let Some(default) = &data.default {
        docs.paragraph(&format!("The service's default is `{}`.", plain(default)));
    }
    if let Some(evidence) = extensions::evidence(&data.extensions) {
        docs.paragraph(field_evidence(evidence));
    }
    docs.finish()
}

/// The documentation of an operation or callback.
pub fn of_operation(summary: Option<&str>, description: Option<&str>) -> String {
    let mut docs = Docs::default();
    docs.paragraph(summary.unwrap_or_default());
    docs.paragraph(description.unwrap_or_default());
    docs.finish()
}

/// Adds how we know of a parameter.
pub fn with_evidence(text: &str, evidence: Evidence) -> String {
    let mut docs = Docs::default();
    docs.paragraph(text);
    docs.paragraph(field_evidence(evidence));
    docs.finish()
}

/// Paragraphs with a blank line between them; the first ends with a full stop.
#[derive(Default)]
struct Docs(String);

impl Docs {
    fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if self.0.is_empty() {
            self.0.push_str(text);
            let is_line = !text.contains('\n');
            if is_line && text.ends_with(|last: char| last.is_alphanumeric() || last == '`' || last == ')') {
                self.0.push('.');
            }
        } else {
            self.0.push_str("\n\n");
            self.0.push_str(text);
        }
    }

    fn finish(self) -> String {
        self.0
    }
}

fn field_evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "*Documented*: read on the vendor's page.",
        Evidence::Observed => "*Observed*, not read on the vendor's page.",
        Evidence::Assumed => "*Assumed*: nobody has seen it.",
    }
}

fn limits(kind: &OpenApiType) -> String {
    let (unit, min, max) = match kind {
        OpenApiType::String(StringType { min_length, max_length, .. }) => (
            "characters",
            min_length.map(|value| value.to_string()),
            max_length.map(|value| value.to_string()),
        ),
        OpenApiType::Array(array) => (
            "items",
            array.min_items.map(|value| value.to_string()),
            array.max_items.map(|value| value.to_string()),
        ),
        OpenApiType::Integer(integer) => (
            "",
            integer.minimum.map(|value| value.to_string()),
            integer.maximum.map(|value| value.to_string()),
        ),
        OpenApiType::Number(number) => {
            ("", number.minimum.map(|value| value.to_string()), number.maximum.map(|value| value.to_string()))
        }
        _ => return String::new(),
    };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), None) => format!("At least {min}{unit}."),
        (None, Some(max)) => format!("At most {max}{unit}."),
        (Some(min), Some(max)) if min == max => format!("Exactly {min}{unit}."),
        (Some(min), Some(max)) => format!("From {min} to {max}{unit}."),
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
