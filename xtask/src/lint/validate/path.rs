//! Where in an example a fault stands.

use std::fmt;

/// Where in the value we are.
pub(super) enum Path<'p> {
    Root(&'p str),
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
    /// The same value, seen by another schema.
    Same(&'p Path<'p>),
}

impl Path<'_> {
    /// How many steps into the value.
    pub fn depth(&self) -> usize {
        match self {
            Self::Root(_) => 0,
            Self::Same(outer) => outer.depth(),
            Self::Key(outer, _) | Self::Index(outer, _) => outer.depth() + 1,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(_) => Ok(()),
            Self::Same(outer) => outer.write(f),
            Self::Index(outer, index) => {
                outer.write(f)?;
                write!(f, "[{index}]")
            }
            Self::Key(outer, key) => {
                outer.write(f)?;
                f.write_str(if outer.depth() == 0 { "" } else { "." })?;
                f.write_str(key)
            }
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => write!(f, "the {name}"),
            Self::Same(outer) => outer.fmt(f),
            Self::Key(..) | Self::Index(..) => {
                f.write_str("`")?;
                self.write(f)?;
                f.write_str("`")
            }
        }
    }
}
