//! The formats of values: which are known, and what a value in them looks like.

/// The vendor's own times, and the other formats that decide what is generated.
pub(super) const OURS: &[&str] = &[
    "date",
    "date-time",
    "vendor-local-time",
    "vendor-offset-time",
    "epoch-millis",
    "epoch-seconds",
    "password",
    "binary",
    "int32",
    "int64",
    "uint64",
    "float",
    "double",
];

/// Formats of the specification and of its registry that documents use often.
pub(super) const KNOWN: &[&str] = &[
    "uri",
    "uri-reference",
    "uriref",
    "uri-template",
    "url",
    "iri",
    "email",
    "idn-email",
    "uuid",
    "hostname",
    "idn-hostname",
    "ip",
    "ipv4",
    "ipv6",
    "byte",
    "base64url",
    "char",
    "time",
    "duration",
    "date-time-rfc-2822",
    "regex",
    "json-pointer",
    "int8",
    "int16",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "decimal",
    "decimal128",
    "html",
    "markdown",
];

/// What a text in this format should be, when this one is not.
pub(super) fn misfit(format: &str, text: &str) -> Option<&'static str> {
    let (is_fit, expected) = match format {
        "date" => (is_date(text), "a date such as 2024-01-02"),
        "date-time" => (is_date_time(text), "a time such as 2024-01-02T03:04:05Z"),
        // The vendor sends an empty text for a time that has not come.
        "vendor-local-time" => (text.is_empty() || is_local_time(text), "a time such as 2024-01-02 03:04:05"),
        "vendor-offset-time" => {
            (text.is_empty() || is_offset_time(text), "a time such as 2024-01-02 03:04:05+08:00")
        }
        "epoch-millis" | "epoch-seconds" => (text.parse::<i64>().is_ok(), "a count in digits"),
        "uuid" => (is_uuid(text), "a UUID"),
        "ipv4" => (text.parse::<std::net::Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<std::net::Ipv6Addr>().is_ok(), "an IPv6 address"),
        "email" => {
            (text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()), "an e-mail address")
        }
        _ => return None,
    };
    (!is_fit).then_some(expected)
}

/// The least and the greatest value of an integer format.
pub(super) fn range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "epoch-millis" | "epoch-seconds" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint" | "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}

/// Whether the text has the shape of the pattern: `0` stands for a digit, all else for itself.
fn matches(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            _ => byte.eq_ignore_ascii_case(&like),
        })
}

/// The number at these bytes of a text that has the right shape.
fn digits(text: &str, from: usize, to: usize) -> u32 {
    text.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(u32::MAX)
}

fn is_date(text: &str) -> bool {
    let month = digits(text, 5, 7);
    let year = digits(text, 0, 4);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    matches(text, "0000-00-00") && (1..=days).contains(&digits(text, 8, 10))
}

/// A time of day; leap seconds are allowed.
fn is_clock(text: &str) -> bool {
    matches(text, "00:00:00")
        && digits(text, 0, 2) < 24
        && digits(text, 3, 5) < 60
        && digits(text, 6, 8) <= 60
}

fn is_offset(text: &str) -> bool {
    let Some(clock) = text.strip_prefix(['+', '-']) else {
        return text.eq_ignore_ascii_case("z");
    };
    matches(clock, "00:00") && digits(clock, 0, 2) < 24 && digits(clock, 3, 5) < 60
}

fn is_local_time(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(date, clock)| is_date(date) && is_clock(clock))
}

fn is_offset_time(text: &str) -> bool {
    text.split_at_checked(19).is_some_and(|(local, offset)| is_local_time(local) && is_offset(offset))
}

/// RFC 3339.
fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't', ' ']) else {
        return false;
    };
    let Some((clock, rest)) = rest.split_at_checked(8) else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if offset.len() == fraction.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    is_date(date) && is_clock(clock) && is_offset(offset)
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').count() == lengths.len()
        && text.split('-').zip(lengths).all(|(part, length)| part.len() == length && is_hex(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_their_formats() {
        for (format, text) in [
            ("date", "2024-02-29"),
            ("date-time", "2024-01-02T03:04:05Z"),
            ("date-time", "2024-01-02T03:04:05.123+08:00"),
            ("vendor-local-time", "2024-01-02 03:04:05"),
            ("vendor-local-time", ""),
            ("vendor-offset-time", "2024-01-02 03:04:05+08:00"),
            ("epoch-millis", "1704164645000"),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
            ("anything", "at all"),
        ] {
            assert_eq!(misfit(format, text), None, "{format} {text}");
        }
    }

    #[test]
    fn texts_that_do_not_fit_are_told() {
        for (format, text) in [
            ("date", "2023-02-29"),
            ("date", "2024-1-2"),
            ("date-time", "2024-01-02"),
            ("date-time", "2024-01-02T03:04:05"),
            ("date-time", "2024-01-02T03:04:05.Z"),
            ("vendor-local-time", "2024-01-02T03:04:05"),
            ("vendor-local-time", "2024-01-02 25:00:00"),
            ("vendor-offset-time", "2024-01-02 03:04:05"),
            ("vendor-offset-time", "ä2024-01-02 03:04:0"),
            ("epoch-seconds", "soon"),
            ("uuid", "123e4567"),
        ] {
            assert!(misfit(format, text).is_some(), "{format} {text}");
        }
    }
}
