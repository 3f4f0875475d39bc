//! Finds the place in a JSON text that a type cannot be read from.
//!
//! The position in an error of `serde_json` is that of the parser, which may be past the place. A path-tracking
//! deserializer would be exact, but have every type compiled a second time. So the same reading is tried on ever better
//! chosen beginnings of the text: one that ends before the place fails for want of more, one that ends after it fails
//! as the whole does. That costs nothing until something fails, and then some twenty readings.

/// The path of the value at which reading fails, such as `data.rows[3].id`; empty for the whole text.
///
/// `is_misfit` tells whether a beginning of the text fails as the whole text does. A key that may be data is masked.
///
/// ```
/// use airudder_wire::json_path;
///
/// let is_misfit = |text: &[u8]| serde_json::from_slice::<Vec<u8>>(text).is_err_and(|error| error.is_data());
/// assert_eq!(json_path::find(b"[1, 2, true]", &is_misfit), "[2]");
/// ```
#[must_use]
pub fn find(body: &[u8], is_misfit: &dyn Fn(&[u8]) -> bool) -> String {
    let (mut before, mut after) = (0, body.len());
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        match body.get(..middle).is_some_and(is_misfit) {
            true => after = middle,
            false => before = middle,
        }
    }
    at_end_of(body.get(..after).unwrap_or(body))
}

enum Level {
    Object { key: String, wants_key: bool },
    Array { index: usize },
}

/// The path of the value that a beginning of a JSON text ends in.
fn at_end_of(text: &[u8]) -> String {
    let mut levels: Vec<Level> = Vec::new();
    // A list or an object that fails as it opens is itself the place.
    let text = text.strip_suffix(b"[").unwrap_or(text);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' => levels.push(Level::Object { key: String::new(), wants_key: true }),
            b'[' => levels.push(Level::Array { index: 0 }),
            b'}' | b']' => drop(levels.pop()),
            b',' => match levels.last_mut() {
                Some(Level::Object { wants_key, .. }) => *wants_key = true,
                Some(Level::Array { index }) => *index += 1,
                None => {}
            },
            b'"' => {
                let text = string(&mut bytes);
                if let Some(Level::Object { key, wants_key: wants_key @ true }) = levels.last_mut() {
                    (*key, *wants_key) = (text, false);
                }
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Array { index } => path.push_str(&format!("[{index}]")),
            Level::Object { key, .. } if key.is_empty() => {}
            Level::Object { key, .. } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(if is_name(&key) { &key } else { "***" });
            }
        }
    }
    path
}

/// Whether a key is the name of a field. It may be data: a map from telephone numbers.
fn is_name(key: &str) -> bool {
    const MAX_DIGITS: usize = 6;
    key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.$ ".contains(c))
        && key.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS
}

/// The rest of a string whose opening quote was taken; escapes stay as they are.
fn string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> String {
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => text.extend([b'\\'].iter().chain(bytes.next())),
            _ => text.push(*byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_place() {
        let body = br#"{"code": 200, "data": {"a": [1, 2], "rows": [{"id": 1}, {"q\"": 2, "id": tru"#;
        for (end, path) in [
            (r#""code": 200"#, "code"),
            ("[1, 2", "data.a[1]"),
            ("[1, 2]", "data.a"),
            (r#""rows": ["#, "data.rows"),
            (r#"{"id": 1"#, "data.rows[0].id"),
            (r#"{"id": 1}"#, "data.rows[0]"),
            (r#", {"#, "data.rows[1]"),
            ("tru", "data.rows[1].id"),
        ] {
            let end = body.windows(end.len()).position(|part| part == end.as_bytes()).unwrap() + end.len();
            assert_eq!(find(body, &|text| text.len() >= end), path);
        }
        assert_eq!(find(b"[[], [1", &|text| text.len() >= 7), "[1][0]");
        assert_eq!(find(b"[]", &|_| true), "");
        assert_eq!(find(b"", &|_| true), "");
    }

    #[test]
    fn a_key_that_is_data_is_masked() {
        assert_eq!(find(br#"{"+10000000001": 1"#, &|text| text.len() >= 18), "***");
        assert_eq!(find(br#"{"a@b.example": 1"#, &|text| text.len() >= 17), "***");
        assert_eq!(find(br#"{"10000000001": 1"#, &|text| text.len() >= 17), "***");
    }
}
