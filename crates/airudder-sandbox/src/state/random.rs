//! Chance, the same for the same seed.

use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A source of chance that can be kept in a file.
#[derive(Debug)]
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// An id as the vendor makes them: 32 hexadecimal digits.
    pub fn id(&mut self) -> String {
        format!("{:032x}", self.0.u128(..))
    }

    /// Whether something happens that is so likely.
    pub fn chance(&mut self, likelihood: f64) -> bool {
        self.0.f64() < likelihood
    }

    /// A time of so many seconds, to the millisecond.
    pub fn pause(&mut self, seconds: Range<u64>) -> Duration {
        Duration::from_millis(self.0.u64(seconds.start * 1000..seconds.end * 1000))
    }

    /// Everything else.
    pub fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.0
    }
}

impl Serialize for Random {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.get_seed().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Random {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::new)
    }
}
