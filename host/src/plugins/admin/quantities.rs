//! What a plugin has used of each quantity that it was granted.

use jiff::Timestamp;
use serde::Serialize;

use crate::clock;
use crate::plugins::live::Live;
use crate::plugins::meter::allowance::Allowance;
use crate::plugins::meter::quota::Quota;
use crate::plugins::meter::room;
use crate::plugins::rights::gate::Capability;

/// A quantity that is counted.
#[derive(Debug, Serialize)]
pub(super) struct Quantity {
    /// A capability, or `cpu` or `writer`, which every plugin has.
    id: &'static str,
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
        unit: "MB",
        used: megabytes(stored),
        granted,
        resets_at: None,
    }));
    quantities.extend(counted(plugin, Capability::Mail, "per_hour", &plugin.quotas.mail, now));
    quantities.extend(counted(plugin, Capability::Http, "per_minute", &plugin.quotas.http, now));
    quantities
}

fn time(id: &'static str, allowance: &Allowance, now: Timestamp) -> Quantity {
    let share = allowance.share(now);
    Quantity {
        id,
        unit: "s_per_hour",
        used: share.used.as_secs_f64(),
        granted: share.granted.as_secs(),
        resets_at: Some(clock::sql(share.resets)),
    }
}

fn counted(
    plugin: &Live,
    capability: Capability,
    unit: &'static str,
    quota: &Quota,
    now: Timestamp,
) -> Option<Quantity> {
    let granted = plugin.gate.require(capability).ok()?.quantity?;
    let (used, resets) = quota.taken(now);
    let used = u32::try_from(used).unwrap_or(u32::MAX).into();
    Some(Quantity { id: capability.name(), unit, used, granted, resets_at: Some(clock::sql(resets)) })
}

#[expect(clippy::cast_precision_loss, reason = "a file stays far below 2^53 bytes")]
fn megabytes(bytes: i64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
