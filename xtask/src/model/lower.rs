//! The driver: from typed documents to models.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, PathItem, ReferenceOr, Schema};

use super::names::{RESERVED_TYPES, Scope, field_name, type_name};
use super::{
    Crate, Envelope, Model, Type, TypeDef, TypeRef, callback, extensions, recursion, union, unused, usage,
};
use crate::document::{Document, Pointer, Spec, on_large_stack};
use crate::finding::Finding;
use crate::rule::Rule;

/// A document and its typed view.
pub(super) struct Source<'a> {
    pub document: &'a Document,
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
    lower_all_but(spec, &HashSet::new())
}

/// The same, but for the documents with these paths, which are known to have no typed view.
pub fn lower_all_but(spec: &Spec, untyped: &HashSet<&str>) -> (Vec<Model>, Vec<Finding>) {
    on_large_stack(|| lower_documents(spec, untyped))
}

fn lower_documents(spec: &Spec, untyped: &HashSet<&str>) -> (Vec<Model>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for document in spec.documents.iter().filter(|document| !untyped.contains(document.path.as_str())) {
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
    let mut lowering = Lowering {
        spec,
        sources: &sources,
        types: sources.iter().map(|_| Vec::new()).collect(),
        scopes,
        inline: HashMap::new(),
        tags: union::variant_tags(spec, &sources),
        taken: unused::Taken::new(),
        findings,
        current: 0,
    };
    let mut models = lowering.run();
    let Lowering { findings, taken, .. } = lowering;
    unused::remove(&mut models, &taken);
    usage::mark(&mut models);
    recursion::box_cycles(&mut models);
    (models, findings)
}

/// Claims the names of all named schemas first, so that an inline type never takes one of them.
fn name_schemas(sources: &mut [Source<'_>], findings: &mut Vec<Finding>) -> Vec<Scope> {
    let mut scopes = Vec::new();
    for source in sources {
        let mut scope = Scope::reserving(RESERVED_TYPES);
        let schemas = source.api.components.iter().flat_map(|components| &components.schemas);
        for (name, schema) in schemas {
            let given = match schema {
                ReferenceOr::Item(schema) => extensions::rust_name(&schema.schema_data.extensions),
                ReferenceOr::Reference { .. } => None,
            };
            let pointer = Pointer::root().child("components").child("schemas").child(name);
            let place = source.document.place(&pointer);
            let path = &source.document.path;
            match given.map(str::to_owned).or_else(|| type_name(name)) {
                None => findings.push(no_name(path, place, &format!("schema `{name}`"))),
                Some(rust_name) => {
                    if let Err(other) = scope.claim(&rust_name, &format!("schema `{name}`")) {
                        findings.push(collision(
                            path,
                            place,
                            &format!("schema `{name}`"),
                            &rust_name,
                            &other,
                        ));
                    }
                    source.schema_names.insert(name.clone(), rust_name);
                }
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
    pub scopes: Vec<Scope>,
    pub inline: HashMap<At, Type>,
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
                address: source.api.servers.first().map(|server| server.url.clone()).filter(|url| url != "/"),
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
            types.push(def);
        }
    }

    /// Gives a type of the current crate a description, if the document has none.
    pub fn describe(&mut self, name: &str, docs: &str) {
        let types = self.types.get_mut(self.current);
        let def =
            types.and_then(|types| types.iter_mut().find(|def| def.name == name && def.docs.is_empty()));
        if let Some(def) = def {
            def.docs = docs.trim().to_owned();
        }
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

    /// Adds a finding at a place.
    pub fn find(&mut self, at: &At, make: impl FnOnce(&str, crate::document::Span) -> Finding) {
        if let Some(source) = self.source(at) {
            let finding = make(&source.document.path, source.document.place(&at.pointer));
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }

    /// A construct that no Rust is generated for: refused with its place, never dropped.
    pub fn unsupported(&mut self, at: &At, what: &str, hint: &str) {
        self.find(at, |file, place| {
            Finding::error(file, Rule::Unsupported, place, format!("{what} is not supported")).with_hint(hint)
        });
    }

    /// A field's name, free within `scope`.
    pub fn name_field(
        &mut self,
        scope: &mut Scope,
        at: &At,
        given: Option<&str>,
        wire: &str,
        what: &str,
    ) -> String {
        let what = format!("{what} `{wire}`");
        match given.map(str::to_owned).or_else(|| field_name(wire)) {
            None => {
                self.find(at, |file, place| no_name(file, place, &what));
                String::from("unnamed")
            }
            Some(name) => {
                if let Err(other) = scope.claim(&name, &what) {
                    self.find(at, |file, place| collision(file, place, &what, &name, &other));
                }
                name
            }
        }
    }
}

/// The name in `/components/schemas/<name>`.
pub(super) fn schema_name(pointer: &Pointer) -> Option<String> {
    let mut segments = pointer.segments();
    let is_schema = segments.next()? == "components" && segments.next()? == "schemas";
    let name = segments.next()?;
    (is_schema && segments.next().is_none()).then_some(name)
}
