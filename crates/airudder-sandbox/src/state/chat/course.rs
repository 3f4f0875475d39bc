//! How sessions go on by themselves: messages arrive, are read and answered, and a silent session is closed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::bot::{self, Then};
use super::message::{Message, Sender, Status};
use super::session::{End, Lead, Session};
use super::{At, Chat, customer};
use crate::clock::Moment;
use crate::state::{Event, Packed, State, Variables};

/// After so long without a message, the bot closes a session that no agent leads (assumed).
const SILENCE: Duration = Duration::from_secs(10 * 60);

/// How likely it is that a message arrives, that one that arrived is read, and that one that was read is answered.
const ARRIVES: f64 = 0.97;
const IS_READ: f64 = 0.85;
const IS_ANSWERED: f64 = 0.6;

/// What happens by itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// A message arrives at the device of the person.
    Arrival(At),
    /// The person reads it.
    Reading(At),
    /// The person answers it.
    Reply(At),
    /// The bot answers the person.
    Bot(At),
    /// Nobody has written for a while, perhaps.
    Silence {
        /// The session.
        session: usize,
    },
    /// The result of a sending is known.
    Result {
        /// Its id.
        sending: String,
    },
}

pub(in crate::state) fn happen(state: &mut State, now: Moment, step: Step) {
    match step {
        Step::Arrival(at) => state.progress(at, Status::Delivered, now),
        Step::Reading(at) => state.progress(at, Status::Read, now),
        Step::Reply(at) => state.reply(at, now),
        Step::Bot(at) => state.bot_answers(at, now),
        Step::Silence { session } => {
            let is_due = |session: &Session| {
                !matches!(session.lead, Lead::Agent(_)) && session.last() + SILENCE <= now
            };
            if state.chat.session(session).is_some_and(is_due) {
                state.end_session(session, true, now);
            }
        }
        Step::Result { sending } => state.tell_result(&sending),
    }
}

impl State {
    /// The session that goes on with a person, or a new one.
    pub(super) fn session_with(&mut self, channel: &str, account: &str, person: &str, now: Moment) -> usize {
        if let Some(session) = self.chat.going_on(account, person) {
            return session;
        }
        let id = self.chat.random.id();
        self.open_session(id, channel, account, person, now)
    }

    /// A new session.
    pub(super) fn open_session(
        &mut self,
        id: String,
        channel: &str,
        account: &str,
        person: &str,
        now: Moment,
    ) -> usize {
        self.count_made("session", 1);
        let opening = Session::opening(self.chat.random.id(), now);
        self.chat.begin(Session {
            id,
            channel: channel.to_owned(),
            channel_id: account.to_owned(),
            person: person.to_owned(),
            name: None,
            variables: Variables::default(),
            flow: None,
            lead: Lead::Bot,
            started: now,
            ended: None,
            messages: vec![opening],
        })
    }

    /// Adds a message to a session.
    fn write(&mut self, session: usize, message: Message) -> At {
        let now = message.at;
        self.schedule.plan(now + SILENCE, Event::Chat(Step::Silence { session }));
        let Some(found) = self.chat.sessions.get_mut(session) else { return At { session, message: 0 } };
        found.messages.push(message);
        At { session, message: found.messages.len() - 1 }
    }

    /// Says something to the person.
    pub(super) fn say(&mut self, session: usize, sender: Sender, content: &Json, now: Moment) -> At {
        let (id, content) = (self.chat.random.id(), Packed::new(content));
        let status = Status::Sent;
        self.count_made("message", 1);
        let at = self.write(session, Message { id, sender, at: now, status, content, answers: None });
        if self.chat.session(session).is_some_and(Session::is_relayed) {
            self.tell_said(at);
        } else if self.chat.random.chance(ARRIVES) {
            self.plan(at, 1..4, Step::Arrival, now);
        }
        at
    }

    /// Takes what a person says.
    pub(super) fn hear(&mut self, session: usize, content: &Json, answers: Option<usize>, now: Moment) {
        let (id, content) = (self.chat.random.id(), Packed::new(content));
        let message =
            Message { id, sender: Sender::Person, at: now, status: Status::Delivered, content, answers };
        let at = self.write(session, message);
        // What came through the integrator is known to it.
        if !self.chat.session(session).is_some_and(Session::is_relayed) {
            self.tell_heard(at);
        }
        self.plan(at, 1..3, Step::Bot, now);
    }

    /// A message comes further.
    fn progress(&mut self, at: At, status: Status, now: Moment) {
        let Some(message) = self.chat.message_mut(at) else { return };
        message.status = status;
        self.tell_status(at, now);
        match status {
            Status::Read if self.chat.random.chance(IS_ANSWERED) => self.plan(at, 5..90, Step::Reply, now),
            Status::Delivered if self.chat.random.chance(IS_READ) => self.plan(at, 5..60, Step::Reading, now),
            _ => {}
        }
    }

    /// The person answers a message, unless the session is over or went on meanwhile.
    fn reply(&mut self, at: At, now: Moment) {
        let Some((session, message)) = self.chat.message(at) else { return };
        if session.ended.is_some() || session.messages.len() > at.message + 1 {
            return;
        }
        let said = message.content.json();
        let content = customer::answer(&mut self.chat.random, &said);
        self.hear(at.session, &content, Some(at.message), now);
    }

    /// The bot answers what the person said, unless an agent does.
    fn bot_answers(&mut self, at: At, now: Moment) {
        let Some((session, message)) = self.chat.message(at) else { return };
        if session.ended.is_some() || session.lead != Lead::Bot {
            return;
        }
        let answer = bot::answer(&message.content.json(), session.rounds());
        self.say(at.session, Sender::Bot, &answer.content, now);
        match answer.then {
            Then::Wait => {}
            Then::AskForAgent => {
                if let Some(session) = self.chat.sessions.get_mut(at.session) {
                    session.lead = Lead::Waiting;
                }
                self.tell_transfer(at.session, now);
            }
            Then::EndSession => self.end_session(at.session, true, now),
        }
    }

    /// Ends a session that goes on.
    pub(super) fn end_session(&mut self, session: usize, by_bot: bool, now: Moment) {
        let Chat { sessions, open, random, .. } = &mut self.chat;
        let Some(found) = sessions.get_mut(session).filter(|found| found.ended.is_none()) else { return };
        let grades = match found.rounds() {
            0 => ["--", "--", "--"],
            1 => ["D", "E", "F"],
            _ => ["A", "B", "C"],
        };
        let intention = random.rng().choice(grades).unwrap_or_default();
        found.ended = Some(End { at: now, by_bot, intention: intention.to_owned() });
        if let Some(people) = open.get_mut(&found.channel_id)
            && people.get(&found.person) == Some(&session)
        {
            people.remove(&found.person);
        }
        self.tell_end(session, now);
    }

    /// Plans a step for a message, so many seconds from now.
    fn plan(&mut self, at: At, seconds: std::ops::Range<u64>, step: fn(At) -> Step, now: Moment) {
        let pause = self.chat.random.pause(seconds);
        self.schedule.plan(now + pause, Event::Chat(step(at)));
    }
}
