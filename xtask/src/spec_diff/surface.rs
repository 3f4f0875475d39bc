//! The public Rust API of generated code, read off the code itself: what it says holds however the emitters change.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Fields, ImplItem, Item, Type as SynType, UseTree, Visibility};

use super::change::Level;
use crate::emit::File;

/// The module and the name of a public item: `models` and `Call`.
pub type Name = (String, String);

/// The API of one crate.
#[derive(Debug, Default)]
pub struct Surface {
    items: BTreeMap<Name, Shape>,
}

/// A public item.
#[derive(Debug, Default)]
struct Shape {
    /// What it is, in code: `struct`, `enum`, `type = ..`.
    kind: String,
    /// Whether code outside can write it out, or match it, without a rest.
    is_exhaustive: bool,
    /// What belongs to it, by what it is called: fields, variants, methods, implementations.
    members: BTreeMap<String, Member>,
}

#[derive(Debug)]
struct Member {
    /// `field`, `variant`, `method`, `implementation` or `derive`.
    kind: &'static str,
    signature: String,
}

/// One difference of two surfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The item.
    pub name: Name,
    /// The field, variant or method, when it is not the whole item.
    pub member: Option<String>,
    /// How bad.
    pub level: Level,
    /// What, in a few words of Rust.
    pub text: String,
}

/// The surfaces of all crates among generated files, by package.
pub fn surfaces(files: &[File]) -> BTreeMap<String, Surface> {
    let mut all: BTreeMap<String, Surface> = BTreeMap::new();
    for file in files {
        let Some((krate, path)) = file.path.strip_prefix("crates/").and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        let surface = all.entry(krate.to_owned()).or_default();
        if path == "Cargo.toml" {
            surface.features(&file.text);
        } else if let Some(source) = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs"))
            && let Ok(syntax) = syn::parse_file(&file.text)
        {
            // A file in a folder adds to the module of the folder; what stands beside them is the root, or a module
            // written into one file.
            let module = match source.split_once('/') {
                Some((folder, _)) => folder,
                None if ["lib", "client", "generated"].contains(&source) => "",
                None => source,
            };
            syntax.items.into_iter().for_each(|item| surface.item(module, item));
        }
    }
    all
}

impl Surface {
    fn shape(&mut self, module: &str, name: impl ToString) -> &mut Shape {
        self.items.entry((module.to_owned(), name.to_string())).or_default()
    }

    fn item(&mut self, module: &str, item: Item) {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let shape = self.shape(module, &item.ident);
                shape.kind = format!("struct{}", tokens(&item.generics));
                shape.attributes(&item.attrs);
                shape.fields(&item.fields);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let shape = self.shape(module, &item.ident);
                shape.kind = format!("enum{}", tokens(&item.generics));
                shape.is_exhaustive = true;
                shape.attributes(&item.attrs);
                for variant in &item.variants {
                    shape.add(&variant.ident, "variant", tokens(&variant.fields));
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.shape(module, &item.ident).kind = format!("type = {}", tokens(&item.ty));
            }
            Item::Const(item) if is_public(&item.vis) => {
                self.shape(module, &item.ident).kind = format!("const: {}", tokens(&item.ty));
            }
            Item::Fn(item) if is_public(&item.vis) => {
                self.shape(module, &item.sig.ident).kind = tokens(&item.sig);
            }
            Item::Mod(item) if is_public(&item.vis) => {
                for inner in item.content.into_iter().flat_map(|(_, items)| items) {
                    self.item(&item.ident.to_string(), inner);
                }
            }
            Item::Use(item) if is_public(&item.vis) => self.reexport(module, &item.tree, String::new()),
            Item::Impl(item) => self.implementation(module, item),
            // `wire::newtype!(CallId, String);` gives an item its conversions, by the type within. What other macros
            // are given stands in the code beside them.
            Item::Macro(item) => {
                let text = tokens(&item.mac.tokens);
                let (path, rest) = text.split_once(',').unwrap_or((&text, ""));
                let (module, name) = place(path, module);
                let what = item.mac.path.segments.last().map(|last| last.ident.to_string());
                let what = what.unwrap_or_default();
                let rest = if what == "newtype" { rest.trim() } else { "" };
                self.shape(&module, name).add(format!("{what}!"), "implementation", rest.to_owned());
            }
            _ => {}
        }
    }

    fn implementation(&mut self, module: &str, item: syn::ItemImpl) {
        let SynType::Path(target) = item.self_ty.as_ref() else { return };
        let (module, name) = place(&tokens(target), module);
        let shape = self.shape(&module, name);
        if let Some((path, _)) = &item.trait_ {
            let types = item.items.iter().filter_map(|item| match item {
                ImplItem::Type(ty) => Some(format!("{} = {}", ty.ident, tokens(&ty.ty))),
                _ => None,
            });
            let types: Vec<_> = types.collect();
            return shape.add(format!("impl {}", tokens(path)), "implementation", types.join(", "));
        }
        for member in item.items {
            match member {
                ImplItem::Fn(function) if is_public(&function.vis) => {
                    shape.add(&function.sig.ident, "method", tokens(&function.sig));
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    shape.add(&constant.ident, "method", tokens(&constant.ty));
                }
                _ => {}
            }
        }
    }

    /// Types of other crates under a name of this one. What the crate only puts elsewhere within itself is read there.
    fn reexport(&mut self, module: &str, tree: &UseTree, path: String) {
        let join =
            |ident: &syn::Ident| if path.is_empty() { ident.to_string() } else { format!("{path}::{ident}") };
        match tree {
            UseTree::Path(inner) => self.reexport(module, &inner.tree, join(&inner.ident)),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.reexport(module, tree, path.clone()))
            }
            UseTree::Name(name) if !["self", "crate"].iter().any(|own| path.starts_with(own)) => {
                self.shape(module, &name.ident).kind = format!("use {}", join(&name.ident));
            }
            UseTree::Rename(name) => {
                self.shape(module, &name.rename).kind = format!("use {}", join(&name.ident))
            }
            _ => {}
        }
    }

    /// The features of a manifest; what they switch on is no business of whoever names them.
    fn features(&mut self, manifest: &str) {
        let lines = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
        for line in lines.take_while(|line| !line.starts_with('[')) {
            if let Some((name, _)) = line.split_once(" = ") {
                self.shape("Cargo.toml", name).kind = "feature".to_owned();
            }
        }
    }

    /// What became of this one: the differences by item.
    pub fn compare(&self, new: &Self) -> Vec<Delta> {
        let names: BTreeSet<_> = self.items.keys().chain(new.items.keys()).collect();
        let mut deltas = Vec::new();
        for name in names {
            let whole = |level, text| Delta { name: name.clone(), member: None, level, text };
            match (self.items.get(name), new.items.get(name)) {
                (Some(old), Some(new)) if old.kind == new.kind => old.compare(new, name, &mut deltas),
                (Some(_), Some(new)) => {
                    deltas.push(whole(
                        Level::Breaking,
                        format!("`{}` is another thing: `{}`", shown(name), new.kind),
                    ));
                }
                // An implementation for a type that is not public is nobody's.
                (Some(old), None) if !old.kind.is_empty() => {
                    deltas.push(whole(Level::Breaking, format!("`{}` is gone", shown(name))));
                }
                (None, Some(new)) if !new.kind.is_empty() => {
                    deltas.push(whole(Level::Addition, format!("`{}` is new", shown(name))));
                }
                _ => {}
            }
        }
        deltas
    }
}

impl Shape {
    fn add(&mut self, name: impl ToString, kind: &'static str, signature: String) {
        self.members.insert(name.to_string(), Member { kind, signature });
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            if attribute.path().is_ident("non_exhaustive") {
                self.is_exhaustive = false;
                self.add("#[non_exhaustive]", "attribute", String::new());
            }
            if attribute.path().is_ident("derive")
                && let Ok(list) = attribute.meta.require_list()
            {
                let text = list.tokens.to_string();
                text.split(',')
                    .for_each(|name| self.add(format!("derive({})", name.trim()), "derive", String::new()));
            }
        }
    }

    fn fields(&mut self, fields: &Fields) {
        let is_marked = self.members.contains_key("#[non_exhaustive]");
        self.is_exhaustive = !is_marked && fields.iter().all(|field| is_public(&field.vis));
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            // A field and its accessor share a name.
            self.add(format!(".{name}"), "field", tokens(&field.ty));
        }
    }

    fn compare(&self, new: &Self, name: &Name, deltas: &mut Vec<Delta>) {
        let names: BTreeSet<_> = self.members.keys().chain(new.members.keys()).collect();
        for key in names {
            let at = format!("`{}{}`", shown(name), suffix(key));
            let (level, text) = match (self.members.get(key), new.members.get(key)) {
                (Some(old), Some(new)) if old.signature == new.signature => continue,
                (Some(_), Some(new)) => (Level::Breaking, format!("{at} is now `{}`", new.signature)),
                (Some(_), None) if key == "#[non_exhaustive]" => {
                    (Level::Addition, format!("`{}` may be written out", shown(name)))
                }
                (Some(_), None) => (Level::Breaking, format!("{at} is gone")),
                (None, Some(member)) => match member.kind {
                    "attribute" => {
                        (Level::Breaking, format!("`{}` may no longer be written out", shown(name)))
                    }
                    "field" if self.is_exhaustive => (
                        Level::Breaking,
                        format!("{at} is new: code that writes the struct out field by field lacks it"),
                    ),
                    "variant" if self.is_exhaustive => {
                        (Level::Breaking, format!("{at} is new: code that matches all variants lacks it"))
                    }
                    _ => (Level::Addition, format!("{at} is new")),
                },
                (None, None) => continue,
            };
            deltas.push(Delta {
                name: name.clone(),
                member: Some(key.trim_start_matches('.').to_owned()),
                level,
                text,
            });
        }
    }
}

/// Fields and methods by their names, implementations in brackets.
fn suffix(key: &str) -> String {
    match key.split_once(' ') {
        Some(_) => format!(": {key}"),
        None if key.starts_with('.') => key.to_owned(),
        None if key.starts_with("derive") || key.ends_with('!') => format!(": {key}"),
        None => format!("::{key}"),
    }
}

fn shown((module, name): &Name) -> String {
    if module.is_empty() { name.clone() } else { format!("{module}::{name}") }
}

/// The module and name of a type that an implementation is for.
fn place(path: &str, module: &str) -> Name {
    let segments: Vec<_> = path.split("::").map(str::trim).collect();
    match segments.as_slice() {
        [.., module, name] => ((*module).to_owned(), (*name).to_owned()),
        _ => (module.to_owned(), path.trim().to_owned()),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The tokens, with spaces as a reader expects them.
fn tokens(node: &impl quote::ToTokens) -> String {
    let text = node.to_token_stream().to_string();
    let tight = text
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" < ", "<")
        .replace(" > ", "> ")
        .replace(" >", ">");
    tight
        .replace("& ", "&")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" ,", ",")
        .replace(" :", ":")
        .replace(",)", ")")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(text: &str) -> Surface {
        let file = File { path: "crates/a/src/models/x.rs".to_owned(), text: text.to_owned() };
        surfaces(&[file]).remove("a").unwrap_or_default()
    }

    fn deltas(old: &str, new: &str) -> Vec<String> {
        let deltas = surface(old).compare(&surface(new));
        deltas.iter().map(|delta| format!("{}: {}", delta.level, delta.text)).collect()
    }

    #[test]
    fn a_field_of_an_open_struct_may_be_added() {
        assert_eq!(
            deltas(
                "#[non_exhaustive] pub struct A { pub x: u8 }",
                "#[non_exhaustive] pub struct A { pub x: u8, pub y: u8 }"
            ),
            ["addition: `models::A.y` is new"]
        );
        assert_eq!(
            deltas("pub struct A { pub x: u8 }", "pub struct A { pub x: u8, pub y: u8 }"),
            ["breaking: `models::A.y` is new: code that writes the struct out field by field lacks it"]
        );
        assert_eq!(deltas("pub struct A(u8);", "pub struct A(u16);"), [""; 0]);
    }

    #[test]
    fn what_goes_or_changes_breaks() {
        assert_eq!(
            deltas(
                "#[derive(Clone, Copy)] pub enum A { X, Y(u8) } impl A { pub fn x(&self) -> u8 { 1 } fn y(&self) {} }",
                "#[derive(Clone)] pub enum A { Y(u16) } impl A { pub fn x(&self) -> u16 { 1 } }"
            ),
            [
                "breaking: `models::A::X` is gone",
                "breaking: `models::A::Y` is now `(u16)`",
                "breaking: `models::A: derive(Copy)` is gone",
                "breaking: `models::A::x` is now `fn x(&self) -> u16`",
            ]
        );
        assert_eq!(
            deltas("pub type A = u8;", "pub struct A(u8);"),
            ["breaking: `models::A` is another thing: `struct`"]
        );
    }

    #[test]
    fn implementations_and_names_from_elsewhere_count() {
        assert_eq!(
            deltas(
                "pub use other::models::{B, C}; pub struct A(String); wire::newtype!(A, String); impl Op for A { type Answer = B; }",
                "pub use other::models::C; pub struct A(i64); wire::newtype!(A, i64); impl Op for A { type Answer = C; }"
            ),
            [
                "breaking: `models::A: impl Op` is now `Answer = C`",
                "breaking: `models::A: newtype!` is now `i64`",
                "breaking: `models::B` is gone",
            ]
        );
    }

    #[test]
    fn a_field_and_its_accessor_are_told_apart() {
        let old = "#[non_exhaustive] pub struct A { pub x: u8 } impl A { pub fn x(&self) -> u8 { 1 } }";
        assert_eq!(
            deltas(old, "#[non_exhaustive] pub struct A { pub x: u8 }"),
            ["breaking: `models::A::x` is gone"]
        );
    }
}
