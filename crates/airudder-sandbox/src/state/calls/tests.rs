use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::Moment;

const NINE: Moment = Moment::from_millis(1_894_698_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A sandbox without a server, at nine o'clock, with a task that opens then.
struct Fixture {
    state: State,
    task: TaskKey,
}

fn settings() -> NewTask {
    NewTask {
        owner: Owner::Product { document: "collection".into(), plan: None },
        name: "sample".into(),
        robot: "sample-robot".into(),
        opens: NINE,
        closes: NINE + 9 * HOUR,
        tries: 3,
        pause: 10 * MINUTE,
        grows: false,
    }
}

fn fixture(numbers: u32, change: impl FnOnce(&mut NewTask)) -> Fixture {
    let mut state = State::new(1);
    let mut new = settings();
    change(&mut new);
    let task = state.make_task(new, NINE);
    for number in 0..numbers {
        state.add_call(task, contact(number), number, NINE).unwrap();
    }
    Fixture { state, task }
}

fn contact(number: u32) -> Contact {
    Contact { number: format!("+1{number:010}").into(), key: None, robot: None }
}

impl Fixture {
    fn task(&self) -> &Task {
        self.state.calls.task(self.task).unwrap()
    }

    fn calls(&self) -> Vec<&Call> {
        self.state.calls.calls_of(self.task()).map(|(_, call)| call).collect()
    }

    fn count(&self, phase: CallPhase) -> usize {
        self.calls().iter().filter(|call| call.phase == phase).count()
    }

    fn pushed(&self, callback: &str) -> usize {
        self.state.callbacks.entries().iter().filter(|entry| entry.callback == callback).count()
    }
}

#[test]
fn a_task_waits_for_its_time_and_runs_to_its_end() {
    let mut it = fixture(50, |new| new.opens = NINE + HOUR);
    it.state.run(NINE + 59 * MINUTE);
    assert_eq!(it.count(CallPhase::Pending), 50);
    it.state.run(NINE + HOUR);
    assert_eq!((it.count(CallPhase::Calling), it.task().status()), (50, "pending"));
    it.state.run(NINE + 8 * HOUR);
    assert_eq!((it.count(CallPhase::Finished), it.task().status()), (50, "finished"));
    assert_eq!((it.pushed("callFinished"), it.pushed("taskFinished")), (50, 1));
}

#[test]
fn only_so_many_calls_go_on_at_once() {
    let mut it = fixture(1000, |_| ());
    let mut at = NINE;
    while it.task().phase != TaskPhase::Finished {
        it.state.run(at);
        let calling = it.count(CallPhase::Calling);
        assert!(calling <= 100, "{calling}");
        assert_eq!(calling, it.task().busy as usize);
        at = at + MINUTE;
    }
    let took = at - NINE;
    assert!(took > 10 * MINUTE && took < 2 * HOUR, "{took:?}");
}

#[test]
fn a_number_is_tried_until_somebody_answers_or_its_attempts_are_used_up() {
    let mut it = fixture(500, |_| ());
    it.state.run(NINE + 8 * HOUR);
    for call in it.calls() {
        let result = call.result().unwrap();
        assert!(result.is_answered() || call.tries == 3, "{call:?}");
        let earliest = NINE + 10 * MINUTE * u32::from(call.tries - 1);
        assert!(call.started().unwrap() >= earliest, "{call:?}");
        assert_eq!(call.ended().unwrap() - call.started().unwrap(), result.length());
    }
    assert!(it.calls().iter().any(|call| call.tries == 2));
    assert!(it.calls().iter().any(|call| call.tries == 3 && !call.is_recorded()));
}

#[test]
fn what_becomes_of_calls_depends_on_the_seed_alone() {
    let outcomes = |seed, questions: u32| {
        let mut state = State::new(seed);
        let task = state.make_task(settings(), NINE);
        for number in 0..100 {
            // Each request draws an id from the other source.
            (0..questions).for_each(|_| drop(state.random.id()));
            state.add_call(task, contact(number), 0, NINE).unwrap();
        }
        state.run(NINE + HOUR);
        let it = Fixture { state, task };
        it.calls().iter().map(|call| (call.id, call.result())).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(1, 0), outcomes(1, 3));
    assert_ne!(outcomes(1, 0), outcomes(2, 0));
}

#[test]
fn when_its_time_is_over_a_task_gives_up_the_numbers_that_wait() {
    let mut it = fixture(500, |new| new.closes = NINE + MINUTE);
    it.state.run(NINE + MINUTE);
    let calling = it.count(CallPhase::Calling);
    assert!(calling > 0);
    assert_eq!((it.count(CallPhase::Finished), it.pushed("taskFinished")), (500 - calling, 0));
    it.state.run(NINE + HOUR);
    assert_eq!((it.count(CallPhase::Finished), it.pushed("taskFinished")), (500, 1));
    let undialled: Vec<_> = it.calls().into_iter().filter(|call| call.tries == 0).collect();
    assert!(!undialled.is_empty());
    assert!(undialled.iter().all(|call| call.result().is_none() && call.started() == call.ended()));
}

#[test]
fn stopping_takes_out_what_waits_and_lets_calls_in_progress_end() {
    let mut it = fixture(150, |_| ());
    it.state.run(NINE);
    it.state.stop_task(it.task, NINE);
    assert_eq!((it.count(CallPhase::Cancelled), it.count(CallPhase::Calling)), (50, 100));
    it.state.stop_task(it.task, NINE);
    it.state.run(NINE + HOUR);
    assert_eq!((it.count(CallPhase::Cancelled), it.count(CallPhase::Finished)), (50, 100));
    assert!(it.calls().iter().all(|call| call.tries <= 1));
    assert_eq!((it.pushed("callFinished"), it.pushed("taskFinished")), (100, 1));
}

#[test]
fn a_number_that_is_taken_out_is_not_dialled_any_more() {
    let mut it = fixture(101, |_| ());
    let keys = it.task().calls.clone();
    it.state.run(NINE);
    for key in &keys {
        it.state.cancel_call(*key, NINE);
    }
    it.state.run(NINE + HOUR);
    assert_eq!((it.count(CallPhase::Cancelled), it.count(CallPhase::Finished)), (1, 100));
    assert!(it.calls().iter().all(|call| call.tries <= 1));
    it.state.cancel_call(keys[0], NINE + HOUR);
    assert_eq!((it.pushed("callFinished"), it.pushed("taskFinished")), (100, 1));
}

#[test]
fn a_task_that_grows_ends_when_it_is_complete() {
    let mut it = fixture(1, |new| new.grows = true);
    it.state.run(NINE + HOUR);
    assert_eq!((it.count(CallPhase::Finished), it.pushed("taskFinished")), (1, 0));
    it.state.add_call(it.task, contact(2), 0, NINE + HOUR).unwrap();
    assert_eq!(it.count(CallPhase::Calling), 1);
    it.state.complete_task(it.task, NINE + HOUR);
    it.state.run(NINE + 2 * HOUR);
    assert_eq!((it.count(CallPhase::Finished), it.pushed("taskFinished")), (2, 1));
    assert!(it.state.add_call(it.task, contact(3), 0, NINE + 2 * HOUR).is_none());
}

#[test]
fn calls_are_counted_as_they_move() {
    let mut it = fixture(300, |new| (new.tries, new.closes) = (3, NINE + 10 * MINUTE));
    it.state.cancel_call(it.task().calls[299], NINE);
    for seconds in [0, 10, 100, 200, 400, 599, 600, 3600] {
        it.state.run(NINE + Duration::from_secs(seconds));
        for kind in Kind::ALL {
            let count = it.calls().into_iter().filter(|call| Kind::of(call) == kind).count();
            assert_eq!(it.state.calls.tally.count(kind), count as u64, "{kind:?} after {seconds} s");
        }
    }
    assert!(it.state.calls.tally.count(Kind::Undialled) + it.state.calls.tally.count(Kind::Busy) > 0);
}

#[test]
fn calls_survive_a_restart() {
    let mut it = fixture(150, |_| ());
    it.state.run(NINE + MINUTE);
    let text = serde_json::to_string(&it.state).unwrap();
    let mut copy: State = serde_json::from_str(&text).unwrap();
    it.state.run(NINE + 9 * HOUR);
    copy.run(NINE + 9 * HOUR);
    assert_eq!(format!("{:?}", copy.calls.calls), format!("{:?}", it.state.calls.calls));
    let call = &it.calls()[7];
    assert_eq!(copy.calls.call_by_id(&call.id.to_string()).map(|(key, _)| key), Some(it.task().calls[7]));
}

#[test]
fn a_call_is_small() {
    assert!(size_of::<Call>() <= 128, "{}", size_of::<Call>());
}

/// What can befall a task.
#[derive(Clone, Debug)]
enum Step {
    Add(u32),
    Cancel(prop::sample::Index),
    Stop,
    Complete,
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1..30_u32).prop_map(Step::Add),
        3 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => Just(Step::Stop),
        1 => Just(Step::Complete),
        5 => (1..1200_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #[test]
    fn whatever_befalls_a_task_its_calls_end_once_and_then_so_does_it(steps in steps(), lines in 1..20_u32) {
        let mut state = State::new(1);
        state.calls.lines = lines;
        let task = state.make_task(NewTask { grows: true, ..settings() }, NINE);
        let mut it = Fixture { state, task };
        let mut now = NINE;
        for step in steps {
            match step {
                Step::Add(count) => {
                    for number in 0..count {
                        it.state.add_call(it.task, contact(number), 0, now);
                    }
                }
                Step::Cancel(which) if !it.task().calls.is_empty() => {
                    let key = *which.get(&it.task().calls);
                    it.state.cancel_call(key, now);
                }
                Step::Cancel(_) => {}
                Step::Stop => it.state.stop_task(it.task, now),
                Step::Complete => it.state.complete_task(it.task, now),
                Step::Wait(seconds) => now = now + Duration::from_secs(seconds),
            }
            it.state.run(now);
            let open = it.count(CallPhase::Pending) + it.count(CallPhase::Calling);
            prop_assert_eq!(it.task().open_calls as usize, open);
            prop_assert_eq!(it.task().busy as usize, it.count(CallPhase::Calling));
            prop_assert!(it.task().busy <= lines);
            prop_assert!(open == 0 || it.task().phase != TaskPhase::Finished);
            prop_assert_eq!(it.pushed("callFinished"), it.count(CallPhase::Finished));
        }
        it.state.run(NINE + 24 * HOUR);
        prop_assert_eq!(it.task().phase, TaskPhase::Finished);
        prop_assert_eq!((it.pushed("callFinished"), it.pushed("taskFinished")), (it.count(CallPhase::Finished), 1));
        prop_assert_eq!(it.count(CallPhase::Finished) + it.count(CallPhase::Cancelled), it.calls().len());
        prop_assert!(it.calls().iter().all(|call| call.tries <= 3));
    }
}
