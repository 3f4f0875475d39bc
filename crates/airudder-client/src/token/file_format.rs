//! What is in the file of a token: five lines, the last of them a digest, by which damage is found.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::store::{Account, StoredToken};

/// The first line. Another form of the file gets another number, so that old and new do not misread each other.
const MARK: &str = "airudder token 1";

/// What two accounts never share: the digest of the address and the key.
pub(super) fn name(account: &Account) -> String {
    digest(&[account.address(), "\n", account.app_key()])
}

/// The text of a file with this [`name`]; `None` if a time is before 1970.
pub(super) fn write(name: &str, token: &StoredToken) -> Option<Zeroizing<String>> {
    let text = token.token().expose();
    // Growing would leave copies of the token behind.
    let mut file = Zeroizing::new(String::with_capacity(MARK.len() + text.len() + 128));
    let (asked_at, expires_at) = (nanos(token.asked_at())?, nanos(token.expires_at())?);
    write!(file, "{MARK}\n{asked_at}\n{expires_at}\n{text}\n").ok()?;
    let digest = digest(&[name, "\n", &file]);
    file.push_str(&digest);
    file.push('\n');
    Some(file)
}

/// The token in a file with this [`name`]; `None` if the file was damaged, or is that of another account.
pub(super) fn read(name: &str, file: &str) -> Option<StoredToken> {
    let (content, last) = file.strip_suffix('\n')?.rsplit_once('\n')?;
    if digest(&[name, "\n", content, "\n"]) != last {
        return None;
    }
    let mut lines = content.split('\n');
    let (mark, asked_at, expires_at) = (lines.next()?, lines.next()?, lines.next()?);
    let (token, None) = (lines.next()?, lines.next()) else { return None };
    (mark == MARK).then(|| Some(StoredToken::new(token, time(asked_at)?, time(expires_at)?)))?
}

fn nanos(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

fn time(nanos: &str) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_nanos(nanos.parse().ok()?))
}

fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> StoredToken {
        let asked_at = UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789);
        StoredToken::new("t0k3n", asked_at, asked_at + Duration::from_secs(60))
    }

    #[test]
    fn what_is_written_is_read() {
        let file = write("name", &token()).unwrap();
        assert_eq!(read("name", &file).unwrap(), token());
        assert!(file.starts_with("airudder token 1\n1700000000123456789\n1700000060123456789\nt0k3n\n"));
        assert!(
            write("name", &StoredToken::new("t", UNIX_EPOCH - Duration::from_secs(1), UNIX_EPOCH)).is_none()
        );
    }

    #[test]
    fn a_file_that_was_cut_or_changed_anywhere_has_no_token() {
        let file = write("name", &token()).unwrap();
        for end in 0..file.len() {
            assert!(read("name", &file[..end]).is_none(), "cut at {end}");
            let mut changed = file.as_bytes().to_vec();
            changed[end] ^= 1;
            assert!(read("name", std::str::from_utf8(&changed).unwrap()).is_none(), "changed at {end}");
        }
        assert!(read("name", &format!("{}x", *file)).is_none());
        assert!(read("name", &format!("{}{}", *file, *file)).is_none());
    }

    #[test]
    fn accounts_are_never_mixed() {
        let names: std::collections::HashSet<_> =
            [("a", "b"), ("a", "c"), ("d", "b"), ("ab", ""), ("", "ab")]
                .map(|(address, key)| name(&Account::new(address, key)))
                .into();
        assert_eq!(names.len(), 5);
        let file = write("name", &token()).unwrap();
        assert!(read("other", &file).is_none(), "a file that was renamed");
    }
}
