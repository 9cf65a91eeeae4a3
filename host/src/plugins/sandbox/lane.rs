//! Where a guest call runs: it starts on a worker, may move to the writer's thread for its transaction, or to the
//! slow thread when it turns out to be long. Guest code and driver meet here.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::engine::TICK;
use crate::plugins::meter::timing::Timing;
use crate::store::{Deadline, Snapshot, Unit, thread_time};

/// What a waiting guest wants from its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plugins) enum Wish {
    /// To go on inside a transaction, on the writer's thread.
    Transaction,
    /// To end its transaction well and go on outside.
    Commit,
    /// To go on where it disturbs nobody.
    SlowThread,
}

/// Shared by a guest's store data and the driver that polls it.
pub(in crate::plugins) struct Lane {
    places: Mutex<Places>,
    created: Instant,
    poll: Mutex<Option<Poll>>,
    ticked: AtomicBool,
    spent: AtomicU64,
    in_sql: AtomicU64,
    slow: AtomicBool,
    budget: Duration,
    in_transaction: AtomicBool,
    /// Since when the call waits for the writer; 0 while it does not.
    queued: AtomicU64,
    waited: AtomicU64,
    held: AtomicU64,
}

#[derive(Default)]
pub(in crate::plugins) struct Places {
    /// The transaction, while the call is on the writer's thread.
    pub unit: Option<Unit>,
    /// The read snapshot, once the call has read something.
    pub snapshot: Option<Snapshot>,
    wish: Option<Wish>,
    /// Until when the unit may hold the writer.
    hold: Option<Deadline>,
}

/// A poll of the guest that has not ended. Short ones are measured by the clock on the wall, which costs nothing. From
/// a tick on it is the thread's own time, so that no guest pays for a busy machine.
#[derive(Clone, Copy)]
struct Poll {
    since: u64,
    sql_before: u64,
    counted: u64,
    thread_time: Option<Duration>,
}

impl Lane {
    /// A lane for a call that may compute for `budget`.
    pub fn new(budget: Duration) -> Self {
        Self {
            places: Mutex::default(),
            created: Instant::now(),
            poll: Mutex::default(),
            ticked: AtomicBool::new(false),
            spent: AtomicU64::new(0),
            in_sql: AtomicU64::new(0),
            slow: AtomicBool::new(false),
            budget,
            in_transaction: AtomicBool::new(false),
            queued: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    /// The unit and the snapshot; held only while a host call works, never across an await.
    pub fn places(&self) -> parking_lot::MutexGuard<'_, Places> {
        self.places.lock()
    }

    /// Says what the guest waits for.
    pub fn wish(&self, wish: Wish) {
        self.places.lock().wish = Some(wish);
    }

    /// Takes the wish, if there is one.
    pub fn take_wish(&self) -> Option<Wish> {
        self.places.lock().wish.take()
    }

    /// Hands the transaction to the guest, which may hold the writer for what is left of the unit's time: several
    /// hooks of one change share it.
    pub fn enter_transaction(&self, unit: Unit) {
        let mut places = self.places.lock();
        places.hold = unit.deadline();
        places.unit = Some(unit);
        self.in_transaction.store(true, Ordering::Relaxed);
        let queued = self.queued.swap(0, Ordering::Relaxed);
        if queued > 0 {
            self.waited.fetch_add(self.elapsed().saturating_sub(queued), Ordering::Relaxed);
        }
    }

    /// The call waits for the writer from now on.
    pub fn queue(&self) {
        self.queued.store(self.elapsed().max(1), Ordering::Relaxed);
    }

    /// Does the call wait for the writer?
    pub fn is_queued(&self) -> bool {
        self.queued.load(Ordering::Relaxed) > 0
    }

    /// Counts time for which the call held the writer.
    pub fn held(&self, time: Duration) -> Duration {
        self.held.fetch_add(nanoseconds(time), Ordering::Relaxed);
        time
    }

    /// Where the call's time went.
    pub fn timing(&self) -> Timing {
        let time = |counted: &AtomicU64| Duration::from_nanos(counted.load(Ordering::Relaxed));
        Timing { cpu: self.computed(), sql: self.sql_time(), writer: time(&self.held), queue: time(&self.waited) }
    }

    /// Takes the transaction back.
    pub fn leave_transaction(&self) -> Option<Unit> {
        self.in_transaction.store(false, Ordering::Relaxed);
        let mut places = self.places.lock();
        places.hold = None;
        places.unit.take()
    }

    /// Is the call inside its transaction?
    pub fn in_transaction(&self) -> bool {
        self.in_transaction.load(Ordering::Relaxed)
    }

    /// Runs one poll of the guest and counts its time.
    pub fn measured<T>(&self, poll: impl FnOnce() -> T) -> T {
        let begun = Poll {
            since: self.elapsed(),
            sql_before: self.in_sql.load(Ordering::Relaxed),
            counted: 0,
            thread_time: self.ticked.load(Ordering::Relaxed).then(thread_time),
        };
        *self.poll.lock() = Some(begun);
        let answer = poll();
        let spent = self.poll.lock().take().map_or(0, |poll| self.time_of(&poll));
        self.spent.fetch_add(spent, Ordering::Relaxed);
        answer
    }

    /// Notes that the epoch moved on while the guest computed; call it on the guest's thread.
    pub fn tick(&self) {
        self.ticked.store(true, Ordering::Relaxed);
        let mut poll = self.poll.lock();
        if let Some(poll) = poll.as_mut().filter(|poll| poll.thread_time.is_none()) {
            let in_sql = self.in_sql.load(Ordering::Relaxed).saturating_sub(poll.sql_before);
            poll.counted = self.time_of(poll).min(in_sql + nanoseconds(TICK));
            poll.thread_time = Some(thread_time());
        }
    }

    fn time_of(&self, poll: &Poll) -> u64 {
        match poll.thread_time {
            Some(before) => poll.counted + nanoseconds(thread_time().saturating_sub(before)),
            None => self.elapsed().saturating_sub(poll.since),
        }
    }

    /// Runs one statement of the guest and counts its time apart.
    pub fn measured_sql<T>(&self, statement: impl FnOnce() -> T) -> T {
        let start = self.elapsed();
        let answer = statement();
        self.in_sql.fetch_add(self.elapsed().saturating_sub(start), Ordering::Relaxed);
        answer
    }

    /// Time the guest has computed, without its statements; ask on the guest's thread while it runs.
    pub fn computed(&self) -> Duration {
        let running = self.poll.lock().map_or(0, |poll| self.time_of(&poll));
        let spent = self.spent.load(Ordering::Relaxed) + running;
        Duration::from_nanos(spent.saturating_sub(self.in_sql.load(Ordering::Relaxed)))
    }

    /// Time the guest's statements took.
    pub fn sql_time(&self) -> Duration {
        Duration::from_nanos(self.in_sql.load(Ordering::Relaxed))
    }

    /// True when the guest has used up its computing time.
    pub fn over_budget(&self) -> bool {
        self.computed() > self.budget
    }

    /// True when the writer has been held for too long.
    pub fn over_hold(&self) -> bool {
        self.places.lock().hold.is_some_and(|hold| hold.has_passed())
    }

    /// True once, when the guest has computed past a tick.
    pub fn turns_slow(&self) -> bool {
        self.computed() > TICK && !self.slow.swap(true, Ordering::Relaxed)
    }

    /// Has the guest computed past a tick?
    pub fn is_slow(&self) -> bool {
        self.slow.load(Ordering::Relaxed)
    }

    /// Time since the call was made.
    pub fn age(&self) -> Duration {
        self.created.elapsed()
    }

    fn elapsed(&self) -> u64 {
        nanoseconds(self.created.elapsed())
    }
}

impl Lane {
    /// Waits until the call is outside its transaction again.
    pub async fn outside(&self) {
        std::future::poll_fn(
            |_| {
                if self.in_transaction() { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
            },
        )
        .await;
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::{Owner, Store, Verdict};

    fn lane() -> Lane {
        Lane::new(Duration::from_millis(100))
    }

    fn wait() {
        std::thread::sleep(Duration::from_millis(150));
    }

    #[test]
    fn a_guest_does_not_pay_for_a_thread_that_gets_no_processor() {
        let lane = lane();
        lane.measured(|| {
            wait();
            lane.tick();
            wait();
            assert!(!lane.over_budget(), "{:?}", lane.computed());
        });
        lane.measured(wait);
        assert!(!lane.over_budget(), "{:?}", lane.computed());
    }

    #[tokio::test]
    async fn a_guest_that_comes_late_into_a_unit_has_what_is_left_of_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db"), &Clock::system()).unwrap();
        for (left, is_over) in [(Duration::from_secs(60), false), (Duration::ZERO, true)] {
            let late = store.lend(Owner::Plugin("guest".into()), move |unit| {
                unit.set_deadline(Deadline::after(left));
                let lane = lane();
                lane.enter_transaction(unit);
                let over = lane.over_hold();
                (lane.leave_transaction().unwrap(), Verdict::RollBack(Ok(over)))
            });
            assert_eq!(late.await.unwrap(), is_over, "{left:?}");
        }
    }

    #[test]
    fn a_guest_pays_for_what_it_computes() {
        let lane = lane();
        lane.measured(|| {
            lane.tick();
            while !lane.over_budget() {
                std::hint::black_box(0);
            }
        });
        assert!(lane.over_budget());
        assert!(lane.turns_slow() && !lane.turns_slow());
    }
}
