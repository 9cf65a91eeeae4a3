//! Keeps calls away from a plugin that fails again and again, and lets one of them try after a pause.
//!
//! Closed, it lets everything through. Ten faults of a minute open it: the plugin is in quarantine. After the pause one
//! call is the trial. When it ends well the breaker closes; when it fails the next pause is twice as long.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// Faults within [`WINDOW`] that open it.
const MOST: usize = 10;
/// How long a fault counts.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// The first pause.
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);
/// No pause is longer.
const LONGEST: SignedDuration = SignedDuration::from_mins(30);

/// Why and until when a plugin is kept from being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plugins) struct Quarantine {
    /// Its newest fault.
    pub reason: String,
    /// When it began.
    pub since: Timestamp,
    /// When the next call may try.
    pub until: Timestamp,
    pause: SignedDuration,
    is_tried: bool,
}

/// What a call may do.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugins) enum Admission {
    /// Run, as all others.
    Free,
    /// Run as the only one; how it ends decides.
    Trial,
    /// Not run.
    Refused(Quarantine),
}

/// The breaker of one plugin.
#[derive(Default)]
pub(in crate::plugins) struct Breaker {
    /// All that a call of a good plugin looks at.
    is_open: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The moments of the newest faults, while it is closed.
    faults: VecDeque<Timestamp>,
    quarantine: Option<Quarantine>,
}

impl Breaker {
    /// May a call run?
    pub fn admit(&self, now: impl FnOnce() -> Timestamp) -> Admission {
        if !self.is_open.load(Ordering::Relaxed) {
            return Admission::Free;
        }
        self.state.lock().admit(now())
    }

    /// Counts a fault of the guest; the quarantine that begins, or goes on, with it.
    pub fn fail(&self, now: Timestamp, reason: &str) -> Option<Quarantine> {
        let mut state = self.state.lock();
        let quarantine = state.fail(now, reason);
        self.is_open.store(state.quarantine.is_some(), Ordering::Relaxed);
        quarantine
    }

    /// Ends a trial: one that ended well closes it, unless a fault came after all; one that was broken off leaves the
    /// next call to try.
    pub fn end_trial(&self, went_well: bool) {
        let mut state = self.state.lock();
        let Some(quarantine) = state.quarantine.as_mut().filter(|quarantine| quarantine.is_tried) else { return };
        quarantine.is_tried = false;
        if went_well {
            *state = State::default();
            self.is_open.store(false, Ordering::Relaxed);
        }
    }

    /// Closes it at once; the quarantine that ends.
    pub fn close(&self) -> Option<Quarantine> {
        let ended = std::mem::take(&mut *self.state.lock()).quarantine;
        self.is_open.store(false, Ordering::Relaxed);
        ended
    }

    /// The quarantine, while there is one.
    pub fn quarantine(&self) -> Option<Quarantine> {
        self.state.lock().quarantine.clone()
    }
}

impl State {
    fn admit(&mut self, now: Timestamp) -> Admission {
        let Some(quarantine) = &mut self.quarantine else { return Admission::Free };
        if quarantine.is_tried || now < quarantine.until {
            return Admission::Refused(quarantine.clone());
        }
        quarantine.is_tried = true;
        Admission::Trial
    }

    fn fail(&mut self, now: Timestamp, reason: &str) -> Option<Quarantine> {
        if let Some(quarantine) = &mut self.quarantine {
            return quarantine.fail(now, reason);
        }
        if self.is_one_too_many(now) {
            self.quarantine = Some(Quarantine::begin(now, reason));
        }
        self.quarantine.clone()
    }

    fn is_one_too_many(&mut self, now: Timestamp) -> bool {
        self.faults.retain(|fault| now.duration_since(*fault).abs() < WINDOW);
        self.faults.push_back(now);
        self.faults.len() >= MOST
    }
}

impl Quarantine {
    fn begin(now: Timestamp, reason: &str) -> Self {
        Self { reason: reason.to_owned(), since: now, until: now + SHORTEST, pause: SHORTEST, is_tried: false }
    }

    /// A fault of a call that was on its way when it began says nothing new.
    fn fail(&mut self, now: Timestamp, reason: &str) -> Option<Self> {
        if !self.is_tried {
            return None;
        }
        let pause = (self.pause * 2).min(LONGEST);
        let (since, reason) = (self.since, reason.to_owned());
        *self = Self { reason, since, until: now + pause, pause, is_tried: false };
        Some(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn after(seconds: i64) -> Timestamp {
        START + SignedDuration::from_secs(seconds)
    }

    /// A breaker that its tenth fault has opened at [`START`].
    fn opened() -> Breaker {
        let breaker = Breaker::default();
        for _ in 1..MOST {
            assert!(breaker.fail(START, "it trapped").is_none());
            assert_eq!(breaker.admit(|| START), Admission::Free);
        }
        assert_eq!(breaker.fail(START, "it panicked").unwrap().until, after(30));
        breaker
    }

    fn is_refused(breaker: &Breaker, now: Timestamp) -> bool {
        matches!(breaker.admit(|| now), Admission::Refused(_))
    }

    #[test]
    fn ten_faults_of_a_minute_open_it_and_nine_of_them_with_an_older_one_do_not() {
        let breaker = Breaker::default();
        breaker.fail(START, "early");
        for _ in 1..MOST {
            assert!(breaker.fail(after(60), "late").is_none());
        }
        assert_eq!(breaker.admit(|| after(60)), Admission::Free);
        let begun = breaker.fail(after(61), "one more").unwrap();
        assert_eq!((begun.reason.as_str(), begun.since, begun.until), ("one more", after(61), after(91)));
        assert!(is_refused(&breaker, after(61)));
    }

    #[test]
    fn after_the_pause_one_call_tries_and_closes_it_when_it_ends_well() {
        let breaker = opened();
        assert!(is_refused(&breaker, after(29)));
        assert_eq!(breaker.admit(|| after(30)), Admission::Trial);
        assert!(is_refused(&breaker, after(31)), "the others wait for the trial");
        breaker.end_trial(true);
        assert_eq!(breaker.admit(|| after(31)), Admission::Free);
        assert_eq!(breaker.quarantine(), None);
    }

    #[test]
    fn each_trial_that_fails_doubles_the_pause_up_to_half_an_hour() {
        let breaker = opened();
        let mut now = after(30);
        for minutes in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(breaker.admit(|| now), Admission::Trial);
            let again = breaker.fail(now, "it trapped again").unwrap();
            assert_eq!(again.until, now + SignedDuration::from_mins(minutes));
            assert_eq!((again.since, again.reason.as_str()), (START, "it trapped again"));
            // The trial that failed ends with the call that made it.
            breaker.end_trial(true);
            assert!(is_refused(&breaker, now));
            now = again.until;
        }
    }

    #[test]
    fn a_trial_that_is_broken_off_leaves_the_next_call_to_try() {
        let breaker = opened();
        assert_eq!(breaker.admit(|| after(30)), Admission::Trial);
        breaker.end_trial(false);
        assert_eq!(breaker.admit(|| after(30)), Admission::Trial);
    }

    #[test]
    fn a_fault_of_a_call_that_was_on_its_way_makes_the_pause_no_longer() {
        let breaker = opened();
        assert_eq!(breaker.fail(after(5), "late"), None);
        assert_eq!(breaker.quarantine().unwrap().until, after(30));
    }

    #[test]
    fn an_admin_closes_it_at_once_and_the_count_begins_anew() {
        let breaker = opened();
        assert_eq!(breaker.close().unwrap().reason, "it panicked");
        assert_eq!(breaker.admit(|| START), Admission::Free);
        assert!(breaker.fail(START, "it trapped").is_none());
    }
}
