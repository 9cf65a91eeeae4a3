//! A plugin that does next to nothing: what is measured with it is what any plugin costs.

#![expect(clippy::needless_pass_by_value, reason = "handlers own what they are given")]

use std::hint::black_box;

use magnetiq_sdk::prelude::*;

struct Plain;

impl Plugin for Plain {
    fn register(site: &mut Registry) {
        site.get("/hello", |_: &Snapshot| -> Result<Json<i64>> { Ok(Json(0)) }).public();
        site.get("/clock/{times}", read_clock).public();
    }
}
export!(Plain);

/// Asks the host for the time, again and again.
fn read_clock(db: &Snapshot, call: Call) -> Result<Json<Timestamp>> {
    for _ in 1..call.path::<u32>("times")? {
        black_box(db.now());
    }
    Ok(Json(db.now()))
}
