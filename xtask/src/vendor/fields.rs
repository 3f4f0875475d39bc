//! The table of a page: a name, a type, and what is said of it, line after line.

use std::rc::Rc;

use serde_json::Value as Json;

use super::endpoint::{Field, Kinds, Said, Shape, Spot};
use super::lines::Line;
use super::types;
use super::words::{self, Label};

/// The fields in the order of the page, which tells not what stands in what; and the type of the whole, where the table
/// begins with one.
pub fn read(file: &Rc<str>, lines: &[Line]) -> (Option<Shape>, Vec<Field>) {
    let mut table = Table { file, root: None, fields: Vec::new(), label: None };
    let mut rest = lines;
    while let [line, after @ ..] = rest {
        rest = match after {
            [next, more @ ..]
                if is_name(&line.text) && !(table.fields.is_empty() && words::is_body(&line.text)) =>
            {
                match table.shape(next) {
                    // A field may be called `file`, and what stands before it be a word about the last one.
                    Some(_)
                        if more.first().is_some_and(|third| table.shape(third).is_some())
                            && is_name(&next.text) =>
                    {
                        table.say(line);
                        after
                    }
                    Some(shape) => {
                        table.begin(line, shape);
                        more
                    }
                    None => table.one_line(line, after),
                }
            }
            _ => table.one_line(line, after),
        };
    }
    (table.root, table.fields)
}

/// Names have no spaces; a type may be one too.
fn is_name(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_-.$@[]{}*".contains(letter);
    text.len() <= 80
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || "_$@".contains(first))
        && text.chars().all(is_part)
}

struct Table<'a> {
    file: &'a Rc<str>,
    root: Option<Shape>,
    fields: Vec<Field>,
    /// The label whose value is still to come.
    label: Option<Label>,
}

impl Table<'_> {
    fn spot(&self, line: &Line) -> Spot {
        Spot { file: Rc::clone(self.file), span: line.span() }
    }

    fn shape(&self, line: &Line) -> Option<Shape> {
        types::parse(&line.text, &self.spot(line))
    }

    fn begin(&mut self, name: &Line, shape: Shape) {
        self.label = None;
        self.fields.push(Field {
            name: name.text.clone(),
            spot: self.spot(name),
            required: None,
            shape,
            text: String::new(),
            evidence: None,
            home: None,
        });
    }

    /// A line that is not the first of a field in two lines.
    fn one_line<'l>(&mut self, line: &Line, after: &'l [Line]) -> &'l [Line] {
        match (self.fields.is_empty(), self.shape(line)) {
            (true, Some(shape)) if self.root.is_none() => self.root = Some(shape),
            _ => match self.row(line) {
                Some((name, shape, required)) => {
                    self.begin(&name, shape);
                    self.require(required);
                }
                None => self.say(line),
            },
        }
        after
    }

    /// `name type required`: some browsers copy a row as one line. Without the mark it could be prose.
    fn row(&self, line: &Line) -> Option<(Line, Shape, bool)> {
        let (name, rest) = line.text.split_once(char::is_whitespace)?;
        let (phrase, mark) = rest.trim().rsplit_once(char::is_whitespace)?;
        let required = words::mark(mark)?;
        let shape = types::parse(phrase.trim(), &self.spot(line))?;
        is_name(name).then(|| (Line { text: name.to_owned(), start: line.start }, shape, required))
    }

    fn require(&mut self, required: bool) {
        if let Some(field) = self.fields.last_mut() {
            field.required = Some(required);
        }
    }

    /// What is said of the last field.
    fn say(&mut self, line: &Line) {
        if self.fields.is_empty() || words::is_noise(&line.text) {
            return;
        }
        if let Some(required) = words::mark(&line.text) {
            return self.require(required);
        }
        match (words::label(&line.text), self.label) {
            (Some((label, "")), _) => self.label = Some(label),
            (Some((label, value)), _) => {
                self.label = None;
                self.value(label, value, line);
            }
            (None, Some(label)) => {
                // Values come one to a line, all else in one.
                if label != Label::Values || !self.is_value(&line.text) {
                    self.label = None;
                }
                self.value(label, &line.text, line);
            }
            (None, None) => self.text(&line.text),
        }
    }

    /// Whether a line behind `Enum:` is one more value, and not the description.
    fn is_value(&self, text: &str) -> bool {
        !text.contains(char::is_whitespace) && text.is_ascii()
    }

    fn value(&mut self, label: Label, text: &str, line: &Line) {
        let spot = self.spot(line);
        let is_value = self.is_value(text) || text.contains(',') || text.contains('、');
        let Some(field) = self.fields.last_mut() else { return };
        let said = |value| Some(Said { value, spot: spot.clone() });
        let kinds = field.shape.kinds;
        match label {
            Label::Default => field.shape.default = said(scalar(text, kinds)),
            Label::Example => field.shape.example = said(scalar(text, kinds)),
            Label::Values if is_value => {
                let kinds = field.shape.object().kinds;
                let parts = text.split([',', '、', '|']).map(str::trim).filter(|part| !part.is_empty());
                let values = parts.map(|part| Said { value: scalar(part, kinds), spot: spot.clone() });
                field.shape.object_mut().values.extend(values);
            }
            Label::Values | Label::Limit => self.text(text),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(field) = self.fields.last_mut() {
            if !field.text.is_empty() {
                field.text.push(' ');
            }
            field.text.push_str(text);
        }
    }
}

/// A value as the page prints it, read by its type.
fn scalar(text: &str, kinds: Kinds) -> Json {
    let bare = text.trim_matches(['"', '\'', '`']);
    if kinds.is_only(Kinds::STRING) {
        return Json::String(bare.to_owned());
    }
    match serde_json::from_str(text) {
        Ok(value) if kinds.takes(Kinds::of(&value)) => value,
        _ => Json::String(bare.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::lines;

    fn fields(text: &str) -> (Option<Shape>, Vec<Field>) {
        read(&"page.txt".into(), &lines::of_text(text))
    }

    #[test]
    fn a_field_is_a_name_and_a_type() {
        let (root, fields) = fields("case_id\nstring\n名单标识\n的编号\nlevel\ninteger\n必需\n默认值:\n2\n");
        assert!(root.is_none());
        let [case, level] = fields.as_slice() else { panic!("{fields:?}") };
        assert_eq!(
            (case.name.as_str(), case.text.as_str(), case.required),
            ("case_id", "名单标识 的编号", None)
        );
        assert_eq!(
            (level.required, &level.shape.default.as_ref().unwrap().value),
            (Some(true), &Json::from(2))
        );
        assert_eq!(level.spot.span.start.line, 5);
    }

    #[test]
    fn the_mark_may_follow_the_description() {
        let (_, fields) =
            fields("prompt\nstring\nwhat to say\nrequired\nmode\nstring\noptional\nhow to say it\n");
        assert_eq!(fields[0].required, Some(true));
        assert_eq!((fields[1].required, fields[1].text.as_str()), (Some(false), "how to say it"));
    }

    #[test]
    fn a_row_may_come_in_one_line() {
        let (_, fields) = fields("name\tstring\trequired\nrows array [object {4}] 必需\nan odd string\n");
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[1].shape.object().hidden, Some(4));
        assert_eq!(fields[1].text, "an odd string");
    }

    #[test]
    fn values_come_in_lines_or_in_one() {
        let (_, fields) = fields(
            "kind\nenum<string>\nAllowed values:\ncall\nsms\nHow it goes out.\nmode\ninteger\n枚举值: 1, 2\n",
        );
        let values =
            |field: &Field| field.shape.values.iter().map(|said| said.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&fields[0]), ["call", "sms"]);
        assert_eq!(fields[0].text, "How it goes out.");
        assert_eq!(values(&fields[1]), [1, 2]);
    }

    #[test]
    fn the_table_may_begin_with_the_type_of_the_whole() {
        let (root, fields) = fields("application/json\nBody\nobject {2}\ncode\ninteger\n");
        assert_eq!(root.unwrap().hidden, Some(2));
        assert_eq!(fields.len(), 1);
    }

    #[test]
    fn a_field_may_be_called_like_a_type() {
        let (_, fields) = fields("name\nstring\nAttachment\nfile\nfile\n");
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["name", "file"]);
    }
}
