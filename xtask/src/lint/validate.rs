//! A small validator: does a value fit a schema, and if not, where and why?

mod composition;
mod kind;
mod path;

use std::collections::HashSet;

use serde_json::Number;

use super::formats;
use super::nearest::{list, nearest};
use super::survey::{Place, Survey};
use crate::document::{Node, Span, Value};
use kind::{article, fits_type, same};
use path::Path;

pub(super) use kind::{has_type, plain, shown};

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the server: what is `readOnly` is not sent.
    Request,
    /// From the server: what is `writeOnly` does not come.
    Response,
    /// Either.
    Any,
}

/// Where a value does not fit its schema.
#[derive(Debug)]
pub(super) struct Fault {
    pub span: Span,
    pub message: String,
    pub hint: Option<String>,
    /// How far inside the value: the deeper, the nearer came the schema to fitting.
    depth: usize,
}

/// All faults of a value, which messages call `name`.
pub(super) fn validate<'a>(
    survey: &Survey<'a>,
    schema: Place<'a>,
    value: &Node,
    name: &str,
    direction: Direction,
) -> Vec<Fault> {
    let mut run = Run { survey, direction, fuel: FUEL, level: 0, faults: Vec::new() };
    run.value(schema, value, &Path::Root(name), None);
    run.faults
}

/// Schemas can be recursive unions, whose cost grows without bound; an example this large is taken on trust.
const FUEL: usize = 200_000;

/// Values in values and schemas in schemas: likewise.
const MAX_LEVEL: usize = 300;

struct Run<'s, 'a> {
    survey: &'s Survey<'a>,
    direction: Direction,
    fuel: usize,
    level: usize,
    faults: Vec<Fault>,
}

impl<'a> Run<'_, 'a> {
    /// `known` are the properties of the whole schema, when this one is a part of it.
    fn value(&mut self, schema: Place<'a>, value: &Node, path: &Path<'_>, known: Option<&HashSet<&'a str>>) {
        let Some(schema) = self.survey.follow(schema) else {
            return; // the reference is a finding of its own
        };
        if self.fuel == 0 || self.level == MAX_LEVEL {
            return;
        }
        self.fuel -= 1;
        self.level += 1;
        self.resolved(schema, value, path, known);
        self.level -= 1;
    }

    fn resolved(
        &mut self,
        schema: Place<'a>,
        value: &Node,
        path: &Path<'_>,
        known: Option<&HashSet<&'a str>>,
    ) {
        let is_null = matches!(value.value, Value::Null);
        if is_null && schema.flag("nullable") {
            return;
        }
        if let Some(name) = schema.text("type").filter(|name| !fits_type(schema, name, value)) {
            self.wrong_type(name, value, path);
            return;
        }
        self.member(schema, value, path);
        match &value.value {
            Value::String(text) => self.text(schema, value, text, path),
            Value::Number(number) => self.number(schema, value, number, path),
            Value::Sequence(items) => self.array(schema, value, items, path),
            Value::Mapping(_) => self.object(schema, value, path, known),
            Value::Null | Value::Bool(_) => {}
        }
        self.composition(schema, value, path, known);
    }

    fn fault(&mut self, value: &Node, path: &Path<'_>, message: String, hint: Option<String>) {
        self.faults.push(Fault { span: value.span, message, hint, depth: path.depth() });
    }

    fn wrong_type(&mut self, name: &str, value: &Node, path: &Path<'_>) {
        let hint = match (name, &value.value) {
            (_, Value::Null) => {
                Some("the schema can say `nullable: true`; or leave the value out".to_owned())
            }
            ("string", Value::Number(_) | Value::Bool(_)) => {
                Some(format!("put it in quotes: \"{}\"", value.to_json()))
            }
            ("integer" | "number", Value::String(text)) if text.parse::<f64>().is_ok() => {
                Some(format!("write {text} without quotes"))
            }
            ("object" | "array", Value::String(text)) if text.trim_start().starts_with(['{', '[']) => {
                Some("write it as a value, not as text".to_owned())
            }
            _ => None,
        };
        let message = format!("{path} must be {}, not {}", article(name), value.value.kind());
        self.fault(value, path, message, hint);
    }

    fn member(&mut self, schema: Place<'a>, value: &Node, path: &Path<'_>) {
        let Some(values) = schema.node.get("enum").map(Node::items) else {
            return;
        };
        if values.is_empty() || values.iter().any(|member| same(member, value)) {
            return;
        }
        let names: Vec<_> = values.iter().map(plain).collect();
        let names = || names.iter().map(String::as_str);
        let message = format!("{path} is {}, which is none of {}", shown(value), list(names()));
        let hint = value.as_str().and_then(|text| nearest(text, names()));
        self.fault(value, path, message, hint.map(|name| format!("did you mean `{name}`?")));
    }

    fn text(&mut self, schema: Place<'a>, value: &Node, text: &str, path: &Path<'_>) {
        if let Some(expected) = schema.text("format").and_then(|format| formats::misfit(format, text)) {
            self.fault(value, path, format!("{path} must be {expected}, not {}", shown(value)), None);
        }
        if let Some(pattern) =
            schema.text("pattern").filter(|pattern| !self.survey.fits_pattern(pattern, text))
        {
            self.fault(
                value,
                path,
                format!("{path} is {}, which does not match `{pattern}`", shown(value)),
                None,
            );
        }
        let length = text.chars().count();
        self.size(schema, value, length, ("minLength", "maxLength", "characters"), path);
    }

    fn number(&mut self, schema: Place<'a>, value: &Node, number: &Number, path: &Path<'_>) {
        let format = schema.text("format").unwrap_or_default();
        if let Some((least, greatest)) = formats::range(format) {
            let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            if integer.is_some_and(|integer| !(least..=greatest).contains(&integer)) {
                self.fault(value, path, format!("{path} is {number}, too large for {format}"), None);
            }
        }
        self.multiple(schema, value, number, path);
        let Some(number) = number.as_f64() else {
            return;
        };
        let bound = |name| schema.node.get(name).and_then(Node::as_number).and_then(Number::as_f64);
        if let Some(least) = bound("minimum") {
            let is_exclusive = schema.flag("exclusiveMinimum");
            if number < least || (is_exclusive && number <= least) {
                let word = if is_exclusive { "above" } else { "at least" };
                self.fault(value, path, format!("{path} is {number}, but must be {word} {least}"), None);
            }
        }
        if let Some(greatest) = bound("maximum") {
            let is_exclusive = schema.flag("exclusiveMaximum");
            if number > greatest || (is_exclusive && number >= greatest) {
                let word = if is_exclusive { "below" } else { "at most" };
                self.fault(value, path, format!("{path} is {number}, but must be {word} {greatest}"), None);
            }
        }
    }

    /// Fractions are too inexact to be told from multiples of one another.
    fn multiple(&mut self, schema: Place<'a>, value: &Node, number: &Number, path: &Path<'_>) {
        let step = schema.node.get("multipleOf").and_then(Node::as_number);
        if let (Some(number), Some(step)) = (number.as_i64(), step.and_then(Number::as_i64))
            && step > 0
            && number % step != 0
        {
            self.fault(value, path, format!("{path} is {number}, but must be a multiple of {step}"), None);
        }
    }

    fn array(&mut self, schema: Place<'a>, value: &Node, items: &[Node], path: &Path<'_>) {
        self.size(schema, value, items.len(), ("minItems", "maxItems", "items"), path);
        if schema.flag("uniqueItems") {
            let mut seen = HashSet::new();
            let twice = items.iter().find(|item| !seen.insert(item.to_json().to_string()));
            if let Some(item) = twice {
                self.fault(item, path, format!("{path} has {} twice", shown(item)), None);
            }
        }
        if let Some(inner) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.value(inner, item, &Path::Index(path, index), None);
            }
        }
    }

    fn object(&mut self, schema: Place<'a>, value: &Node, path: &Path<'_>, known: Option<&HashSet<&'a str>>) {
        let properties = schema.get("properties");
        for name in schema.list("required").filter_map(|item| item.node.as_str()) {
            if value.get(name).is_none() && self.travels(schema, name) {
                let owner = self.survey.schema_name(schema);
                let owner = owner.map_or("its schema".to_owned(), |owner| format!("`{owner}`"));
                let message = format!("{path} lacks `{name}`, which {owner} requires");
                let near = nearest(name, value.entries().iter().map(|entry| entry.key.as_str()));
                self.fault(value, path, message, near.map(|near| format!("is it `{near}`?")));
            }
        }
        let count = value.entries().len();
        self.size(schema, value, count, ("minProperties", "maxProperties", "properties"), path);
        let others = schema.get("additionalProperties");
        for entry in value.entries() {
            let inner = Path::Key(path, &entry.key);
            if let Some(property) = properties.and_then(|properties| properties.get(&entry.key)) {
                self.value(property, &entry.value, &inner, None);
                continue;
            }
            match others.map(|others| (others, &others.node.value)) {
                Some((_, Value::Bool(false)))
                    if known.is_none_or(|known| !known.contains(entry.key.as_str())) =>
                {
                    let names = properties.map(|it| it.node.entries()).unwrap_or_default();
                    let near = nearest(&entry.key, names.iter().map(|entry| entry.key.as_str()));
                    self.faults.push(Fault {
                        span: entry.key_span,
                        message: format!("{inner} is not a property, and no others are allowed"),
                        hint: near.map(|near| format!("did you mean `{near}`?")),
                        depth: inner.depth(),
                    });
                }
                Some((others, Value::Mapping(_)))
                    if known.is_none_or(|known| !known.contains(entry.key.as_str())) =>
                {
                    self.value(others, &entry.value, &inner, None);
                }
                _ => {}
            }
        }
    }

    /// Whether the property takes part in this direction.
    fn travels(&self, schema: Place<'a>, name: &str) -> bool {
        let property =
            schema.get("properties").and_then(|it| it.get(name)).and_then(|it| self.survey.follow(it));
        let is = |key| property.is_some_and(|property| property.flag(key));
        match self.direction {
            Direction::Request => !is("readOnly"),
            Direction::Response => !is("writeOnly"),
            Direction::Any => !is("readOnly") && !is("writeOnly"),
        }
    }

    fn size(
        &mut self,
        schema: Place<'a>,
        value: &Node,
        size: usize,
        (least, greatest, unit): (&str, &str, &str),
        path: &Path<'_>,
    ) {
        let bound = |name| Some(schema.node.get(name)?.as_number()?.as_u64()? as usize);
        if let Some(least) = bound(least).filter(|least| size < *least) {
            self.fault(
                value,
                path,
                format!("{path} has {size} {unit}, but must have at least {least}"),
                None,
            );
        }
        if let Some(greatest) = bound(greatest).filter(|greatest| size > *greatest) {
            self.fault(
                value,
                path,
                format!("{path} has {size} {unit}, but must have at most {greatest}"),
                None,
            );
        }
    }
}
