//! What a misspelt word was meant to be.

/// The known word nearest to this one, when one is near enough to be meant.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    within(word, known, word.chars().count().div_ceil(3).min(4))
}

/// As [`nearest`], but only a slip of the finger: sure enough to call the word wrong.
pub(super) fn slip<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = match word.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    within(word, known, allowed)
}

/// The known word that this one is meant to be, when there is exactly one: sure enough to write it.
pub(super) fn sure<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=8 => 1,
        _ => 2,
    };
    let lower = word.to_lowercase();
    let mut near: Vec<_> = known
        .into_iter()
        .map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        // Capitals alone are no other word.
        [(_, only)] | [(0, only), (1.., _), ..] => Some(only),
        _ => None,
    }
}

fn within<'k>(word: &str, known: impl IntoIterator<Item = &'k str>, allowed: usize) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let length = lower.chars().count();
    known
        .into_iter()
        .filter(|known| known.chars().count().abs_diff(length) <= allowed)
        .map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The words in backticks, the first few of them.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    const SHOWN: usize = 8;
    let mut words = words.into_iter();
    let mut text: Vec<_> = words.by_ref().take(SHOWN).map(|word| format!("`{word}`")).collect();
    let left = words.count();
    if left > 0 {
        text.push(format!("{left} more"));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("requierd", ["required", "readOnly"]), Some("required"));
        assert_eq!(nearest("Responses", ["response", "responses"]), Some("responses"));
        assert_eq!(nearest("anything", ["type", "format"]), None);
    }

    #[test]
    fn a_slip_is_stricter() {
        assert_eq!(slip("epoch-milis", ["epoch-millis"]), Some("epoch-millis"));
        assert_eq!(slip("int128", ["int16", "int32"]), None);
        assert_eq!(slip("ipv5", ["ipv4", "ipv6"]), None);
    }

    #[test]
    fn what_could_be_two_words_is_not_sure() {
        assert_eq!(sure("exmple", ["example", "examples"]), Some("example"));
        assert_eq!(sure("exampls", ["example", "examples"]), None);
        assert_eq!(sure("Example", ["example", "examples"]), Some("example"));
        assert_eq!(sure("pth", ["path", "query"]), Some("path"));
        assert_eq!(sure("i", ["in"]), None);
    }

    #[test]
    fn long_lists_are_cut() {
        let words = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        assert_eq!(list(words), "`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, 2 more");
    }
}
