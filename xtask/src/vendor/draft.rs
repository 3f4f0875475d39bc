//! Fields of a page as schemas in the style of `spec/`. What only a person can say is marked with [`MARK`].

use serde_json::Value as Json;

use super::endpoint::{Field, Kinds, Parameter, Shape};
use super::masked::masked;
use super::vocabulary::Vocabulary;
use crate::document::Spec;
use crate::edit::Yaml;
use crate::lint::{self, MARK};

/// Writes for one document.
pub struct Draft<'a> {
    /// All documents.
    pub spec: &'a Spec,
    /// What they call things.
    pub vocabulary: &'a Vocabulary,
    /// The document that is written to.
    pub document: usize,
}

type Entries = Vec<(String, Yaml)>;

impl Draft<'_> {
    /// A property.
    pub fn property(&self, field: &Field, sample: Option<&Json>) -> Yaml {
        let mut entries = self.type_of(&field.name, &field.shape, sample);
        let inner =
            entries.iter().position(|(key, _)| ["required", "properties", "items"].contains(&key.as_str()));
        let description = description(&field.shape);
        entries.insert(inner.unwrap_or(entries.len()), description);
        if let Some(example) = example(&entries, &field.shape, sample) {
            entries.push(("example".to_owned(), example));
        }
        Yaml::Map(entries)
    }

    /// The entries that say what a value is: a reference where the documents have a type for the name.
    pub fn type_of(&self, name: &str, shape: &Shape, sample: Option<&Json>) -> Entries {
        let is_named =
            !shape.kinds.is_only(Kinds::ARRAY) && shape.fields.is_empty() && shape.values.is_empty();
        let reference = self.vocabulary.reference(self.spec, self.document, name, shape.kinds);
        match reference.filter(|_| is_named) {
            Some(reference) => {
                vec![("allOf".to_owned(), Yaml::List(vec![Yaml::reference(&reference)]).flow())]
            }
            None => self.schema(shape, sample),
        }
    }

    fn schema(&self, shape: &Shape, sample: Option<&Json>) -> Entries {
        let mut entries = Entries::new();
        match shape.kinds.single() {
            Some(kind) => entries.push(("type".to_owned(), Yaml::text(kind))),
            None if shape.kinds.is_any() => {}
            None => entries.extend(choice(shape.kinds)),
        }
        if let Some(format) = format(shape, sample) {
            entries.push(("format".to_owned(), Yaml::text(format)));
        }
        if !shape.values.is_empty() {
            let values = shape.values.iter().map(|value| Yaml::Scalar(value.value.clone())).collect();
            entries.push(("enum".to_owned(), Yaml::List(values).flow()));
        }
        if let Some(default) = &shape.default {
            entries.push(("default".to_owned(), Yaml::from(&default.value)));
        }
        if shape.kinds.is_only(Kinds::ARRAY) {
            let any = Shape::any(shape.spot.clone());
            let items = shape.items.as_deref().unwrap_or(&any);
            let inner = sample.and_then(|sample| sample.get(0));
            entries.push(("items".to_owned(), Yaml::Map(self.schema(items, inner))));
        }
        entries.extend(self.object(&shape.fields, sample));
        entries
    }

    /// `required` and `properties`.
    pub fn object(&self, fields: &[Field], sample: Option<&Json>) -> Entries {
        let mut entries = Entries::new();
        let required: Vec<_> = fields
            .iter()
            .filter(|field| field.required == Some(true))
            .map(|field| field.name.as_str())
            .collect();
        if !required.is_empty() {
            entries.push(("required".to_owned(), Yaml::words(required)));
        }
        if !fields.is_empty() {
            let one = |field: &Field| {
                let sample = sample.and_then(|sample| sample.get(&field.name));
                (field.name.clone(), self.property(field, sample))
            };
            entries.push(("properties".to_owned(), Yaml::Map(fields.iter().map(one).collect())));
        }
        entries
    }

    /// A parameter.
    pub fn parameter(&self, parameter: &Parameter) -> Yaml {
        let Parameter { place, field } = parameter;
        let mut entries = vec![
            ("name".to_owned(), Yaml::text(&field.name)),
            ("in".to_owned(), Yaml::text(place.to_string())),
        ];
        if field.required == Some(true) || place.to_string() == "path" {
            entries.push(("required".to_owned(), Yaml::Scalar(true.into())));
        }
        entries.push(description(&field.shape));
        let sample = field.shape.example.as_ref().map(|example| &example.value);
        let reference = self.vocabulary.reference(self.spec, self.document, &field.name, field.shape.kinds);
        let schema = match reference {
            Some(reference) => Yaml::reference(&reference).flow(),
            None => Yaml::Map(self.schema(&field.shape, sample)),
        };
        entries.push(("schema".to_owned(), schema));
        entries.push(("example".to_owned(), value(&field.shape, sample)));
        Yaml::Map(entries)
    }
}

/// The mark where the words belong.
fn description(shape: &Shape) -> (String, Yaml) {
    let may_be_personal = shape.kinds.takes(Kinds::STRING) || shape.kinds.takes(Kinds::INTEGER);
    let pii = if may_be_personal { "; `x-pii: true` if it is personal" } else { "" };
    ("description".to_owned(), Yaml::text(format!("{MARK} what it is{pii}")))
}

/// `oneOf` for an id that is text or a number.
fn choice(kinds: Kinds) -> Option<(String, Yaml)> {
    let names = ["string", "integer", "number", "boolean"]
        .into_iter()
        .filter(|name| Kinds::parse(name).is_some_and(|kind| kinds.takes(kind)));
    let members: Vec<_> = names.map(|name| Yaml::Map(vec![("type".to_owned(), Yaml::text(name))])).collect();
    (members.len() > 1).then(|| ("oneOf".to_owned(), Yaml::List(members)))
}

/// What the page says, or what the example looks like.
fn format(shape: &Shape, sample: Option<&Json>) -> Option<String> {
    const TIMES: &[&str] = &["vendor-offset-time", "vendor-local-time", "date-time", "date"];
    if let Some(format) = &shape.format {
        return lint::is_known_format(format).then(|| format.clone());
    }
    let text = sample.and_then(Json::as_str).filter(|text| !text.is_empty())?;
    let fits = |format: &&&str| shape.kinds.is_only(Kinds::STRING) && lint::fits_format(format, text);
    TIMES.iter().find(fits).map(|format| (*format).to_owned())
}

/// An example of a scalar that is no reference.
fn example(entries: &Entries, shape: &Shape, sample: Option<&Json>) -> Option<Yaml> {
    let is_scalar =
        entries.iter().any(|(key, _)| key == "type") && shape.fields.is_empty() && shape.items.is_none();
    let sample = sample.or(shape.example.as_ref().map(|example| &example.value));
    let sample =
        sample.filter(|sample| is_scalar && !sample.is_null() && shape.kinds.takes(Kinds::of(sample)))?;
    (!sample.is_object() && !sample.is_array()).then(|| masked(Yaml::from(sample)))
}

/// A value for examples: the page's without what is personal in it, or the plainest one of its type.
pub fn value(shape: &Shape, sample: Option<&Json>) -> Yaml {
    let said = sample.or(shape.example.as_ref().map(|example| &example.value));
    if let Some(sample) = said.filter(|sample| shape.kinds.takes(Kinds::of(sample)) && !sample.is_null()) {
        return masked(Yaml::from(sample));
    }
    let listed = shape.values.first().or(shape.default.as_ref());
    if let Some(listed) = listed {
        return Yaml::from(&listed.value);
    }
    match shape.kinds.single() {
        Some("integer" | "number") => Yaml::Scalar(1.into()),
        Some("boolean") => Yaml::Scalar(true.into()),
        Some("array") => {
            Yaml::List(shape.items.as_ref().map(|items| value(items, None)).into_iter().collect())
        }
        Some("object") => {
            let required = shape.fields.iter().filter(|field| field.required == Some(true));
            Yaml::Map(required.map(|field| (field.name.clone(), value(&field.shape, None))).collect())
        }
        _ => Yaml::text(match shape.format.as_deref() {
            Some("date") => "2030-01-31",
            Some("date-time") => "2030-01-31T18:00:00Z",
            _ => "example",
        }),
    }
}
