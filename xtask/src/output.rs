//! Writing files, or checking them.
