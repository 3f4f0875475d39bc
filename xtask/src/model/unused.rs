//! Types that only a callback's whole body refers to: the callback has their fields, so nobody meets them.

use std::collections::BTreeSet;

use super::{CallbackBody, Model, Struct, Type, TypeKind, TypeRef};

/// The named schemas that callbacks have taken the fields of.
pub(super) type Taken = BTreeSet<TypeRef>;

/// Removes the types that were taken by callbacks and that nothing refers to.
pub(super) fn remove(models: &mut [Model], taken: &Taken) {
    let used = used(models);
    for model in models {
        let krate = model.krate.name.clone();
        model.types.retain(|def| {
            let name = TypeRef { krate: krate.clone(), name: def.name.clone() };
            !taken.contains(&name) || used.contains(&name)
        });
    }
}

/// Every type that something refers to.
fn used(models: &[Model]) -> BTreeSet<TypeRef> {
    let mut used = BTreeSet::new();
    let mut note = |ty: &Type| {
        ty.named(&mut |name, _| {
            used.insert(name.clone());
        });
    };
    let fields = |body: &Struct, note: &mut dyn FnMut(&Type)| {
        body.fields.iter().map(|field| &field.ty).chain(&body.additional).for_each(note);
    };
    for model in models {
        for operation in &model.operations {
            operation.sent(&mut note);
            operation.received(&mut note);
        }
        for callback in &model.callbacks {
            match &callback.body {
                CallbackBody::Struct(body) => fields(body, &mut note),
                CallbackBody::Type(ty) => note(ty),
            }
        }
        for def in &model.types {
            match &def.kind {
                TypeKind::Struct(body) => fields(body, &mut note),
                TypeKind::Union(union) => union.variants.iter().for_each(|variant| note(&variant.ty)),
                TypeKind::Newtype(ty) | TypeKind::Alias(ty) => note(ty),
                TypeKind::Enum(_) => {}
            }
        }
    }
    used
}
