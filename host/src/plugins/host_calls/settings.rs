//! `settings`: the plugin's own settings; secret ones are never readable.

use crate::error::{Code, Error};
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{settings, types};
use crate::plugins::sandbox::state::CallState;

impl settings::Host for CallState {
    fn get(&mut self, name: String) -> wasmtime::Result<Result<Option<String>, types::Error>> {
        let value = match self.plugin.settings.value(&name) {
            Some(setting) if setting.secret => {
                Err(Error::new(Code::Forbidden, format!("The setting {name} is secret; use it by its name.")))
            }
            Some(setting) => Ok(setting.value.as_ref().map(ToString::to_string)),
            None => Err(Error::new(Code::NotFound, format!("There is no setting {name}."))),
        };
        self.answer(value)
    }
}
