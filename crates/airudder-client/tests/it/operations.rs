//! Operations as the generator writes them.

use airudder_client::{
    Answer, Auth, Description, Effect, Envelope, Error, Evidence, Method, Operation, Request, Style,
};
use bytes::Bytes;

pub const ENVELOPE: Envelope = Envelope {
    code: "code",
    status: Some("status"),
    message: "message",
    data: "data",
    request_id: Some("requestId"),
    success: &[200],
};

/// Rings a phone.
pub struct Ring {
    pub callee: &'static str,
}

pub fn ring() -> Ring {
    Ring { callee: "+10000000001" }
}

impl Operation for Ring {
    type Answer = String;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.ring",
        method: Method::Post,
        path: "/service/cloud/ring",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.query("callee", Style::Form, self.callee)?;
        request.json(&serde_json::json!({ "callee": self.callee }))
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.json()
    }
}

/// Looks something up.
pub struct Look {
    pub id: &'static str,
}

impl Operation for Look {
    type Answer = Option<Vec<i64>>;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.look",
        method: Method::Get,
        path: "/service/cloud/look/{id}",
        effect: Effect::Safe,
        evidence: Evidence::Assumed,
        auth: Auth::None,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.path("id", Style::Simple, self.id)
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.json()
    }
}

/// Removes something, and is told nothing.
pub struct Remove;

impl Operation for Remove {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.remove",
        method: Method::Delete,
        path: "/service/cloud/thing",
        effect: Effect::Idempotent,
        evidence: Evidence::Observed,
        auth: Auth::None,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.empty()
    }
}

/// Downloads a recording.
pub struct Download;

impl Operation for Download {
    type Answer = Bytes;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.download",
        method: Method::Get,
        path: "/service/cloud/recording",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.bytes()
    }
}

/// Has no envelope.
pub struct Bare;

impl Operation for Bare {
    type Answer = Vec<i64>;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.bare",
        method: Method::Get,
        path: "/bare",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: None,
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.json()
    }
}
