//! Bounds of a plugin's calls, of each and of all within an hour: what a manifest may ask for.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// Bounds of calls; the defaults hold where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Megabytes.
    pub memory_mb: u32,
    /// Milliseconds a request or hook may compute.
    pub cpu_ms: u32,
    /// Milliseconds a job or schedule may compute.
    pub job_cpu_ms: u32,
    /// Milliseconds from start to end.
    pub wall_ms: u32,
    /// The same for routes that call other servers.
    pub detached_wall_ms: u32,
    /// Calls at once.
    pub concurrency: u32,
    /// Seconds that all its calls may compute within an hour; an admin may grant less or more as `cpu`.
    pub cpu_s_per_hour: u32,
    /// Seconds that they may hold the database's writer within an hour; an admin may grant less or more as `writer`.
    pub writer_s_per_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mb: 32,
            cpu_ms: 100,
            job_cpu_ms: 2_000,
            wall_ms: 5_000,
            detached_wall_ms: 20_000,
            concurrency: 64,
            cpu_s_per_hour: 3_600,
            writer_s_per_hour: 1_800,
        }
    }
}

impl Limits {
    /// The most that a manifest may ask for.
    pub const MOST: Self = Self {
        memory_mb: 32,
        cpu_ms: 1_000,
        job_cpu_ms: 10_000,
        wall_ms: 20_000,
        detached_wall_ms: 20_000,
        concurrency: 128,
        cpu_s_per_hour: 14_400,
        writer_s_per_hour: 3_600,
    };

    /// A sentence for every bound that is nothing or above the most.
    #[must_use]
    pub fn faults(&self) -> Vec<Text> {
        let most = Self::MOST;
        let bounds = [
            ("memory_mb", self.memory_mb, most.memory_mb),
            ("cpu_ms", self.cpu_ms, most.cpu_ms),
            ("job_cpu_ms", self.job_cpu_ms, most.job_cpu_ms),
            ("wall_ms", self.wall_ms, most.wall_ms),
            ("detached_wall_ms", self.detached_wall_ms, most.detached_wall_ms),
            ("concurrency", self.concurrency, most.concurrency),
            ("cpu_s_per_hour", self.cpu_s_per_hour, most.cpu_s_per_hour),
            ("writer_s_per_hour", self.writer_s_per_hour, most.writer_s_per_hour),
        ];
        let wrong = bounds.into_iter().filter(|(_, asked, most)| !(1..=*most).contains(asked));
        let sentence = |(name, asked, most)| {
            let place = format!("limits.{name} = {asked}");
            Text::new(format!("{place}: from 1 to {most}"), format!("{place}: von 1 bis {most}"))
        };
        wrong.map(sentence).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(limits: Limits) -> Vec<String> {
        limits.faults().into_iter().map(|fault| fault.en).collect()
    }

    #[test]
    fn every_bound_has_its_own_sentence() {
        assert!(Limits::default().faults().is_empty() && Limits::MOST.faults().is_empty());
        let beyond = Limits {
            memory_mb: 33,
            cpu_ms: 1_001,
            job_cpu_ms: 10_001,
            wall_ms: 20_001,
            detached_wall_ms: 20_002,
            concurrency: 129,
            cpu_s_per_hour: 14_401,
            writer_s_per_hour: 3_601,
        };
        let sentences = [
            "limits.memory_mb = 33: from 1 to 32",
            "limits.cpu_ms = 1001: from 1 to 1000",
            "limits.job_cpu_ms = 10001: from 1 to 10000",
            "limits.wall_ms = 20001: from 1 to 20000",
            "limits.detached_wall_ms = 20002: from 1 to 20000",
            "limits.concurrency = 129: from 1 to 128",
            "limits.cpu_s_per_hour = 14401: from 1 to 14400",
            "limits.writer_s_per_hour = 3601: from 1 to 3600",
        ];
        assert_eq!(english(beyond), sentences);
        let nothing = Limits {
            memory_mb: 0,
            cpu_ms: 0,
            job_cpu_ms: 0,
            wall_ms: 0,
            detached_wall_ms: 0,
            concurrency: 0,
            cpu_s_per_hour: 0,
            writer_s_per_hour: 0,
        };
        assert_eq!(nothing.faults().len(), 8, "{:?}", nothing.faults());
        let one = Limits { wall_ms: 20_001, ..Limits::default() };
        assert_eq!(english(one), sentences[3..4]);
    }
}
