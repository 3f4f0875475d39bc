//! How deeply JSON is nested.

use memchr::memchr2_iter;

/// Whether arrays and objects are nested more than `limit` deep.
///
/// Right for JSON; what is no JSON is refused by the parser, whatever this says. The parser's own limit does not hold for
/// what is read over or kept as it is.
pub(crate) fn exceeds(text: &str, limit: usize) -> bool {
    // Hardly any callback has so many brackets in all, and they are found much faster than strings are read.
    memchr2_iter(b'[', b'{', text.as_bytes()).nth(limit).is_some() && is_nested(text, limit)
}

fn is_nested(text: &str, limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_brackets_outside_strings() {
        assert!(!exceeds(r#"{"a": [1, [2]], "b": {"c": []}}"#, 3));
        assert!(exceeds(r#"{"a": [1, [2]]}"#, 2));
        assert!(!exceeds(r#"["[[[[", "\"[[[[", "\\", "{{{{"]"#, 1));
        assert!(!exceeds("1", 0));
        assert!(!exceeds("]]]][", 1));
    }
}
