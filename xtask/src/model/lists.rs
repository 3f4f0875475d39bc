//! `x-pagination` and `x-batch`: the fields that they name, and whether those can do what is asked of them.

use super::extensions::{self, Extensions};
use super::lower::{At, Lowering};
use super::{Answer, Batch, Effect, Field, OperationField, Pagination, Struct, Type, TypeKind, TypeRef};
use crate::finding::Finding;
use crate::rule::Rule;

/// An operation on its way, as far as lists need it.
pub(super) struct Listed<'a> {
    pub extensions: &'a Extensions,
    pub fields: &'a [OperationField],
    pub answer: &'a Answer,
    pub effect: Effect,
}

impl Lowering<'_> {
    /// What `x-pagination` means; none if there is none, or if something is wrong with it.
    pub(super) fn pagination(&mut self, at: &At, operation: &Listed<'_>) -> Option<Pagination> {
        let named = extensions::pagination(operation.extensions)?;
        let mut lists = Lists { at: at.child("x-pagination"), rule: Rule::Pagination, lowering: self };
        if operation.effect != Effect::Safe {
            let at = lists.at.clone();
            lists.find(&at, "only what is `safe` can be paged: a page is read again after an error");
        }
        let mark = match (&named.page, &named.cursor) {
            (Some(page), None) => lists.field("page", page, operation.fields, "an integer", is_integer),
            (None, Some(cursor)) => {
                lists.field("cursor", cursor, operation.fields, "a string or an identifier", is_text)
            }
            // The lint has said it.
            _ => return None,
        };
        let size = named
            .size
            .as_ref()
            .map(|size| lists.field("size", size, operation.fields, "an integer", is_integer));
        let payload = lists.payload(operation.answer);
        let (items, item) = match &named.items {
            Some(items) => {
                let field = lists.answer_field("items", items, payload.as_ref(), "a list", is_list);
                (field.as_ref().map(|field| field.name.clone()), field.map(|field| field.ty))
            }
            None => (None, lists.answer(operation.answer)),
        };
        let item = item.and_then(|list| lists.item(&list));
        let total = named
            .total
            .as_ref()
            .map(|total| lists.answer_field("total", total, payload.as_ref(), "an integer", is_integer));
        let entry = item.as_ref().and_then(|item| lists.structure(item));
        let key = named.key.as_ref().map(|key| {
            lists.answer_field("key", key, entry.as_ref(), "a string, an integer or an identifier", is_key)
        });
        let name = |field: Option<Field>| field.map(|field| field.name);
        let is_whole = |field: &Option<Option<Field>>| !matches!(field, Some(None));
        let is_found =
            is_whole(&size) && is_whole(&total) && is_whole(&key) && named.items.is_some() == items.is_some();
        is_found.then_some(Pagination {
            mark: mark?.name,
            key: name(key.flatten()),
            size: name(size.flatten()),
            items,
            item: item?,
            total: name(total.flatten()),
        })
    }

    /// What `x-batch` means; none if there is none, or if something is wrong with it.
    pub(super) fn batch(&mut self, at: &At, operation: &Listed<'_>) -> Option<Batch> {
        let named = extensions::batch(operation.extensions)?;
        let mut lists = Lists { at: at.child("x-batch"), rule: Rule::Batch, lowering: self };
        let field = lists.field("field", &named.field, operation.fields, "a list", is_list);
        let payload = lists.payload(operation.answer);
        let refused = named.refused.as_ref().map(|refused| {
            lists.answer_field("refused", refused, payload.as_ref(), "a list", is_hidden_list)
        });
        let field = field?;
        let item = lists.item(&field.ty)?;
        if matches!(refused, Some(None)) {
            return None;
        }
        Some(Batch {
            field: field.name,
            item,
            max: named.max,
            total: named.total,
            rest: named.rest,
            refused: refused.flatten().map(|field| field.name),
        })
    }

    /// The definition of a named type.
    pub(super) fn kind(&self, name: &TypeRef) -> Option<&TypeKind> {
        let source = self.sources.iter().position(|source| source.krate.name == name.krate)?;
        let def = self.types.get(source)?.iter().find(|def| def.name == name.name)?;
        Some(&def.kind)
    }

    /// A type with aliases followed; that they lead in a circle is the lint's to report.
    fn resolve(&self, ty: &Type) -> Type {
        const MAX_STEPS: usize = 32;
        let mut ty = ty;
        for _ in 0..MAX_STEPS {
            match ty {
                Type::Named(name) => match self.kind(name) {
                    Some(TypeKind::Alias(inner)) => ty = inner,
                    _ => break,
                },
                _ => break,
            }
        }
        ty.clone()
    }

    /// What is inside a newtype.
    fn plain(&self, ty: &Type) -> Type {
        match self.resolve(ty) {
            Type::Named(name) => match self.kind(&name) {
                Some(TypeKind::Newtype(inner)) => inner.clone(),
                _ => Type::Named(name),
            },
            ty => ty,
        }
    }
}

/// One of the two keys while it is looked at.
struct Lists<'l, 'a> {
    at: At,
    rule: Rule,
    lowering: &'l mut Lowering<'a>,
}

impl Lists<'_, '_> {
    fn find(&mut self, at: &At, message: &str) {
        let rule = self.rule;
        self.lowering.find(at, |file, place| Finding::error(file, rule, place, message));
    }

    /// A field of the operation.
    fn field(
        &mut self,
        key: &str,
        wire: &str,
        fields: &[OperationField],
        kind: &str,
        fits: Fits,
    ) -> Option<Field> {
        let fields = fields.iter().map(|field| &field.field);
        self.pick(key, wire, fields, "a field of the operation", kind, fits)
    }

    /// A field of the answer, or of an entry of its list.
    fn answer_field(
        &mut self,
        key: &str,
        wire: &str,
        of: Option<&Struct>,
        kind: &str,
        fits: Fits,
    ) -> Option<Field> {
        let fields = of.iter().flat_map(|of| &of.fields);
        let what = if key == "key" { "a field of an entry" } else { "a field of the answer" };
        self.pick(key, wire, fields, what, kind, fits)
    }

    fn pick<'f>(
        &mut self,
        key: &str,
        wire: &str,
        mut fields: impl Iterator<Item = &'f Field>,
        what: &str,
        kind: &str,
        fits: Fits,
    ) -> Option<Field> {
        let at = self.at.child(key);
        let Some(field) = fields.find(|field| field.wire == wire) else {
            self.find(&at, &format!("`{wire}` is not {what}"));
            return None;
        };
        if !fits(self.lowering, &field.ty) {
            self.find(&at, &format!("`{wire}` is not {kind}"));
            return None;
        }
        Some(field.clone())
    }

    /// The answer itself, if it is a list.
    fn answer(&mut self, answer: &Answer) -> Option<Type> {
        match answer {
            Answer::Json(ty) if is_list(self.lowering, ty) => Some(ty.clone()),
            _ => {
                let at = self.at.clone();
                self.find(&at, "the answer is no list: say in `items` which of its fields is the list");
                None
            }
        }
    }

    /// The answer, if it is an object.
    fn payload(&self, answer: &Answer) -> Option<Struct> {
        match answer {
            Answer::Json(ty) => self.structure(ty),
            _ => None,
        }
    }

    fn structure(&self, ty: &Type) -> Option<Struct> {
        match self.lowering.resolve(ty) {
            Type::Named(name) => match self.lowering.kind(&name)? {
                TypeKind::Struct(body) => Some(body.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn item(&self, list: &Type) -> Option<Type> {
        match self.lowering.resolve(list) {
            Type::List(item) => Some(*item),
            _ => None,
        }
    }
}

/// Whether a field of this type can do what is asked of it.
type Fits = fn(&Lowering<'_>, &Type) -> bool;

fn is_integer(lowering: &Lowering<'_>, ty: &Type) -> bool {
    matches!(lowering.resolve(ty), Type::I32 | Type::I64 | Type::U64)
}

fn is_text(lowering: &Lowering<'_>, ty: &Type) -> bool {
    matches!(lowering.plain(ty), Type::String | Type::Id)
}

fn is_key(lowering: &Lowering<'_>, ty: &Type) -> bool {
    matches!(lowering.plain(ty), Type::String | Type::Id | Type::I32 | Type::I64 | Type::U64)
}

fn is_list(lowering: &Lowering<'_>, ty: &Type) -> bool {
    matches!(lowering.resolve(ty), Type::List(_))
}

/// It is only counted, so that it may be personal.
fn is_hidden_list(lowering: &Lowering<'_>, ty: &Type) -> bool {
    match lowering.resolve(ty) {
        Type::Pii(inner) => is_list(lowering, &inner),
        ty => is_list(lowering, &ty),
    }
}
