//! Keys of signatures.

use std::fmt;

use airudder_wire::Secret;

/// Keys of which each may have made a signature.
///
/// For a rotation, add the new key beside the old one, have the vendor use it, then drop the old one.
///
/// ```
/// use airudder_webhook::KeyRing;
///
/// let keys = KeyRing::new("the new key").with("the old key");
/// assert_eq!(format!("{keys:?}"), "KeyRing(2 keys)");
/// ```
#[derive(Clone)]
pub struct KeyRing(Vec<Secret>);

impl KeyRing {
    /// A ring with one key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self(Vec::from([key.into()]))
    }

    /// Adds a key.
    #[must_use]
    pub fn with(mut self, key: impl Into<Secret>) -> Self {
        self.0.push(key.into());
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }
}

impl<T: Into<Secret>> From<T> for KeyRing {
    fn from(key: T) -> Self {
        Self::new(key)
    }
}

/// Shows no key.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}
