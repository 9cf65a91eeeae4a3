//! A panic fails its own request alone.

use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::error::Error;

pub(super) async fn catch(answering: impl Future<Output = Response>) -> Response {
    // Nothing of the request is used after a panic.
    match AssertUnwindSafe(answering).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let sentence = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
            Error::internal(format!("panicked: {sentence}")).into_response()
        }
    }
}
