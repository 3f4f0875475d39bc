//! What the documents mean, with everything resolved.
