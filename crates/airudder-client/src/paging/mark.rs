//! Where a page begins.

use std::fmt::Display;

/// Where a page begins: what the server is asked for it by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// By its number, from 1.
    Number(u64),
    /// Behind an entry; empty for the first page.
    Cursor(String),
}

impl Mark {
    /// Of a parameter that is a number; without one it is the first page.
    pub fn from_number(number: Option<impl TryInto<u64>>) -> Self {
        Self::Number(number.and_then(|number| number.try_into().ok()).unwrap_or(1))
    }

    /// Of a parameter that is a cursor; without one it is the first page.
    pub fn from_cursor(cursor: Option<impl Display>) -> Self {
        Self::Cursor(cursor.map(|cursor| cursor.to_string()).unwrap_or_default())
    }

    /// The value of a parameter that is a number.
    pub fn number<T: TryFrom<u64>>(&self) -> Option<T> {
        match self {
            Self::Number(number) => T::try_from(*number).ok(),
            Self::Cursor(_) => None,
        }
    }

    /// The value of a parameter that is a cursor.
    pub fn cursor<T: From<String>>(&self) -> Option<T> {
        match self {
            Self::Number(_) => None,
            Self::Cursor(cursor) => Some(cursor.clone().into()),
        }
    }

    /// The first page of the same list.
    pub(super) fn first(&self) -> Self {
        match self {
            Self::Number(_) => Self::Number(1),
            Self::Cursor(_) => Self::Cursor(String::new()),
        }
    }
}
