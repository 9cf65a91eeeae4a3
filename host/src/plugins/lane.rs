//! Where a guest call runs: it starts on a worker, may move to the writer's thread for its transaction, or to the
//! slow thread when it turns out to be long. Guest code and driver meet here.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::store::{Snapshot, Unit};

/// What a waiting guest wants from its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To go on inside a transaction, on the writer's thread.
    Transaction,
    /// To end its transaction well and go on outside.
    Commit,
    /// To go on where it disturbs nobody.
    SlowThread,
}

/// Shared by a guest's store data and the driver that polls it.
pub(super) struct Lane {
    places: Mutex<Places>,
    created: Instant,
    poll_started: AtomicU64,
    spent: AtomicU64,
    in_sql: AtomicU64,
    slow: AtomicBool,
    budget: Duration,
    writer_hold: Duration,
    writer_since: AtomicU64,
}

#[derive(Default)]
pub(super) struct Places {
    /// The transaction, while the call is on the writer's thread.
    pub unit: Option<Unit>,
    /// The read snapshot, once the call has read something.
    pub snapshot: Option<Snapshot>,
    wish: Option<Wish>,
}

const NOT_RUNNING: u64 = u64::MAX;

impl Lane {
    /// A lane for a call that may compute for `budget` and hold the writer for `writer_hold`.
    pub fn new(budget: Duration, writer_hold: Duration) -> Self {
        Self {
            places: Mutex::default(),
            created: Instant::now(),
            poll_started: AtomicU64::new(NOT_RUNNING),
            spent: AtomicU64::new(0),
            in_sql: AtomicU64::new(0),
            slow: AtomicBool::new(false),
            budget,
            writer_hold,
            writer_since: AtomicU64::new(NOT_RUNNING),
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

    /// Hands the transaction to the guest.
    pub fn enter_transaction(&self, unit: Unit) {
        self.places.lock().unit = Some(unit);
        self.writer_since.store(self.elapsed(), Ordering::Relaxed);
    }

    /// Takes the transaction back.
    pub fn leave_transaction(&self) -> Option<Unit> {
        self.writer_since.store(NOT_RUNNING, Ordering::Relaxed);
        self.places.lock().unit.take()
    }

    /// Is the call inside its transaction?
    pub fn in_transaction(&self) -> bool {
        self.writer_since.load(Ordering::Relaxed) != NOT_RUNNING
    }

    /// Runs one poll of the guest and counts its time.
    pub fn measured<T>(&self, poll: impl FnOnce() -> T) -> T {
        let start = self.elapsed();
        self.poll_started.store(start, Ordering::Relaxed);
        let answer = poll();
        self.poll_started.store(NOT_RUNNING, Ordering::Relaxed);
        self.spent.fetch_add(self.elapsed().saturating_sub(start), Ordering::Relaxed);
        answer
    }

    /// Runs one statement of the guest and counts its time apart.
    pub fn measured_sql<T>(&self, statement: impl FnOnce() -> T) -> T {
        let start = self.elapsed();
        let answer = statement();
        self.in_sql.fetch_add(self.elapsed().saturating_sub(start), Ordering::Relaxed);
        answer
    }

    /// Time the guest has computed, without its statements.
    pub fn computed(&self) -> Duration {
        let running = match self.poll_started.load(Ordering::Relaxed) {
            NOT_RUNNING => 0,
            start => self.elapsed().saturating_sub(start),
        };
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

    /// True when the guest has held the writer for too long.
    pub fn over_hold(&self) -> bool {
        match self.writer_since.load(Ordering::Relaxed) {
            NOT_RUNNING => false,
            since => Duration::from_nanos(self.elapsed().saturating_sub(since)) > self.writer_hold,
        }
    }

    /// Marks the call as slow; true for the first time.
    pub fn mark_slow(&self) -> bool {
        !self.slow.swap(true, Ordering::Relaxed)
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.created.elapsed().as_nanos()).unwrap_or(u64::MAX - 1)
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
