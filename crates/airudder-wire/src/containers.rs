//! Options, lists, maps and the rest of what holds other values.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::Decode;
use crate::decode::Item;
use crate::mismatch::{mismatch, refuse};

/// Null is `None`.
impl<T: Decode> Decode for Option<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_option(deserializer)
    }

    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        T::decode_option(deserializer).map(Some)
    }

    fn decode_item<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        T::decode_option(deserializer).map(Some)
    }

    fn decode_or_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_option(deserializer)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Self::new)
    }

    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::decode_option(deserializer)?.map(Self::new))
    }

    fn decode_item<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::decode_item(deserializer)?.map(Self::new))
    }

    fn decode_or_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_or_absent(deserializer).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

/// Nothing: whatever is there is read over.
impl Decode for () {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(drop)
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}

/// Any JSON; null is kept in lists and maps.
impl Decode for serde_json::Value {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn decode_item<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(Self::Null)
    }
}

/// Nulls inside are left out, unless `T` is an `Option`.
impl<T: Decode> Decode for Vec<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(List(PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Item(PhantomData))? {
            items.extend(item);
        }
        Ok(items)
    }

    refuse!(boolean, number, string, null, object);
}

/// Null values inside are left out, unless `T` is an `Option`. An empty list counts as an empty map.
impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Map(PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

struct Map<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for Map<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BTreeMap<String, T>, A::Error> {
        let mut items = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value_seed(Item(PhantomData))? {
                Some(item) => items.insert(name, item),
                // The last one wins, so a null takes an earlier value back.
                None => items.remove(&name),
            };
        }
        Ok(items)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<BTreeMap<String, T>, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(BTreeMap::new()),
            Some(_) => Err(mismatch("list", &self)),
        }
    }

    refuse!(boolean, number, string, null);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn nulls_inside() {
        let list = json!([1, null, "2"]);
        assert_eq!(Vec::<i64>::decode(&list).unwrap(), [1, 2]);
        assert_eq!(Vec::<Option<i64>>::decode(&list).unwrap(), [Some(1), None, Some(2)]);
        assert_eq!(Vec::<Box<Value>>::decode(&list).unwrap().len(), 3);
        // Only null is left out: the empty text is something.
        assert!(Vec::<i64>::decode(&json!([""])).is_err());
        assert_eq!(Vec::<crate::Date>::decode(&json!([""])).unwrap().len(), 1);

        let map = json!({"a": 1, "b": null});
        assert_eq!(BTreeMap::<String, i64>::decode(&map).unwrap().len(), 1);
        assert_eq!(BTreeMap::<String, Option<i64>>::decode(&map).unwrap().len(), 2);
        let twice: Result<BTreeMap<String, i64>, _> =
            Decode::decode(&mut serde_json::Deserializer::from_str(r#"{"a": 1, "a": null}"#));
        assert_eq!(twice.unwrap(), BTreeMap::new());
    }

    #[test]
    fn absent_values() {
        assert_eq!(Option::<i64>::absent(), Some(None));
        assert_eq!(Vec::<i64>::absent(), Some(vec![]));
        assert_eq!(BTreeMap::<String, i64>::absent(), Some(BTreeMap::new()));
        assert_eq!(<()>::absent(), Some(()));
        assert_eq!(Value::absent(), Some(Value::Null));
        assert_eq!(Box::<Vec<i64>>::absent(), Some(Box::default()));
        assert_eq!(i64::absent(), None);
        assert_eq!(Vec::<i64>::decode_or_absent(&Value::Null).unwrap(), [0_i64; 0]);
        assert_eq!(Option::<i64>::decode(&Value::Null).unwrap(), None);
        assert!(i64::decode_or_absent(&Value::Null).is_err());
    }

    #[test]
    fn nothing_is_read_from_anything() {
        for value in [json!(null), json!(1), json!([1, {"a": null}]), json!("a")] {
            assert!(<()>::decode(&value).is_ok());
        }
        assert!(<()>::decode(&mut serde_json::Deserializer::from_str("[1")).is_err());
    }
}
