//! The texts of the licence, which every package carries.

use super::File;

const TEXTS: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../../LICENSE-MIT")),
];

/// The files. Links to those of the workspace would not survive a checkout on Windows.
pub(super) fn files() -> impl Iterator<Item = File> {
    TEXTS.into_iter().map(|(path, text)| File { path: path.to_owned(), text: text.to_owned() })
}
