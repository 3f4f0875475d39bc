//! The kinds of faults, and their names.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// A fault that the sandbox makes on demand. Its name in text, such as `error-after=502`, is what the header
/// `Sandbox-Fault` and the program take.
///
/// Waits are of real time, for it is the client's patience that they try. What it says of acting holds for a request that
/// is otherwise right; one that is refused is not acted on either way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Fault {
    /// `delay=SECONDS`: acts, and answers late.
    Delay(Duration),
    /// `reset-before`: resets the connection (RST) and does not act.
    ResetBefore,
    /// `reset-after`: acts, and resets the connection (RST) without an answer.
    ResetAfter,
    /// `close-before`: closes the connection without an answer, and does not act.
    CloseBefore,
    /// `close-after`: acts, and closes the connection without an answer.
    CloseAfter,
    /// `truncated`: acts, and breaks off in the middle of the body.
    Truncated,
    /// `too-many=SECONDS`: answers 429 with `Retry-After`, and does not act.
    TooMany(Duration),
    /// `error-before=STATUS`: answers with a status of 5xx, and does not act.
    ErrorBefore(u16),
    /// `error-after=STATUS`: acts, and answers with a status of 5xx all the same.
    ErrorAfter(u16),
    /// `html-before`: answers 502 with a page of HTML, as a proxy in between does, and does not act.
    HtmlBefore,
    /// `html-after`: acts, and answers 502 with a page of HTML.
    HtmlAfter,
    /// `expired-token`: ends all tokens, so that it answers 401 and does not act.
    ExpiredToken,
    /// `slow-body=SECONDS`: acts, and dribbles the body over this time.
    SlowBody(Duration),
    /// `wrong-type`: acts, and calls the body of the answer HTML.
    WrongType,
    /// `unknown-enum`: acts, and answers with values that the documents do not list.
    UnknownEnum,
    /// `unknown-field`: acts, and answers with fields that the documents do not know.
    UnknownField,
}

const SECOND: Duration = Duration::from_secs(1);

impl Fault {
    /// One of each kind, as it is when its name comes without a number.
    pub const ALL: &[Self] = &[
        Self::Delay(SECOND),
        Self::ResetBefore,
        Self::ResetAfter,
        Self::CloseBefore,
        Self::CloseAfter,
        Self::Truncated,
        Self::TooMany(SECOND),
        Self::ErrorBefore(500),
        Self::ErrorAfter(500),
        Self::HtmlBefore,
        Self::HtmlAfter,
        Self::ExpiredToken,
        Self::SlowBody(SECOND),
        Self::WrongType,
        Self::UnknownEnum,
        Self::UnknownField,
    ];

    /// Whether the sandbox fails instead of acting.
    pub fn is_before_acting(&self) -> bool {
        match self {
            Self::ResetBefore
            | Self::CloseBefore
            | Self::TooMany(_)
            | Self::ErrorBefore(_)
            | Self::HtmlBefore
            | Self::ExpiredToken => true,
            Self::Delay(_)
            | Self::ResetAfter
            | Self::CloseAfter
            | Self::Truncated
            | Self::ErrorAfter(_)
            | Self::HtmlAfter
            | Self::SlowBody(_)
            | Self::WrongType
            | Self::UnknownEnum
            | Self::UnknownField => false,
        }
    }

    /// The name without a number.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::ResetBefore => "reset-before",
            Self::ResetAfter => "reset-after",
            Self::CloseBefore => "close-before",
            Self::CloseAfter => "close-after",
            Self::Truncated => "truncated",
            Self::TooMany(_) => "too-many",
            Self::ErrorBefore(_) => "error-before",
            Self::ErrorAfter(_) => "error-after",
            Self::HtmlBefore => "html-before",
            Self::HtmlAfter => "html-after",
            Self::ExpiredToken => "expired-token",
            Self::SlowBody(_) => "slow-body",
            Self::WrongType => "wrong-type",
            Self::UnknownEnum => "unknown-enum",
            Self::UnknownField => "unknown-field",
        }
    }
}

/// `name`, or `name=number`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Delay(wait) | Self::TooMany(wait) | Self::SlowBody(wait) => {
                write!(f, "={}", wait.as_secs_f64())
            }
            Self::ErrorBefore(status) | Self::ErrorAfter(status) => write!(f, "={status}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (name, number) =
            text.split_once('=').map_or((text, None), |(name, number)| (name, Some(number.trim())));
        let found = Self::ALL.iter().find(|fault| fault.name() == name.trim()).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(Self::name).collect();
            Invalid::new(format!("there is no fault {name:?}; there are {}", names.join(", ")))
        })?;
        let Some(number) = number else { return Ok(found.clone()) };
        let seconds = || number.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let status = || number.parse().ok().filter(|status| (500..600).contains(status));
        let with_number = match found {
            Self::Delay(_) => seconds().map(Self::Delay),
            Self::TooMany(_) => seconds().map(Self::TooMany),
            Self::SlowBody(_) => seconds().map(Self::SlowBody),
            Self::ErrorBefore(_) => status().map(Self::ErrorBefore),
            Self::ErrorAfter(_) => status().map(Self::ErrorAfter),
            _ => None,
        };
        with_number.ok_or_else(|| {
            Invalid::new(format!(
                "{number:?} does not fit the fault {name}: seconds, a status of 5xx, or nothing"
            ))
        })
    }
}

impl TryFrom<String> for Fault {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        fault.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault.clone()));
            assert_eq!(fault.name().parse().as_ref(), Ok(fault));
        }
        assert_eq!("delay=0.25".parse(), Ok(Fault::Delay(Duration::from_millis(250))));
        assert_eq!("error-after=503".parse(), Ok(Fault::ErrorAfter(503)));
        for wrong in ["", "reset", "delay=soon", "delay=-1", "error-before=404", "reset-after=1"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }
}
