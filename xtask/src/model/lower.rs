//! The driver: from typed documents to models.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, PathItem, ReferenceOr, Schema};

use super::names::{RESERVED_TYPES, Scope, Spelling, place_name};
use super::settle::{Wanted, report, settle};
use super::{
    Crate, Envelope, Model, Type, TypeDef, TypeRef, callback, extensions, recursion, security, union, unused,
    usage,
};
use crate::document::{Document, Pointer, Position, Spec, on_large_stack};
use crate::finding::Finding;
use crate::rule::Rule;

/// A document and its typed view.
pub(super) struct Source<'a> {
    pub document: &'a Document,
    /// Whether it was written for this generator.
    pub is_ours: bool,
    pub api: OpenAPI,
    pub krate: Crate,
    pub envelope: Option<Envelope>,
    pub webhooks: IndexMap<String, PathItem>,
    /// Schema name to Rust name, for all schemas under `components`.
    pub schema_names: BTreeMap<String, String>,
}

/// The place of something: a document and a pointer in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// The index of the document among those that were read.
    pub source: usize,
    /// The place in it.
    pub pointer: Pointer,
}

impl At {
    /// A part of this.
    #[must_use]
    pub fn child(&self, segment: impl std::fmt::Display) -> Self {
        Self { source: self.source, pointer: self.pointer.child(segment) }
    }
}

/// Lowers all documents together, for they refer to each other. What cannot be expressed is a finding.
pub fn lower(spec: &Spec) -> (Vec<Model>, Vec<Finding>) {
    lower_all_but(spec, &Faulty::default())
}

/// What is known to be wrong, and is not lowered.
#[derive(Debug, Default)]
pub struct Faulty<'a> {
    /// The paths of documents that there is no typed view of.
    pub untyped: HashSet<&'a str>,
    /// The positions of faults of examples, by document.
    pub wrong_examples: BTreeSet<(String, Position)>,
}

/// The same without what is wrong.
pub fn lower_all_but(spec: &Spec, faulty: &Faulty<'_>) -> (Vec<Model>, Vec<Finding>) {
    on_large_stack(|| lower_documents(spec, faulty))
}

fn lower_documents(spec: &Spec, faulty: &Faulty<'_>) -> (Vec<Model>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for document in spec.documents.iter().filter(|document| !faulty.untyped.contains(document.path.as_str()))
    {
        let root = Pointer::root();
        let typed = document.typed().map_err(|error| (root.clone(), error)).and_then(|api| {
            let webhooks = callback::webhooks(document);
            let webhooks = webhooks.map_err(|(key, error)| (root.child("x-webhooks").child(key), error))?;
            Ok((api, webhooks))
        });
        match typed {
            Ok((api, webhooks)) => sources.push(Source {
                krate: extensions::krate(&api.extensions, document, &api.info),
                envelope: extensions::envelope(&api.extensions),
                webhooks,
                schema_names: BTreeMap::new(),
                is_ours: document.is_ours(),
                document,
                api,
            }),
            Err((at, error)) => {
                let message = format!("no OpenAPI 3.0 document: {error}");
                let finding = Finding::error(&document.path, Rule::TypedView, document.place(&at), message);
                findings.push(finding.with_hint(
                    "mend the other findings first; if there is none, this construct is not supported",
                ));
            }
        }
    }
    let scopes = name_schemas(&mut sources, &mut findings);
    let tags = union::variant_tags(spec, &sources);
    let mut contested = HashSet::new();
    loop {
        let mut lowering = Lowering {
            spec,
            sources: &sources,
            types: sources.iter().map(|_| Vec::new()).collect(),
            places: HashMap::new(),
            wrong: &faulty.wrong_examples,
            scopes: scopes.clone(),
            contested: &contested,
            met: HashSet::new(),
            inline: HashMap::new(),
            under_way: HashMap::new(),
            tags: tags.clone(),
            taken: unused::Taken::new(),
            findings: findings.clone(),
            current: 0,
        };
        let mut models = lowering.run();
        for (at, is_direct) in recursion::break_aliases(&mut models) {
            lowering.holds_itself(&at, is_direct);
        }
        let Lowering { findings, taken, met, .. } = lowering;
        // Two types written inline want one name: both are named after their places, not only the one that comes second.
        if !met.is_subset(&contested) {
            contested.extend(met);
            continue;
        }
        unused::remove(&mut models, &taken);
        usage::mark(&mut models);
        recursion::box_cycles(&mut models);
        return (models, findings);
    }
}

/// Claims the names of all named schemas first, so that an inline type never takes one of them.
fn name_schemas(sources: &mut [Source<'_>], findings: &mut Vec<Finding>) -> Vec<Scope> {
    let mut scopes = Vec::new();
    for (index, source) in sources.iter_mut().enumerate() {
        let mut scope = Scope::reserving(RESERVED_TYPES);
        let schemas = source.api.components.iter().flat_map(|components| &components.schemas);
        let root = At { source: index, pointer: Pointer::root().child("components").child("schemas") };
        let wanted: Vec<_> = schemas
            .map(|(name, schema)| {
                let given = match schema {
                    ReferenceOr::Item(schema) => extensions::rust_name(&schema.schema_data.extensions),
                    ReferenceOr::Reference { .. } => None,
                };
                Wanted {
                    at: root.child(name),
                    given: given.map(str::to_owned),
                    text: name.clone(),
                    what: format!("schema `{name}`"),
                    qualifier: None,
                }
            })
            .collect();
        let named = settle(&mut scope, Spelling::Type, source.is_ours, &wanted);
        for (one, named) in wanted.into_iter().zip(named) {
            let place = source.document.place(&one.at.pointer);
            let (name, finding) = report(&source.document.path, place, &one.what, named);
            findings.extend(finding);
            if let Some(name) = name {
                source.schema_names.insert(one.text, name);
            }
        }
        scopes.push(scope);
    }
    scopes
}

/// Two things want one name.
pub(super) fn collision(
    file: &str,
    place: crate::document::Span,
    what: &str,
    name: &str,
    other: &str,
) -> Finding {
    let message = format!("{what} becomes `{name}` in Rust, which {other} has already");
    Finding::error(file, Rule::NameCollision, place, message)
        .with_hint("give one of them another name with `x-rust-name`")
}

/// Nothing of a text can be an identifier.
pub(super) fn no_name(file: &str, place: crate::document::Span, what: &str) -> Finding {
    Finding::error(
        file,
        Rule::NameMissing,
        place,
        format!("{what} has no letter or digit to make a Rust name of"),
    )
    .with_hint("give it a name with `x-rust-name` (a value of an enum: `x-enum: {value: {name: Name}}`)")
}

/// The state of lowering. Types written inline are lowered once, wherever they are met.
pub(super) struct Lowering<'a> {
    pub spec: &'a Spec,
    pub sources: &'a [Source<'a>],
    pub types: Vec<Vec<TypeDef>>,
    /// Where each of them stands, by its crate and name.
    pub places: HashMap<(usize, String), usize>,
    pub scopes: Vec<Scope>,
    /// Names that several types written inline want, each with the crate: they are named after their places.
    pub contested: &'a HashSet<(usize, String)>,
    /// Those of them that this lowering has met.
    pub met: HashSet<(usize, String)>,
    pub inline: HashMap<At, Type>,
    /// Types written inline whose inside is being looked at, and whether it leads back to them.
    pub under_way: HashMap<At, bool>,
    /// Where examples do not fit.
    pub wrong: &'a BTreeSet<(String, Position)>,
    /// Variants of unions whose structs leave out the property that tells them apart.
    pub tags: HashMap<At, String>,
    /// Named schemas that callbacks have taken the fields of.
    pub taken: unused::Taken,
    pub findings: Vec<Finding>,
    /// The document whose operations are being lowered: it gets the types written inline outside of `components`.
    pub current: usize,
}

impl<'a> Lowering<'a> {
    fn run(&mut self) -> Vec<Model> {
        let sources = self.sources;
        for (index, source) in sources.iter().enumerate() {
            self.current = index;
            let names = &source.schema_names;
            let schemas = source.api.components.iter().flat_map(|components| &components.schemas);
            for (name, schema) in schemas {
                if let Some(rust_name) = names.get(name) {
                    let pointer = Pointer::root().child("components").child("schemas").child(name);
                    self.named_schema(&At { source: index, pointer }, schema, rust_name);
                }
            }
        }
        let mut models = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            self.current = index;
            let operations = self.operations(source);
            let callbacks = self.callbacks(source);
            models.push(Model {
                krate: source.krate.clone(),
                schemes: security::schemes(self, source),
                server: self.server(source),
                envelope: source.envelope.clone(),
                operations,
                callbacks,
                types: Vec::new(),
            });
        }
        for (model, types) in models.iter_mut().zip(std::mem::take(&mut self.types)) {
            model.types = types;
        }
        models
    }

    /// The source at a place.
    pub fn source(&self, at: &At) -> Option<&'a Source<'a>> {
        self.sources.get(at.source)
    }

    /// What a reference written at `at` points to.
    pub fn target(&self, at: &At, reference: &str) -> Option<At> {
        let from = self.source(at)?.document;
        let (document, pointer) = self.spec.resolve(from, reference)?;
        let source = self.sources.iter().position(|source| source.document.path == document.path)?;
        Some(At { source, pointer })
    }

    /// The named schema that a reference points to. Dangling references are the lint's to report.
    pub fn schema_at(&self, at: &At) -> Option<&'a ReferenceOr<Schema>> {
        let name = schema_name(&at.pointer)?;
        self.source(at)?.api.components.as_ref()?.schemas.get(&name)
    }

    /// Follows references to a schema that is written out, wherever the first one stands.
    pub fn follow_any<'s>(&'s self, at: &At, schema: &'s ReferenceOr<Schema>) -> Option<(At, &'s Schema)> {
        match schema {
            ReferenceOr::Item(schema) => Some((at.clone(), schema)),
            ReferenceOr::Reference { reference } => {
                let target = self.target(at, reference)?;
                self.follow(&target, self.schema_at(&target)?)
            }
        }
    }

    /// Follows references to a schema that is written out.
    pub fn follow<'s>(&self, at: &At, schema: &'s ReferenceOr<Schema>) -> Option<(At, &'s Schema)>
    where
        'a: 's,
    {
        let mut at = at.clone();
        let mut schema = schema;
        for _ in 0..16 {
            match schema {
                ReferenceOr::Item(schema) => return Some((at, schema)),
                ReferenceOr::Reference { reference } => {
                    at = self.target(&at, reference)?;
                    schema = self.schema_at(&at)?;
                }
            }
        }
        None
    }

    /// The type of a named schema.
    pub fn reference(&mut self, at: &At, reference: &str) -> Type {
        match self.target(at, reference).and_then(|target| self.named_type(&target)) {
            Some(name) => Type::Named(name),
            None => {
                if self.points_into_a_schema(at, reference) {
                    self.unsupported(
                        at,
                        &format!("a reference into a schema (`{reference}`)"),
                        "name the schema under `components/schemas` and refer to that",
                    );
                }
                Type::Json
            }
        }
    }

    /// The name of the type of a named schema.
    pub fn named_type(&self, at: &At) -> Option<TypeRef> {
        let source = self.source(at)?;
        let rust_name = source.schema_names.get(&schema_name(&at.pointer)?)?;
        Some(TypeRef { krate: source.krate.name.clone(), name: rust_name.clone() })
    }

    fn points_into_a_schema(&self, at: &At, reference: &str) -> bool {
        self.target(at, reference).is_some_and(|target| {
            self.source(&target).is_some_and(|source| source.document.node(&target.pointer).is_some())
        })
    }

    /// Adds a type to a crate.
    pub fn add_type(&mut self, owner: usize, def: TypeDef) {
        if let Some(types) = self.types.get_mut(owner) {
            self.places.insert((owner, def.name.clone()), types.len());
            types.push(def);
        }
    }

    /// Gives a type of the current crate a description, if the document has none.
    pub fn describe(&mut self, name: &str, docs: &str) {
        let place = self.places.get(&(self.current, name.to_owned())).copied();
        let types = self.types.get_mut(self.current);
        let def = types.zip(place).and_then(|(types, place)| types.get_mut(place));
        let def = def.filter(|def| def.docs.is_empty());
        if let Some(def) = def {
            def.docs = docs.trim().to_owned();
        }
    }

    /// The name of a type written inline in the crate of `owner`, before it is claimed: the wanted one, or in a document of
    /// others one after its place, if others want that too.
    pub fn inline_name(&self, owner: usize, at: &At, wanted: &str) -> String {
        let is_ours = self.is_ours(at);
        let is_free = self.scopes.get(owner).is_none_or(|scope| scope.is_free(wanted));
        if is_ours || (is_free && !self.contested.contains(&(owner, wanted.to_owned()))) {
            return wanted.to_owned();
        }
        place_name(&at.pointer).unwrap_or_else(|| wanted.to_owned())
    }

    /// Says why a type written inline is named after its place, and remembers who else must be.
    pub fn note_inline_name(&mut self, owner: usize, at: &At, name: &str, wanted: &str) {
        self.met.insert((owner, wanted.to_owned()));
        self.find(at, |file, place| {
            let message =
                format!("a type written inline becomes `{name}` in Rust, since `{wanted}` is not free");
            let hint =
                "choose another name with `x-rust-name`, or name the schema under `components/schemas`";
            Finding::note(file, Rule::NameSettled, place, message).with_hint(hint)
        });
    }

    /// Claims a type's name in the crate of `owner`.
    pub fn claim_type(&mut self, owner: usize, at: &At, name: &str, what: &str) {
        let taken = self.scopes.get_mut(owner).map(|scope| scope.claim(name, what));
        if let Some(Err(other)) = taken {
            self.find(at, |file, place| collision(file, place, what, name, &other));
        }
    }

    /// The crate that gets a type written inline at `at`.
    pub fn owner(&self, at: &At) -> usize {
        let is_component = at.pointer.as_str().starts_with("/components/schemas/");
        if is_component { at.source } else { self.current }
    }

    pub fn type_ref(&self, owner: usize, name: &str) -> Type {
        let krate = self.sources.get(owner).map(|source| source.krate.name.clone()).unwrap_or_default();
        Type::Named(TypeRef { krate, name: name.to_owned() })
    }

    /// Whether the example at a place fits its schema.
    pub fn is_right(&self, at: &At) -> bool {
        let Some(source) = self.source(at).filter(|_| !self.wrong.is_empty()) else { return true };
        let Some(node) = source.document.node(&at.pointer) else { return true };
        let position = |position| (source.document.path.clone(), position);
        self.wrong.range(position(node.span.start)..=position(node.span.end)).next().is_none()
    }

    /// Whether a place is in a document that was written for this generator.
    pub fn is_ours(&self, at: &At) -> bool {
        self.source(at).is_none_or(|source| source.is_ours)
    }

    /// Adds a finding at a place.
    pub fn find(&mut self, at: &At, make: impl FnOnce(&str, crate::document::Span) -> Finding) {
        self.find_some(at, |file, place| Some(make(file, place)));
    }

    /// Adds a finding at a place, if there is one.
    pub fn find_some(&mut self, at: &At, make: impl FnOnce(&str, crate::document::Span) -> Option<Finding>) {
        if let Some(source) = self.source(at) {
            let finding = make(&source.document.path, source.document.place(&at.pointer));
            self.findings.extend(finding.filter(|finding| !self.findings.contains(finding)));
        }
    }

    /// A construct that no Rust is generated for: refused with its place, never dropped.
    pub fn unsupported(&mut self, at: &At, what: &str, hint: &str) {
        self.find(at, |file, place| {
            Finding::error(file, Rule::Unsupported, place, format!("{what} is not supported")).with_hint(hint)
        });
    }

    /// A name for nothing but itself, or for a list or map of itself.
    fn holds_itself(&mut self, at: &At, is_direct: bool) {
        if is_direct {
            self.unsupported(at, "a schema that is nothing but itself", "say what it is");
        } else {
            self.beyond(
                at,
                "a list or map that holds itself",
                "what it holds is any value",
                "put it into a property of an object",
            );
        }
    }

    /// A construct that is generated in part: our own documents are to say it otherwise, for others a note must do.
    pub fn beyond(&mut self, at: &At, what: &str, instead: &str, hint: &str) {
        if self.is_ours(at) {
            self.unsupported(at, what, hint);
        } else {
            self.note(at, &format!("{what} is not generated: {instead}"), hint);
        }
    }

    /// What is generated although the document says more.
    pub fn note(&mut self, at: &At, what: &str, hint: &str) {
        self.find(at, |file, place| Finding::note(file, Rule::NotGenerated, place, what).with_hint(hint));
    }
}

/// The name in `/components/schemas/<name>`.
pub(super) fn schema_name(pointer: &Pointer) -> Option<String> {
    let mut segments = pointer.segments();
    let is_schema = segments.next()? == "components" && segments.next()? == "schemas";
    let name = segments.next()?;
    (is_schema && segments.next().is_none()).then_some(name)
}
