//! What a plugin has used of each quantity that it was granted.

use jiff::Timestamp;
use serde::Serialize;

use crate::clock;
use crate::plugins::live::Live;
use crate::plugins::meter::allowance::Allowance;
use crate::plugins::meter::room;
use crate::plugins::rights::gate::{Capability, Grant};

/// A quantity that is counted.
#[derive(Debug, Serialize)]
pub(super) struct Quantity {
    /// A capability, or `cpu` or `writer`, which every plugin has.
    id: &'static str,
    /// The server that it counts for, where each has its own.
    host: Option<String>,
    /// `s_per_hour`, `per_hour`, `per_minute` or `MB`.
    unit: &'static str,
    used: f64,
    granted: u64,
    /// When it begins anew; none for what stays.
    resets_at: Option<String>,
}

/// Every counted quantity of a plugin that is enabled and stores so many bytes.
pub(super) fn of(plugin: &Live, stored: i64, now: Timestamp) -> Vec<Quantity> {
    let mut quantities = vec![time("cpu", &plugin.usage.cpu, now), time("writer", &plugin.usage.writer, now)];
    quantities.extend(room::granted(plugin).map(|granted| Quantity {
        id: "db",
        host: None,
        unit: "MB",
        used: megabytes(stored),
        granted,
        resets_at: None,
    }));
    quantities.extend(mail(plugin, now));
    quantities.extend(http(plugin, now));
    quantities
}

fn time(id: &'static str, allowance: &Allowance, now: Timestamp) -> Quantity {
    let share = allowance.share(now);
    Quantity {
        id,
        host: None,
        unit: "s_per_hour",
        used: share.used.as_secs_f64(),
        granted: share.granted.as_secs(),
        resets_at: Some(clock::sql(share.resets)),
    }
}

fn mail(plugin: &Live, now: Timestamp) -> Option<Quantity> {
    let granted = plugin.gate.require(Capability::Mail).ok()?.quantity?;
    Some(counted("mail", None, "per_hour", granted, plugin.quotas.mail.taken(now)))
}

/// One for each server that was granted.
fn http(plugin: &Live, now: Timestamp) -> Vec<Quantity> {
    let Ok(Grant { quantity: Some(granted), names }) = plugin.gate.require(Capability::Http) else { return Vec::new() };
    let of = |host: &String| {
        counted("http", Some(host.clone()), "per_minute", *granted, plugin.quotas.http(host).taken(now))
    };
    names.iter().map(of).collect()
}

fn counted(
    id: &'static str,
    host: Option<String>,
    unit: &'static str,
    granted: u64,
    (used, resets): (u64, Timestamp),
) -> Quantity {
    let used = u32::try_from(used).unwrap_or(u32::MAX).into();
    Quantity { id, host, unit, used, granted, resets_at: Some(clock::sql(resets)) }
}

#[expect(clippy::cast_precision_loss, reason = "a file stays far below 2^53 bytes")]
fn megabytes(bytes: i64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
