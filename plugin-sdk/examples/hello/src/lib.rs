//! A guest book's first line: a table, a page and an API route.

use magnetiq_sdk::prelude::*;

struct Hello;

impl Plugin for Hello {
    fn register(site: &mut Registry) {
        site.page("/", |db: &Snapshot| {
            Ok(Page::new("hello.html", json!({ "greetings": greetings(db)? })).title(("Hello", "Hallo")))
        });
        site.get("/greetings", |db: &Snapshot| greetings(db).map(Json)).public();
    }
}

fn greetings(db: &Snapshot) -> Result<Vec<String>> {
    db.all("SELECT text FROM p_hello__greetings WHERE deleted_at IS NULL ORDER BY id", ())
}

export!(Hello);
