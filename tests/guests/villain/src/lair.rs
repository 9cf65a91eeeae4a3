//! Answers that are not what the contract says, each after a row was written; and a look at people.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::{Answer, Response};

use crate::insert;

pub fn register(site: &mut Registry) {
    site.page("/lair", |_: &Snapshot| -> Result<Page> { Ok(Page::new("lair.html", json!({})).title("Lair")) })
        .form(|tx: &Tx, call: Call<Wish>| answer_badly(tx, &call.body.answer));
    site.post("/answers/{answer}", |tx: &Tx, call: Call| answer_badly(tx, &call.path::<String>("answer")?)).public();
    site.post("/render/{times}", render).public();
    site.post("/hand-over/{megabytes}", hand_over).public();
    site.post("/people", meet).public();
    site.get("/people/{id}", look_at).public();
}

#[derive(Form)]
struct Wish {
    answer: String,
}

/// An answer as the villain wants it to cross the border.
struct Raw(Response);

impl Answer for Raw {
    fn respond(self) -> Result<Response> {
        Ok(self.0)
    }
}

fn answer_badly(tx: &Tx, answer: &str) -> Result<Raw> {
    insert(tx, &tx.token(8))?;
    if answer == "mail" {
        tx.mail("spam").to("eve@example.org").queue()?;
    }
    let (status, kind, head, body) = match answer {
        "elsewhere" => (303, "redirect", "//evil.test", String::new()),
        "broken" => (200, "json", "", "{\"a\":".to_owned()),
        "failure-as-data" => (500, "json", "", "1".to_owned()),
        "located-elsewhere" => (201, "json", "{\"location\": \"https://evil.test/\"}", "1".to_owned()),
        "unknown" => (200, "riddle", "", String::new()),
        "page" => (200, "page", "", json!({"template": "lair.html"}).to_string()),
        "page-without-template" => (200, "page", "", json!({"template": "nowhere.html"}).to_string()),
        "huge-page" => (200, "page", "", json!({"template": "lair.html", "data": "x".repeat(2 << 20)}).to_string()),
        _ => (200, "json", "", "1".repeat(5 << 20)),
    };
    Ok(Raw(Response { status, kind: kind.into(), head: head.into(), body: body.into_bytes() }))
}

/// Draws a template with much work in it, in a transaction.
fn render(tx: &Tx, call: Call) -> Result<NoContent> {
    insert(tx, &tx.token(8))?;
    let rows: Vec<u32> = (0..2000).collect();
    let data = json!({"rows": rows, "text": "x".repeat(100_000)});
    for _ in 0..call.path::<u32>("times")? {
        drop(tx.render("work.html", &data));
    }
    Ok(NoContent)
}

/// Hands the host one very long text.
fn hand_over(tx: &Tx, call: Call) -> Result<NoContent> {
    insert(tx, &tx.token(8))?;
    let text = "x".repeat(call.path::<usize>("megabytes")? << 20);
    drop(tx.execute("SELECT ?", params![text]));
    Ok(NoContent)
}

fn meet(tx: &Tx, call: Call<Wish>) -> Result<Json<i64>> {
    let person = tx.people().upsert(&Contact { email: call.body.answer, ..Contact::default() })?;
    tx.people().activity(person, "villain.met", "in the dark")?;
    Ok(Json(person.0))
}

fn look_at(db: &Snapshot, call: Call) -> Result<Json<String>> {
    let fields = db.people().read(Person(call.path("id")?))?;
    Ok(Json(fields.map(|fields| fields.email).unwrap_or_default()))
}
