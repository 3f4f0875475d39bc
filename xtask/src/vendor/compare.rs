//! A page against the operation that it describes.

mod examples;
mod head;
mod parameters;

use serde_json::Value as Json;

use super::difference::{Difference, Fix, Trail};
use super::endpoint::{Endpoint, Field, Home, Part, Shape, Spot};
use super::find::Known;
use super::openapi;
use super::page::Page;
use super::sharing::{Sharing, component};
use crate::document::{Node, Spec};
use crate::lint::Schemas;
use crate::model::Evidence;
pub use parameters::{auth_headers, is_own};

/// What pages are held against.
#[derive(Debug)]
pub struct Judge<'a> {
    spec: &'a Spec,
    sharing: Sharing,
    schemas: Schemas<'a>,
}

impl<'a> Judge<'a> {
    /// Reads the documents.
    pub fn new(spec: &'a Spec, catalog: &[Known]) -> Self {
        Self { spec, sharing: Sharing::new(spec, catalog), schemas: Schemas::new(spec) }
    }

    /// All differences, in the order of the page.
    pub fn compare(&self, known: &Known, page: &Page) -> Vec<Difference> {
        let Some(endpoint) = openapi::read(self.spec, &known.home) else { return Vec::new() };
        let vendor = vendor(self.spec, known);
        let evidence = vendor.and_then(|vendor| vendor.get("evidence")?.as_str()).and_then(Evidence::parse);
        let mut run =
            Run { judge: self, known, page, vendor, evidence, found: Vec::new(), unlisted: Vec::new() };
        run.head(&endpoint);
        run.parameters(&endpoint);
        run.body(&endpoint);
        if let (Some(said), Some(ours)) = (&page.endpoint.answer, &endpoint.answer) {
            run.part(said, ours, false);
        }
        run.provenance(&endpoint);
        for fault in &page.faults {
            let message = format!("an example on the page is no JSON: {}", fault.value);
            run.add(Difference::new("example-unread", &endpoint.spot, &fault.spot, message).warning());
        }
        run.found.sort_by_key(|difference| difference.page.span.start);
        run.found
    }
}

fn vendor<'a>(spec: &'a Spec, known: &Known) -> Option<&'a Node> {
    spec.documents.get(known.home.document)?.node(&known.home.pointer)?.get("x-vendor")
}

struct Run<'a> {
    judge: &'a Judge<'a>,
    known: &'a Known,
    page: &'a Page,
    vendor: Option<&'a Node>,
    evidence: Option<Evidence>,
    found: Vec<Difference>,
    /// Fields that the page does not list and that nothing says of how they are known.
    unlisted: Vec<Home>,
}

impl Run<'_> {
    fn add(&mut self, difference: Difference) {
        self.found.push(difference);
    }

    /// Adds a difference whose fix edits a schema, unless others share that schema.
    fn add_at(&mut self, home: Option<&Home>, difference: Difference) {
        let shared = home.and_then(|home| self.judge.sharing.others(home, &self.known.id));
        self.add(match shared {
            None => difference,
            Some((name, others)) => {
                let plural = if others == 1 { "another operation" } else { "other operations" };
                difference.by_hand(format!(
                    "`{name}` is shared with {others} {plural}, of which this page says nothing"
                ))
            }
        });
    }

    fn is_shared(&self, home: &Home) -> bool {
        self.judge.sharing.others(home, &self.known.id).is_some()
    }

    fn is_written_out(&self, home: &Home) -> bool {
        let node =
            self.judge.spec.documents.get(home.document).and_then(|document| document.node(&home.pointer));
        node.is_some_and(|node| node.get("$ref").is_none())
    }

    fn body(&mut self, ours: &Endpoint) {
        match (&self.page.endpoint.body, &ours.body) {
            (Some(said), Some(known)) => self.part(said, known, true),
            (Some(said), None) if !said.shape.object().fields.is_empty() => {
                let fix = Fix::AddBody { operation: self.known.home.clone(), part: Box::new(said.clone()) };
                let message = "the request has a body on the page, none here";
                self.add(Difference::new("body-added", &ours.spot, &said.spot, message).with_fix(fix));
            }
            (None, Some(known)) if !self.page.endpoint.parameters.is_empty() => {
                let message = "the page lists parameters but no body, here the request has one";
                let difference = Difference::new("body-gone", &known.spot, &self.page.endpoint.spot, message);
                self.add(difference.by_hand("see whether the page was copied whole"));
            }
            _ => {}
        }
    }

    fn part(&mut self, said: &Part, known: &Part, is_request: bool) {
        let Some(media) = known.home.clone() else { return };
        let mut said = said.clone();
        said.nest(Some(&known.shape));
        let said = &said;
        let trail = Trail { media, names: Vec::new() };
        let before = self.found.len();
        if said.shape.object().fields.is_empty() && said.shape.object().hidden.is_none() {
            let difference =
                Difference::new("page-empty", &known.spot, &said.spot, "the page shows no fields here");
            self.add(difference.warning().with_hint("open the table on the page before copying it"));
        } else {
            self.shape("the whole", &trail, said, &said.shape, &known.shape);
        }
        let handled: Vec<_> = self.found.iter().skip(before).map(|difference| difference.page.span).collect();
        for example in &said.examples {
            self.example(example, said, known, is_request, &handled);
        }
    }

    fn shape(&mut self, what: &str, trail: &Trail, part: &Part, said: &Shape, known: &Shape) {
        if !known.kinds.takes(said.kinds) {
            let message = format!("{what} is {} on the page, {} here", said.kinds, known.kinds);
            let difference = Difference::new("type-changed", &known.spot, &said.spot, message);
            let fix = known.written.clone().filter(|_| !trail.names.is_empty()).map(|property| Fix::Retype {
                property,
                trail: trail.clone(),
                shape: Box::new(said.clone()),
                sample: self.sample(part, &trail.names),
            });
            match fix {
                Some(fix) => self.add_at(known.written.as_ref(), difference.with_fix(fix)),
                None => self.add(difference.by_hand("all of the body changes with it")),
            }
            return;
        }
        self.format(what, said, known);
        self.values(what, said, known);
        self.default(what, said, known);
        match (&said.items, &known.items) {
            (Some(said), Some(known)) => {
                return self.shape(&format!("an item of {what}"), trail, part, said, known);
            }
            (None, Some(_)) => return,
            _ => {}
        }
        match said.hidden {
            Some(count) => self.hidden(what, count, said, known),
            None if said.fields.is_empty() => {}
            None => self.fields(trail, part, said, known),
        }
    }

    /// The vendor's own formats and those of counts refine what a page says of text and integers.
    fn format(&mut self, what: &str, said: &Shape, known: &Shape) {
        let (Some(format), Some(ours)) = (&said.format, &known.format) else { return };
        if format != ours && !ours.starts_with("vendor-") && !ours.starts_with("epoch-") {
            let message = format!("{what} has the format `{format}` on the page, `{ours}` here");
            let difference = Difference::new("format-changed", &known.spot, &said.spot, message);
            self.add(difference.by_hand("a format decides the type in Rust"));
        }
    }

    fn values(&mut self, what: &str, said: &Shape, known: &Shape) {
        if said.values.is_empty() {
            return;
        }
        if known.values.is_empty() {
            let message = format!("the page lists the values of {what}");
            let spot = said.values.first().map_or(&said.spot, |value| &value.spot);
            let difference = Difference::new("values-listed", &known.spot, spot, message);
            return self.add(difference.by_hand("an enum wants a name and the meaning of each value"));
        }
        for value in &said.values {
            if !known.values.iter().any(|known| plain(&known.value) == plain(&value.value)) {
                let message = format!("{what} may be `{}`, which is not in spec/", plain(&value.value));
                let difference = Difference::new("value-added", &known.spot, &value.spot, message);
                let difference = difference.with_hint("say in `x-enum` what it means");
                self.add(match known.home.clone() {
                    Some(schema) => difference.with_fix(Fix::AddValue { schema, value: value.value.clone() }),
                    None => difference,
                });
            }
        }
        for value in &known.values {
            if !said.values.iter().any(|said| plain(&said.value) == plain(&value.value)) {
                let message =
                    format!("{what} may be `{}` here, which is not on the page", plain(&value.value));
                let difference = Difference::new("value-gone", &value.spot, &said.spot, message);
                self.add(difference.by_hand("a value that was seen may still come"));
            }
        }
    }

    fn default(&mut self, what: &str, said: &Shape, known: &Shape) {
        let Some(default) = &said.default else { return };
        let ours = known.default.as_ref();
        if ours.is_some_and(|ours| plain(&ours.value) == plain(&default.value)) {
            return;
        }
        let spot = ours.map_or(&known.spot, |ours| &ours.spot);
        let here = ours.map_or("not noted".to_owned(), |ours| format!("`{}`", plain(&ours.value)));
        let message =
            format!("the default of {what} is `{}` on the page, {here} here", plain(&default.value));
        let difference = Difference::new("default-changed", spot, &default.spot, message);
        match known.written.clone() {
            Some(schema) => {
                let fix = Fix::Default { schema: schema.clone(), value: default.value.clone() };
                self.add_at(Some(&schema), difference.with_fix(fix));
            }
            None => self.add(difference),
        }
    }

    /// The page only counts the properties: it shows that some were added or went, not which.
    fn hidden(&mut self, what: &str, count: usize, said: &Shape, known: &Shape) {
        let least = known.fields.iter().filter(|field| self.weak(field) != Some(Evidence::Observed)).count();
        if known.fields.is_empty() || (least..=known.fields.len()).contains(&count) {
            return;
        }
        let message = format!("{what} has {count} properties on the page, {} here", known.fields.len());
        let difference = Difference::new("count-changed", &known.spot, &said.spot, message);
        self.add(difference.by_hand("open it on the page and copy the page again"));
    }

    fn fields(&mut self, trail: &Trail, part: &Part, said: &Shape, known: &Shape) {
        for field in &said.fields {
            let trail = trail.child(&field.name);
            match known.fields.iter().find(|known| known.name == field.name) {
                Some(ours) => {
                    self.required(&trail, part, field, ours);
                    self.confirmed(field, ours);
                    self.shape(&format!("`{trail}`"), &trail, part, &field.shape, &ours.shape);
                }
                None => self.added(&trail, part, field, known),
            }
        }
        for ours in &known.fields {
            if said.fields.iter().any(|field| field.name == ours.name) {
                continue;
            }
            let trail = trail.child(&ours.name);
            let fix =
                ours.home.clone().map(|property| Fix::RemoveProperty { property, trail: trail.clone() });
            self.gone(ours, format!("`{trail}` is not on the page"), &said.spot, fix, known.home.as_ref());
        }
    }

    fn added(&mut self, trail: &Trail, part: &Part, field: &Field, known: &Shape) {
        let message = format!("`{trail}` is not in spec/");
        let difference = with_text(Difference::new("field-added", &known.spot, &field.spot, message), field);
        let sample = self.sample(part, &trail.names);
        let (trail, field) = (trail.clone(), Box::new(field.clone()));
        let is_reference = |home: &Home| !self.is_written_out(home) && !self.is_shared(home);
        let extended = known.written.clone().filter(is_reference);
        match (known.home.clone(), extended) {
            (Some(object), Some(reference)) if self.is_shared(&object) => {
                let fix = Fix::Extend { reference, trail, field, sample };
                self.add(difference.with_fix(fix));
            }
            (Some(object), _) => {
                let fix = Fix::AddProperty { object: object.clone(), trail, field, sample };
                self.add_at(Some(&object), difference.with_fix(fix));
            }
            (None, _) => self.add(difference),
        }
    }

    fn required(&mut self, trail: &Trail, part: &Part, said: &Field, ours: &Field) {
        let Some(required) = said.required.filter(|required| Some(*required) != ours.required) else {
            return;
        };
        let message = format!("`{trail}` is {} on the page, {} here", word(required), word(!required));
        let difference = Difference::new("required-changed", &ours.spot, &said.spot, message);
        let fix = ours.home.clone().map(|property| Fix::Require {
            property,
            trail: trail.clone(),
            required,
            sample: self.sample(part, &trail.names),
            field: Box::new(said.clone()),
        });
        // A type that several pages show is as strict as the least strict of them.
        let is_looser = required && ours.home.as_ref().is_some_and(|home| self.is_shared(home));
        let difference = if is_looser { difference.warning() } else { difference };
        self.add_at(ours.home.as_ref(), fix.into_iter().fold(difference, Difference::with_fix));
    }

    /// How a field is known, which its operation says where nothing nearer does.
    fn weak(&self, field: &Field) -> Option<Evidence> {
        field.evidence.or(self.evidence)
    }

    /// A field that the page lists is known as well as its operation.
    fn confirmed(&mut self, said: &Field, ours: &Field) {
        let Some(home) = ours.home.as_ref().filter(|home| !self.is_shared(home)) else { return };
        let node =
            self.judge.spec.documents.get(home.document).and_then(|document| document.node(&home.pointer));
        let Some(own) = node.and_then(|node| node.get("x-evidence")) else { return };
        if own.as_str() == Some("documented") {
            return;
        }
        let message = format!("`{}` is on the page, so it is documented", said.name);
        let spot = Spot { span: own.span, ..ours.spot.clone() };
        let fix = Fix::Evidence { schema: home.clone(), evidence: None };
        self.add(Difference::new("evidence", &spot, &said.spot, message).with_fix(fix));
    }

    /// What was read on an earlier page or guessed is wrong now; what was observed elsewhere still holds.
    fn gone(&mut self, ours: &Field, message: String, page: &Spot, fix: Option<Fix>, owner: Option<&Home>) {
        if self.weak(ours) == Some(Evidence::Observed) {
            let home = ours.home.as_ref().filter(|home| ours.evidence.is_none() && component(home).is_none());
            self.unlisted.extend(home.cloned());
            return;
        }
        let difference = Difference::new("field-gone", &ours.spot, page, message);
        let difference = match self.weak(ours) {
            Some(Evidence::Assumed) => difference.with_hint("it was a guess"),
            _ => difference.with_hint("see whether the page was copied whole"),
        };
        // A type that several pages show has what any of them shows.
        let is_optional = ours.required != Some(true);
        let is_wider = is_optional && ours.home.as_ref().is_some_and(|home| self.is_shared(home));
        let difference = if is_wider { difference.warning() } else { difference };
        self.add_at(ours.home.as_ref().or(owner), fix.into_iter().fold(difference, Difference::with_fix));
    }
}

fn with_text(difference: Difference, field: &Field) -> Difference {
    if field.text.is_empty() {
        difference
    } else {
        difference.with_hint(format!("the page says: {}", field.text))
    }
}

fn word(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}

/// A value as text, so that `2` and `'2'` are the same default.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
