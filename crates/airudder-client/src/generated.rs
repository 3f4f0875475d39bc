//! The vendor's token endpoint.
//!
//! The client asks for tokens by itself; this is for those who want one for something else.

use airudder_client as client;
use airudder_wire as wire;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

const ENVELOPE: client::Envelope = client::Envelope {
    code: "code",
    status: Some("status"),
    message: "message",
    data: "data",
    request_id: None,
    success: &[200],
};

/// Exchanges the account's key and secret for the token that every other request carries.
///
/// `POST /service/cloud/auth`, operation `platform.obtainToken`.
#[derive(Clone, Debug, PartialEq)]
pub struct ObtainToken {
    /// The account's key.
    pub app_key: String,
    /// The account's secret.
    pub app_secret: wire::Secret,
}

impl ObtainToken {
    /// The operation with what it requires.
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<wire::Secret>) -> Self {
        Self { app_key: app_key.into(), app_secret: app_secret.into() }
    }
}

impl client::Operation for ObtainToken {
    type Answer = ObtainTokenAnswer;

    const DESCRIPTION: &'static client::Description = &client::Description {
        id: "platform.obtainToken",
        method: client::Method::Post,
        path: "/service/cloud/auth",
        effect: client::Effect::Idempotent,
        evidence: client::Evidence::Documented,
        auth: client::Auth::None,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, request: &mut client::Request) -> Result<(), client::Error> {
        request.json(&wire::AsObject(self))
    }

    fn read(answer: client::Answer) -> Result<Self::Answer, client::Error> {
        answer.json()
    }
}

impl wire::EncodeFields for ObtainToken {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::required(map, "APPKey", &self.app_key)?;
        wire::required(map, "APPSecret", &self.app_secret)
    }
}

/// The data of the answer to [`ObtainToken`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ObtainTokenAnswer {
    /// The token, good for 24 hours.
    pub token: Option<wire::Secret>,
    /// Fields that this version does not know.
    pub unknown_fields: wire::UnknownFields,
}

impl ObtainTokenAnswer {
    /// The token.
    ///
    /// # Errors
    /// If the answer lacks it.
    pub fn token(&self) -> Result<&wire::Secret, wire::MissingField> {
        self.token.as_ref().ok_or(wire::MissingField::new("ObtainTokenAnswer", "token"))
    }
}

impl wire::EncodeFields for ObtainTokenAnswer {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::optional(map, "token", &self.token)?;
        self.unknown_fields.encode_fields(map)
    }
}

impl wire::DecodeFields for ObtainTokenAnswer {
    const NAME: &'static str = "ObtainTokenAnswer";
    const FIELDS: &'static [&'static str] = &["token"];

    fn decode_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error> {
        match index {
            0 => self.token = wire::next_value(map)?,
            _ => wire::skip_value(map)?,
        }
        Ok(())
    }

    fn decode_other<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        self.unknown_fields.decode(name, map)
    }
}

wire::object!(ObtainTokenAnswer);
