//! What stands in path, query and headers.

use super::{Run, with_text, word};
use crate::document::{Node, Spec};
use crate::vendor::difference::{Difference, Fix};
use crate::vendor::endpoint::{Endpoint, In, Parameter};

/// Headers that the client sends by itself: they are never declared.
const OWN_HEADERS: &[&str] = &["accept", "authorization", "content-type", "user-agent"];

impl Run<'_> {
    pub(super) fn parameters(&mut self, ours: &Endpoint) {
        let own = auth_headers(self.judge.spec, self.known.home.document);
        let said = self.page.endpoint.parameters.iter().filter(|one| !is_own(one, &own));
        let said: Vec<_> = said.collect();
        for parameter in &said {
            let known = ours.parameters.iter().find(|known| is_same(known, parameter));
            match known {
                Some(known) => self.parameter(parameter, known),
                None => {
                    let Parameter { place, field } = parameter;
                    let message = format!("{place} parameter `{}` is not in spec/", field.name);
                    let operation = self.known.home.clone();
                    let fix = Fix::AddParameter { operation, parameter: Box::new((*parameter).clone()) };
                    let difference = Difference::new("field-added", &ours.spot, &field.spot, message);
                    self.add(with_text(difference, field).with_fix(fix));
                }
            }
        }
        for known in ours.parameters.iter().filter(|known| !is_own(known, &own)) {
            if !said.iter().any(|said| is_same(known, said)) {
                let message = format!("{} parameter `{}` is not on the page", known.place, known.field.name);
                let fix = known.field.home.clone().map(|parameter| Fix::RemoveParameter { parameter });
                let page = self.page.endpoint.spot.clone();
                self.gone(&known.field, message, &page, fix, None);
            }
        }
    }

    pub(super) fn parameter(&mut self, said: &Parameter, ours: &Parameter) {
        let (field, known) = (&said.field, &ours.field);
        let what = format!("{} parameter `{}`", said.place, field.name);
        let home = known.home.clone().filter(|home| self.is_written_out(home));
        let add = |run: &mut Self, difference: Difference, fix: Option<Fix>| {
            run.add(match fix {
                Some(fix) => difference.with_fix(fix),
                None => difference.by_hand("the parameter is shared"),
            });
        };
        if !known.shape.kinds.takes(field.shape.kinds) {
            let message = format!("{what} is {} on the page, {} here", field.shape.kinds, known.shape.kinds);
            let fix = home
                .clone()
                .map(|parameter| Fix::RetypeParameter { parameter, field: Box::new(field.clone()) });
            add(self, Difference::new("type-changed", &known.shape.spot, &field.shape.spot, message), fix);
        }
        if let Some(required) = field.required.filter(|required| Some(*required) != known.required) {
            let message = format!("{what} is {} on the page, {} here", word(required), word(!required));
            let fix = home.clone().map(|parameter| Fix::RequireParameter { parameter, required });
            add(self, Difference::new("required-changed", &known.spot, &field.spot, message), fix);
        }
        self.default(&what, &field.shape, &known.shape);
        self.confirmed(field, known);
    }
}

/// Names of headers that carry the authentication of a document, in lower case.
pub fn auth_headers(spec: &Spec, document: usize) -> Vec<String> {
    let document = spec.documents.get(document);
    let schemes = document.and_then(|document| document.root.get("components")?.get("securitySchemes"));
    let names = schemes.map(Node::entries).unwrap_or_default().iter();
    names.filter_map(|entry| Some(entry.value.get("name")?.as_str()?.to_lowercase())).collect()
}

/// Whether the client sends a header by itself; a signature may come in several of similar names.
pub fn is_own(parameter: &Parameter, auth: &[String]) -> bool {
    let name = parameter.field.name.to_lowercase();
    let is_auth = auth.iter().any(|header| name.starts_with(header.as_str()));
    parameter.place == In::Header && (OWN_HEADERS.contains(&name.as_str()) || is_auth)
}

fn is_same(one: &Parameter, other: &Parameter) -> bool {
    let is_header = one.place == In::Header;
    let (name, other_name) = (&one.field.name, &other.field.name);
    one.place == other.place && (name == other_name || (is_header && name.eq_ignore_ascii_case(other_name)))
}
