//! What `allOf`, `oneOf` and `anyOf` say of a value.

use std::collections::HashSet;

use super::kind::fits_type;
use super::path::Path;
use super::{Fault, Run};
use crate::document::Node;
use crate::lint::discriminator::{mapped, named, variants};
use crate::lint::nearest::{list, nearest};
use crate::lint::schema::{ALL_OF, COMPOSITION, parts, property_names};
use crate::lint::survey::Place;

impl<'a> Run<'_, 'a> {
    pub(super) fn composition(
        &mut self,
        schema: Place<'a>,
        value: &Node,
        path: &Path<'_>,
        known: Option<&HashSet<&'a str>>,
    ) {
        let is_composed = COMPOSITION.iter().any(|key| schema.node.get(key).is_some());
        if !is_composed {
            return;
        }
        let own = if known.is_some() || value.as_mapping().is_none() {
            None
        } else {
            Some(property_names(self.survey, schema, COMPOSITION))
        };
        let known = known.or(own.as_ref());
        let path = Path::Same(path);
        for part in schema.list("allOf") {
            self.value(part, value, &path, known);
        }
        let alternatives: Vec<_> = variants(schema).collect();
        if !alternatives.is_empty() {
            self.alternatives(schema, &alternatives, value, &path, known);
        }
    }

    fn alternatives(
        &mut self,
        schema: Place<'a>,
        alternatives: &[Place<'a>],
        value: &Node,
        path: &Path<'_>,
        known: Option<&HashSet<&'a str>>,
    ) {
        if let (Some(discriminator), Some(_)) = (schema.get("discriminator"), value.as_mapping())
            && let Some(name) = discriminator.text("propertyName")
        {
            return self.tagged(discriminator, name, alternatives, value, path, known);
        }
        let mut nearest: Option<(bool, usize, Vec<Fault>)> = None;
        let mut of_type = 0;
        for alternative in alternatives {
            let before = std::mem::take(&mut self.faults);
            self.value(*alternative, value, path, known);
            let faults = std::mem::replace(&mut self.faults, before);
            if faults.is_empty() {
                return;
            }
            let is_of_type = self.has_type_of(*alternative, value);
            of_type += usize::from(is_of_type);
            let depth = faults.iter().map(|fault| fault.depth).min().unwrap_or_default();
            if nearest.as_ref().is_none_or(|(typed, deepest, _)| (is_of_type, depth) > (*typed, *deepest)) {
                nearest = Some((is_of_type, depth, faults));
            }
        }
        let (_, depth, nearest) = nearest.unwrap_or_default();
        if alternatives.len() == 1 || of_type == 1 || depth > path.depth() {
            self.faults.extend(nearest);
        } else {
            let owner = self.survey.schema_name(schema).map_or(String::new(), |name| format!(" of `{name}`"));
            let message = format!("{path} fits none of the {} alternatives{owner}", alternatives.len());
            let hint = nearest.first().map(|fault| format!("nearest: {}", fault.message));
            self.fault(value, path, message, hint);
        }
    }

    /// Whether the alternative is meant for values of this JSON type at all.
    fn has_type_of(&self, alternative: Place<'a>, value: &Node) -> bool {
        let parts = parts(self.survey, alternative, ALL_OF);
        parts.iter().all(|part| part.text("type").is_none_or(|name| fits_type(*part, name, value)))
    }

    fn tagged(
        &mut self,
        discriminator: Place<'a>,
        name: &str,
        alternatives: &[Place<'a>],
        value: &Node,
        path: &Path<'_>,
        known: Option<&HashSet<&'a str>>,
    ) {
        let Some(tag) = value.get(name) else {
            let message = format!("{path} lacks `{name}`, which tells the alternatives apart");
            return self.fault(value, path, message, None);
        };
        let inner = Path::Key(path, name);
        let Some(text) = tag.as_str() else {
            let message = format!("{inner} must be a string, not {}", tag.value.kind());
            return self.fault(tag, &inner, message, None);
        };
        let mapping = discriminator.get("mapping");
        let target = mapping
            .and_then(|mapping| mapped(self.survey, mapping.get(text)?))
            .or_else(|| alternatives.iter().find(|it| it.reference_name() == text).copied())
            .or_else(|| named(discriminator, text));
        match target {
            Some(target) => self.value(target, value, path, known),
            None => {
                let mapped = discriminator.map("mapping").iter().map(|entry| entry.key.as_str());
                let named = alternatives.iter().map(|it| it.reference_name()).filter(|name| !name.is_empty());
                let names: Vec<_> = if mapping.is_some() { mapped.collect() } else { named.collect() };
                let message =
                    format!("{inner} is `{text}`, which is none of {}", list(names.iter().copied()));
                let hint = nearest(text, names.iter().copied());
                self.fault(tag, &inner, message, hint.map(|name| format!("did you mean `{name}`?")));
            }
        }
    }
}
