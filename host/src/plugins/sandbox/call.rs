//! One guest call from start to end: a fresh instance, polled where it belongs, committed or rolled back.
//!
//! A call starts on the worker that took the request. Its first transactional import moves the whole call (store,
//! fiber, future) to the writer's thread, which polls it to its end without yielding, so that imports there are
//! plain functions. A guest that computes past one epoch tick outside a transaction moves to the slow thread, and the next
//! calls of its route begin there.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, Waker};
use std::time::{Duration, Instant};

use wasmtime::Engine;

use super::ask::{self, Ask, Said};
use super::fault::Fault;
use super::lane::{Lane, Wish};
use super::slow;
use super::state::{Asked, Behalf, CallState, Cause, Memory, Mode};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::plugins::life::quarantine::Trial;
use crate::plugins::live::Live;
use crate::plugins::meter::room;
use crate::plugins::meter::tally::Tally;
use crate::plugins::meter::timing::Timing;
use crate::plugins::registry::Picture;
use crate::plugins::serving::trail::Trail;
use crate::store::sql::SqlBudget;
use crate::store::{Changes, Snapshot, Store, TableSet, Unit, Verdict};

/// A finished call: the answer, and what the page cache wants to know of it.
pub(in crate::plugins) struct Finished {
    /// The answer.
    pub said: Said,
    /// Beside tables, what the answer depends on.
    pub asked: Asked,
    /// The tables it read.
    pub read: TableSet,
    /// What it was refused for want of a grant, the newest alone.
    pub ungranted: Option<Error>,
    /// Of a plugin in quarantine: judged when what follows the call has ended too.
    pub trial: Option<Trial>,
    /// Where its time went.
    pub timing: Timing,
}

/// Runs inside the call's transaction after a good answer, before the commit.
pub(in crate::plugins) type BeforeCommit = Box<dyn FnOnce(&Unit, &Said) -> Result<()> + Send>;

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub(in crate::plugins) struct Limits {
    /// Computing time.
    pub cpu: Duration,
    /// From start to end.
    pub wall: Duration,
}

type Future1 = Pin<Box<dyn Future<Output = (Result<Said, Fault>, CallState)> + Send>>;

/// A guest call that has not ended.
pub(in crate::plugins) struct Call {
    future: Future1,
    lane: Arc<Lane>,
    plugin: Arc<Live>,
    database: Store,
    limits: Limits,
    tally: Tally,
    before_commit: Vec<BeforeCommit>,
    trail: Option<Trail>,
    /// What its units wrote, where it leaves a trail.
    changes: Changes,
}

/// Where and for whom a call runs.
pub(in crate::plugins) struct Setting {
    /// The plugin.
    pub plugin: Arc<Live>,
    /// What caused the call.
    pub cause: Cause,
    /// For whom.
    pub behalf: Behalf,
    /// May it write?
    pub mode: Mode,
    /// Runs guests.
    pub engine: Engine,
    /// All enabled plugins.
    pub picture: Arc<Picture>,
    /// The site's database.
    pub database: Store,
    /// The site's clock.
    pub clock: Clock,
}

impl Setting {
    /// For the plugin itself, whoever caused it, so many events ago.
    pub fn for_itself(self, depth: u32) -> Self {
        Self { behalf: Behalf::Plugin { depth }, ..self }
    }
}

impl Call {
    /// Prepares a call; nothing runs before [`Call::finish`] or [`Call::finish_in`].
    pub fn new(setting: Setting, limits: Limits, ask: Ask) -> Self {
        let lane = Arc::new(Lane::new(limits.cpu));
        let (plugin, database) = (setting.plugin.clone(), setting.database.clone());
        let route = match &ask {
            Ask::Serve(_, request) => Some(request.route),
            Ask::Run(_) | Ask::Render(_) => None,
        };
        let state = CallState {
            plugin: setting.plugin,
            cause: setting.cause,
            behalf: setting.behalf,
            mode: setting.mode,
            lane: lane.clone(),
            picture: setting.picture,
            database: setting.database,
            clock: setting.clock,
            sql: SqlBudget::default(),
            asked: Asked::default(),
            memory: Memory::new(plugin.memory_limit()),
            last_words: None,
            overspent: false,
            mails: 0,
            ungranted: None,
        };
        let future = Box::pin(ask::run(setting.engine, state, ask));
        let tally = Tally::new(plugin.clone(), lane.clone(), route);
        Self {
            future,
            lane,
            plugin,
            database,
            limits,
            tally,
            before_commit: Vec::new(),
            trail: None,
            changes: Changes::default(),
        }
    }

    /// Adds work for the call's transaction, to be done after a good answer.
    pub fn before_commit(mut self, work: BeforeCommit) -> Self {
        self.before_commit.push(work);
        self
    }

    /// Leaves an audit row of what it wrote after a good answer.
    pub fn leaving(mut self, trail: Trail) -> Self {
        self.trail = Some(trail);
        self
    }

    /// Runs the call to its end and commits what it wrote when its answer is good.
    pub async fn finish(self) -> Result<Finished> {
        let wall = self.limits.wall;
        let (plugin, lane, route) = (self.plugin.clone(), self.lane.clone(), self.tally.route());
        match tokio::time::timeout(wall, self.drive()).await {
            Ok(finished) => finished,
            Err(_) if lane.is_queued() => Err(plugin.usage.fault(&Fault::Queue(wall))),
            Err(_) => {
                route.iter().for_each(|route| route.failed());
                Err(plugin.usage.fault(&Fault::Wall(wall)))
            }
        }
    }

    async fn drive(self) -> Result<Finished> {
        if self.tally.begins_slowly() {
            return slow::run(self.drive_on()).await?;
        }
        self.drive_on().await
    }

    async fn drive_on(mut self) -> Result<Finished> {
        loop {
            match self.step().await {
                Step::Ended(said, state) => return self.end_outside(said, *state).await,
                Step::Wishes(Wish::SlowThread) => return slow::run(self.drive_slowly()).await?,
                Step::Wishes(_) => match self.continue_on_writer().await? {
                    Landed::Finished(finished) => return finished,
                    Landed::Outside(call) => self = call,
                },
            }
        }
    }

    fn drive_slowly(self) -> Pin<Box<dyn Future<Output = Result<Finished>> + Send>> {
        Box::pin(self.drive_on())
    }

    /// Polls the guest until it ends or wishes to be elsewhere.
    async fn step(&mut self) -> Step {
        poll_fn(|poller| match self.poll(poller) {
            Poll::Ready((said, state)) => Poll::Ready(Step::Ended(said, Box::new(state))),
            Poll::Pending => self.lane.take_wish().map_or(Poll::Pending, |wish| Poll::Ready(Step::Wishes(wish))),
        })
        .await
    }

    fn poll(&mut self, poller: &mut Poller<'_>) -> Poll<(Result<Said, Fault>, CallState)> {
        let Self { future, lane, tally, .. } = self;
        tally.begin();
        lane.measured(|| future.as_mut().poll(poller))
    }

    async fn continue_on_writer(self) -> Result<Landed> {
        let database = self.database.clone();
        let owner = self.plugin.owner.clone();
        self.lane.queue();
        database.lend(owner, move |unit| self.finish_in(unit)).await
    }

    /// Polls the guest on the writer's thread until it ends or commits.
    fn finish_in(mut self, unit: Unit) -> (Unit, Verdict<Landed>) {
        let (unit, ended) = self.poll_in(unit);
        match ended {
            Some((said, state)) => self.end_inside(said, state, unit),
            None => match room::check(&self.plugin, &unit) {
                Ok(()) => (unit, Verdict::Commit(Landed::Outside(self))),
                Err(error) => (unit, Verdict::RollBack(Err(error))),
            },
        }
    }

    /// Runs a call inside a unit that somebody else began and will end: a resource's hook.
    pub fn finish_within(mut self, unit: Unit) -> (Unit, Result<Finished>) {
        let (unit, ended) = self.poll_in(unit);
        let finished = match ended {
            Some((said, mut state)) => self.count(said, &mut state),
            None => Err(self.plugin.usage.fault(&Fault::Answer("a hook cannot commit".into()))),
        };
        (unit, finished)
    }

    /// None when the guest wants its transaction committed before it goes on.
    #[expect(clippy::expect_used, reason = "nobody but this function takes the unit out of the lane")]
    fn poll_in(&mut self, unit: Unit) -> (Unit, Option<Ended>) {
        if self.trail.is_some() {
            unit.follow_changes();
        }
        self.lane.enter_transaction(unit);
        let mut poller = Poller::from_waker(Waker::noop());
        let entered = Instant::now();
        let ended = loop {
            match self.poll(&mut poller) {
                Poll::Ready(ended) => break Some(ended),
                Poll::Pending if self.lane.take_wish() == Some(Wish::Commit) => break None,
                Poll::Pending => {}
            }
        };
        self.plugin.usage.held_writer(self.lane.held(entered.elapsed()));
        let unit = self.lane.leave_transaction().expect("the unit is in the lane");
        self.changes.add(unit.take_changes());
        (unit, ended)
    }

    fn end_inside(mut self, said: Result<Said, Fault>, mut state: CallState, unit: Unit) -> (Unit, Verdict<Landed>) {
        let finished = self.count(said, &mut state);
        let finished = finished.and_then(|finished| self.complete(&unit, finished));
        // A guest may have overheard that there is no room left.
        let finished = match finished {
            Ok(finished) if finished.said.keeps() => room::check(&self.plugin, &unit).map(|()| finished),
            finished => finished,
        };
        let keeps = finished.as_ref().is_ok_and(|finished| finished.said.keeps());
        let landed = Landed::Finished(finished);
        (unit, if keeps { Verdict::Commit(landed) } else { Verdict::RollBack(Ok(landed)) })
    }

    /// Ends a call that never entered a transaction.
    async fn end_outside(mut self, said: Result<Said, Fault>, mut state: CallState) -> Result<Finished> {
        let finished = self.count(said, &mut state)?;
        let has_trail = self.trail.is_some() && !self.changes.is_empty();
        if (self.before_commit.is_empty() && !has_trail) || !finished.said.keeps() {
            return Ok(finished);
        }
        let (database, owner) = (self.database.clone(), self.plugin.owner.clone());
        database.write(owner, move |unit| self.complete(unit, finished)).await
    }

    /// Does what belongs to a good answer, in its unit.
    fn complete(&mut self, unit: &Unit, finished: Finished) -> Result<Finished> {
        if finished.said.keeps() {
            if let Some(trail) = self.trail.take() {
                trail.leave(unit, &self.changes)?;
            }
            for work in self.before_commit.drain(..) {
                work(unit, &finished.said)?;
            }
        }
        Ok(finished)
    }

    fn count(&mut self, said: Result<Said, Fault>, state: &mut CallState) -> Result<Finished> {
        self.tally.end(state.memory.peak, said.as_ref().is_err_and(Fault::is_the_guests));
        if !said.as_ref().is_ok_and(Said::keeps) {
            state.give_back();
        }
        let said = said.map_err(|fault| self.plugin.usage.fault(&fault))?;
        let read = self.lane.places().snapshot.as_ref().map(Snapshot::tables_read).unwrap_or_default();
        let timing = self.lane.timing();
        Ok(Finished { said, asked: state.asked, read, ungranted: state.ungranted.take(), trial: None, timing })
    }
}

/// What a guest that came to its end said, and what it asked for on the way.
type Ended = (Result<Said, Fault>, CallState);

/// What a call does next.
enum Step {
    Ended(Result<Said, Fault>, Box<CallState>),
    Wishes(Wish),
}

/// How a stay on the writer's thread ended.
enum Landed {
    Finished(Result<Finished>),
    /// Committed, and going on outside.
    Outside(Call),
}
