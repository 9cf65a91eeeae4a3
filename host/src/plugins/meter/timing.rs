//! What one call of a plugin took, told to admins in the header `Server-Timing`.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

/// The header.
pub(in crate::plugins) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Where the time of a call went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::plugins) struct Timing {
    /// The guest computed.
    pub cpu: Duration,
    /// Its statements ran.
    pub sql: Duration,
    /// It held the writer, computing and waiting for statements.
    pub writer: Duration,
    /// It waited for the writer.
    pub queue: Duration,
}

impl Timing {
    /// `plugin;dur=1.204;desc="webinars", sql;dur=0.310, writer;dur=0.810, queue;dur=0.002`, in milliseconds.
    pub fn header(&self, plugin: &str) -> Option<HeaderValue> {
        let [cpu, sql, writer, queue] =
            [self.cpu, self.sql, self.writer, self.queue].map(|time| time.as_secs_f64() * 1e3);
        let text = format!(
            "plugin;dur={cpu:.3};desc=\"{plugin}\", sql;dur={sql:.3}, writer;dur={writer:.3}, queue;dur={queue:.3}"
        );
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_milliseconds() {
        let timing = Timing { cpu: Duration::from_micros(1204), sql: Duration::from_micros(310), ..Timing::default() };
        let header = timing.header("webinars").unwrap();
        assert_eq!(header, "plugin;dur=1.204;desc=\"webinars\", sql;dur=0.310, writer;dur=0.000, queue;dur=0.000");
    }
}
