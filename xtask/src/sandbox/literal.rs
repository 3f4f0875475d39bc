//! JSON in Rust source.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value as Json;

/// What fits on a line of this many characters stays there; more is laid out.
const WIDTH: usize = 110;

/// JSON as a raw string.
pub(super) fn literal(value: &Json) -> TokenStream {
    let mut text = String::new();
    write(value, 0, &mut text);
    let mut fence = "#".to_owned();
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    match format!("r{fence}\"{text}\"{fence}").parse::<Literal>() {
        Ok(literal) => quote!(#literal),
        Err(_) => quote!(#text),
    }
}

fn write(value: &Json, indent: usize, text: &mut String) {
    let line = value.to_string();
    let (open, close, entries): (_, _, Vec<_>) = match value {
        Json::Object(map) if indent + line.len() > WIDTH => {
            let named = map.iter().map(|(key, value)| (format!("{}: ", Json::from(key.as_str())), value));
            ('{', '}', named.collect())
        }
        Json::Array(items) if indent + line.len() > WIDTH => {
            ('[', ']', items.iter().map(|item| (String::new(), item)).collect())
        }
        _ => return text.push_str(&line),
    };
    text.push(open);
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push('\n');
        text.push_str(&" ".repeat(indent + 2));
        text.push_str(key);
        write(value, indent + 2, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_values_stay_on_a_line_and_long_ones_are_laid_out() {
        let long = "x".repeat(70);
        let value = json!({"a": {"b": long, "c": 1}, "d": {"e": "a \"# in it", "f": long, "g": long}});
        let text = literal(&value).to_string();
        let expected = format!(
            "r##\"{{\n  \"a\": {{\"b\":\"{long}\",\"c\":1}},\n  \"d\": {{\n    \"e\": \"a \\\"# in it\",\n    \
             \"f\": \"{long}\",\n    \"g\": \"{long}\"\n  }}\n}}\"##"
        );
        assert_eq!(text, expected);
    }
}
