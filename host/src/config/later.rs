//! Settings whose names are fixed, and which come with later versions: one that is set already does nothing, and stops
//! no start.

/// Their names; one that ends with `_` stands for all that begin so.
const NAMES: [&str; 4] = ["ALERT_MAIL", "BACKUP_", "FEATURES", "METRICS_LISTEN"];

/// Is it the name of such a setting, without `MAGNETIQ_`?
pub(super) fn is_one(name: &str) -> bool {
    NAMES.iter().any(|known| name == *known || (known.ends_with('_') && name.starts_with(known)))
}
