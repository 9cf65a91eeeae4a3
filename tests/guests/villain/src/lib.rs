//! A plugin that behaves as badly as it can. Each route does one evil thing, once reading and once writing.

#![expect(clippy::needless_pass_by_value, reason = "handlers and jobs own what they are given")]

mod export;
mod lair;
mod plots;

use magnetiq_sdk::Code;
use magnetiq_sdk::prelude::*;

struct Villain;

impl Plugin for Villain {
    fn register(site: &mut Registry) {
        site.get("/count", count).public().limit("9999/min per address");
        site.get("/read/{deed}", read_deed).public();
        site.post("/write/{deed}", write_deed).public();
        site.post("/sql", run_sql).public();
        site.post("/hoard/{rows}", hoard).public();
        site.get("/select", select).public().query(&["sql"]);
        site.post("/fetch", fetch).public();
        site.post("/linger/{megabytes}", linger).public();
        site.post("/mail", mail).public();
        site.post("/raw", raw).public();
        site.post("/go/{word}", go).public();
        site.post("/detached", write_detached).public();
        site.get("/mutter/{word}/{lines}", mutter).public();
        site.get("/shout/{megabytes}", shout).public();
        site.post("/events/{name}", publish).public();
        export::register(site);
        lair::register(site);
        plots::register(site);
        site.get("/steps", steps).public();
        site.on_enable(awake);
        site.on_disable(asleep);
    }
}
export!(Villain, blocks);

const ENDLESS: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c";

/// A statement of the test's choice.
#[derive(Form)]
struct Statement {
    sql: String,
}

/// Somebody has asked it to stay asleep.
fn awake(tx: &Tx) -> Result<()> {
    note(tx, "enable")?;
    plots::foretold(tx, "enable")?;
    if wants(tx, "sleep") { Err(Error::conflict("The villain sleeps.")) } else { Ok(()) }
}

/// Somebody has asked it to cling to life.
fn asleep(tx: &Tx) -> Result<()> {
    note(tx, "disable")?;
    if wants(tx, "cling") { Err(Error::conflict("The villain clings to life.")) } else { Ok(()) }
}

fn wants(tx: &Tx, text: &str) -> bool {
    let sql = "SELECT COUNT(*) FROM p_villain__loot WHERE text = ?";
    matches!(tx.one::<i64>(sql, params![text]), Ok(1))
}

/// Without its tables it goes on without notes.
fn note(tx: &Tx, step: &str) -> Result<()> {
    let sql = "INSERT INTO p_villain__steps (step, created_at, updated_at) VALUES (?, '', '')";
    match tx.execute(sql, params![step]) {
        Err(refusal) if refusal.code != Code::Forbidden => Err(refusal),
        _ => Ok(()),
    }
}

fn steps(db: &Snapshot) -> Result<Json<Vec<String>>> {
    db.all("SELECT step FROM p_villain__steps ORDER BY id", ()).map(Json)
}

fn count(db: &Snapshot) -> Result<Json<i64>> {
    db.one("SELECT COUNT(*) FROM p_villain__loot", ()).map(Json)
}

fn read_deed(_db: &Snapshot, call: Call) -> Result<Json<i64>> {
    do_deed(&call.path::<String>("deed")?);
    Ok(Json(0))
}

/// Writes a row first, so that the test can see that nothing of it stays.
fn write_deed(tx: &Tx, call: Call) -> Result<Json<i64>> {
    insert(tx, "written before the deed")?;
    do_deed(&call.path::<String>("deed")?);
    Ok(Json(0))
}

fn insert(tx: &Tx, text: &str) -> Result<u64> {
    tx.execute(
        "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES (?, '2026-01-01', '2026-01-01')",
        params![text],
    )
}

fn do_deed(deed: &str) {
    match deed {
        "loop" => loop {
            std::hint::black_box(0);
        },
        "recurse" => drop(std::hint::black_box(deeper(0))),
        "allocate" => allocate(),
        "panic" => panic!("the villain laughs"),
        _ => {}
    }
}

#[expect(unconditional_recursion, reason = "the deed itself")]
fn deeper(depth: u64) -> u64 {
    std::hint::black_box(deeper(std::hint::black_box(depth) + 1) + 1)
}

fn allocate() {
    let mut hoard = Vec::new();
    loop {
        hoard.push(std::hint::black_box(vec![1_u8; 1 << 20]));
    }
}

fn run_sql(tx: &Tx, call: Call<Statement>) -> Result<Json<u64>> {
    tx.execute(&call.body.sql, ()).map(Json)
}

/// Fills its tables and does not listen when it is refused.
fn hoard(tx: &Tx, call: Call) -> Result<NoContent> {
    let rows: u32 = call.path("rows")?;
    for _ in 0..rows {
        let row = "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES (?, '', '')";
        drop(tx.execute(row, params!["x".repeat(100 << 10) + &tx.token(8)]));
    }
    Ok(NoContent)
}

fn select(db: &Snapshot, call: Call) -> Result<Json<Vec<i64>>> {
    let sql: String = call.query("sql")?.unwrap_or_default();
    db.all(&sql, ()).map(Json)
}

/// Where the villain wants to look.
#[derive(Form)]
struct Target {
    url: String,
    header: Option<String>,
    value: Option<String>,
    /// How often the header is sent.
    times: Option<u32>,
}

fn fetch(outside: &Detached, call: Call<Target>) -> Result<Json<u16>> {
    let Target { url, header, value, times } = call.body;
    let mut request = outside.get(&url);
    if let Some(name) = header {
        let value = value.unwrap_or_default();
        for _ in 0..times.unwrap_or(1) {
            request = request.header(&name, &value);
        }
    }
    Ok(Json(request.send()?.status))
}

/// Takes so many megabytes to another server and waits there.
fn linger(outside: &Detached, call: Call<Target>) -> Result<Json<usize>> {
    let luggage = std::hint::black_box(vec![1_u8; call.path::<usize>("megabytes")? << 20]);
    outside.get(&call.body.url).send()?;
    Ok(Json(luggage.len()))
}

fn raw(_tx: &Tx, call: Call<Bytes>) -> Result<Json<(String, usize)>> {
    Ok(Json((call.body.content_type, call.body.bytes.len())))
}

fn go(_tx: &Tx, call: Call) -> Result<Redirect> {
    Ok(Redirect::to(format!("/{}", call.path::<String>("word")?)))
}

fn write_detached(outside: &Detached, _call: Call) -> Result<NoContent> {
    outside.transaction(|tx| insert(tx, "written from outside"))?;
    Ok(NoContent)
}

fn mutter(db: &Snapshot, call: Call) -> Result<NoContent> {
    let word: String = call.path("word")?;
    for line in 0..call.path::<u32>("lines")? {
        db.log(Level::Error, &format!("{word} {line}"));
    }
    Ok(NoContent)
}

/// One line of so many megabytes.
fn shout(db: &Snapshot, call: Call) -> Result<NoContent> {
    db.log(Level::Error, &"A".repeat(call.path::<usize>("megabytes")? << 20));
    Ok(NoContent)
}

fn publish(tx: &Tx, call: Call) -> Result<NoContent> {
    tx.event(&call.path::<String>("name")?, &"ha")?;
    Ok(NoContent)
}

fn mail(tx: &Tx, call: Call<Target>) -> Result<NoContent> {
    tx.mail("spam").to(call.body.url.as_str()).queue()?;
    Ok(NoContent)
}
