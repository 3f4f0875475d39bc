//! Phone numbers.

/// Whether a number can be called or written to: a plus sign and 5 to 15 digits, as E.164 has them.
pub(super) fn is_good(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with one that is not good.
pub(super) const FAULT: &str = "not a plus sign and 5 to 15 digits";
