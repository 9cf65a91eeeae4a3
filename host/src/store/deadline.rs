//! Until when statements run. Their work is measured by their thread's time, so that none is interrupted because the
//! machine is busy; the clock on the wall ends them later in any case.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// How many times as long the clock on the wall waits.
const STRETCH: u32 = 10;

/// An end of patience.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    wall: Instant,
    /// Time that the thread has worked by then; of the thread that made the deadline.
    work: Option<Duration>,
}

impl Deadline {
    /// After so much work of this thread from now on.
    #[must_use]
    pub fn after(work: Duration) -> Self {
        Self { wall: Instant::now() + work * STRETCH, work: Some(thread_time() + work) }
    }

    /// At this moment, on any thread.
    #[must_use]
    pub const fn at(moment: Instant) -> Self {
        Self { wall: moment, work: None }
    }

    /// Whichever of the two comes first.
    #[must_use]
    pub fn or_earlier(self, other: Option<Self>) -> Self {
        let Some(other) = other else { return self };
        let work = self.work.into_iter().chain(other.work).min();
        Self { wall: self.wall.min(other.wall), work }
    }

    /// Is it over?
    #[must_use]
    pub fn has_passed(&self) -> bool {
        Instant::now() >= self.wall || self.work.is_some_and(|work| thread_time() >= work)
    }
}

/// Time that this thread has had a processor.
#[must_use]
pub fn thread_time() -> Duration {
    ThreadTime::now().as_duration()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_gets_no_processor_has_its_time_still_before_it() {
        let deadline = Deadline::after(Duration::from_millis(50));
        std::thread::sleep(Duration::from_millis(100));
        assert!(!deadline.has_passed());
        let begun = Instant::now();
        while !deadline.has_passed() {
            std::hint::black_box(0);
        }
        assert!(begun.elapsed() >= Duration::from_millis(40), "{:?}", begun.elapsed());
    }

    #[test]
    fn the_clock_on_the_wall_ends_it_in_any_case() {
        let deadline = Deadline::after(Duration::from_millis(5));
        std::thread::sleep(Duration::from_millis(60));
        assert!(deadline.has_passed());
        assert!(Deadline::at(Instant::now()).has_passed());
    }

    #[test]
    fn the_earlier_of_two_counts() {
        let (soon, late) = (Deadline::after(Duration::ZERO), Deadline::after(Duration::from_secs(60)));
        assert!(soon.or_earlier(Some(late)).has_passed() && late.or_earlier(Some(soon)).has_passed());
        assert!(!late.or_earlier(None).has_passed());
    }
}
