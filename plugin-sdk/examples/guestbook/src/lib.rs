//! A guest book: the plugin that the guide builds step by step.

#![expect(clippy::needless_pass_by_value, reason = "handlers own what they are given")]

use magnetiq_sdk::prelude::*;

/// What the site gets.
pub struct Guestbook;

impl Plugin for Guestbook {
    fn register(site: &mut Registry) {
        site.page("/", entries).form(sign).limit("10/min per address");
        site.resource::<Entry>("entries");
        site.block("latest", latest).label(("Latest entries", "Neueste Einträge"));
        site.schedule("morning", "0 9 * * *", report).label(("Counts the entries", "Zählt die Einträge"));
    }
}

export!(Guestbook, blocks);

/// A line that a visitor has left.
#[derive(Resource, Serialize)]
#[resource(
    table = "p_guestbook__entries",
    en = "Entry",
    de = "Eintrag",
    en_plural = "Entries",
    de_plural = "Einträge",
    title = "text",
    sort = "-created_at",
    read = "guestbook:read",
    write = "guestbook:write",
    menu(order = 50, icon = "book")
)]
pub struct Entry {
    /// What it says.
    #[field(en = "Text", de = "Text", max = 200, search, list)]
    pub text: String,
}

fn entries(db: &Snapshot) -> Result<Page> {
    let entries: Vec<Entry> =
        db.all("SELECT text FROM p_guestbook__entries WHERE deleted_at IS NULL ORDER BY id DESC", ())?;
    Ok(Page::new("entries.html", json!({ "entries": entries })).title(("Guest book", "Gästebuch")))
}

/// The form below the entries.
#[derive(Form)]
pub struct Sign {
    #[field(kind = "email", max = 254)]
    email: String,
    #[field(max = 200)]
    text: String,
}

fn sign(tx: &Tx, call: Call<Sign>) -> Result<()> {
    let Sign { email, text } = call.body;
    let now = tx.now();
    tx.insert("INSERT INTO p_guestbook__entries (text, created_at, updated_at) VALUES (?, ?, ?)", (text, now, now))?;
    let person = tx.people().upsert(&Contact { email, ..Contact::default() })?;
    tx.mail("thanks").to(person).queue().map(drop)
}

fn report(tx: &Tx) -> Result<()> {
    let count: i64 = tx.one("SELECT count(*) FROM p_guestbook__entries WHERE deleted_at IS NULL", ())?;
    tx.mail("report").to("owner@example.com").data(json!({ "count": count })).queue().map(drop)
}

/// What an editor chooses for the block.
#[derive(Form)]
pub struct Latest {
    #[field(en = "How many", de = "Wie viele", default = 3, min = 1, max = 10)]
    count: i64,
}

fn latest(db: &Snapshot, props: Latest) -> Result<BlockView> {
    let sql = "SELECT text FROM p_guestbook__entries WHERE deleted_at IS NULL ORDER BY id DESC LIMIT ?";
    let entries: Vec<Entry> = db.all(sql, [props.count])?;
    BlockView::new("latest.html", json!({ "entries": entries }))
}

#[cfg(test)]
mod tests {
    use magnetiq_sdk::testing::FakeHost;

    use super::*;

    #[test]
    fn who_signs_is_shown_and_thanked() {
        let host = FakeHost::<Guestbook>::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(host.submit("/", &[("email", "ada@example.com"), ("text", "Hello")]).status, 303);
        assert_eq!(host.page("/").page().data, json!({ "entries": [{ "text": "Hello" }] }));
        assert_eq!(host.mails()[0].template, "thanks");
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        let host = FakeHost::<Guestbook>::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(host.submit("/", &[("email", "nobody"), ("text", "Hello")]).faults(), ["email"]);
    }

    #[test]
    fn the_owner_reads_every_morning_how_many_there_are() {
        let host = FakeHost::<Guestbook>::new(env!("CARGO_MANIFEST_DIR"));
        host.run_schedule("morning").unwrap();
        assert_eq!(host.mails()[0].data, json!({ "count": 0 }));
    }
}
