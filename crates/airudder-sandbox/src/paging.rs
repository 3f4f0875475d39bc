//! Lists in pages, as the documents say of each: by numbers from 1, or behind an entry.

use serde_json::{Map, Value as Json};

use crate::reply::Refusal;
use crate::request::Request;

/// How many entries a page has when the request does not say. What the vendor does then was never seen.
const SIZE: usize = 10;

/// The page of a list that a request asks for, as the payload of its answer. `row` makes an entry what the answer has of it.
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
    let total = entries.len();
    let size = match paging.size {
        Some(name) => from_one(request, name)?.unwrap_or(SIZE),
        None => SIZE,
    };
    match paging.key {
        None => {
            let before = from_one(request, paging.mark)?.unwrap_or(1) - 1;
            if let Some(last) = before.saturating_mul(size).checked_sub(1) {
                entries.nth(last);
            }
        }
        Some(key) => {
            let cursor = request.text(paging.mark).filter(|cursor| !cursor.is_empty());
            if let Some(cursor) = cursor
                && !entries.any(|entry| row(entry).get(key).and_then(Json::as_str) == Some(&cursor))
            {
                return Err(Refusal::invalid(format!("`{}` is in no entry of the list", paging.mark)));
            }
        }
    }
    let rows: Json = entries.take(size).map(row).collect();
    let Some(items) = paging.items else { return Ok(rows) };
    let mut payload = Map::from_iter([(items.to_owned(), rows)]);
    payload.extend(paging.total.map(|name| (name.to_owned(), total.into())));
    Ok(payload.into())
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

    #[test]
    fn pages_begin_behind_an_entry() {
        let first = of("listMessages", json!({"last_msg_id": "", "size": 2})).unwrap();
        assert_eq!(ids(&first), ["1", "2"]);
        let last = of("listMessages", json!({"last_msg_id": "23", "size": 20})).unwrap();
        assert_eq!(ids(&last), ["24", "25"]);
        assert_eq!(of("listMessages", json!({"last_msg_id": "25", "size": 2})).unwrap(), json!([]));
        assert_eq!(of("listMessages", json!({"last_msg_id": "26", "size": 2})).unwrap_err().code, 400);
    }
}
