//! What capabilities, quantities, roles and callers are called in sentences.

use magnetiq_contract::describe::{Access, RateLimit};
use magnetiq_contract::text::Text;

/// What a capability is called, as the panel calls it.
pub(super) fn capability(name: &str) -> Text {
    match name {
        "db" => ("Keep its own data", "Eigene Daten führen").into(),
        "people" => ("Know people", "Personen kennen").into(),
        "mail" => ("Send e-mail", "E-Mails senden").into(),
        "jobs" => ("Work later", "Später arbeiten").into(),
        "http" => ("Call other servers", "Andere Server aufrufen").into(),
        "events" => ("Exchange events", "Ereignisse austauschen").into(),
        "crypto" => ("Sign and verify", "Signieren und prüfen").into(),
        other => (other, other).into(),
    }
}

/// A name that a capability lists: a reach into people, or a host, an event, a secret as it stands.
pub(super) fn name(name: &str) -> Text {
    match name {
        "read own" => ("reads contacts that it has dealt with", "liest Kontakte, mit denen es zu tun hatte").into(),
        "read all" => ("reads all contacts", "liest alle Kontakte").into(),
        "write" => ("adds contacts and notes on them", "legt Kontakte und Vermerke an").into(),
        other => (other, other).into(),
    }
}

/// So much of a capability; without a number it has no bound.
pub(crate) fn quantity(capability: &str, quantity: Option<u64>) -> Text {
    let Some(number) = quantity else { return ("any amount", "beliebig viel").into() };
    match capability {
        "db" => (format!("{number} MB"), format!("{number} MB")).into(),
        "mail" => (format!("{number} per hour"), format!("{number} pro Stunde")).into(),
        "http" => (format!("{number} per minute"), format!("{number} pro Minute")).into(),
        _ => (number.to_string(), number.to_string()).into(),
    }
}

/// A role, as the panel calls it.
pub(crate) fn role(name: &str) -> Text {
    match name {
        "viewer" => ("Viewer", "Lesend").into(),
        "editor" => ("Editor", "Redaktion").into(),
        "admin" => ("Admin", "Administration").into(),
        "super_admin" => ("Super admin", "Hauptadministration").into(),
        other => (other, other).into(),
    }
}

/// Those who may do something; the German fits after "für".
pub(super) fn callers(access: &Access) -> Text {
    match access {
        Access::Nobody => ("nobody", "niemanden").into(),
        Access::Public => ("everybody", "alle").into(),
        Access::SignedIn => ("every signed-in user", "alle Angemeldeten").into(),
        Access::Permission(name) => (format!("those with {name}"), format!("alle mit {name}")).into(),
    }
}

/// How often a route may be called from one address.
pub(super) fn rate(limit: Option<RateLimit>) -> Text {
    let Some(RateLimit { times, seconds }) = limit else {
        return ("any number of calls", "beliebig viele Aufrufe").into();
    };
    (format!("{times} calls in {seconds} s"), format!("{times} Aufrufe in {seconds} s")).into()
}

/// "Send e-mail: 500 per hour instead of 100 per hour."
pub(super) fn instead(what: &Text, was: &Text, is: &Text) -> Text {
    Text::new(
        format!("{}: {} instead of {}.", what.en, is.en, was.en),
        format!("{}: {} statt {}.", what.de, is.de, was.de),
    )
}
