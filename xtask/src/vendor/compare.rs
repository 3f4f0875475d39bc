//! A page against the operation that it describes.

use serde_json::Value as Json;

use super::difference::{Difference, Fix, Trail};
use super::endpoint::{Endpoint, Field, Home, In, Parameter, Part, Said, Shape, Spot};
use super::find::{Known, is_chinese};
use super::openapi;
use super::page::Page;
use super::sharing::{Sharing, component};
use crate::document::{Node, Spec};
use crate::lint::{Direction, Schemas};
use crate::model::Evidence;

/// Headers that the client sends by itself: they are never declared.
const OWN_HEADERS: &[&str] = &["accept", "authorization", "content-type", "user-agent"];

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

    /// Path, method and title.
    fn head(&mut self, ours: &Endpoint) {
        let item = || {
            let pointer = self.known.home.pointer.as_str().rsplit_once('/').map_or("", |(item, _)| item);
            Home { document: self.known.home.document, pointer: crate::document::Pointer::parse(pointer) }
        };
        if let (Some(said), Some(path)) = (&self.page.endpoint.path, &ours.path)
            && said.value != path.value
        {
            let message = format!("the path is `{}` on the page, `{}` here", said.value, path.value);
            let fix = Fix::Rename { item: item(), key: said.value.clone() };
            let difference = Difference::new("path-changed", &path.spot, &said.spot, message);
            self.add(difference.with_fix(fix));
        }
        if let (Some(said), Some(method)) = (&self.page.endpoint.method, &ours.method)
            && said.value != method.value
        {
            let message = format!("the method is {} on the page, {} here", said.value, method.value);
            let fix = Fix::Rename { item: self.known.home.clone(), key: said.value.to_lowercase() };
            let difference = Difference::new("method-changed", &method.spot, &said.spot, message);
            self.add(difference.with_fix(fix).with_hint("say in `x-effect` whether it may be sent twice"));
        }
        self.title(ours);
    }

    /// A title is compared with titles in its language only: of many pages one language is known.
    fn title(&mut self, ours: &Endpoint) {
        let Some(said) = &self.page.endpoint.title else { return };
        if self.known.has_title(&said.value) || (is_chinese(&said.value) && !self.known.has_chinese_title()) {
            return;
        }
        let spot = self.vendor_spot("title", ours);
        let message = format!("the title of the page is `{}`", said.value);
        let difference = Difference::new("title-changed", &spot, &said.spot, message);
        self.add(if is_chinese(&said.value) {
            difference.by_hand("Chinese titles stand in `vendor-nav.yaml`")
        } else {
            difference
                .with_fix(self.vendor_fix("title", said.value.clone()))
                .with_hint("`vendor-nav.yaml` names it too")
        });
    }

    fn vendor_fix(&self, key: &'static str, value: String) -> Fix {
        Fix::Vendor { operation: self.known.home.clone(), key, value }
    }

    /// Where `x-vendor` says something, or else where the operation begins.
    fn vendor_spot(&self, key: &str, ours: &Endpoint) -> Spot {
        let node = self.vendor.and_then(|vendor| vendor.get(key));
        node.map_or_else(|| ours.spot.clone(), |node| Spot { span: node.span, ..ours.spot.clone() })
    }

    /// How the operation is known, and as of when.
    fn provenance(&mut self, ours: &Endpoint) {
        let page =
            self.page.endpoint.title.as_ref().map_or(&self.page.endpoint.spot, |title| &title.spot).clone();
        if self.evidence != Some(Evidence::Documented) {
            let spot = self.vendor_spot("evidence", ours);
            let mut difference = Difference::new(
                "evidence",
                &spot,
                &page,
                "the page was read, so the operation is documented",
            )
            .with_hint("read its description again: it may still call a fact a guess")
            .with_fix(self.vendor_fix("evidence", "documented".to_owned()));
            if self.evidence == Some(Evidence::Observed) {
                for schema in std::mem::take(&mut self.unlisted) {
                    difference =
                        difference.with_fix(Fix::Evidence { schema, evidence: Some(Evidence::Observed) });
                }
            }
            self.add(difference);
        }
        let Some(said) = &self.page.endpoint.modified else { return };
        let noted = self.vendor.and_then(|vendor| vendor.get("modified")?.as_str());
        let spot = self.vendor_spot("modified", ours);
        match noted.map(|noted| noted.cmp(said.value.as_str())) {
            Some(std::cmp::Ordering::Equal) => {}
            Some(std::cmp::Ordering::Greater) => {
                let message = format!("the page is of {}, older than the one that was read", said.value);
                let difference = Difference::new("page-older", &spot, &said.spot, message).warning();
                self.add(difference.with_hint("fetch the page again; nothing is written from an older one"));
            }
            Some(std::cmp::Ordering::Less) | None => {
                let message = match noted {
                    Some(noted) => format!("the page was changed on {}, last read as of {noted}", said.value),
                    None => format!("the page was changed on {}, which is not noted", said.value),
                };
                let fix = self.vendor_fix("modified", said.value.clone());
                self.add(Difference::new("page-newer", &spot, &said.spot, message).with_fix(fix));
            }
        }
    }

    fn parameters(&mut self, ours: &Endpoint) {
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

    fn parameter(&mut self, said: &Parameter, ours: &Parameter) {
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

    /// What the page's examples have at a place.
    fn sample(&self, part: &Part, names: &[String]) -> Option<Json> {
        let values = part.examples.iter().map(|example| example.value.to_json());
        values.filter_map(|value| sample_at(&value, names)).next()
    }

    /// An example of the page against our schema: what does not fit, and what our schema does not know.
    fn example(
        &mut self,
        example: &Said<Node>,
        said: &Part,
        known: &Part,
        is_request: bool,
        handled: &[crate::document::Span],
    ) {
        let Some(schema) = known.home.as_ref().map(|media| media.child("schema")) else { return };
        let direction = match (is_request, self.known.is_callback) {
            (_, true) => Direction::Any,
            (true, false) => Direction::Request,
            (false, false) => Direction::Response,
        };
        let changed = changed_values(&example.value, &said.shape, handled);
        for misfit in self.judge.schemas.misfits(schema.document, &schema.pointer, &example.value, direction)
        {
            if changed.contains(&misfit.span) {
                continue;
            }
            let page = Spot { span: misfit.span, ..example.spot.clone() };
            let difference = Difference::new("example-misfit", &known.spot, &page, misfit.message);
            self.add(difference.by_hand("either the example on the page is wrong, or the type in spec/"));
        }
        let known = &known.shape;
        self.unknown(&example.value, example, &known.spot, (&said.shape, known), &mut Vec::new());
    }

    /// Keys of an example that neither the page's table nor our schema has; `near` is the nearest place in `spec/`.
    fn unknown(
        &mut self,
        value: &Node,
        example: &Said<Node>,
        near: &Spot,
        (said, known): (&Shape, &Shape),
        names: &mut Vec<String>,
    ) {
        for item in value.items() {
            self.unknown(item, example, near, (said, known), names);
        }
        let (said, known) = (said.object(), known.object());
        for entry in value.entries() {
            names.push(entry.key.clone());
            let listed = said.fields.iter().find(|field| field.name == entry.key).map(|field| &field.shape);
            let ours = known.fields.iter().find(|field| field.name == entry.key).map(|field| &field.shape);
            match (listed, ours) {
                (None, Some(ours)) => self.unknown(&entry.value, example, &ours.spot, (ours, ours), names),
                (Some(listed), Some(ours)) => {
                    self.unknown(&entry.value, example, &ours.spot, (listed, ours), names)
                }
                (Some(listed), None) => self.unknown(&entry.value, example, near, (listed, listed), names),
                (None, None) if !known.fields.is_empty() => {
                    let message = format!("the example has `{}`, which is not in spec/", names.join("."));
                    let page = Spot { span: entry.key_span, ..example.spot.clone() };
                    if !self.found.iter().any(|known| known.message == message) {
                        let difference = Difference::new("example-unknown", near, &page, message);
                        self.add(
                            difference.by_hand("the page's table does not list it, so its type is a guess"),
                        );
                    }
                }
                (None, None) => {}
            }
            names.pop();
        }
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

/// The values of an example at fields of which something else was said already.
fn changed_values(
    value: &Node,
    said: &Shape,
    handled: &[crate::document::Span],
) -> Vec<crate::document::Span> {
    let mut spans = Vec::new();
    for item in value.items() {
        spans.extend(changed_values(item, said, handled));
    }
    for field in &said.object().fields {
        let Some(inner) = value.get(&field.name) else { continue };
        let spots =
            field.shape.values.iter().map(|value| &value.spot).chain([&field.spot, &field.shape.spot]);
        if spots.into_iter().any(|spot| handled.contains(&spot.span)) {
            spans.push(inner.span);
        } else {
            spans.extend(changed_values(inner, &field.shape, handled));
        }
    }
    spans
}

fn is_same(one: &Parameter, other: &Parameter) -> bool {
    let is_header = one.place == In::Header;
    let (name, other_name) = (&one.field.name, &other.field.name);
    one.place == other.place && (name == other_name || (is_header && name.eq_ignore_ascii_case(other_name)))
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

/// The first value at a trail, lists passed through.
fn sample_at(value: &Json, names: &[String]) -> Option<Json> {
    match (value, names) {
        (value, []) => Some(value.clone()),
        (Json::Array(items), _) => items.iter().find_map(|item| sample_at(item, names)),
        (value, [first, rest @ ..]) => sample_at(value.get(first)?, rest),
    }
}
