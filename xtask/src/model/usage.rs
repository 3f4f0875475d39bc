//! Which types are sent and which are received.

use std::collections::HashMap;

use super::{CallbackBody, Model, Struct, Type, TypeKind, TypeRef, Usage};

/// Marks every type with what it is used for, through all crates. The types of a document without operations
/// are shared by others that are still to be written, so they can always be received.
pub(super) fn mark(models: &mut [Model]) {
    let mut marks: HashMap<TypeRef, Usage> = HashMap::new();
    let mut queue = Vec::new();
    for model in models.iter() {
        for operation in &model.operations {
            operation.sent(&mut |ty| push(ty, Usage { request: true, answer: false }, &mut queue));
            operation.received(&mut |ty| push(ty, Usage { request: false, answer: true }, &mut queue));
        }
        for callback in &model.callbacks {
            let received = Usage { request: false, answer: true };
            match &callback.body {
                CallbackBody::Type(ty) => push(ty, received, &mut queue),
                CallbackBody::Struct(body) => push_struct(body, received, &mut queue),
            }
        }
        if model.operations.is_empty() {
            for def in &model.types {
                let name = TypeRef { krate: model.krate.name.clone(), name: def.name.clone() };
                queue.push((name, Usage { request: false, answer: true }));
            }
        }
    }
    let kinds: HashMap<TypeRef, &TypeKind> = models
        .iter()
        .flat_map(|model| {
            let krate = &model.krate.name;
            model
                .types
                .iter()
                .map(move |def| (TypeRef { krate: krate.clone(), name: def.name.clone() }, &def.kind))
        })
        .collect();
    while let Some((name, usage)) = queue.pop() {
        let mark = marks.entry(name.clone()).or_default();
        let merged = Usage { request: mark.request || usage.request, answer: mark.answer || usage.answer };
        if merged == *mark {
            continue;
        }
        *mark = merged;
        match kinds.get(&name) {
            Some(TypeKind::Struct(body)) => push_struct(body, merged, &mut queue),
            Some(TypeKind::Union(union)) => {
                union.variants.iter().for_each(|variant| push(&variant.ty, merged, &mut queue))
            }
            Some(TypeKind::Newtype(ty) | TypeKind::Alias(ty)) => push(ty, merged, &mut queue),
            Some(TypeKind::Enum(_)) | None => {}
        }
    }
    for model in models {
        let krate = model.krate.name.clone();
        for def in &mut model.types {
            let name = TypeRef { krate: krate.clone(), name: def.name.clone() };
            let unused = Usage { request: false, answer: true };
            def.usage = marks.get(&name).copied().unwrap_or(unused);
        }
    }
}

fn push_struct(body: &Struct, usage: Usage, queue: &mut Vec<(TypeRef, Usage)>) {
    for field in &body.fields {
        push(&field.ty, usage, queue);
    }
    if let Some(additional) = &body.additional {
        push(additional, usage, queue);
    }
}

fn push(ty: &Type, usage: Usage, queue: &mut Vec<(TypeRef, Usage)>) {
    ty.named(&mut |name, _| queue.push((name.clone(), usage)));
}
