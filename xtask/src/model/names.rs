//! Rust names. Only a [`Scope`] hands them out, so two things can never share one.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A place in which names must differ: the types of a crate, the fields of a struct.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeMap<String, String>,
}

impl Scope {
    /// A scope in which the generator already uses some names.
    pub fn reserving(names: &[&str]) -> Self {
        let mut scope = Self::default();
        for name in names {
            scope.taken.insert((*name).to_owned(), GENERATED.to_owned());
        }
        scope
    }

    /// Whether nobody may take a name.
    pub fn is_reserved(&self, name: &str) -> bool {
        self.taken.get(name).is_some_and(|owner| owner == GENERATED)
    }

    /// Whether a name is still free.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name)
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
pub const RESERVED_TYPES: &[&str] = &[
    "BTreeMap",
    "Box",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// Whom a name belongs to that nobody may take.
const GENERATED: &str = "the generated code";

/// How a kind of thing is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `UpperCamelCase`, for types and variants.
    Type,
    /// `snake_case`, for fields, methods and modules.
    Field,
}

impl Spelling {
    /// The usual name; `None` when nothing of the text can be used.
    pub fn name(self, text: &str) -> Option<String> {
        match self {
            Self::Type => type_name(text),
            Self::Field => field_name(text),
        }
    }

    /// A name beside one that the generated code needs for itself.
    pub fn beside(self, name: &str) -> String {
        match self {
            Self::Type => format!("{name}Value"),
            Self::Field => format!("{name}_value"),
        }
    }

    /// A name for a text of which the usual name is wanted by others too: what tells it from them is spelt out. It depends
    /// on the text alone, so that what is added to a document later does not change it. A text that is spelt as Rust
    /// spells it keeps its name.
    pub fn distinct(self, text: &str) -> Option<String> {
        let plain = self.name(text);
        if plain.as_deref() == Some(text) {
            return plain;
        }
        let letters = || text.chars().filter(|letter| letter.is_alphabetic());
        let shape = match letters().next() {
            None => "",
            Some(_) if letters().all(char::is_uppercase) => "upper",
            Some(_) if letters().all(char::is_lowercase) => "lower",
            Some(first) if first.is_lowercase() => "camel",
            Some(_) => "pascal",
        };
        let mut spelt = format!("{shape} ");
        for sign in text.chars() {
            match SIGNS.iter().find(|(known, _)| *known == sign) {
                Some((_, word)) => spelt.push_str(&format!(" {word} ")),
                None => spelt.push(sign),
            }
        }
        // Where nothing makes a word, the numbers of the signs do.
        let numbers = || text.chars().map(|sign| format!("u{:x} ", u32::from(sign))).collect::<String>();
        self.name(&spelt).or_else(|| self.name(&numbers()))
    }
}

/// What signs are called in names.
const SIGNS: &[(char, &str)] = &[
    ('_', "underscore"),
    ('-', "dash"),
    ('.', "dot"),
    (' ', "space"),
    ('/', "slash"),
    (':', "colon"),
    ('+', "plus"),
    ('$', "dollar"),
    ('@', "at"),
    ('#', "hash"),
    ('*', "star"),
    ('%', "percent"),
    ('&', "and"),
    ('=', "equal"),
    ('<', "less"),
    ('>', "greater"),
    ('!', "not"),
    ('~', "tilde"),
    ('`', "backtick"),
    ('?', "question"),
    (',', "comma"),
    (';', "semicolon"),
    ('|', "bar"),
    ('^', "caret"),
    ('"', "quote"),
    ('\'', "apostrophe"),
    ('(', "open"),
    (')', "close"),
    ('[', "open bracket"),
    (']', "close bracket"),
    ('{', "open brace"),
    ('}', "close brace"),
    ('\\', "backslash"),
];

/// A name for what is written inline, from the way to it: long, but its own.
pub fn place_name(pointer: &crate::document::Pointer) -> Option<String> {
    let mut parts = Vec::new();
    let mut is_key = false;
    for segment in pointer.segments() {
        match segment.as_str() {
            _ if is_key => parts.push(spell(&segment)),
            "properties" => parts.push("field".to_owned()),
            "components" | "schemas" | "paths" | "content" | "schema" => {}
            _ => parts.push(spell(&segment)),
        }
        is_key =
            !is_key && ["schemas", "paths", "properties", "content", "responses"].contains(&segment.as_str());
    }
    type_name(&parts.join(" "))
}

/// `UpperCamelCase` for types and variants; `None` when nothing of the text can be used.
pub fn type_name(text: &str) -> Option<String> {
    let name = spell(text).to_upper_camel_case();
    match name.chars().next()? {
        first if !is_letter(first) => Some(format!("N{name}")).filter(|name| is_identifier(name)),
        _ if name == "Self" => Some("SelfValue".to_owned()),
        _ => is_identifier(&name).then_some(name),
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
    .filter(|name| is_identifier(name))
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

/// Whether a text is an identifier, and not a word that Rust keeps for itself.
fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
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
    fn what_tells_names_apart_is_spelt_out() {
        let of = |text| Spelling::Type.distinct(text).unwrap();
        assert_eq!(of("CallPage"), "CallPage");
        assert_eq!(of("call_page"), "LowerCallUnderscorePage");
        assert_eq!(of("callPage"), "CamelCallPage");
        assert_eq!(of("CALL-PAGE"), "UpperCallDashPage");
        assert_eq!(Spelling::Field.distinct("callId").unwrap(), "camel_call_id");
        assert_eq!(Spelling::Field.distinct("call_id").unwrap(), "call_id");
        assert_eq!(Spelling::Type.distinct("<").unwrap(), "Less");
        assert_eq!(Spelling::Type.distinct("\u{1f600}").unwrap(), "U1f600");
    }

    #[test]
    fn a_place_makes_a_name() {
        let place = crate::document::Pointer::parse("/components/schemas/Disk/oneOf/1/properties/state");
        assert_eq!(place_name(&place).unwrap(), "DiskOneOf1FieldState");
        let place = crate::document::Pointer::parse("/components/schemas/Disk/properties/content");
        assert_eq!(place_name(&place).unwrap(), "DiskFieldContent");
    }

    #[test]
    fn a_scope_names_the_owner_of_a_taken_name() {
        let mut scope = Scope::reserving(&["new"]);
        assert_eq!(scope.claim("new", "property `new`"), Err("the generated code".to_owned()));
        assert_eq!(scope.claim("call_id", "property `callId`"), Ok(()));
        assert_eq!(scope.claim("call_id", "property `call_id`"), Err("property `callId`".to_owned()));
    }
}
