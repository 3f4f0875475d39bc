//! The request for a token, with the memory of its body and of its answer zeroed.

use airudder_wire::{AsObject, Secret};
use bytes::{Bytes, BytesMut};
use zeroize::{Zeroize as _, Zeroizing};

use crate::platform::models::ObtainTokenAnswer;
use crate::platform::operations::ObtainToken;
use crate::{Answer, Credentials, Description, Error, Operation, Request};

/// [`ObtainToken`], careful with the secret and the token. The buffers of HTTP and TLS are out of its reach.
pub(super) struct Obtain(ObtainToken);

impl Obtain {
    pub(super) fn new(credentials: &Credentials) -> Self {
        Self(ObtainToken::new(credentials.key.as_str(), credentials.secret.clone()))
    }

    fn body(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        // Growing would leave copies behind. JSON makes at most six bytes of one.
        let capacity = 64 + 6 * (self.0.app_key.len() + self.0.app_secret.expose().len());
        let mut body = Zeroizing::new(Vec::with_capacity(capacity));
        serde_json::to_writer(&mut *body, &AsObject(&self.0)).map_err(|error| {
            Error::invalid_input("the credentials have no form in JSON").with_source(error)
        })?;
        Ok(body)
    }
}

impl Operation for Obtain {
    type Answer = Secret;

    const DESCRIPTION: &'static Description = ObtainToken::DESCRIPTION;

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.bytes("application/json", Bytes::from_owner(self.body()?))
    }

    fn read(answer: Answer) -> Result<Secret, Error> {
        let body = answer.body().clone();
        let data = answer.json::<ObtainTokenAnswer>();
        drop(zeroed(body));
        Ok(data?.token()?.clone())
    }
}

/// The bytes, zeroed, if nobody else holds them.
fn zeroed(bytes: Bytes) -> Option<BytesMut> {
    let mut bytes = bytes.try_into_mut().ok()?;
    bytes.as_mut().zeroize();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_never_grows_and_is_what_the_generated_operation_writes() {
        for (key, secret) in [("key", "secret"), ("", ""), ("\u{1}\u{2}\"\\é", "\u{7f}\u{0}\u{1f}")] {
            let obtain = Obtain::new(&Credentials::new(key, secret));
            let body = obtain.body().unwrap();
            assert_eq!(body.capacity(), 64 + 6 * (key.len() + secret.len()));
            assert_eq!(*body, Request::of(&ObtainToken::new(key, secret)).unwrap().body().as_ref());
            assert_eq!(Request::of(&obtain).unwrap().content_type(), Some("application/json"));
        }
    }

    /// `Bytes` are handed on, not copied, so that what is zeroed is the one copy that the client makes.
    #[test]
    fn the_body_and_the_header_are_the_memory_that_is_zeroed() {
        let mut request = Request::new(*ObtainToken::DESCRIPTION);
        let body = Zeroizing::new(b"secret".to_vec());
        let place = body.as_ptr();
        request.bytes("application/json", Bytes::from_owner(body)).unwrap();
        assert_eq!(request.finish("/").unwrap().body().as_ptr(), place);

        let bytes = Zeroizing::new(b"Token t".to_vec());
        let place = bytes.as_ptr();
        let header = http::HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).unwrap();
        assert_eq!(header.as_bytes().as_ptr(), place);
        assert_eq!(header.clone().as_bytes().as_ptr(), place);
    }

    #[test]
    fn an_answer_that_nobody_else_holds_is_zeroed() {
        let bytes = Bytes::from(b"token".to_vec());
        let other = bytes.clone();
        assert!(zeroed(bytes).is_none());
        assert_eq!(zeroed(other).unwrap(), [0; 5].as_slice());
        let received = BytesMut::from(b"token".as_slice()).freeze();
        assert_eq!(zeroed(received).unwrap(), [0; 5].as_slice());
    }
}
