//! Names of events. A plugin publishes in its own name alone, so it gives the event's name without a plugin's; who
//! listens gives both: `<plugin>.<event>`.

/// The name by which others hear an event; none for one that is empty or names a plugin itself.
#[must_use]
pub fn full_name(plugin: &str, event: &str) -> Option<String> {
    (!event.is_empty() && !event.contains('.')).then(|| format!("{plugin}.{event}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_publishes_in_anothers_name() {
        assert_eq!(full_name("shop", "sold").as_deref(), Some("shop.sold"));
        assert_eq!(full_name("shop", "shop.sold"), None);
        assert_eq!(full_name("shop", ""), None);
    }
}
