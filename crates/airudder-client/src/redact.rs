//! Takes secrets and personal data out of text that a person may read.
//!
//! What is masked: every double-quoted text except the keys of a JSON object, e-mail addresses, runs of seven or more
//! digits however they are grouped, and words of twenty or more characters that mix letters and digits (tokens).

const MASK: &str = "***";
const MAX_CHARS: usize = 200;
/// An excerpt shows little, so no more than this is looked at.
const MAX_BYTES: usize = 4096;
const MIN_DIGITS: usize = 7;
const MIN_TOKEN: usize = 20;

/// The beginning of a body, redacted.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let head = body.get(..MAX_BYTES).unwrap_or(body);
    message(&String::from_utf8_lossy(head))
}

/// A message that may quote values, such as serde's `invalid type: string "Ada", expected i64`.
pub(crate) fn message(text: &str) -> String {
    line(&redact(&mask_quoted(text)))
}

/// The beginning of a text on one line.
pub(crate) fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Masks addresses, numbers and tokens.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = take(rest, is_word);
        if word.is_empty() {
            let number = number(rest);
            let taken = if number.is_empty() { first.len_utf8() } else { number.len() };
            out.push_str(masked_number(rest.get(..taken).unwrap_or_default()));
            rest = rest.get(taken..).unwrap_or_default();
            continue;
        }
        let number = number(rest);
        let taken = if number.len() >= word.len() { number } else { word };
        out.push_str(if is_personal(word) { MASK } else { masked_number(taken) });
        rest = rest.get(taken.len()..).unwrap_or_default();
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "@._-+=/%~".contains(c)
}

fn is_personal(word: &str) -> bool {
    let has = |test: fn(char) -> bool| word.chars().any(test);
    has(|c| c == '@')
        || word.chars().filter(char::is_ascii_digit).count() >= MIN_DIGITS
        || (word.len() >= MIN_TOKEN && has(|c| c.is_ascii_digit()) && has(char::is_alphabetic))
}

fn masked_number(text: &str) -> &str {
    if text.chars().filter(char::is_ascii_digit).count() >= MIN_DIGITS { MASK } else { text }
}

/// Digits in groups, as telephone numbers are written: `+1 (000) 000-0001`.
fn number(text: &str) -> &str {
    let run = take(text, |c| c.is_ascii_digit() || " +-.()".contains(c));
    let run = run.trim_end_matches([' ', '+', '-', '.', '(']);
    if run.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(') { run } else { "" }
}

fn take(text: &str, test: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !test(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Masks what stands in double quotes unless a colon follows, which makes it the key of a JSON object.
fn mask_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        let (quoted, tail) = split_at_quote(after);
        let is_key = tail.is_some_and(|tail| tail.trim_start().starts_with(':'));
        out.push('"');
        out.push_str(if is_key {
            quoted
        } else if quoted.is_empty() {
            ""
        } else {
            MASK
        });
        out.push('"');
        rest = tail.unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The text up to the closing quote and what follows it; `None` if it never closes.
fn split_at_quote(text: &str) -> (&str, Option<&str>) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            _ => {}
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_keys_and_masks_values() {
        let body = br#"{"code": 500, "callee": "+10000000001", "n": {"name": "A \"B\" C"}, "phone": 10000000001, "open": "cut of"#;
        let text = excerpt(body);
        assert_eq!(
            text,
            r#"{"code": 500, "callee": "***", "n": {"name": "***"}, "phone": ***, "open": "***""#
        );
    }

    #[test]
    fn masks_numbers_addresses_and_tokens() {
        for text in [
            "+10000000001",
            "+1 (000) 000-0001",
            "100-0000-0001",
            "ada@example.com",
            "tok3naaaaaaaaaaaaaaaaaaaaaaaa",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
        ] {
            let whole = redact(&format!("call {text} failed"));
            assert!(whole.starts_with("call ***") && whole.ends_with(" failed"), "{whole}");
        }
        let plain = "HTTP 502: upstream 10.0.0.1 timed out after 30 s, retry-later please";
        assert_eq!(redact(plain), plain);
    }

    #[test]
    fn is_bounded_and_on_one_line() {
        let text = excerpt("<html>\r\n\u{7}".repeat(1000).as_bytes());
        assert!(text.starts_with("<html> <html>") && text.chars().count() == MAX_CHARS + 1);
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&[0xff, 0xfe]), "\u{fffd}\u{fffd}");
    }
}
