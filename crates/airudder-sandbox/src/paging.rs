//! Lists in pages, as the documents say of each: by numbers from 1, or behind an entry.

use serde_json::{Map, Value as Json};

use crate::reply::Refusal;
use crate::request::Request;

/// How many entries a page has when the request does not say. What the vendor does then was never seen.
const SIZE: usize = 10;

/// The numbered page that a request asks for, as the payload of its answer. `row` makes an entry what the answer has of it.
///
/// The vendor's highest size was never seen, so there is none here.
///
/// # Errors
///
/// When the request asks for no page that can be.
pub(crate) fn page<T>(
    request: &Request,
    mut entries: impl ExactSizeIterator<Item = T>,
    row: impl Fn(T) -> Json,
) -> Result<Json, Refusal> {
    let Some(paging) = request.entry.operation.paging else { return Ok(entries.map(row).collect()) };
    let (total, size) = (entries.len(), size(request)?);
    let before = from_one(request, paging.mark)?.unwrap_or(1) - 1;
    if let Some(last) = before.saturating_mul(size).checked_sub(1) {
        entries.nth(last);
    }
    let rows: Json = entries.take(size).map(row).collect();
    let Some(items) = paging.items else { return Ok(rows) };
    let mut payload = Map::from_iter([(items.to_owned(), rows)]);
    payload.extend(paging.total.map(|name| (name.to_owned(), total.into())));
    Ok(payload.into())
}

/// How many entries a page has.
///
/// # Errors
///
/// When the request asks for less than one.
pub(crate) fn size(request: &Request) -> Result<usize, Refusal> {
    let name = request.entry.operation.paging.and_then(|paging| paging.size);
    let size = name.map(|name| from_one(request, name)).transpose()?.flatten();
    Ok(size.unwrap_or(SIZE))
}

/// The entry behind which a page begins; none for the first page.
pub(crate) fn cursor(request: &Request) -> Option<String> {
    let mark = request.entry.operation.paging?.mark;
    request.text(mark).filter(|cursor| !cursor.is_empty())
}

/// A number from 1.
fn from_one(request: &Request, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(number) = request.integer(name) else { return Ok(None) };
    match usize::try_from(number) {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => Err(Refusal::invalid(format!("`{name}` is less than 1"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::Catalog;
    use crate::clock::Moment;

    /// A page of the numbers from 1 to 25, as rows of an operation.
    fn of(operation: &str, values: Json) -> Result<Json, Refusal> {
        let entry = Catalog::get().entries().iter().find(|entry| entry.operation.id == operation).unwrap();
        let Json::Object(parameters) = values else { unreachable!() };
        let (body, files, now) = (Json::Null, Vec::new(), Moment::from_millis(0));
        let request = Request { entry, parameters, body, files, now };
        page(&request, 1..26_u16, |number| json!({"msg_id": number.to_string()}))
    }

    fn ids(rows: &Json) -> Vec<&str> {
        rows.as_array().unwrap().iter().map(|row| row["msg_id"].as_str().unwrap()).collect()
    }

    #[test]
    fn pages_have_numbers() {
        let first = of("listTasks", json!({})).unwrap();
        assert_eq!((ids(&first["rows"]).len(), &first["total"]), (10, &json!(25)));
        let third = of("listTasks", json!({"Page": 3, "Number": 10})).unwrap();
        assert_eq!(ids(&third["rows"]), ["21", "22", "23", "24", "25"]);
        let behind = of("listTasks", json!({"Page": i64::MAX, "Number": i64::MAX})).unwrap();
        assert_eq!(behind, json!({"rows": [], "total": 25}));
        for values in [json!({"Page": 0}), json!({"Number": -1})] {
            assert_eq!(of("listTasks", values).unwrap_err().code, 400);
        }
    }
}
