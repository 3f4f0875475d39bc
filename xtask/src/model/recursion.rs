//! Types that contain themselves get a box where the circle closes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Model, Type, TypeKind, TypeRef};

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
