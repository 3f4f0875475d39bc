//! What stands in what: a copied table is flat, so the tree is found again from the examples.

use serde_json::Value as Json;

use super::endpoint::{Field, Kinds, Shape};

/// Puts the fields of a table, which come in the order of a walk through the tree, into the objects they belong to:
/// each into the innermost object still open whose examples have its name, or that our document gives such a field, or
/// else into the innermost without one.
pub fn nest(fields: Vec<Field>, examples: &[Json], known: Option<&Shape>) -> Vec<Field> {
    let known: Vec<_> = known.map(skeleton).into_iter().collect();
    let mut root = Open { fields: Vec::new(), hints: [objects(examples), objects(&known)] };
    let mut stack: Vec<(Field, Open)> = Vec::new();
    for field in fields {
        let depth = depth(&root, &stack, &field.name);
        while stack.len() > depth {
            close(&mut root, &mut stack);
        }
        let owner = stack.last_mut().map_or(&mut root, |(_, open)| open);
        if may_hold_fields(&field.shape) {
            let hints = owner.hints.each_ref().map(|hints| {
                let inner: Vec<_> = hints.iter().filter_map(|hint| hint.get(&field.name)).cloned().collect();
                objects(&inner)
            });
            stack.push((field, Open { fields: Vec::new(), hints }));
        } else {
            owner.fields.push(field);
        }
    }
    while !stack.is_empty() {
        close(&mut root, &mut stack);
    }
    settle(root.fields)
}

/// An object whose fields are still coming.
struct Open {
    fields: Vec<Field>,
    /// What the examples have here, and what our document has.
    hints: [Vec<Json>; 2],
}

impl Open {
    fn lacks(&self, name: &str) -> bool {
        !self.fields.iter().any(|field| field.name == name)
    }

    fn shows(&self, name: &str, hint: usize) -> bool {
        self.hints.get(hint).is_some_and(|hints| hints.iter().any(|hint| hint.get(name).is_some()))
    }
}

/// How many objects around a field of this name are open, the root aside.
fn depth(root: &Open, stack: &[(Field, Open)], name: &str) -> usize {
    let inside = stack.iter().rev().map(|(_, open)| open).chain([root]);
    let lacking: Vec<_> = (0..=stack.len()).rev().zip(inside).filter(|(_, open)| open.lacks(name)).collect();
    let shown = |hint| lacking.iter().find(|(_, open)| open.shows(name, hint));
    shown(0).or_else(|| shown(1)).or(lacking.first()).map_or(stack.len(), |(depth, _)| *depth)
}

/// An object, or a list of what is not said, whose properties the page does not only count.
fn may_hold_fields(shape: &Shape) -> bool {
    let object = shape.object();
    (object.kinds.is_only(Kinds::OBJECT) || object.kinds.is_only(Kinds::ARRAY)) && object.hidden.is_none()
}

fn close(root: &mut Open, stack: &mut Vec<(Field, Open)>) {
    let Some((mut field, open)) = stack.pop() else { return };
    if !open.fields.is_empty() && field.shape.object().kinds.is_only(Kinds::ARRAY) {
        let items = Shape { kinds: Kinds::OBJECT, ..Shape::any(field.shape.spot.clone()) };
        field.shape.object_mut().items = Some(Box::new(items));
    }
    field.shape.object_mut().fields = settle(open.fields);
    stack.last_mut().map_or(root, |(_, open)| open).fields.push(field);
}

/// Where one field of an object is marked, one without a mark is optional. Where none is, nothing is said of any.
pub fn settle(mut fields: Vec<Field>) -> Vec<Field> {
    if fields.iter().any(|field| field.required.is_some()) {
        for field in &mut fields {
            field.required.get_or_insert(false);
        }
    }
    fields
}

/// All properties of a shape, without their values.
fn skeleton(shape: &Shape) -> Json {
    match &shape.items {
        Some(items) => Json::Array(vec![skeleton(items)]),
        None => Json::Object(
            shape.fields.iter().map(|field| (field.name.clone(), skeleton(&field.shape))).collect(),
        ),
    }
}

/// The objects among the values, and in the lists among them.
fn objects(values: &[Json]) -> Vec<Json> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Json::Array(inner) => found.extend(objects(inner)),
            Json::Object(_) => found.push(value.clone()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vendor::{fields, lines};

    /// The tree as `name(children)`.
    fn tree(text: &str, examples: &[Json]) -> String {
        fn shown(fields: &[Field]) -> String {
            let one = |field: &Field| match shown(&field.shape.object().fields) {
                inner if inner.is_empty() => field.name.clone(),
                inner => format!("{}({inner})", field.name),
            };
            fields.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        let (_, fields) = fields::read(&"page.txt".into(), &lines::of_text(text));
        shown(&nest(fields, examples, None))
    }

    const TABLE: &str =
        "data\nobject\nrows\narray [object]\nid\nstring\nstate\nstring\ntotal\ninteger\nstate\nstring\n";

    #[test]
    fn the_example_tells_what_stands_in_what() {
        let example = json!({"data": {"rows": [{"id": "a"}, {"state": "b"}], "total": 1}, "state": "ok"});
        assert_eq!(tree(TABLE, &[example]), "data(rows(id state) total) state");
    }

    #[test]
    fn a_name_that_comes_twice_goes_further_out() {
        let example = json!({"data": {"rows": [{"id": "a", "state": "b"}], "state": "c"}, "total": 1});
        assert_eq!(
            tree(
                "data\nobject\nrows\narray\nid\nstring\nstate\nstring\nstate\nstring\ntotal\ninteger\n",
                &[example]
            ),
            "data(rows(id state) state) total"
        );
    }

    #[test]
    fn without_an_example_fields_stay_together() {
        assert_eq!(tree(TABLE, &[]), "data(rows(id state total) state)");
    }

    #[test]
    fn our_document_tells_where_the_examples_do_not() {
        let (_, flat) = fields::read(&"page.txt".into(), &lines::of_text("data\nobject\nid\nstring\n"));
        let known = Shape { fields: nest(flat, &[], None), ..Shape::any(crate::vendor::testing::spot()) };
        let (_, flat) =
            fields::read(&"page.txt".into(), &lines::of_text("data\nobject\nid\nstring\nnew\nstring\n"));
        let example = json!({"new": 1});
        assert_eq!(nest(flat, &[example], Some(&known)).len(), 2);
    }

    #[test]
    fn what_is_only_counted_holds_nothing() {
        let text = "data\nobject\nrows\narray [object {2}]\ntotal\ninteger\n";
        assert_eq!(tree(text, &[]), "data(rows total)");
    }

    #[test]
    fn marks_of_one_speak_for_its_neighbours() {
        let text = "a\nstring\nrequired\nb\nstring\nc\nobject\nd\nstring\n";
        let (_, flat) = fields::read(&"page.txt".into(), &lines::of_text(text));
        let fields = nest(flat, &[json!({"a": 1, "b": 1, "c": {"d": 1}})], None);
        let required: Vec<_> = fields.iter().map(|field| field.required).collect();
        assert_eq!(required, [Some(true), Some(false), Some(false)]);
        assert_eq!(fields[2].shape.fields[0].required, None);
    }
}
