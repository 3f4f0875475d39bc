//! Rust names. Only a [`Scope`] hands them out, so two things can never share one.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A place in which names must differ: the types of a crate, the fields of a struct.
#[derive(Debug, Default)]
pub struct Scope {
    taken: BTreeMap<String, String>,
}

impl Scope {
    /// A scope in which the generator already uses some names.
    pub fn reserving(names: &[&str]) -> Self {
        let mut scope = Self::default();
        for name in names {
            scope.taken.insert((*name).to_owned(), "the generated code".to_owned());
        }
        scope
    }

    /// Takes a name for `owner`. The error names the one that has it already.
    pub fn claim(&mut self, name: &str, owner: &str) -> Result<(), String> {
        match self.taken.get(name) {
            Some(other) => Err(other.clone()),
            None => {
                self.taken.insert(name.to_owned(), owner.to_owned());
                Ok(())
            }
        }
    }
}

/// Names that a generated type cannot have, since generated code uses them unqualified.
pub const RESERVED_TYPES: &[&str] =
    &["Box", "Default", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec"];

/// `UpperCamelCase` for types and variants; `None` when nothing of the text can be used.
pub fn type_name(text: &str) -> Option<String> {
    let name = spell(text).to_upper_camel_case();
    match name.chars().next()? {
        first if !is_letter(first) => Some(format!("N{name}")),
        _ if name == "Self" => Some("SelfValue".to_owned()),
        _ => Some(name),
    }
}

/// `snake_case` for fields, methods and modules; `None` when nothing of the text can be used.
pub fn field_name(text: &str) -> Option<String> {
    let name = spell(text).to_snake_case();
    match name.chars().next()? {
        first if !is_letter(first) => Some(format!("n{name}")),
        _ if is_keyword(&name) => Some(format!("{name}_")),
        _ => Some(name),
    }
}

/// Signs that tell names apart are spelt out: `+1` and `-1` are votes, not the same thing.
fn spell(text: &str) -> String {
    let signed = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) if signed(rest) => format!("plus {rest}"),
        (_, Some(rest)) if signed(rest) => format!("minus {rest}"),
        _ if text.is_empty() => "empty".to_owned(),
        _ => text.replace(|sign: char| !is_part(sign), " "),
    }
}

/// Whether an identifier can begin with this.
fn is_letter(sign: char) -> bool {
    sign.is_ascii_alphabetic() || (!sign.is_ascii() && !is_keyword(&sign.to_string()))
}

/// Whether this can stand in an identifier: of other alphabets not all that is a digit or letter can.
fn is_part(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_' || (!sign.is_ascii() && !is_keyword(&format!("a{sign}")))
}

/// Whether a word cannot be an identifier (edition 2024).
pub fn is_keyword(name: &str) -> bool {
    // Edition 2024 reserves `gen`, which syn does not know yet.
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_variants() {
        let name = |text| type_name(text).unwrap();
        assert_eq!(name("workflow_status"), "WorkflowStatus");
        assert_eq!(name("TaskID"), "TaskId");
        assert_eq!(name("+1"), "Plus1");
        assert_eq!(name("-1"), "Minus1");
        assert_eq!(name("2fa"), "N2fa");
        assert_eq!(name("in-progress"), "InProgress");
        assert_eq!(name(""), "Empty");
        assert_eq!(name("m²"), "M");
        assert_eq!(name("٣d"), "N٣d");
        assert_eq!(name("日本"), "日本");
        assert_eq!(type_name("--"), None);
    }

    #[test]
    fn fields_and_methods() {
        let name = |text| field_name(text).unwrap();
        assert_eq!(name("TaskID"), "task_id");
        assert_eq!(name("ScheduleStartTime"), "schedule_start_time");
        assert_eq!(name("type"), "type_");
        assert_eq!(name("self"), "self_");
        assert_eq!(name("gen"), "gen_");
        assert_eq!(name("2fa"), "n2fa");
        assert_eq!(name("X-Trace-Id"), "x_trace_id");
    }

    #[test]
    fn a_scope_names_the_owner_of_a_taken_name() {
        let mut scope = Scope::reserving(&["new"]);
        assert_eq!(scope.claim("new", "property `new`"), Err("the generated code".to_owned()));
        assert_eq!(scope.claim("call_id", "property `callId`"), Ok(()));
        assert_eq!(scope.claim("call_id", "property `call_id`"), Err("property `callId`".to_owned()));
    }
}
