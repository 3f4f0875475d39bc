//! Lists of sessions and messages, newest first, and the report of a session.

use serde_json::Value as Json;

use super::message::Form;
use crate::paging;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::State;

pub(super) fn conversations(state: &mut State, request: &Request) -> Reply {
    let page = || {
        let size = paging::size(request)?;
        let behind = match paging::cursor(request) {
            Some(id) => state.chat.find(&id)?,
            None => state.chat.sessions.len(),
        };
        let account = request.text("channel_id");
        let older = state.chat.sessions.iter().take(behind).rev();
        let of_account = older.filter(|session| account.as_ref().is_none_or(|id| *id == session.channel_id));
        Ok(Reply::Data(of_account.take(size).map(|session| Json::Object(session.summary())).collect()))
    };
    page().into()
}

/// What `type` asks for was not seen; it changes nothing here.
pub(super) fn messages(state: &mut State, request: &Request) -> Reply {
    let page = || {
        let size = paging::size(request)?;
        let at = state.chat.find(&request.text("call_id").unwrap_or_default())?;
        let session = state.chat.session(at).ok_or_else(|| Refusal::unknown("session"))?;
        let behind = match paging::cursor(request) {
            Some(id) => session.position(&id).ok_or_else(|| Refusal::unknown("message in this session"))?,
            None => session.messages.len(),
        };
        let older = session.messages.iter().take(behind).rev();
        Ok(Reply::Data(older.take(size).map(|message| session.shown(message, Form::Listed)).collect()))
    };
    page().into()
}

pub(super) fn report(state: &mut State, request: &Request) -> Reply {
    let report = || {
        let at = state.chat.find(&request.text("call_id").unwrap_or_default())?;
        let session = state.chat.session(at).ok_or_else(|| Refusal::unknown("session"))?;
        if session.ended.is_none() {
            return Err(Refusal::invalid("the session has not ended"));
        }
        Ok(Reply::Data(Json::Object(session.report())))
    };
    report().into()
}
