//! A plugin that uses all of the SDK.

use magnetiq_sdk::prelude::*;

pub struct Guestbook;

impl Plugin for Guestbook {
    fn register(site: &mut Registry) {
        site.page("/", entries).query(&["mood"]);
        site.page("/entries/{slug}", entry).form(sign).limit("10/min per address");
        site.get("/entries/{slug}", |db: &Snapshot, call: Call| find(db, &call.path::<String>("slug")?).map(Json))
            .public();
        site.post("/entries", sign).public().limit("10/min per address").summary("Signs the book");
        site.put("/import", import).permission("guestbook:write");
        site.delete("/entries/{slug}", remove).signed_in();
        site.resource::<Entry>("entries")
            .before_save(shout)
            .after_save(tell)
            .before_delete(keep)
            .action("thank", ("Thank", "Danken"), "/entries/{id}/thank")
            .confirm(("Really?", "Wirklich?"));
        site.block("latest", latest).label(("Latest entries", "Neueste Einträge"));
        site.schedule("daily", "0 9 * * *", greet).label(("Greets", "Grüßt"));
        site.job(thank);
        site.job(fetch);
        site.on("people.merged", |_: &Tx, _: Merged| Ok(()));
        site.on_enable(|tx: &Tx| tx.event("enabled", &()));
        site.on_disable(|tx: &Tx| tx.event("guestbook.disabled", &()));
    }
}

export!(Guestbook, blocks);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Mood {
    #[choice(en = "Glad", de = "Froh")]
    Glad,
    SoSo,
}

#[derive(Clone, Debug, PartialEq, Resource, Serialize)]
#[resource(
    table = "p_guestbook__entries",
    en = "Entry",
    de = "Eintrag",
    en_plural = "Entries",
    de_plural = "Einträge",
    title = "title",
    sort = "-created_at",
    read = "guestbook:read",
    write = "guestbook:write",
    delete = "guestbook:manage",
    public_rows(mood = "glad", read_at > "now"),
    menu(order = 3, icon = "book")
)]
pub struct Entry {
    pub id: i64,
    #[field(en = "Title", de = "Titel", max = 80, search, list, public)]
    pub title: String,
    #[field(kind = "slug", unique, public)]
    pub slug: String,
    #[field(en = "Mood", de = "Laune", default = "glad", filter)]
    pub mood: Mood,
    #[field(min = 1, max = 5, sort)]
    pub stars: Option<i64>,
    pub read_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Form)]
pub struct Sign {
    #[field(max = 80)]
    title: String,
    #[field(kind = "slug")]
    slug: String,
    #[field(min = 1, max = 5)]
    stars: Option<i64>,
    #[field(default = Mood::Glad)]
    mood: Mood,
    #[field(kind = "email", optional)]
    email: String,
    consent: Agreed,
    tags: Vec<String>,
}

#[derive(Clone, Debug, Form)]
pub struct Agreed {
    marketing: bool,
}

#[derive(Deserialize)]
pub struct Merged {}

#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "thank", attempts = 3)]
pub struct Thank {
    slug: String,
}

#[derive(Debug, Job, Serialize, Deserialize)]
pub struct FetchStars {
    url: String,
}

#[derive(Form)]
pub struct Latest {
    #[field(en = "How many", de = "Wie viele", default = 3, min = 1, max = 10)]
    count: i64,
}

#[derive(Row, Serialize)]
struct Short {
    title: String,
    slug: String,
}

fn entries(db: &Snapshot, call: Call) -> Result<Page> {
    let mood = call.query::<String>("mood")?;
    let entries: Vec<Entry> =
        db.all("SELECT * FROM p_guestbook__entries WHERE mood = coalesce(?, mood) ORDER BY id", [mood])?;
    Ok(Page::new("entries.html", json!({ "entries": entries })).title(("Guest book", "Gästebuch")))
}

fn find(db: &Snapshot, slug: &str) -> Result<Entry> {
    db.one("SELECT * FROM p_guestbook__entries WHERE slug = ?", [slug])
}

fn entry(_: &Snapshot, call: Call) -> Result<Page> {
    let slug: String = call.path("slug")?;
    let done = call.query::<String>("done")?.is_some();
    Ok(Page::new("entry.html", json!({ "slug": slug, "done": done })).private())
}

fn sign(tx: &Tx, call: Call<Sign>) -> Result<Created<i64>> {
    let Sign { title, slug, stars, mood, email, consent, tags } = call.body;
    if !email.is_empty() {
        let person = tx.people().upsert(&Contact { email, ..Contact::default() })?;
        tx.people().consent(
            person,
            &Consent {
                purpose: "marketing".into(),
                given: consent.marketing,
                text_version: "1".into(),
                source: "/".into(),
            },
        )?;
        tx.mail("thanks")
            .to(person)
            .data(json!({ "title": title }))
            .attach("a.txt", "text/plain", b"a")
            .key(format!("thanks:{slug}"))
            .queue()?;
    }
    let now = tx.now();
    tx.job(Thank { slug: slug.clone() }).key(format!("thank:{slug}")).at(now + 1.hours())?;
    if title == "spam" {
        return Err(Error::conflict("No spam."));
    }
    let sql =
        "INSERT INTO p_guestbook__entries (title, slug, stars, mood, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)";
    let id = tx.insert(sql, params![format!("{title}{}", tags.concat()), slug, stars, mood, now, now])?;
    Ok(Created(id))
}

fn import(out: &Detached, call: Call<Bytes>) -> Result<NoContent> {
    let answer = out.get("https://api.example.com/entries").header("authorization", "{secret:key}").send()?;
    let titles: Vec<String> = answer.json()?;
    let now = out.now();
    out.transaction(|tx| {
        let rows = titles.iter().map(|title| (title.as_str(), title.to_lowercase(), now, now));
        tx.batch("INSERT INTO p_guestbook__entries (title, slug, created_at, updated_at) VALUES (?, ?, ?, ?)", rows)
    })?;
    match call.body.bytes.is_empty() {
        true => Ok(NoContent),
        false => Err(Error::field("", Rule::Unknown)),
    }
}

fn remove(tx: &Tx, call: Call) -> Result<()> {
    tx.execute("DELETE FROM p_guestbook__entries WHERE slug = ?", [call.path::<String>("slug")?]).map(drop)
}

fn shout(_: &Tx, change: &mut Change<Entry>) -> Result<()> {
    if change.after.title.is_empty() {
        return Err(Error::field("title", Rule::Required));
    }
    change.after.title = change.after.title.to_uppercase();
    Ok(())
}

fn tell(tx: &Tx, change: &Change<Entry>) -> Result<()> {
    tx.event("saved", &json!({ "new": change.is_new(), "moved": change.changed(|entry| entry.slug.clone()) }))
}

fn keep(_: &Tx, change: &Change<Entry>) -> Result<()> {
    match change.after.stars {
        Some(5) => Err(Error::conflict("The best entries stay.")),
        _ => Ok(()),
    }
}

fn latest(db: &Snapshot, props: Latest) -> Result<BlockView> {
    let entries: Vec<Short> =
        db.all("SELECT title, slug FROM p_guestbook__entries ORDER BY id DESC LIMIT ?", [props.count])?;
    BlockView::new("latest.html", json!({ "entries": entries }))
}

fn greet(tx: &Tx) -> Result<()> {
    tx.mail("greeting").to("owner@example.com").queue().map(drop)
}

fn thank(tx: &Tx, job: Thank) -> Result<()> {
    let changed =
        tx.execute("UPDATE p_guestbook__entries SET read_at = ? WHERE slug = ?", params![tx.now(), job.slug])?;
    if changed == 0 { Err(Error::not_found()) } else { Ok(()) }
}

fn fetch(out: &Detached, job: FetchStars) -> Result<()> {
    let stars: i64 = out.get(&job.url).send()?.json()?;
    out.transaction(|tx| tx.execute("UPDATE p_guestbook__entries SET stars = ?", [stars]).map(drop))
}
