//! Deeds in the calls that no request makes: hooks, jobs, schedules, events, blocks, steps of life.

use magnetiq_sdk::prelude::*;

use crate::{do_deed, insert};

/// A resource whose hook does what a row says.
#[derive(Clone, Debug, Resource)]
#[resource(
    table = "p_villain__plots",
    en = "Plot",
    de = "Plan",
    en_plural = "Plots",
    de_plural = "Pläne",
    title = "deed",
    read = "villain:manage",
    write = "villain:manage"
)]
pub struct Plot {
    /// What is done, or `<kind>:<deed>` for another kind of call.
    #[field(en = "Deed", de = "Tat", list)]
    pub deed: String,
}

/// A deed as a job.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "scheme")]
pub struct Scheme {
    deed: String,
}

#[derive(Form)]
struct Mask {
    deed: String,
}

pub fn register(site: &mut Registry) {
    site.resource::<Plot>("plots").before_save(hatch);
    site.post("/schemes/{deed}", scheme).public();
    site.post("/laughs/{deed}", laugh).public();
    site.job(|tx: &Tx, scheme: Scheme| misbehave(tx, &scheme.deed));
    site.schedule("nightly", "0 3 * * *", |tx: &Tx| foretold(tx, "nightly"));
    site.on("villain.laughed", |tx: &Tx, deed: String| misbehave(tx, &deed));
    site.block("mask", mask).label(("Mask", "Maske"));
}

/// Leaves a row and does the deed.
pub fn misbehave(tx: &Tx, deed: &str) -> Result<()> {
    insert(tx, &tx.token(8))?;
    match deed {
        "again" => {
            // It goes on laughing, whatever it is told.
            drop(tx.event("laughed", &"again"));
            Ok(())
        }
        "mail" => tx.mail("spam").to("eve@example.org").queue().map(drop),
        "mails" => (0..3).try_for_each(|_| tx.mail("spam").to("eve@example.org").queue().map(drop)),
        "mail-and-panic" => {
            tx.mail("spam").to("eve@example.org").queue()?;
            panic!("the villain repents")
        }
        "query" => tx.one::<i64>(crate::ENDLESS, ()).map(drop),
        deed => {
            do_deed(deed);
            Ok(())
        }
    }
}

/// Does what a plot says for this kind of call.
pub fn foretold(tx: &Tx, kind: &str) -> Result<()> {
    let sql = "SELECT deed FROM p_villain__plots WHERE deed LIKE ? || ':%' ORDER BY id DESC";
    match tx.maybe::<String>(sql, params![kind]) {
        Ok(Some(plot)) => misbehave(tx, plot.split(':').nth(1).unwrap_or_default()),
        _ => Ok(()),
    }
}

fn hatch(tx: &Tx, plot: &mut Change<Plot>) -> Result<()> {
    if plot.after.deed.contains(':') { Ok(()) } else { misbehave(tx, &plot.after.deed) }
}

fn scheme(tx: &Tx, call: Call) -> Result<NoContent> {
    tx.job(Scheme { deed: call.path("deed")? }).now()?;
    Ok(NoContent)
}

fn laugh(tx: &Tx, call: Call) -> Result<NoContent> {
    tx.event("laughed", &call.path::<String>("deed")?)?;
    Ok(NoContent)
}

fn mask(db: &Snapshot, mask: Mask) -> Result<BlockView> {
    if mask.deed == "query" {
        db.one::<i64>(crate::ENDLESS, ())?;
    }
    do_deed(&mask.deed);
    BlockView::new("lair.html", json!({}))
}
