//! What an OpenAPI document says of a request: ours, or the fragment on a page.

use std::rc::Rc;

use super::endpoint::{Endpoint, Field, Home, In, Kinds, Parameter, Part, Said, Shape, Spot};
use crate::document::{Document, Node, Pointer, Span, Spec, Value};
use crate::model::Evidence;

/// Schemas in schemas are followed this far.
const MAX_DEPTH: usize = 24;

/// Reads the operation at a place.
pub fn read(spec: &Spec, at: &Home) -> Option<Endpoint> {
    Reader { spec, open: Vec::new() }.endpoint(at)
}

struct Reader<'a> {
    spec: &'a Spec,
    /// The schemas that are being read: one that stands in itself is not read again.
    open: Vec<Home>,
}

/// A node and its place.
#[derive(Clone)]
struct At<'a> {
    home: Home,
    node: &'a Node,
    /// Where it is named.
    name: Span,
}

impl<'a> At<'a> {
    fn get(&self, key: &str) -> Option<Self> {
        let entry = self.node.as_mapping()?.entry(key)?;
        Some(Self { home: self.home.child(key), node: &entry.value, name: entry.key_span })
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.node.get(key)?.as_str()
    }

    fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        self.node.entries().iter().map(|entry| {
            let at = Self { home: self.home.child(&entry.key), node: &entry.value, name: entry.key_span };
            (entry.key.as_str(), at)
        })
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.node.items().iter().enumerate();
        items.map(|(index, node)| Self { home: self.home.child(index), node, name: node.span })
    }
}

impl<'a> Reader<'a> {
    fn document(&self, home: &Home) -> Option<&'a Document> {
        self.spec.documents.get(home.document)
    }

    fn spot(&self, home: &Home, span: Span) -> Spot {
        let file = self.document(home).map(|document| document.path.as_str()).unwrap_or_default();
        Spot { file: Rc::from(file), span }
    }

    fn named(&self, at: &At<'_>) -> Spot {
        self.spot(&at.home, at.name)
    }

    fn at(&self, home: Home) -> Option<At<'a>> {
        let document = self.document(&home)?;
        let node = document.node(&home.pointer)?;
        let name = document.place(&home.pointer);
        Some(At { home, node, name })
    }

    /// Follows references. A page may percent-encode the names in them.
    fn follow(&self, at: At<'a>) -> Option<At<'a>> {
        let mut at = at;
        for _ in 0..MAX_DEPTH {
            let Some(reference) = at.text("$ref") else { return Some(at) };
            let from = self.document(&at.home)?;
            let decoded = percent_encoding::percent_decode_str(reference).decode_utf8().ok()?;
            let found = [reference, &decoded].into_iter().find_map(|reference| {
                let (document, pointer) = self.spec.resolve(from, reference)?;
                let index = self.spec.documents.iter().position(|known| known.path == document.path)?;
                self.at(Home { document: index, pointer })
            });
            at = found?;
        }
        None
    }

    fn endpoint(&mut self, at: &Home) -> Option<Endpoint> {
        let operation = self.at(at.clone())?;
        let mut above = at.pointer.segments().collect::<Vec<_>>();
        let method = above.pop()?;
        let path = above.last().filter(|path| path.starts_with('/')).cloned();
        let parent = Home {
            document: at.document,
            pointer: above.iter().fold(Pointer::root(), |at, key| at.child(key)),
        };
        let item = self.at(parent)?;
        let own = operation.get("parameters");
        let shared = item.get("parameters");
        let parameters: Vec<_> = own.iter().chain(&shared).flat_map(At::items).collect();
        Some(Endpoint {
            spot: self.named(&operation),
            title: self.said_text(&operation, "summary"),
            method: Some(Said { value: method.to_uppercase(), spot: self.named(&operation) }),
            path: path.map(|value| Said { value, spot: self.named(&item) }),
            modified: None,
            parameters: parameters.into_iter().filter_map(|at| self.parameter(at)).collect(),
            body: self.body(&operation),
            answer: self.answer(&operation),
        })
    }

    fn said_text(&self, at: &At<'a>, key: &str) -> Option<Said<String>> {
        let text = at.get(key)?;
        let value = text.node.as_str().filter(|value| !value.is_empty())?.to_owned();
        Some(Said { value, spot: self.spot(&text.home, text.node.span) })
    }

    fn parameter(&mut self, at: At<'a>) -> Option<Parameter> {
        let spot = self.named(&at);
        let written = at.home.clone();
        let at = self.follow(at)?;
        let schema = at.get("schema");
        let shape = schema.map_or_else(|| Shape::any(spot.clone()), |schema| self.shape(schema));
        let example = at.get("example").map(|example| self.said(&example));
        let field = Field {
            name: at.text("name")?.to_owned(),
            required: Some(at.node.get("required").and_then(Node::as_bool).unwrap_or(false)),
            shape: Shape { example: example.or(shape.example), ..shape },
            text: at.text("description").unwrap_or_default().to_owned(),
            evidence: evidence(&at),
            home: Some(written),
            spot,
        };
        Some(Parameter { place: In::parse(at.text("in")?)?, field })
    }

    fn body(&mut self, operation: &At<'a>) -> Option<Part> {
        let body = self.follow(operation.get("requestBody")?)?;
        self.part(&body)
    }

    /// The first good answer, or the one for all statuses.
    fn answer(&mut self, operation: &At<'a>) -> Option<Part> {
        let responses = operation.get("responses")?;
        let good = responses.entries().find(|(status, _)| status.starts_with('2'));
        let response = self.follow(good.or_else(|| Some(("default", responses.get("default")?)))?.1)?;
        self.part(&response)
    }

    /// The content of a body or answer: JSON where there is JSON.
    fn part(&mut self, at: &At<'a>) -> Option<Part> {
        let content = at.get("content")?;
        let mut media: Vec<_> = content.entries().collect();
        media.sort_by_key(|(name, _)| !name.contains("json"));
        let (name, media) = media.into_iter().next()?;
        let spot = self.named(at);
        let one = media.get("example");
        let many: Vec<_> =
            media.get("examples").iter().flat_map(At::entries).map(|(_, example)| example).collect();
        let many = many.into_iter().filter_map(|example| self.follow(example)?.get("value"));
        let examples = one.into_iter().chain(many);
        let examples =
            examples.map(|at| Said { value: at.node.clone(), spot: self.spot(&at.home, at.node.span) });
        Some(Part {
            examples: examples.collect(),
            shape: media.get("schema").map_or_else(|| Shape::any(spot.clone()), |schema| self.shape(schema)),
            media: Some(name.to_owned()),
            table: Vec::new(),
            home: Some(media.home.clone()),
            spot,
        })
    }

    fn said(&self, at: &At<'a>) -> Said<serde_json::Value> {
        Said { value: at.node.to_json(), spot: self.spot(&at.home, at.node.span) }
    }

    fn shape(&mut self, at: At<'a>) -> Shape {
        let (spot, written) = (self.named(&at), Some(at.home.clone()));
        let Some(at) = self.follow(at) else { return Shape::any(spot) };
        let mut shape = Shape { written, home: Some(at.home.clone()), ..Shape::any(spot) };
        if self.open.contains(&at.home) || self.open.len() > MAX_DEPTH {
            shape.kinds = at.text("type").and_then(Kinds::parse).unwrap_or(Kinds::OBJECT);
            return shape;
        }
        self.open.push(at.home.clone());
        self.fill(&at, &mut shape);
        self.open.pop();
        shape
    }

    fn fill(&mut self, at: &At<'a>, shape: &mut Shape) {
        for member in at.get("allOf").iter().flat_map(At::items) {
            let member = self.shape(member);
            merge(shape, member);
        }
        for key in ["oneOf", "anyOf"] {
            for member in at.get(key).iter().flat_map(At::items) {
                let member = self.shape(member);
                shape.kinds = shape.kinds.or(member.kinds);
                // What one alternative requires, the choice does not.
                let fields = member.fields.into_iter().map(|field| Field { required: Some(false), ..field });
                add_fields(shape, fields);
            }
        }
        if let Some(kind) = at.text("type").and_then(Kinds::parse) {
            shape.kinds = kind;
            shape.spot =
                at.get("type").map_or_else(|| shape.spot.clone(), |at| self.spot(&at.home, at.node.span));
        }
        if at.node.get("nullable").and_then(Node::as_bool) == Some(true) && !shape.kinds.is_any() {
            shape.kinds = shape.kinds.or(Kinds::NULL);
        }
        if let Some(format) = at.text("format") {
            shape.format = Some(format.to_owned());
        }
        shape
            .values
            .extend(at.get("enum").iter().flat_map(At::items).map(|at| self.said(&at)).collect::<Vec<_>>());
        shape.default = at.get("default").map(|at| self.said(&at)).or(shape.default.take());
        shape.example = at.get("example").map(|at| self.said(&at)).or(shape.example.take());
        if let Some(items) = at.get("items") {
            shape.items = Some(Box::new(self.shape(items)));
        }
        let required: Vec<_> = at
            .node
            .get("required")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_str)
            .collect();
        let properties: Vec<_> = at.get("properties").iter().flat_map(At::entries).collect();
        if !properties.is_empty() && shape.kinds.is_any() {
            shape.kinds = Kinds::OBJECT;
        }
        let fields: Vec<_> =
            properties.into_iter().map(|(name, property)| self.field(at, name, property)).collect();
        add_fields(shape, fields);
        // A part of an `allOf` may require what another part declares.
        for field in &mut shape.fields {
            if required.contains(&field.name.as_str()) {
                field.required = Some(true);
            }
        }
    }

    fn field(&mut self, owner: &At<'a>, name: &str, property: At<'a>) -> Field {
        let spot = self.named(&property);
        let text =
            property.text("description").or_else(|| property.text("title")).unwrap_or_default().to_owned();
        let component = owner.home.pointer.as_str().starts_with("/components/");
        let own = evidence(&property);
        let evidence = own.or_else(|| if component { self.component_evidence(&owner.home) } else { None });
        let home = Some(property.home.clone());
        Field {
            name: name.to_owned(),
            spot,
            required: Some(false),
            shape: self.shape(property),
            text,
            evidence,
            home,
        }
    }

    /// What the named schema around a place says of how it is known.
    fn component_evidence(&self, home: &Home) -> Option<Evidence> {
        let component = home.pointer.segments().take(3).fold(Pointer::root(), |at, key| at.child(key));
        evidence(&self.at(Home { document: home.document, pointer: component })?)
    }
}

fn evidence(at: &At<'_>) -> Option<Evidence> {
    crate::model::Evidence::parse(at.text("x-evidence")?)
}

/// Takes a member of an `allOf` in.
fn merge(shape: &mut Shape, member: Shape) {
    if !member.kinds.is_any() {
        shape.kinds = member.kinds;
        shape.spot = member.spot;
    }
    shape.format = member.format.or(shape.format.take());
    shape.default = member.default.or(shape.default.take());
    shape.example = member.example.or(shape.example.take());
    shape.items = member.items.or(shape.items.take());
    shape.values.extend(member.values);
    add_fields(shape, member.fields);
}

/// A field that comes twice is taken from the later member.
fn add_fields(shape: &mut Shape, fields: impl IntoIterator<Item = Field>) {
    for field in fields {
        match shape.fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field,
            None => shape.fields.push(field),
        }
    }
}

/// The methods of a path item that has any.
pub fn operations(item: &Node) -> impl Iterator<Item = &str> {
    const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let is_operation = |value: &Value| matches!(value, Value::Mapping(_));
    item.entries()
        .iter()
        .filter(move |entry| METHODS.contains(&entry.key.as_str()) && is_operation(&entry.value.value))
        .map(|entry| entry.key.as_str())
}

/// Reads the schema at a place.
pub fn schema(spec: &Spec, at: &Home) -> Option<Shape> {
    let mut reader = Reader { spec, open: Vec::new() };
    let at = reader.at(at.clone())?;
    Some(reader.shape(at))
}
