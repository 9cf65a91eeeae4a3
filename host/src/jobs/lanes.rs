//! Several lanes that take one piece of work after another until told to stop.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::error::Result;
use crate::shutdown::Shutdown;
use crate::store::{Store, TableSet};

/// No lane sleeps longer, because the wall clock may be set while it sleeps.
const LONGEST: Duration = Duration::from_secs(30);
/// No lane sleeps shorter, so that work it may not take yet does not keep it spinning.
const SHORTEST: Duration = Duration::from_millis(200);

/// What a lane found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It did something; there may be more.
    Worked,
    /// Nothing is due; the next thing will be after this time.
    Idle(Duration),
}

/// A worker that does one piece at a time.
pub trait Lane: Clone + Send + 'static {
    /// Takes and does one piece.
    fn step(&self) -> impl Future<Output = Result<Step>> + Send;
}

/// Where new work comes from.
pub struct Source {
    /// The database.
    pub store: Store,
    /// Its tables whose change may mean work.
    pub tables: TableSet,
}

/// Runs lanes until the end is asked for; each finishes what it has begun.
pub async fn run(lane: impl Lane, count: usize, source: Source, shutdown: Shutdown) {
    let (changes, seen) = watch::channel(());
    let mut lanes = JoinSet::new();
    for _ in 0..count {
        lanes.spawn(work(lane.clone(), seen.clone(), shutdown.clone()));
    }
    let ended = async {
        while let Some(ended) = lanes.join_next().await {
            if let Err(panic) = ended {
                tracing::error!(%panic, "a lane broke off and is started again");
                lanes.spawn(work(lane.clone(), seen.clone(), shutdown.clone()));
            }
        }
    };
    tokio::select! {
        () = ended => {}
        () = tell(&source, &changes) => {}
    }
}

/// Tells the lanes of every change.
async fn tell(source: &Source, changes: &watch::Sender<()>) {
    loop {
        let known = source.store.generations(&source.tables);
        changes.send_replace(());
        source.store.changed(&source.tables, &known).await;
    }
}

/// Works off all that is due now. Tells how many pieces were done.
///
/// # Errors
/// The first error of a lane.
pub async fn drain(lane: &impl Lane, count: usize) -> Result<usize> {
    let lanes = (0..count).map(|_| drain_one(lane));
    join_all(lanes).await.into_iter().sum()
}

async fn drain_one(lane: &impl Lane) -> Result<usize> {
    let mut done = 0;
    while lane.step().await? == Step::Worked {
        done += 1;
    }
    Ok(done)
}

async fn work(lane: impl Lane, mut changes: watch::Receiver<()>, shutdown: Shutdown) {
    while !shutdown.has_begun() {
        // Marked as seen before looking, so that work that arrives in between is not slept over.
        changes.mark_unchanged();
        let pause = match lane.step().await {
            Ok(Step::Worked) => continue,
            Ok(Step::Idle(pause)) => pause.clamp(SHORTEST, LONGEST),
            Err(error) => {
                tracing::error!(%error, "a worker could not take its next piece");
                tokio::time::sleep(SHORTEST).await;
                LONGEST
            }
        };
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep(pause) => {}
            () = shutdown.begun() => return,
        }
    }
}
