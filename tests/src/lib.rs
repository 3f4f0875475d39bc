//! The guards of the project.
