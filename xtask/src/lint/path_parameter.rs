//! `path-parameter`: the templates of paths and the parameters declared for them say the same.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::nearest::nearest;
use super::objects::Kind;
use super::survey::{Place, Site, Survey};
use crate::finding::{Edit, Finding};
use crate::rule::Rule;

const RULE: Rule = Rule::PathParameter;

/// Checks every path.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let mut shapes = HashMap::new();
    for path in survey.of(Kind::PathItem).filter(|path| !path.name.is_empty()) {
        duplicates(survey, path, findings);
        if survey.parent(path).is_none_or(|parent| parent.kind != Kind::Paths) {
            continue;
        }
        if !path.name.starts_with('/') {
            let message = format!("the path `{}` must begin with a slash", path.name);
            findings.push(path.place.error(RULE, path.at, message).with_fix(slash(survey, path)));
        }
        let (names, shape) = template(path.name);
        well_formed(path, &names, findings);
        let key = (path.place.document.path.as_str(), shape);
        if let Some(first) = shapes.insert(key, path.name) {
            let message = format!("`{}` is the same path as `{first}`", path.name);
            findings.push(path.place.error(RULE, path.at, message));
        }
        against_template(survey, path, &names, findings);
    }
    for operation in survey.of(Kind::Operation) {
        duplicates(survey, operation, findings);
    }
    for parameter in survey.of(Kind::Parameter) {
        findings.extend(not_required(parameter));
    }
}

/// The edit that begins a path with a slash, unless it is more than a path or another one then.
fn slash(survey: &Survey<'_>, path: &Site<'_>) -> Option<Edit> {
    let is_plain = path.name.starts_with(|first: char| first.is_alphanumeric() || "{_-.~".contains(first));
    let name = format!("/{}", path.name);
    let shape = template(&name).1;
    let paths = survey.parent(path).filter(|_| is_plain && !path.name.contains("://"))?;
    let is_other = paths.place.node.entries().iter().all(|entry| template(&entry.key).1 != shape);
    is_other.then_some(Edit::Rename(paths.place.pointer()?.child(path.name), name))
}

/// The names in a template, and the template without them.
fn template(path: &str) -> (Vec<&str>, String) {
    let mut names = Vec::new();
    let mut shape = String::new();
    let mut rest = path;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        shape.push_str(before);
        shape.push_str("{}");
        names.push(name);
        rest = after;
    }
    shape.push_str(rest);
    (names, shape)
}

fn well_formed(path: &Site<'_>, names: &[&str], findings: &mut Vec<Finding>) {
    let mut find = |message: String| findings.push(path.place.error(RULE, path.at, message));
    if path.name.matches('{').count() > names.len() {
        find(format!("a brace is left open in the path `{}`", path.name));
    }
    let mut seen = HashSet::new();
    for name in names.iter().filter(|name| !seen.insert(**name)) {
        find(format!("`{{{name}}}` stands twice in the path `{}`", path.name));
    }
}

/// A path parameter of a list.
struct Declared<'a> {
    name: &'a str,
    item: Place<'a>,
}

fn declared<'a>(survey: &Survey<'a>, owner: &Site<'a>) -> Vec<Declared<'a>> {
    let items = owner.place.list("parameters");
    let named = items.filter_map(|item| {
        let parameter = survey.follow(item)?;
        (parameter.text("in") == Some("path")).then_some(Declared { name: parameter.text("name")?, item })
    });
    named.collect()
}

fn against_template(survey: &Survey<'_>, path: &Site<'_>, names: &[&str], findings: &mut Vec<Finding>) {
    let shared = declared(survey, path);
    unused(path, &shared, names, findings);
    for operation in survey.inside(path, Kind::Operation).filter(|site| is_child(survey, site, path)) {
        let own = declared(survey, operation);
        unused(path, &own, names, findings);
        let known: HashSet<_> = shared.iter().chain(&own).map(|parameter| parameter.name).collect();
        for name in names.iter().filter(|name| !known.contains(**name)) {
            let message = format!("the path `{}` has `{{{name}}}`, which is not declared", path.name);
            let finding = operation.place.error(RULE, operation.at, message);
            let spare = known.iter().filter(|known| !names.contains(known)).copied();
            findings.push(match nearest(name, spare) {
                Some(spare) => finding.with_hint(format!("is it the parameter `{spare}`?")),
                None => {
                    finding.with_hint(format!("add a parameter `{name}` with `in: path, required: true`"))
                }
            });
        }
    }
}

/// Operations of callbacks stand inside a path too, but are not operations of it.
fn is_child(survey: &Survey<'_>, operation: &Site<'_>, path: &Site<'_>) -> bool {
    survey.parent(operation).is_some_and(|parent| parent.place.id() == path.place.id())
}

fn unused(path: &Site<'_>, declared: &[Declared<'_>], names: &[&str], findings: &mut Vec<Finding>) {
    for Declared { name, item } in declared.iter().filter(|parameter| !names.contains(&parameter.name)) {
        let span = item.node.get("name").unwrap_or(item.node).span;
        let message = format!("the path `{}` has no `{{{name}}}`", path.name);
        let finding = item.error(RULE, span, message);
        findings.push(match nearest(name, names.iter().copied()) {
            Some(near) => finding.with_hint(format!("did you mean `{near}`?")),
            None => finding.with_hint("put it into the path, or declare it with another `in`"),
        });
    }
}

fn not_required(parameter: &Site<'_>) -> Option<Finding> {
    if parameter.place.text("in") != Some("path") || parameter.place.flag("required") {
        return None;
    }
    let name = parameter.place.node.get("name")?;
    let given = parameter.place.node.get("required");
    let span = given.unwrap_or(name).span;
    let message = format!("the path parameter `{}` must say `required: true`", name.as_str()?);
    // Whoever says that it is optional may have meant a parameter of another kind.
    let at = parameter.place.pointer().filter(|_| given.is_none());
    let fix = at.map(|at| Edit::Set(at.child("required"), json!(true)));
    Some(parameter.place.error(RULE, span, message).with_fix(fix))
}

fn duplicates(survey: &Survey<'_>, owner: &Site<'_>, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for item in owner.place.list("parameters") {
        let Some(parameter) = survey.follow(item) else {
            continue;
        };
        let (Some(name), Some(location)) = (parameter.text("name"), parameter.text("in")) else {
            continue;
        };
        let is_new = match location {
            "header" => seen.insert((name.to_lowercase(), location)),
            _ => seen.insert((name.to_owned(), location)),
        };
        if !is_new {
            let span = item.node.get("name").unwrap_or(item.node).span;
            let message = format!("the {location} parameter `{name}` is declared twice");
            findings.push(item.error(RULE, span, message).with_hint("keep one of the two"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, paths};

    #[test]
    fn template_and_declarations_are_compared() {
        let text = paths(
            "/calls/{call_id}:\n\
             \x20 parameters:\n\
             \x20 - {name: callid, in: path, required: true, schema: {type: string}}\n\
             \x20 get: {operationId: a, responses: {default: {description: ''}}}\n",
        );
        assert_eq!(
            found("path-parameter", &text),
            [
                "6:14: error: the path `/calls/{call_id}` has no `{callid}`",
                "7:5: error: the path `/calls/{call_id}` has `{call_id}`, which is not declared",
            ]
        );
    }

    #[test]
    fn parameters_are_required_and_declared_once() {
        let text = paths(
            "a/{id}:\n\
             \x20 get:\n\
             \x20   operationId: a\n\
             \x20   parameters:\n\
             \x20   - {name: id, in: path, schema: {type: string}}\n\
             \x20   - {name: id, in: path, required: false, schema: {type: string}}\n\
             \x20   responses: {default: {description: ''}}\n\
             a/{x}: {}\n",
        );
        assert_eq!(
            found("path-parameter", &text),
            [
                "4:3: error: the path `a/{id}` must begin with a slash",
                "8:16: error: the path parameter `id` must say `required: true`",
                "9:16: error: the path parameter `id` is declared twice",
                "9:40: error: the path parameter `id` must say `required: true`",
                "11:3: error: `a/{x}` is the same path as `a/{id}`",
                "11:3: error: the path `a/{x}` must begin with a slash",
            ]
        );
    }

    #[test]
    fn a_template_is_well_formed() {
        let text = paths("/a/{x}/{x}: {}\n/b/{y: {}\n");
        assert_eq!(
            found("path-parameter", &text),
            [
                "4:3: error: `{x}` stands twice in the path `/a/{x}/{x}`",
                "5:3: error: a brace is left open in the path `/b/{y`"
            ]
        );
    }
}
