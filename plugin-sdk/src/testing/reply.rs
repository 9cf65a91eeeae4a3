//! What the plugin answered.

use magnetiq_contract::answer::{Page, Problem};
use serde_json::Value;

use crate::answer::Response;

/// An answer, as the host would have got it.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::testing::FakeHost;
/// # struct Notes;
/// # impl Plugin for Notes { fn register(_: &mut Registry) {} }
///
/// fn check(host: &FakeHost<Notes>) {
///     assert_eq!(host.get("/notes").data(), json!([]));
///     assert_eq!(host.page("/").page().template, "notes.html");
///     let created = host.post("/notes", json!({ "text": "Hello" }));
///     assert_eq!((created.status, created.location()), (201, Some("/api/v1/notes/notes/1".into())));
///     let refused = host.post("/notes", json!({}));
///     assert_eq!((refused.problem().code.as_str(), refused.faults()), ("VALIDATION_ERROR", vec!["text".to_owned()]));
///     assert!(host.page("/notes.csv").text().contains("Hello"));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `json`, `page`, `redirect` and so on.
    pub kind: String,
    /// The address of a redirect; the head of a file.
    pub head: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        let Response { status, kind, head, body } = response;
        Self { status, kind, head, body }
    }
}

impl Reply {
    /// The envelope's `data`.
    #[must_use]
    pub fn data(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The address of what was created.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let head: Value = serde_json::from_str(&self.head).ok()?;
        head["location"].as_str().map(str::to_owned)
    }

    /// The page.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn page(&self) -> Page {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("no page: {cause}: {self:?}"))
    }

    /// The refusal.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("no problem: {cause}: {self:?}"))
    }

    /// Names of the fields at fault.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.problem().fields.into_iter().map(|fault| fault.field).collect()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
