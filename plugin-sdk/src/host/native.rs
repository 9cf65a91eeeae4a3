//! Natively the host is the fake one of tests.

#[cfg(feature = "testing")]
pub use crate::testing::calls::*;

#[cfg(not(feature = "testing"))]
pub use self::none::*;

/// Without the feature `testing` there is no host.
#[cfg(not(feature = "testing"))]
mod none {
    use crate::error::{Error, Result};

    fn none<T>() -> Result<T> {
        Err(Error::failed("natively there is no host but `magnetiq_sdk::testing::FakeHost`, of the feature `testing`"))
    }

    pub fn log(_: u8, _: &str) {}

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
        none()
    }

    pub fn execute(_: &str, _: &[u8]) -> Result<u64> {
        none()
    }

    pub fn batch(_: Vec<(String, Vec<u8>)>) -> Result<Vec<u64>> {
        none()
    }

    pub fn begin() -> Result<()> {
        none()
    }

    pub fn commit() -> Result<()> {
        none()
    }

    pub fn people_upsert(_: &str) -> Result<i64> {
        none()
    }

    pub fn people_read(_: i64) -> Result<Option<String>> {
        none()
    }

    pub fn people_consent(_: i64, _: &str) -> Result<()> {
        none()
    }

    pub fn people_activity(_: i64, _: &str) -> Result<()> {
        none()
    }

    pub fn mail_queue(_: &str) -> Result<i64> {
        none()
    }

    pub fn mail_cancel(_: &str) -> Result<bool> {
        none()
    }

    pub fn job_enqueue(_: &str) -> Result<i64> {
        none()
    }

    pub fn job_cancel(_: &str) -> Result<bool> {
        none()
    }

    pub fn publish(_: &str, _: &str) -> Result<()> {
        none()
    }

    pub fn fetch(_: &str, _: &[u8]) -> Result<(String, Vec<u8>)> {
        none()
    }

    pub fn hmac(_: &str, _: &[u8]) -> Result<Vec<u8>> {
        none()
    }

    pub fn verify(_: &str, _: &[u8], _: &[u8]) -> Result<bool> {
        none()
    }

    pub fn setting(_: &str) -> Result<Option<String>> {
        none()
    }

    pub fn render(_: &str, _: &str) -> Result<String> {
        none()
    }
}
