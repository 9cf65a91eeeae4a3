//! `view`: renders one of the plugin's templates where the guest needs the text.

use super::read_json;
use crate::error::Result;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{types, view};
use crate::plugins::sandbox::state::CallState;

impl view::Host for CallState {
    fn render(&mut self, template: String, data: String) -> wasmtime::Result<Result<String, types::Error>> {
        let text = self.rendered(&template, &data);
        self.answer(text)
    }
}

impl CallState {
    fn rendered(&self, template: &str, data: &str) -> Result<String> {
        let data: serde_json::Value = read_json(data)?;
        self.plugin.built.templates.render_fragment(self.locale(), template, &data)
    }
}
