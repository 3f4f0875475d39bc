//! JSON that is kept for long.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// JSON as text: an object takes a tenth of the memory that it takes as a value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Packed(Box<str>);

impl Packed {
    pub fn new(value: &Json) -> Self {
        Self(value.to_string().into())
    }

    pub fn json(&self) -> Json {
        crate::schema::json(&self.0)
    }
}

/// Texts by their names, as the integrator gave them; most have none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Variables(Option<Packed>);

impl Variables {
    pub fn new(variables: Map<String, Json>) -> Self {
        Self((!variables.is_empty()).then(|| Packed::new(&variables.into())))
    }

    pub fn map(&self) -> Map<String, Json> {
        match self.0.as_ref().map(Packed::json) {
            Some(Json::Object(variables)) => variables,
            _ => Map::new(),
        }
    }

    /// Takes over others, which go before those that are there.
    pub fn extend(&mut self, others: Map<String, Json>) {
        let mut variables = self.map();
        variables.extend(others);
        *self = Self::new(variables);
    }
}
