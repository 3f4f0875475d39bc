//! Types that contain themselves get a box where the circle closes.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Model, Type, TypeKind, TypeRef};

/// Boxes every field and variant through which a type reaches itself without a list or map between.
/// Crates cannot refer to each other in circles, so each is looked at alone.
pub(super) fn box_cycles(models: &mut [Model]) {
    for model in models {
        let krate = model.krate.name.clone();
        let edges: BTreeMap<String, BTreeSet<String>> =
            model.types.iter().map(|def| (def.name.clone(), direct(&def.kind, &krate))).collect();
        for def in &mut model.types {
            let owner = def.name.clone();
            let close = |ty: &mut Type| {
                let mut closes = false;
                ty.named(&mut |name, is_direct| {
                    closes |= is_direct && name.krate == krate && reaches(&edges, &name.name, &owner);
                });
                if closes {
                    *ty = Type::Boxed(Box::new(ty.clone()));
                }
            };
            match &mut def.kind {
                TypeKind::Struct(body) => body.fields.iter_mut().map(|field| &mut field.ty).for_each(close),
                TypeKind::Union(union) => {
                    union.variants.iter_mut().map(|variant| &mut variant.ty).for_each(close)
                }
                TypeKind::Alias(_) | TypeKind::Newtype(_) | TypeKind::Enum(_) => {}
            }
        }
    }
}

/// Makes names that lead back to themselves through nothing but names, lists and maps stand for any value: Rust has no such
/// names. Gives the places of those, and whether not even a list or map stands between.
pub(super) fn break_aliases(models: &mut [Model]) -> Vec<(At, bool)> {
    let mut broken = Vec::new();
    for model in models {
        let krate = model.krate.name.clone();
        loop {
            let targets = |is_direct: bool| -> BTreeMap<String, BTreeSet<String>> {
                let aliases = model.types.iter().filter_map(|def| match &def.kind {
                    TypeKind::Alias(target) => Some((def.name.clone(), named(target, &krate, is_direct))),
                    _ => None,
                });
                aliases.collect()
            };
            let (all, direct) = (targets(false), targets(true));
            let is_circle = |edges: &BTreeMap<String, BTreeSet<String>>, name: &str| {
                edges.get(name).into_iter().flatten().any(|next| reaches(edges, next, name))
            };
            let circle =
                model.types.iter_mut().find(|def| all.contains_key(&def.name) && is_circle(&all, &def.name));
            let Some(def) = circle else { break };
            broken.push((def.at.clone(), is_circle(&direct, &def.name)));
            def.kind = TypeKind::Alias(match &def.kind {
                TypeKind::Alias(Type::List(_)) => Type::List(Box::new(Type::Json)),
                TypeKind::Alias(Type::Map(_)) => Type::Map(Box::new(Type::Json)),
                _ => Type::Json,
            });
        }
    }
    broken
}

/// The types of the crate that an expression names, those inside of lists and maps too.
fn named(ty: &Type, krate: &str, only_direct: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    ty.named(&mut |name, is_direct| {
        if name.krate == krate && (is_direct || !only_direct) {
            found.insert(name.name.clone());
        }
    });
    found
}

/// The types of the same crate that a type holds directly.
fn direct(kind: &TypeKind, krate: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut visit = |name: &TypeRef, is_direct: bool| {
        if is_direct && name.krate == krate {
            found.insert(name.name.clone());
        }
    };
    match kind {
        TypeKind::Struct(body) => body.fields.iter().for_each(|field| field.ty.named(&mut visit)),
        TypeKind::Union(union) => union.variants.iter().for_each(|variant| variant.ty.named(&mut visit)),
        TypeKind::Alias(ty) | TypeKind::Newtype(ty) => ty.named(&mut visit),
        TypeKind::Enum(_) => {}
    }
    found
}

fn reaches(edges: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut queue = vec![from];
    while let Some(name) = queue.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            queue.extend(edges.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
