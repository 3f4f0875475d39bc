//! Every fault of a document, found before anything is generated.
