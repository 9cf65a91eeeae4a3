//! Natively there is no host but the fake one of tests.

use crate::error::{Error, Result};

pub fn log(_: u8, _: &str) {
}

pub fn now() -> i64 {
    0
}

pub fn random(_: u32) -> Vec<u8> {
    Vec::new()
}

pub fn context() -> String {
    String::new()
}

pub fn query(_: &str, _: &[u8]) -> Result<Vec<u8>> {
    Err(Error::failed("there is no host"))
}

pub fn execute(_: &str, _: &[u8]) -> Result<u64> {
    Err(Error::failed("there is no host"))
}

pub fn batch(_: Vec<(String, Vec<u8>)>) -> Result<Vec<u64>> {
    Err(Error::failed("there is no host"))
}

pub fn begin() -> Result<()> {
    Err(Error::failed("there is no host"))
}

pub fn commit() -> Result<()> {
    Err(Error::failed("there is no host"))
}

pub fn people_upsert(_: &str) -> Result<i64> {
    Err(Error::failed("there is no host"))
}

pub fn people_read(_: i64) -> Result<Option<String>> {
    Err(Error::failed("there is no host"))
}

pub fn people_consent(_: i64, _: &str) -> Result<()> {
    Err(Error::failed("there is no host"))
}

pub fn people_activity(_: i64, _: &str) -> Result<()> {
    Err(Error::failed("there is no host"))
}

pub fn mail_queue(_: &str) -> Result<i64> {
    Err(Error::failed("there is no host"))
}

pub fn job_enqueue(_: &str) -> Result<i64> {
    Err(Error::failed("there is no host"))
}

pub fn job_cancel(_: &str) -> Result<bool> {
    Err(Error::failed("there is no host"))
}

pub fn publish(_: &str, _: &str) -> Result<()> {
    Err(Error::failed("there is no host"))
}

pub fn fetch(_: &str, _: &[u8]) -> Result<(String, Vec<u8>)> {
    Err(Error::failed("there is no host"))
}

pub fn hmac(_: &str, _: &[u8]) -> Result<Vec<u8>> {
    Err(Error::failed("there is no host"))
}

pub fn verify(_: &str, _: &[u8], _: &[u8]) -> Result<bool> {
    Err(Error::failed("there is no host"))
}

pub fn setting(_: &str) -> Result<Option<String>> {
    Err(Error::failed("there is no host"))
}

pub fn render(_: &str, _: &str) -> Result<String> {
    Err(Error::failed("there is no host"))
}
