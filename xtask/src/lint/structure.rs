//! Walks the documents by the table of [`super::objects`]: says what stands where it must not,
//! and notes every object and reference for the other rules.

use serde_json::json;

use super::nearest::{list, nearest, slip, sure};
use super::newer;
use super::objects::{ELSEWHERE, Key, Kind, NEWER_VALUES, Object, Shape, homes, vocabulary};
use super::survey::{Place, Reference, Site, Survey};
use crate::document::{Entry, Node, Span, Spec, Value, plain_scalar};
use crate::finding::{Edit, Finding, Severity};
use crate::rule::Rule;

/// Surveys all documents.
pub(super) fn survey<'a>(spec: &'a Spec, findings: &mut Vec<Finding>) -> Survey<'a> {
    let mut walk = Walk { survey: Survey::new(spec), findings, is_ours: false };
    for document in &spec.documents {
        let place = Place { document, node: &document.root };
        let spot = Spot { place, at: first_line(place.node.span), name: "", via: "", parent: None };
        walk.shape(Shape::Object(Kind::Document), spot);
        walk.version(place);
    }
    walk.survey
}

/// A node on the way, and how it was reached.
#[derive(Clone, Copy)]
struct Spot<'a> {
    place: Place<'a>,
    at: Span,
    name: &'a str,
    via: &'a str,
    parent: Option<usize>,
}

impl<'a> Spot<'a> {
    /// The value of an entry of a map.
    fn entry(self, entry: &'a Entry) -> Self {
        Self { place: self.place.with(&entry.value), at: entry.key_span, name: &entry.key, ..self }
    }

    /// An item of a list.
    fn item(self, item: &'a Node) -> Self {
        Self { place: self.place.with(item), at: item.span, name: "", ..self }
    }
}

struct Walk<'a, 'f> {
    survey: Survey<'a>,
    findings: &'f mut Vec<Finding>,
    /// Whether this is inside of our own vocabulary.
    is_ours: bool,
}

impl<'a> Walk<'a, '_> {
    fn shape(&mut self, shape: Shape, spot: Spot<'a>) {
        let node = spot.place.node;
        if !fits(shape, node) {
            return self.wrong_type(shape, spot);
        }
        match shape {
            Shape::Any | Shape::Text | Shape::Flag | Shape::Whole | Shape::Count | Shape::Number => {}
            Shape::Words(words) => self.word(words, spot),
            Shape::Object(kind) => self.object(kind, spot),
            Shape::RefOr(kind) if node.get("$ref").is_some() => self.reference(kind, spot),
            Shape::RefOr(kind) => self.object(kind, spot),
            Shape::List(inner) => node.items().iter().for_each(|item| self.shape(*inner, spot.item(item))),
            Shape::Map(inner) => {
                node.entries().iter().for_each(|entry| self.shape(*inner, spot.entry(entry)))
            }
            Shape::Either(shapes) => {
                if let Some(shape) = shapes.iter().find(|shape| fits(**shape, node)) {
                    self.shape(*shape, spot);
                }
            }
        }
    }

    fn object(&mut self, kind: Kind, spot: Spot<'a>) {
        let Spot { place, at, name, via, parent } = spot;
        let index = self.survey.open(Site { place, kind, at, name, via, parent, end: 0 });
        let parent = Some(index);
        let object = kind.object();
        for entry in place.node.entries() {
            let inner = Spot { via: &entry.key, parent, ..spot.entry(entry) };
            let is_extension = entry.key.starts_with("x-");
            match (object.keys.iter().find(|key| key.name == entry.key), object.others) {
                (Some(key), _) => {
                    let outside = self.is_ours;
                    self.is_ours |= is_extension && key.name != "x-webhooks";
                    self.shape(key.shape, inner);
                    self.is_ours = outside;
                }
                (None, Some(others)) if !is_extension => self.shape(others, inner),
                (None, _) if is_extension => self.extension(object, place, entry),
                (None, _) => self.unknown_key(kind, place, entry),
            }
        }
        for key in object.keys.iter().filter(|key| key.is_required && place.node.get(key.name).is_none()) {
            self.missing_key(object, key, place, at);
        }
        if matches!(kind, Kind::Parameter | Kind::Header) {
            self.described(object, place, at);
            self.style(place);
        }
        self.survey.close(index);
    }

    fn reference(&mut self, kind: Kind, spot: Spot<'a>) {
        let Spot { place, name, via, parent, .. } = spot;
        self.survey.refer(Reference { place, kind, name, via, parent });
        let container = parent.and_then(|index| self.survey.sites.get(index)).map(|site| site.kind);
        // The typed view has no references here.
        if kind == Kind::Callback || container == Some(Kind::Webhooks) {
            self.breaks(place);
            let message = format!("a reference in place of {} is not supported", kind.object().noun);
            self.findings.push(place.error(Rule::Unsupported, spot.at, message).with_hint("write it out"));
        }
        if let Some(target) = spot.place.get("$ref") {
            self.shape(Shape::Text, Spot { name: "$ref", ..spot.item(target.node) });
        }
    }

    fn word(&mut self, words: &'static [&'static str], spot: Spot<'a>) {
        let Some(text) = spot.place.node.as_str().filter(|text| !words.contains(text)) else {
            return;
        };
        self.breaks(spot.place);
        let message = format!("{} must be {}, not `{text}`", label(spot), Shape::Words(words).noun());
        let finding = spot.place.error(Rule::UnknownValue, spot.place.node.span, message);
        // What our own words decide, such as whether a phone may ring twice, is nothing to guess.
        let meant = sure(text, words.iter().copied()).filter(|_| !self.is_ours);
        let fix = meant.and_then(|word| Some(Edit::Set(spot.place.pointer()?, json!(word))));
        let finding = finding.with_fix(fix);
        self.findings.push(match nearest(text, words.iter().copied()) {
            Some(word) => finding.with_hint(format!("did you mean `{word}`?")),
            None => finding,
        });
    }

    fn wrong_type(&mut self, shape: Shape, spot: Spot<'a>) {
        let node = spot.place.node;
        self.breaks(spot.place);
        let what = match (shape, &node.value) {
            (Shape::Count, Value::Number(number)) => number.to_string(),
            _ => node.value.kind().to_owned(),
        };
        let message = format!("{} must be {}, not {what}", label(spot), shape.noun());
        let finding = spot.place.error(Rule::WrongType, node.span, message);
        let newer = NEWER_VALUES.iter().find(|(name, _)| *name == spot.name);
        let hint = match (&node.value, shape) {
            (Value::Sequence(_) | Value::Number(_), _) if newer.is_some() => {
                newer.map(|(_, hint)| (*hint).to_owned())
            }
            (Value::Number(number), Shape::Text) => {
                let text = spot.place.document.source(node).map_or_else(|| number.to_string(), str::to_owned);
                Some(format!("put it in quotes: \"{text}\""))
            }
            (Value::Bool(value), Shape::Text | Shape::Words(_)) => {
                Some(format!("put it in quotes: \"{value}\""))
            }
            (Value::String(text), Shape::Flag | Shape::Whole | Shape::Count | Shape::Number)
                if text.parse::<f64>().is_ok() || text.parse::<bool>().is_ok() =>
            {
                Some(format!("write {text} without quotes"))
            }
            (Value::String(text), Shape::Flag) if matches!(text.as_str(), "yes" | "no" | "on" | "off") => {
                Some("booleans are `true` and `false`".to_owned())
            }
            (Value::Null, _) => Some("give it a value, or leave the key out".to_owned()),
            _ => None,
        };
        let fix = self.retyping(shape, spot);
        self.findings.push(Finding { hint, ..finding }.with_fix(fix));
    }

    /// The edits that make a value what it is surely meant to be: only its quotes are wrong, or it is of OpenAPI 3.1.
    fn retyping(&self, shape: Shape, spot: Spot<'a>) -> Vec<Edit> {
        let Place { document, node } = spot.place;
        let meant = match (&node.value, shape) {
            (Value::Number(_) | Value::Bool(_), Shape::Text) => document.source(node).map(|text| json!(text)),
            (Value::String(text), Shape::Flag | Shape::Whole | Shape::Count | Shape::Number) => {
                let value = plain_scalar(text);
                let node = Node { span: node.span, value };
                fits(shape, &node).then(|| node.to_json())
            }
            _ => None,
        };
        if let Some((meant, at)) = meant.zip(spot.place.pointer()) {
            return vec![Edit::Set(at, meant)];
        }
        let object = spot.parent.and_then(|index| self.survey.sites.get(index));
        match object.filter(|object| object.kind == Kind::Schema && spot.name == spot.via) {
            Some(schema) => newer::value(schema.place, spot.name, node),
            None => Vec::new(),
        }
    }

    fn unknown_key(&mut self, kind: Kind, place: Place<'a>, entry: &Entry) {
        let object = kind.object();
        let message = format!("{} has no key `{}`", object.noun, entry.key);
        let finding = place.error(Rule::UnknownKey, entry.key_span, message);
        let elsewhere = ELSEWHERE.iter().find(|(of, name, _)| *of == kind && *name == entry.key);
        let known = || object.keys.iter().map(|key| key.name);
        // In a document of others, a key that is like none of ours is harmless: nothing is made of it.
        let near = nearest(&entry.key, known());
        let is_harmless = elsewhere.is_none() && near.is_none() && !self.survey.is_ours(place.document);
        let severity = if is_harmless { Severity::Warning } else { Severity::Error };
        let hint = match (elsewhere, near) {
            (Some((_, _, hint)), _) => (*hint).to_owned(),
            (None, Some(name)) => format!("did you mean `{name}`?"),
            (None, None) if entry.key == "$ref" => "a reference cannot stand here: write it out".to_owned(),
            (None, None) => format!("it has {}; a key of your own starts with `x-`", list(known())),
        };
        let fix = match elsewhere {
            Some(_) => newer::key(kind, place, entry),
            None => respelling(object, place, entry, known()),
        };
        self.findings.push(Finding { severity, ..finding }.with_hint(hint).with_fix(fix));
    }

    /// Extensions of others are none of our business; ours must stand where they are read.
    fn extension(&mut self, object: &Object, place: Place<'a>, entry: &Entry) {
        let homes = homes(&entry.key);
        if !homes.is_empty() {
            if self.survey.is_ours(place.document) {
                let message = format!("`{}` says nothing about {}", entry.key, object.noun);
                let hint = format!("it stands in {}", homes.join(" or "));
                self.findings.push(place.error(Rule::UnknownKey, entry.key_span, message).with_hint(hint));
            }
        } else if let Some(name) = slip(&entry.key, vocabulary()) {
            let message = format!("`{}` is a misspelt `{name}`", entry.key);
            let hint = format!("did you mean `{name}`?");
            let fix = respelling(object, place, entry, vocabulary());
            let finding = place.error(Rule::UnknownKey, entry.key_span, message);
            self.findings.push(finding.with_hint(hint).with_fix(fix));
        }
    }

    fn missing_key(&mut self, object: &Object, key: &Key, place: Place<'a>, at: Span) {
        self.breaks(place);
        let message = format!("{} needs the key `{}`", object.noun, key.name);
        let hint = format!("`{}` is {}", key.name, key.shape.noun());
        self.findings.push(place.error(Rule::MissingKey, at, message).with_hint(hint));
    }

    /// The value of a parameter has a schema, or a media type that has one.
    fn described(&mut self, object: &Object, place: Place<'a>, at: Span) {
        let count = ["schema", "content"].iter().filter(|key| place.node.get(key).is_some()).count();
        if count == 1 {
            return;
        }
        self.breaks(place);
        let finding = if count == 0 {
            let message = format!("{} needs the key `schema` or `content`", object.noun);
            place.error(Rule::MissingKey, at, message).with_hint("`schema: {type: string}` says what it is")
        } else {
            let message = format!("{} has either `schema` or `content`", object.noun);
            place.error(Rule::UnknownKey, at, message).with_hint("take one of the two out")
        };
        self.findings.push(finding);
    }

    /// Which styles there are depends on where a parameter stands.
    fn style(&mut self, place: Place<'a>) {
        let words: &[&str] = match place.text("in") {
            Some("path") => &["simple", "label", "matrix"],
            Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            Some("header") => &["simple"],
            Some("cookie") => &["form"],
            _ => return,
        };
        let Some(style) = place.get("style") else { return };
        let Some(text) = style.node.as_str().filter(|text| !words.contains(text)) else { return };
        self.breaks(place);
        let location = place.text("in").unwrap_or_default();
        let message = format!("a {location} parameter has no style `{text}`");
        let finding = style.error(Rule::UnknownValue, style.node.span, message);
        self.findings.push(finding.with_hint(format!("it is {}", list(words.iter().copied()))));
    }

    /// Notes that there can be no typed view of the document: to find that out itself, its reader takes time that
    /// doubles with each level of schemas.
    fn breaks(&mut self, place: Place<'a>) {
        if !self.is_ours {
            self.survey.untyped.insert(place.document.path.as_str());
        }
    }

    fn version(&mut self, root: Place<'a>) {
        let Some(version) = root.get("openapi") else {
            return;
        };
        if let Some(text) = version.node.as_str().filter(|text| *text != "3.0" && !text.starts_with("3.0.")) {
            let message = format!("`openapi` must be 3.0.x, not `{text}`");
            let hint = "only OpenAPI 3.0 is read here; convert the document to 3.0.3";
            self.findings.push(root.error(Rule::UnknownValue, version.node.span, message).with_hint(hint));
        }
    }
}

/// The edit that gives an entry the key that is surely meant: the object has no such entry, and the value fits.
fn respelling<'k>(
    object: &Object,
    place: Place<'_>,
    entry: &Entry,
    known: impl Iterator<Item = &'k str>,
) -> Vec<Edit> {
    let edit = || {
        let name = sure(&entry.key, known)?;
        let key = object.keys.iter().find(|key| key.name == name)?;
        let is_right = fits(key.shape, &entry.value) && place.get(name).is_none();
        let at = place.pointer().filter(|_| is_right)?;
        Some(Edit::Rename(at.child(&entry.key), name.to_owned()))
    };
    edit().into_iter().collect()
}

/// Whether the JSON type is right; what is inside is another question.
fn fits(shape: Shape, node: &Node) -> bool {
    match (shape, &node.value) {
        (Shape::Any, _)
        | (Shape::Text | Shape::Words(_), Value::String(_))
        | (Shape::Flag, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::List(_), Value::Sequence(_))
        | (Shape::Object(_) | Shape::RefOr(_) | Shape::Map(_), Value::Mapping(_)) => true,
        (Shape::Whole, Value::Number(number)) => !number.is_f64(),
        (Shape::Count, Value::Number(number)) => number.is_u64(),
        (Shape::Either(shapes), _) => shapes.iter().any(|shape| fits(*shape, node)),
        _ => false,
    }
}

fn label(spot: Spot<'_>) -> String {
    match (spot.name, spot.via) {
        ("", "") => "the document".to_owned(),
        ("", via) => format!("an item of `{via}`"),
        (name, _) => format!("`{name}`"),
    }
}

/// The place of a whole document is its first line.
fn first_line(span: Span) -> Span {
    Span { end: span.start, ..span }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{all, found, lint, our_paths, schemas};

    #[test]
    fn a_misspelt_key_is_found_with_the_nearest() {
        let text = schemas("A: {type: object, requierd: [id]}\nB: {type: array, items: {}, maxItem: 3}\n");
        assert_eq!(
            found("unknown-key", &text),
            ["6:23: error: a schema has no key `requierd`", "7:33: error: a schema has no key `maxItem`"]
        );
        let hints: Vec<_> = lint(&text).into_iter().filter_map(|finding| finding.hint).collect();
        assert_eq!(hints, ["did you mean `required`?", "did you mean `maxItems`?"]);
    }

    #[test]
    fn an_odd_key_of_others_is_a_warning() {
        assert_eq!(
            found("unknown-key", &schemas("A: {zebra: 1}\n")),
            ["6:9: warning: a schema has no key `zebra`"]
        );
    }

    #[test]
    fn values_have_their_types() {
        let text = schemas("A: {type: string, nullable: 'true', minLength: one, required: id}\n");
        assert_eq!(
            all(&text),
            [
                "wrong-type 6:33: error: `nullable` must be a boolean, not a string",
                "wrong-type 6:52: error: `minLength` must be an integer from 0, not a string",
                "wrong-type 6:67: error: `required` must be an array, not a string",
            ]
        );
    }

    #[test]
    fn words_are_of_their_list() {
        let text = our_paths("/a:\n  parameters: [{name: a, in: pth}]\n");
        assert_eq!(
            found("unknown-value", &text),
            ["6:32: error: `in` must be one of `query`, `header`, `path`, `cookie`, not `pth`"]
        );
    }

    #[test]
    fn a_parameter_has_a_schema_and_a_style_of_its_place() {
        let text = our_paths(
            "/a:\n  parameters:\n  - {name: a, in: query}\n  - {name: b, in: query, style: matrix, schema: {}}\n  - {name: c, in: query, schema: {}, content: {}}\n",
        );
        assert_eq!(
            all(&text),
            [
                "missing-key 7:7: error: a parameter needs the key `schema` or `content`",
                "unknown-value 8:35: error: a query parameter has no style `matrix`",
                "unknown-key 9:7: error: a parameter has either `schema` or `content`",
            ]
        );
    }

    #[test]
    fn a_callback_is_written_out() {
        let text = our_paths("/a: {}\n") + "x-webhooks: {done: {$ref: '#/paths/~1a'}}\n";
        assert_eq!(
            found("unsupported", &text),
            ["6:14: error: a reference in place of a path is not supported"]
        );
    }

    #[test]
    fn what_must_be_there_is_missed() {
        assert_eq!(
            found("missing-key", "openapi: 3.0.3\npaths: {}\ninfo: {title: T}\n"),
            ["3:1: error: an info object needs the key `version`"]
        );
        assert_eq!(
            found("missing-key", "x: 1\n"),
            [
                "1:1: error: an OpenAPI document needs the key `info`",
                "1:1: error: an OpenAPI document needs the key `openapi`",
                "1:1: error: an OpenAPI document needs the key `paths`",
            ]
        );
    }

    #[test]
    fn newer_constructs_are_named() {
        let text =
            schemas("A: {type: [string, 'null'], exclusiveMinimum: 5, const: a}\n").replace("3.0.3", "3.1.0");
        let hints: Vec<_> = lint(&text).into_iter().map(|finding| finding.hint.unwrap_or_default()).collect();
        assert_eq!(hints.len(), 4);
        assert!(hints.iter().all(|hint| hint.contains("3.1") || hint.contains("convert")), "{hints:?}");
    }

    #[test]
    fn our_vocabulary_stands_where_it_is_read() {
        let text = our_paths(
            "/a:\n  x-effect: safe\n  get:\n    x-efect: safe\n    x-effect: sometimes\n    x-vendor: {evidence: heard, row: [a]}\n    x-twilio: {}\n    responses: {'204': {description: ''}}\n",
        );
        let lines: Vec<_> = all(&text).into_iter().filter(|line| line.starts_with("unknown")).collect();
        assert_eq!(
            lines,
            [
                "unknown-key 6:5: error: `x-effect` says nothing about a path",
                "unknown-key 8:7: error: `x-efect` is a misspelt `x-effect`",
                "unknown-value 9:17: error: `x-effect` must be one of `safe`, `idempotent`, `unsafe`, not `sometimes`",
                "unknown-value 10:28: error: `evidence` must be one of `documented`, `observed`, `assumed`, not `heard`",
                "unknown-key 10:35: error: x-vendor has no key `row`",
            ]
        );
    }
}
