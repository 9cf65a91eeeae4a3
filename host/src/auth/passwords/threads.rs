//! The threads that hash, as many as there are cores, for the whole process. They let all others go first: a storm of
//! sign-ins makes sign-ins wait, and nobody else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::priority;

type Job = Box<dyn FnOnce() + Send>;

/// Runs `work` on one of them and waits for it.
///
/// # Errors
/// When they cannot be started or the work panicked.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, answer) = oneshot::channel();
    let job: Job = Box::new(move || {
        // Whoever asked may have gone.
        let _ = done.send(work());
    });
    queue()?.send(job).map_err(|_| Error::internal("nobody hashes any more"))?;
    answer.await.map_err(Error::internal)
}

fn queue() -> Result<&'static Sender<Job>> {
    static QUEUE: OnceLock<std::result::Result<Sender<Job>, String>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| start().map_err(|error| error.to_string()));
    queue.as_ref().map_err(|error| Error::internal(error.as_str()))
}

fn start() -> std::io::Result<Sender<Job>> {
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
        let receiver = Arc::clone(&receiver);
        thread::Builder::new().name("passwords".into()).spawn(move || work_off(&receiver))?;
    }
    Ok(sender)
}

fn work_off(jobs: &Mutex<Receiver<Job>>) {
    priority::step_aside();
    loop {
        // Let go of before the work: the next thread takes the next job meanwhile.
        let job = jobs.lock().recv();
        let Ok(job) = job else { return };
        // The caller learns of a panic by getting no answer.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
