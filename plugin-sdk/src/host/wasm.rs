//! Calls over the border.

use crate::bindings::magnetiq::plugin as border;
use crate::error::{Code, Error, Result};

fn refused(error: border::types::Error) -> Error {
    let fields = serde_json::from_str(&error.details).unwrap_or_default();
    Error { code: Code::from_name(&error.code), message: error.message.into(), fields }
}

pub fn log(level: u8, message: &str) {
    border::log::write(level, message);
}

pub fn now() -> i64 {
    border::clock::now()
}

pub fn random(count: u32) -> Vec<u8> {
    border::random::bytes(count)
}

pub fn context() -> String {
    border::context::get()
}

pub fn query(sql: &str, parameters: &[u8]) -> Result<Vec<u8>> {
    border::db::query(sql, parameters).map_err(refused)
}

pub fn execute(sql: &str, parameters: &[u8]) -> Result<u64> {
    border::db::execute(sql, parameters).map_err(refused)
}

pub fn batch(statements: Vec<(String, Vec<u8>)>) -> Result<Vec<u64>> {
    let statements: Vec<_> =
        statements.into_iter().map(|(sql, parameters)| border::types::Statement { sql, parameters }).collect();
    border::db::batch(&statements).map_err(refused)
}

pub fn begin() -> Result<()> {
    border::db::begin().map_err(refused)
}

pub fn commit() -> Result<()> {
    border::db::commit().map_err(refused)
}

pub fn people_upsert(person: &str) -> Result<i64> {
    border::people::upsert(person).map_err(refused)
}

pub fn people_read(id: i64) -> Result<Option<String>> {
    border::people::read(id).map_err(refused)
}

pub fn people_consent(id: i64, consent: &str) -> Result<()> {
    border::people::consent(id, consent).map_err(refused)
}

pub fn people_activity(id: i64, activity: &str) -> Result<()> {
    border::people::activity(id, activity).map_err(refused)
}

pub fn mail_queue(message: &str) -> Result<i64> {
    border::mail::queue(message).map_err(refused)
}

pub fn mail_cancel(key: &str) -> Result<bool> {
    border::mail::cancel(key).map_err(refused)
}

pub fn job_enqueue(job: &str) -> Result<i64> {
    border::jobs::enqueue(job).map_err(refused)
}

pub fn job_cancel(key: &str) -> Result<bool> {
    border::jobs::cancel(key).map_err(refused)
}

pub fn publish(name: &str, payload: &str) -> Result<()> {
    border::events::publish(name, payload).map_err(refused)
}

pub fn fetch(head: &str, body: &[u8]) -> Result<(String, Vec<u8>)> {
    border::http::fetch(head, body).map_err(refused)
}

pub fn hmac(secret: &str, data: &[u8]) -> Result<Vec<u8>> {
    border::crypto::hmac(secret, data).map_err(refused)
}

pub fn verify(secret: &str, data: &[u8], tag: &[u8]) -> Result<bool> {
    border::crypto::verify(secret, data, tag).map_err(refused)
}

pub fn setting(name: &str) -> Result<Option<String>> {
    border::settings::get(name).map_err(refused)
}

pub fn render(template: &str, data: &str) -> Result<String> {
    border::view::render(template, data).map_err(refused)
}
