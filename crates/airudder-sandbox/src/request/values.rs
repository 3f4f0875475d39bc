//! Parameters: texts of the address and the headers, as the types of the documents.

use std::borrow::Cow;
use std::collections::HashMap;

use http::request::Parts;
use serde_json::{Map, Value as Json};

use crate::catalog::Entry;
use crate::contract::Place;
use crate::schema::Schema;

/// The parameters that are there; what is missing or does not fit is a violation.
pub(super) fn parameters(
    entry: &Entry,
    path_values: &HashMap<String, String>,
    parts: &Parts,
    violations: &mut Vec<String>,
) -> Map<String, Json> {
    let query: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).collect();
    let mut values = Map::new();
    for (parameter, schema) in entry.parameters() {
        let texts: Vec<Cow<'_, str>> = match parameter.place {
            Place::Path => path_values.get(parameter.name).map(Into::into).into_iter().collect(),
            Place::Query => {
                let named = query.iter().filter(|(name, _)| name == parameter.name);
                named.map(|(_, value)| value.clone()).collect()
            }
            Place::Header => {
                let values = parts.headers.get_all(parameter.name).iter();
                values.filter_map(|value| Some(value.to_str().ok()?.into())).collect()
            }
            Place::Cookie => Vec::new(),
        };
        if texts.is_empty() {
            if parameter.required {
                violations.push(format!("`{}` is missing", parameter.name));
            }
            continue;
        }
        let value = typed(&texts, schema);
        violations.extend(schema.violations(parameter.name, &value));
        values.insert(parameter.name.to_owned(), value);
    }
    values
}

/// The first reading of the texts that fits the schema; where none does, the text.
fn typed(texts: &[Cow<'_, str>], schema: &Schema) -> Json {
    let scalar =
        |text: &str| text.parse::<Json>().ok().filter(|value| value.is_number() || value.is_boolean());
    let texts: Vec<Json> = texts.iter().map(|text| Json::from(text.as_ref())).collect();
    let scalars: Vec<Json> =
        texts.iter().filter_map(Json::as_str).map(|text| scalar(text).unwrap_or(text.into())).collect();
    let single = |values: &[Json]| match values {
        [value] => Some(value.clone()),
        _ => None,
    };
    let text = single(&texts).unwrap_or_else(|| Json::Array(texts.clone()));
    let readings =
        [Some(text.clone()), single(&scalars), Some(Json::Array(scalars)), Some(Json::Array(texts))];
    readings.into_iter().flatten().find(|value| schema.fits(value)).unwrap_or(text)
}
