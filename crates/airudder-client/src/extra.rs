//! Fields that a caller adds to a body that is written already.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::Value;
use url::form_urlencoded;

use crate::{Error, request};

/// Adds fields to a JSON object.
pub(crate) fn in_json(body: &[u8], fields: &[(String, Value)]) -> Result<Bytes, Error> {
    let known: BTreeMap<String, IgnoredAny> = serde_json::from_slice(body).map_err(|_| {
        Error::invalid_input("a field cannot be added to a body that is no object; leave it out")
    })?;
    let mut added = serde_json::Map::new();
    for (name, value) in fields {
        if known.contains_key(name) || added.insert(name.clone(), value.clone()).is_some() {
            return Err(Error::invalid_input(format!(
                "the body has a field `{name}` already; set it on the operation, or once"
            )));
        }
    }
    let added = Value::Object(added).to_string();
    let text = body.trim_ascii();
    let mut whole = Vec::with_capacity(text.len() + added.len());
    whole.extend_from_slice(text.strip_suffix(b"}").unwrap_or(text));
    if !known.is_empty() {
        whole.push(b',');
    }
    whole.extend_from_slice(added.strip_prefix('{').unwrap_or(&added).as_bytes());
    Ok(whole.into())
}

/// Adds fields to a form.
pub(crate) fn in_form(body: &[u8], fields: &[(String, Value)]) -> Bytes {
    let mut form = form_urlencoded::Serializer::new(String::from_utf8_lossy(body).into_owned());
    for (name, value) in fields {
        for (text, _) in request::field_texts(value.clone()) {
            form.append_pair(name, &text);
        }
    }
    form.finish().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: &Value) -> Vec<(String, Value)> {
        value.as_object().unwrap().clone().into_iter().collect()
    }

    #[test]
    fn the_rest_of_the_body_stays_as_it_is() {
        let added = fields(&json!({"b": [1], "c": null}));
        let body = |text: &[u8]| String::from_utf8(in_json(text, &added).unwrap().into()).unwrap();
        assert_eq!(body(br#"{"a":0.10, "z":{}}"#), r#"{"a":0.10, "z":{},"b":[1],"c":null}"#);
        assert_eq!(body(b" {} "), r#"{"b":[1],"c":null}"#);
        assert_eq!(in_form(b"a=1", &fields(&json!({"b": "x y", "c": [1, 2]}))), "a=1&b=x+y&c=1&c=2");
        assert_eq!(in_form(b"", &fields(&json!({"b": true}))), "b=true");
    }

    #[test]
    fn a_field_that_is_there_is_refused() {
        for (body, why) in [(r#"{"b":1}"#, "`b` already"), ("[]", "no object")] {
            let error = in_json(body.as_bytes(), &fields(&json!({"b": 1}))).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
