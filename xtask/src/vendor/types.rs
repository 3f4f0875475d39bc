//! How a page writes a type: `string`, `integer <int64>`, `array [object {4}]`, `string | null`.

use super::endpoint::{Kinds, Shape, Spot};

/// The shape that a phrase names, or nothing when the phrase names no type.
pub fn parse(phrase: &str, spot: &Spot) -> Option<Shape> {
    let mut reader = Reader { rest: phrase, spot };
    let shape = reader.union()?;
    reader.rest.trim().is_empty().then_some(shape)
}

struct Reader<'a> {
    rest: &'a str,
    spot: &'a Spot,
}

impl Reader<'_> {
    fn union(&mut self) -> Option<Shape> {
        let mut shape = self.single()?;
        while self.take("|") || self.take_word("or") {
            let other = self.single()?;
            shape.kinds = shape.kinds.or(other.kinds);
            shape.items = shape.items.or(other.items);
            shape.hidden = shape.hidden.or(other.hidden);
        }
        Some(shape)
    }

    fn single(&mut self) -> Option<Shape> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let mut shape = Shape::any(self.spot.clone());
        match word {
            "any" => {}
            "array" => {
                shape.kinds = Kinds::ARRAY;
                shape.items = self.inner()?.map(Box::new);
            }
            "enum" => shape = self.inner()??,
            "file" => {
                shape.kinds = Kinds::STRING;
                shape.format = Some("binary".to_owned());
            }
            _ => {
                shape.kinds = Kinds::parse(word)?;
                if self.take("<") {
                    shape.format = Some(self.until('>')?);
                }
            }
        }
        // The name of a schema says nothing that its properties do not.
        if self.take("(") {
            self.until(')')?;
        }
        if self.take("{") {
            shape.hidden = Some(self.until('}')?.trim().parse().ok()?);
        }
        Some(shape)
    }

    /// What stands in the brackets behind `array` or `enum`; the outer `None` is a phrase that is no type.
    #[allow(clippy::option_option)]
    fn inner(&mut self) -> Option<Option<Shape>> {
        let close = match (self.take("["), self.take("<")) {
            (true, _) => "]",
            (_, true) => ">",
            _ => return Some(None),
        };
        let shape = self.union()?;
        self.take(close).then_some(Some(shape))
    }

    fn take(&mut self, sign: &str) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.rest.trim_start().strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
        is_next && self.take(word)
    }

    fn until(&mut self, sign: char) -> Option<String> {
        let (inside, rest) = self.rest.split_once(sign)?;
        let inside = inside.to_owned();
        self.rest = rest;
        Some(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::testing::spot;

    fn shape(phrase: &str) -> Option<Shape> {
        parse(phrase, &spot())
    }

    #[test]
    fn scalars_with_their_formats() {
        assert_eq!(shape("string").unwrap().kinds, Kinds::STRING);
        let id = shape("integer <int64>").unwrap();
        assert_eq!((id.kinds, id.format.as_deref()), (Kinds::INTEGER, Some("int64")));
        assert_eq!(shape("enum<string>").unwrap().kinds, Kinds::STRING);
        assert_eq!(shape("file").unwrap().format.as_deref(), Some("binary"));
    }

    #[test]
    fn lists_and_objects_count_what_they_hide() {
        let rows = shape("array [object {4}]").unwrap();
        assert_eq!(rows.kinds, Kinds::ARRAY);
        let row = rows.items.unwrap();
        assert_eq!((row.kinds, row.hidden), (Kinds::OBJECT, Some(4)));
        assert_eq!(shape("array[string]").unwrap().items.unwrap().kinds, Kinds::STRING);
        assert_eq!(shape("object (Pet) {2}").unwrap().hidden, Some(2));
        assert_eq!(shape("object {2}").unwrap().hidden, Some(2));
        assert_eq!(shape("array<array<integer>>").unwrap().object().kinds, Kinds::INTEGER);
    }

    #[test]
    fn several_types_are_a_union() {
        assert_eq!(shape("string | null").unwrap().kinds, Kinds::STRING.or(Kinds::NULL));
        assert_eq!(shape("string or integer").unwrap().kinds, Kinds::STRING.or(Kinds::INTEGER));
    }

    #[test]
    fn prose_is_no_type() {
        for phrase in
            ["", "String", "strings", "string of digits", "object {many}", "array [object", "a string"]
        {
            assert!(shape(phrase).is_none(), "{phrase}");
        }
    }
}
