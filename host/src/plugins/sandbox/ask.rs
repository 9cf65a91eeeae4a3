//! What the host asks of a guest and what it says: a fresh instance each time, looked at while it computes.

use magnetiq_contract::describe::RouteKind;
use magnetiq_contract::task::Outcome;
use wasmtime::{Engine, StoreContextMut, UpdateDeadline};

use super::answers::Answer;
use super::bindings::exports::serve::exports::magnetiq::plugin::serve::Request;
use super::fault::Fault;
use super::lane::Wish;
use super::state::CallState;
use super::task;
use super::weight;
use crate::plugins::live::Live;

/// What the host asks of a guest.
pub(in crate::plugins) enum Ask {
    /// `serve`, for a route of this kind.
    Serve(RouteKind, Request),
    /// `run`, with the task as JSON.
    Run(String),
    /// `render`, with the block as JSON.
    Render(String),
}

/// What a guest answered.
pub(in crate::plugins) enum Said {
    /// To `serve`.
    Response(Answer),
    /// To `run`.
    Outcome(Outcome),
    /// To `render`: JSON.
    View(String),
}

impl Said {
    /// Does this answer keep what the call wrote?
    pub(super) fn keeps(&self) -> bool {
        match self {
            Self::Response(answer) => answer.keeps(),
            Self::Outcome(outcome) => matches!(outcome, Outcome::Done { .. }),
            Self::View(_) => false,
        }
    }
}

/// Instantiates the plugin, asks and hands back the store data.
pub(super) async fn run(engine: Engine, state: CallState, ask: Ask) -> (Result<Said, Fault>, CallState) {
    let plugin = state.plugin.clone();
    let mut store = wasmtime::Store::new(&engine, state);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(weight::MOST);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|context| tick(&context));
    let said = ask_guest(&mut store, &plugin, ask).await.map_err(|error| Fault::of(&error, store.data()));
    (said, store.into_data())
}

async fn ask_guest(store: &mut wasmtime::Store<CallState>, plugin: &Live, ask: Ask) -> wasmtime::Result<Said> {
    let guest = plugin.guest()?;
    let instance = guest.pre.instantiate_async(&mut *store).await?;
    match ask {
        Ask::Serve(kind, request) => {
            let serving = guest.exports.serve()?.load(&mut *store, &instance)?;
            let response = serving.magnetiq_plugin_serve().call_serve(store, &request).await?;
            Ok(Said::Response(Answer::of(kind, response)?))
        }
        Ask::Run(task) => {
            let running = guest.exports.run()?.load(&mut *store, &instance)?;
            let json = running.magnetiq_plugin_run().call_run(store, &task).await?;
            Ok(Said::Outcome(task::outcome(&json)?))
        }
        Ask::Render(block) => {
            let rendering = guest.exports.render()?.load(&mut *store, &instance)?;
            Ok(Said::View(rendering.magnetiq_plugin_render().call_render(store, &block).await?))
        }
    }
}

/// Looks at a guest that still computes when the epoch moves on.
fn tick(context: &StoreContextMut<'_, CallState>) -> wasmtime::Result<UpdateDeadline> {
    let lane = &context.data().lane;
    lane.tick();
    if lane.over_budget() || lane.over_hold() {
        return Ok(UpdateDeadline::Interrupt);
    }
    if lane.in_transaction() {
        return Ok(UpdateDeadline::Continue(1));
    }
    if lane.turns_slow() {
        lane.wish(Wish::SlowThread);
    }
    Ok(UpdateDeadline::Yield(1))
}
