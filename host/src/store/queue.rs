//! Who is next on the writer: the host first, then plugin after plugin, each for its share of time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Error, Result};
use crate::store::Owner;
use crate::store::share::Share;
use crate::store::writer::Work;

/// Units of one owner that may wait.
const ROOM: usize = 1024;

/// What an owner may use of the writer before the next one has its turn; the host gets the larger part.
const PLUGIN_TURN: Duration = Duration::from_millis(1);
const CORE_TURN: Duration = Duration::from_millis(4);

/// How long others may wait before an owner above its share is refused.
const PATIENCE: Duration = Duration::from_millis(20);

/// Waiting units by owner.
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

struct State {
    lanes: Vec<Lane>,
    /// The lane that had the last turn.
    turn: usize,
    closed: bool,
}

struct Lane {
    owner: Owner,
    waiting: VecDeque<(Instant, Work)>,
    /// Time left in this round, in nanoseconds; a unit that took longer is paid back in later rounds.
    credit: i64,
    share: Share,
}

/// What the writer does next.
pub(super) enum Next {
    /// Runs a unit.
    Run(Owner, Work),
    /// Nothing came for a while.
    Idle,
    /// No unit will come any more.
    Closed,
}

impl Queue {
    pub(super) fn new() -> Self {
        let state = State { lanes: vec![Lane::new(Owner::Core)], turn: 0, closed: false };
        Self { state: Mutex::new(state), filled: Condvar::new() }
    }

    /// Lets a unit wait for its turn.
    ///
    /// # Errors
    /// Unavailable, when its owner has too many waiting or has had more than its share while others wait.
    pub(super) fn push(&self, owner: &Owner, work: Work) -> Result<()> {
        self.push_at(Instant::now(), owner, work)
    }

    fn push_at(&self, now: Instant, owner: &Owner, work: Work) -> Result<()> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(shutting_down());
        }
        let place = state.lane(owner);
        if state.lanes[place].waiting.len() >= ROOM {
            return Err(Error::unavailable(
                (
                    "Too many changes are waiting; please try again.",
                    "Zu viele Änderungen warten; bitte versuchen Sie es erneut.",
                ),
                1,
            ));
        }
        if *owner != Owner::Core && state.lanes[place].share.is_exceeded(now) && state.others_wait(place, now) {
            return Err(Error::unavailable(
                (
                    "This plugin has used its share of the database; please try again.",
                    "Dieses Plugin hat seinen Anteil an der Datenbank verbraucht; bitte versuchen Sie es erneut.",
                ),
                2,
            ));
        }
        state.lanes[place].waiting.push_back((now, work));
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// The next unit; waits for one at most `patience`.
    pub(super) fn next(&self, patience: Duration) -> Next {
        let mut state = self.state.lock();
        loop {
            if let Some((owner, work)) = state.take() {
                return Next::Run(owner, work);
            }
            if state.closed {
                return Next::Closed;
            }
            if self.filled.wait_for(&mut state, patience).timed_out() {
                return Next::Idle;
            }
        }
    }

    /// Charges an owner for the time it held the writer.
    pub(super) fn charge(&self, owner: &Owner, held: Duration) {
        let mut state = self.state.lock();
        let place = state.lane(owner);
        let lane = &mut state.lanes[place];
        lane.credit -= i64::try_from(held.as_nanos()).unwrap_or(i64::MAX);
        lane.share.add(Instant::now(), held);
    }

    /// Takes no more units; those that wait are still run.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.filled.notify_all();
    }
}

impl State {
    fn lane(&mut self, owner: &Owner) -> usize {
        if let Some(place) = self.lanes.iter().position(|lane| lane.owner == *owner) {
            return place;
        }
        self.lanes.push(Lane::new(owner.clone()));
        self.lanes.len() - 1
    }

    /// The host while it has time left, else the plugin whose turn it is; a new round when nobody has any.
    fn take(&mut self) -> Option<(Owner, Work)> {
        if self.lanes.iter().all(|lane| lane.waiting.is_empty()) {
            return None;
        }
        let place = loop {
            match self.ready() {
                Some(place) => break place,
                None => self.lanes.iter_mut().for_each(Lane::refill),
            }
        };
        self.turn = place;
        let lane = &mut self.lanes[place];
        let (_, work) = lane.waiting.pop_front()?;
        Some((lane.owner.clone(), work))
    }

    fn ready(&self) -> Option<usize> {
        let count = self.lanes.len();
        let can_run = |place: &usize| self.lanes[*place].credit > 0 && !self.lanes[*place].waiting.is_empty();
        std::iter::once(0).chain((1..=count).map(|step| (self.turn + step) % count)).find(can_run)
    }

    fn others_wait(&self, place: usize, now: Instant) -> bool {
        let others = self.lanes.iter().enumerate().filter(|(other, _)| *other != place);
        others.filter_map(|(_, lane)| lane.waiting.front()).any(|(since, _)| now.duration_since(*since) > PATIENCE)
    }
}

impl Lane {
    fn new(owner: Owner) -> Self {
        Self { owner, waiting: VecDeque::new(), credit: 0, share: Share::default() }
    }

    /// Unused time is not saved up: an owner that was away has no more than one turn.
    fn refill(&mut self) {
        let turn = if self.owner == Owner::Core { CORE_TURN } else { PLUGIN_TURN };
        let turn = i64::try_from(turn.as_nanos()).unwrap_or(i64::MAX);
        self.credit = self.credit.saturating_add(turn).min(turn);
    }
}

/// What is answered once no unit is taken any more.
pub(super) fn shutting_down() -> Error {
    Error::unavailable(("The site is shutting down.", "Die Website wird gerade angehalten."), 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn plugin(id: &str) -> Owner {
        Owner::Plugin(id.into())
    }

    fn push(queue: &Queue, owner: &Owner, at: Instant) -> Result<()> {
        queue.push_at(at, owner, Box::new(|_| None))
    }

    /// Runs all that waits, each for `held`; who came when.
    fn order(queue: &Queue, held: Duration) -> Vec<Owner> {
        let mut order = Vec::new();
        while let Next::Run(owner, _) = queue.next(Duration::ZERO) {
            queue.charge(&owner, held);
            order.push(owner);
        }
        order
    }

    #[test]
    fn the_host_goes_first_and_plugins_take_turns_by_time() {
        let (queue, now) = (Queue::new(), Instant::now());
        let (greedy, modest) = (plugin("greedy"), plugin("modest"));
        for owner in [&greedy, &greedy, &greedy, &greedy, &modest, &modest, &Owner::Core] {
            push(&queue, owner, now).unwrap();
        }
        let expected = [&Owner::Core, &greedy, &modest, &greedy, &modest, &greedy, &greedy];
        let order = order(&queue, Duration::from_millis(2));
        assert!(order.iter().eq(expected), "{order:?}");
    }

    #[test]
    fn a_plugin_of_long_units_gets_no_more_time_than_one_of_short_units() {
        let (queue, now) = (Queue::new(), Instant::now());
        for _ in 0..100 {
            push(&queue, &plugin("long"), now).unwrap();
            push(&queue, &plugin("short"), now).unwrap();
        }
        let mut spent = [Duration::ZERO; 2];
        while let Next::Run(owner, _) = queue.next(Duration::ZERO) {
            let long = owner == plugin("long");
            let held = Duration::from_millis(if long { 10 } else { 1 });
            queue.charge(&owner, held);
            spent[usize::from(long)] += held;
            if spent[0] == Duration::from_millis(100) {
                break;
            }
        }
        assert!(spent[1] <= Duration::from_millis(120), "{spent:?}");
    }

    #[test]
    fn the_host_cannot_shut_plugins_out() {
        let (queue, now) = (Queue::new(), Instant::now());
        push(&queue, &plugin("patient"), now).unwrap();
        (0..100).for_each(|_| push(&queue, &Owner::Core, now).unwrap());
        let place = order(&queue, Duration::from_millis(1)).iter().position(|owner| *owner != Owner::Core);
        assert!(place.unwrap() < 10, "{place:?}");
    }

    #[test]
    fn an_owner_above_its_share_is_refused_while_others_have_waited() {
        let (queue, now) = (Queue::new(), Instant::now());
        let (greedy, modest) = (plugin("greedy"), plugin("modest"));
        queue.charge(&greedy, Duration::from_secs(3));
        push(&queue, &greedy, now).unwrap();
        push(&queue, &modest, now).unwrap();
        push(&queue, &greedy, now + Duration::from_millis(10)).unwrap();
        let later = now + Duration::from_millis(30);
        assert_eq!(push(&queue, &greedy, later).unwrap_err().code(), Code::Unavailable);
        push(&queue, &modest, later).unwrap();
        push(&queue, &Owner::Core, later).unwrap();
    }
}
