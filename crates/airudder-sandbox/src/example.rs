//! Documented answers.

use serde_json::Value as Json;

use crate::paging;
use crate::reply::Reply;
use crate::request::Request;

/// The documented answer. A list ends with it: the pages behind the first are empty.
pub(crate) fn answer(request: &Request) -> Reply {
    let rest = || {
        let paging = request.entry.operation.paging?;
        let is_first = match paging.key {
            Some(_) => paging::cursor(request).is_none(),
            None => request.integer(paging.mark).is_none_or(|page| page <= 1),
        };
        if is_first {
            return None;
        }
        let mut data = request.entry.example().get(request.entry.document.envelope?.data)?.clone();
        let items = match paging.items {
            Some(items) => data.get_mut(items)?,
            None => &mut data,
        };
        *items = Json::Array(Vec::new());
        Some(Reply::Data(data))
    };
    rest().unwrap_or(Reply::Example)
}
