//! Where callbacks are pushed to.

use std::collections::BTreeMap;

use http::Uri;
use http::uri::Scheme;
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::invalid::Invalid;

/// Addresses: one for all callbacks, and those of single documents, which go before it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Targets {
    all: Option<String>,
    by_document: BTreeMap<String, String>,
}

impl Targets {
    /// Sets the address of one document, or of all that have none of their own.
    pub fn set(&mut self, document: Option<&str>, url: &str) -> Result<(), Invalid> {
        let is_http = |uri: &Uri| uri.scheme() == Some(&Scheme::HTTP) && uri.authority().is_some();
        if !url.parse().is_ok_and(|uri| is_http(&uri)) {
            return Err(Invalid::new(format!(
                "callbacks go to addresses that begin with http://, and {url:?} does not"
            )));
        }
        match document {
            Some(document) if Catalog::document(document).is_none() => {
                return Err(Invalid::document(document));
            }
            Some(document) => self.by_document.insert(document.to_owned(), url.to_owned()),
            None => self.all.replace(url.to_owned()),
        };
        Ok(())
    }

    /// The address for the callbacks of a document.
    pub fn of(&self, document: &str) -> Option<&str> {
        self.by_document.get(document).or(self.all.as_ref()).map(String::as_str)
    }
}
