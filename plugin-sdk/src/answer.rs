//! What handlers answer.

use magnetiq_contract::answer::{self, Meta};
use magnetiq_contract::text::Text;
use serde::Serialize;

use crate::environment::context;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::urlencoded;

/// An answer as it crosses the border.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{Answer, Json};
///
/// let response = Json("Hello").respond()?;
/// assert_eq!((response.status, response.kind.as_str()), (200, "json"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// How the host reads `body`: see `magnetiq_contract::answer`.
    pub kind: String,
    /// Depends on `kind`.
    pub head: String,
    /// Depends on `kind`.
    pub body: Vec<u8>,
}

/// What a handler may return.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Answer;
///
/// fn either(is_new: bool) -> Result<impl Answer> {
///     if is_new { Ok(Json("new")) } else { Err(Error::not_found()) }
/// }
///
/// assert_eq!(either(true).respond()?.status, 200);
/// # Ok::<(), Error>(())
/// ```
pub trait Answer {
    /// The status when all goes well, for the API's documentation; none where it differs from answer to answer.
    const STATUS: Option<u16> = None;

    /// The answer as it crosses the border.
    ///
    /// # Errors
    /// When a value is not JSON.
    fn respond(self) -> Result<Response>;
}

impl<A: Answer> Answer for Result<A> {
    const STATUS: Option<u16> = A::STATUS;

    fn respond(self) -> Result<Response> {
        self.and_then(Answer::respond)
    }
}

/// 200 with the value as the envelope's `data`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn count(db: &Snapshot) -> Result<Json<i64>> {
///     db.one("SELECT count(*) FROM p_notes__notes", ()).map(Json)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// 201 with the value as the envelope's `data`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn add(tx: &Tx) -> Result<Created<i64>> {
///     tx.insert("INSERT INTO p_notes__notes (text) VALUES (?)", ["Hello"]).map(Created)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Created<T>(pub T);

/// 204.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn forget(tx: &Tx, call: Call) -> Result<NoContent> {
///     tx.execute("DELETE FROM p_notes__notes WHERE id = ?", [call.path::<i64>("id")?])?;
///     Ok(NoContent)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NoContent;

fn json(status: u16, value: &impl Serialize) -> Result<Response> {
    Ok(Response { status, kind: answer::JSON.into(), head: String::new(), body: serde_json::to_vec(value)? })
}

/// 201 with the address of what was created.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Located;
///
/// fn add(tx: &Tx) -> Result<Located<i64>> {
///     let id = tx.insert("INSERT INTO p_notes__notes (text) VALUES (?)", ["Hello"])?;
///     Ok(Created(id).at(format!("/api/v1/notes/notes/{id}")))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Located<T>(Created<T>, String);

impl<T> Created<T> {
    /// Names the address of what was created: `/api/v1/webinars/sessions/7`.
    ///
    /// ```
    /// # use magnetiq_sdk::prelude::*;
    /// let answer = Created(7).at("/api/v1/notes/notes/7");
    /// # let _: magnetiq_sdk::Located<i32> = answer;
    /// ```
    pub fn at(self, location: impl Into<String>) -> Located<T> {
        Located(self, location.into())
    }
}

impl<T: Serialize> Answer for Located<T> {
    const STATUS: Option<u16> = Created::<T>::STATUS;

    fn respond(self) -> Result<Response> {
        let head = serde_json::json!({ "location": urlencoded::address(&self.1) }).to_string();
        Ok(Response { head, ..self.0.respond()? })
    }
}

impl<T: Serialize> Answer for Json<T> {
    const STATUS: Option<u16> = Some(200);

    fn respond(self) -> Result<Response> {
        json(200, &self.0)
    }
}

impl<T: Serialize> Answer for Created<T> {
    const STATUS: Option<u16> = Some(201);

    fn respond(self) -> Result<Response> {
        json(201, &self.0)
    }
}

impl Answer for NoContent {
    const STATUS: Option<u16> = Some(204);

    fn respond(self) -> Result<Response> {
        Ok(Response { status: 204, kind: answer::EMPTY.into(), ..Response::default() })
    }
}

impl Answer for () {
    const STATUS: Option<u16> = NoContent::STATUS;

    fn respond(self) -> Result<Response> {
        NoContent.respond()
    }
}

/// 303 to another page.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn moved(_: &Tx) -> Result<Redirect> {
///     Ok(Redirect::to("/thanks"))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Redirect(Target);

#[derive(Clone, Debug)]
enum Target {
    Own(String),
    Site(String),
    Away(String),
}

impl Redirect {
    /// To a page of this plugin, in the language of the call: `/r/abc` becomes `/de/webinare/r/abc`.
    pub fn to(path: impl Into<String>) -> Self {
        Self(Target::Own(path.into()))
    }

    /// To another page of the site, whose path is taken as it stands: `/en/contact`.
    ///
    /// ```
    /// # use magnetiq_sdk::prelude::*;
    /// let elsewhere = Redirect::to_site("/en/contact");
    /// ```
    pub fn to_site(path: impl Into<String>) -> Self {
        Self(Target::Site(path.into()))
    }

    /// To another server, as the answer to a page's form alone: `https://meet.example.com/room`. The page that shows the
    /// form names the server by [`Page::leads_to`]: browsers follow to no other.
    ///
    /// ```
    /// # use magnetiq_sdk::prelude::*;
    /// fn show(db: &Snapshot) -> Result<Page> {
    ///     let room: String = db.one("SELECT url FROM p_meet__rooms", ())?;
    ///     Ok(Page::new("room.html", json!({})).private().leads_to(room))
    /// }
    ///
    /// fn join(tx: &Tx, _: Call) -> Result<Redirect> {
    ///     tx.one::<String>("SELECT url FROM p_meet__rooms", ()).map(Redirect::away)
    /// }
    ///
    /// fn register(site: &mut Registry) {
    ///     site.page("/join", show).form(join);
    /// }
    /// ```
    pub fn away(address: impl Into<String>) -> Self {
        Self(Target::Away(address.into()))
    }
}

impl Answer for Redirect {
    fn respond(self) -> Result<Response> {
        let (kind, head) = match self.0 {
            Target::Site(path) => (answer::REDIRECT, path),
            Target::Away(address) => (answer::AWAY, address),
            Target::Own(path) => {
                let context = context()?;
                (answer::REDIRECT, format!("{}{path}", context.site.mount.get(context.locale)))
            }
        };
        let head = urlencoded::address(&head);
        Ok(Response { status: 303, kind: kind.into(), head, body: Vec::new() })
    }
}

/// A page in the site's layout, rendered by the host from one of the plugin's templates.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn note(db: &Snapshot, call: Call) -> Result<Page> {
///     let text: String = db.one("SELECT text FROM p_notes__notes WHERE id = ?", [call.path::<i64>("id")?])?;
///     Ok(Page::new("note.html", json!({ "text": text })).title(("Note", "Notiz")).fresh_until(db.now()))
/// }
/// ```
///
/// All that a page can say of itself:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// Page::new("note.html", json!({}))
///     .description(("What was noted in spring.", "Was im Frühling notiert wurde."))
///     .json_ld(json!({ "@context": "https://schema.org", "@type": "Article", "name": "Spring" }))
///     .alternate(Text::new("/spring", "/fruehling"))
///     .status(410);
/// Page::new("mine.html", json!({})).private().leads_to("https://meet.example.com/room");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Page {
    status: u16,
    title: Text,
    description: Text,
    page: answer::Page,
    fault: Option<Error>,
}

impl Page {
    /// A page from `templates/<template>` that shows `data`.
    pub fn new(template: &str, data: impl Serialize) -> Self {
        let (data, fault) = match serde_json::to_value(data) {
            Ok(data) => (data, None),
            Err(cause) => (serde_json::Value::Null, Some(cause.into())),
        };
        let page = answer::Page { template: template.into(), data, ..answer::Page::default() };
        Self { status: 200, title: Text::default(), description: Text::default(), page, fault }
    }

    /// The page's title without the site's name.
    pub fn title(mut self, title: impl Into<Text>) -> Self {
        self.title = title.into();
        self
    }

    /// One or two sentences for search engines.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = description.into();
        self
    }

    /// A schema.org object, or a list of them.
    pub fn json_ld(mut self, object: serde_json::Value) -> Self {
        self.page.json_ld = object;
        self
    }

    /// The moment after which the page may say something wrong: the next start or end of what it lists, if any.
    pub fn fresh_until(mut self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.page.fresh_until = moment.into().map(Timestamp::as_micros);
        self
    }

    /// Keeps it out of search engines and shared caches: for personal pages.
    pub const fn private(mut self) -> Self {
        self.page.meta.private = true;
        self
    }

    /// Its form may lead to the server of this address, by [`Redirect::away`].
    pub fn leads_to(mut self, address: impl Into<String>) -> Self {
        self.page.meta.leads_to = Some(address.into());
        self
    }

    /// The path of this page in each language, when it differs beyond the prefix.
    pub fn alternate(mut self, paths: Text) -> Self {
        self.page.meta.alternate = Some(paths);
        self
    }

    /// Another status than 200.
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

impl Answer for Page {
    fn respond(mut self) -> Result<Response> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let locale = context()?.locale;
        self.page.meta = Meta {
            title: self.title.get(locale).into(),
            description: self.description.get(locale).into(),
            ..self.page.meta
        };
        let body = serde_json::to_vec(&self.page)?;
        Ok(Response { status: self.status, kind: answer::PAGE.into(), head: String::new(), body })
    }
}

/// The response of a refusal.
pub(crate) fn refusal(error: Error) -> Response {
    let status = error.code.status();
    let body = serde_json::to_vec(&error.into_problem()).unwrap_or_default();
    Response { status, kind: answer::PROBLEM.into(), head: String::new(), body }
}
