//! What the descriptions open to whom, and when they run.

use std::collections::BTreeMap;

use magnetiq_contract::describe::{Access, RateLimit, Resource, Route, RouteKind, Schedule};
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::text::Text;

use super::{Change, Side, words};
use crate::auth::{Role, core_role};
use crate::plugins::package::address::addresses;

pub(super) fn changes(older: Side<'_>, newer: Side<'_>) -> Vec<Change> {
    let mut changes = routes(older, newer);
    changes.extend(resources(older, newer));
    changes.extend(schedules(&older.description.schedules, &newer.description.schedules));
    changes.extend(subscriptions(&older.description.subscriptions, &newer.description.subscriptions));
    changes
}

/// Greater when more people are among the callers.
fn reach(manifest: &Manifest, access: &Access) -> usize {
    let most = Role::ALL.len();
    match access {
        Access::Nobody => 0,
        Access::Permission(name) => {
            let own = manifest.permissions.iter().find(|permission| permission.name == *name);
            let least = own.map_or_else(|| core_role(name), |own| Role::from_name(&own.role)).unwrap_or(Role::Viewer);
            Role::ALL.into_iter().filter(|role| *role >= least).count()
        }
        Access::SignedIn => most + 1,
        Access::Public => most + 2,
    }
}

/// Open to more than those whom an admin gave a permission.
fn is_open(access: &Access) -> bool {
    matches!(access, Access::SignedIn | Access::Public)
}

/// What makes two routes the same one: names of parameters do not.
fn key(route: &Route) -> (bool, &str, String) {
    let part = |part: &'_ str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    let path: Vec<_> = route.path.split('/').map(part).collect();
    (route.kind == RouteKind::Page, &route.method, path.join("/"))
}

fn routes(older: Side<'_>, newer: Side<'_>) -> Vec<Change> {
    let before: BTreeMap<_, _> = older.description.routes.iter().map(|route| (key(route), route)).collect();
    let now: BTreeMap<_, _> = newer.description.routes.iter().map(|route| (key(route), route)).collect();
    let gone = before.iter().filter(|(key, _)| !now.contains_key(*key)).map(|(_, route)| {
        let Text { en, de } = address(older.manifest, route);
        Change::harmless(Text::new(format!("{en} is gone."), format!("{de} entfällt.")))
    });
    let there = now.iter().flat_map(|(key, route)| match before.get(key) {
        None => vec![new_route(newer.manifest, route)],
        Some(before) => same_route((older.manifest, before), (newer.manifest, route)),
    });
    there.chain(gone).collect()
}

fn new_route(manifest: &Manifest, route: &Route) -> Change {
    let (address, callers) = (address(manifest, route), words::callers(&route.access));
    let text = Text::new(
        format!("New, for {}: {}.", callers.en, address.en),
        format!("Neu, für {}: {}.", callers.de, address.de),
    );
    if is_open(&route.access) { Change::growing(text) } else { Change::harmless(text) }
}

fn same_route((older, before): (&Manifest, &Route), (newer, route): (&Manifest, &Route)) -> Vec<Change> {
    let address = address(newer, route);
    let access = opened((older, &before.access), (newer, &route.access), &address);
    let rate = Change::between(frequency(before.limit), frequency(route.limit), || {
        words::instead(&address, &words::rate(before.limit), &words::rate(route.limit))
    });
    access.into_iter().chain(rate).collect()
}

/// Calls in a second; without a limit any number.
fn frequency(limit: Option<RateLimit>) -> f64 {
    limit.map_or(f64::INFINITY, |limit| f64::from(limit.times) / f64::from(limit.seconds.max(1)))
}

/// Whether others than before may do `what`.
fn opened((older, before): (&Manifest, &Access), (newer, now): (&Manifest, &Access), what: &Text) -> Option<Change> {
    let (was, is) = (reach(older, before), reach(newer, now));
    if before == now && was == is {
        return None;
    }
    let text = Text::new(
        format!("{}: for {} instead of {}.", what.en, words::callers(now).en, words::callers(before).en),
        format!("{}: für {} statt für {}.", what.de, words::callers(now).de, words::callers(before).de),
    );
    Some(if is > was { Change::growing(text) } else { Change::harmless(text) })
}

/// `GET /en/notes`, `POST /api/v1/notes/entries`.
fn address(manifest: &Manifest, route: &Route) -> Text {
    let at: Vec<_> = addresses(manifest, route).into_iter().map(|(_, at)| format!("{} {at}", route.method)).collect();
    match at.as_slice() {
        [en, de] => Text::new(en, de),
        one => Text::new(one.concat(), one.concat()),
    }
}

fn resources(older: Side<'_>, newer: Side<'_>) -> Vec<Change> {
    let find =
        |side: Side<'_>, name: &str| side.description.resources.iter().position(|resource| resource.name == name);
    let nothing = Resource::default();
    let there = newer.description.resources.iter().flat_map(|resource| {
        let before = find(older, &resource.name).map_or(&nothing, |place| &older.description.resources[place]);
        let verbs = verbs(before).into_iter().zip(verbs(resource)).filter_map(|((what, was), (_, is))| {
            let what = Text::new(
                format!("{} ({})", what.en, resource.label_plural.en),
                format!("{} ({})", what.de, resource.label_plural.de),
            );
            opened((older.manifest, was), (newer.manifest, is), &what)
        });
        verbs.chain(rows(before, resource)).chain(fields(before, resource)).collect::<Vec<_>>()
    });
    let gone = older.description.resources.iter().filter(|resource| find(newer, &resource.name).is_none());
    let gone = gone.map(|resource| {
        let Text { en, de } = &resource.label_plural;
        Change::harmless(Text::new(format!("The table “{en}” is gone."), format!("Die Tabelle „{de}“ entfällt.")))
    });
    there.chain(gone).collect()
}

fn verbs(resource: &Resource) -> [(Text, &Access); 4] {
    [
        (("Read", "Lesen").into(), &resource.read),
        (("Create", "Anlegen").into(), &resource.create),
        (("Change", "Ändern").into(), &resource.update),
        (("Delete", "Löschen").into(), &resource.delete),
    ]
}

/// Rows that everybody sees: each condition that falls away shows more of them.
fn rows(before: &Resource, now: &Resource) -> Option<Change> {
    let Text { en, de } = &now.label_plural;
    let text = Text::new(
        format!("Other rows of “{en}” are shown to everybody."),
        format!("Andere Zeilen von „{de}“ werden allen gezeigt."),
    );
    match (&before.public_rows, &now.public_rows) {
        (None, Some(_)) => Some(Change::growing(text)),
        (Some(was), Some(is)) if was.iter().any(|condition| !is.contains(condition)) => Some(Change::growing(text)),
        (was, is) if was != is => Some(Change::harmless(text)),
        _ => None,
    }
}

/// Columns that everybody sees and nobody saw before.
fn fields(before: &Resource, now: &Resource) -> Vec<Change> {
    let was = |name: &str| before.fields.iter().any(|field| field.name == name && before.shows_to_all(field));
    let shown = now.fields.iter().filter(|field| now.shows_to_all(field) && !was(&field.name));
    let said = shown.map(|field| {
        Change::growing(Text::new(
            format!("Everybody sees “{}” of “{}”.", field.label.en, now.label_plural.en),
            format!("Alle sehen „{}“ von „{}“.", field.label.de, now.label_plural.de),
        ))
    });
    said.collect()
}

fn schedules(older: &[Schedule], newer: &[Schedule]) -> Vec<Change> {
    let find = |list: &[Schedule], name: &str| list.iter().find(|schedule| schedule.name == name).cloned();
    let gone = older.iter().filter(|schedule| find(newer, &schedule.name).is_none()).map(|schedule| {
        let Text { en, de } = title(schedule);
        Change::harmless(Text::new(
            format!("No longer runs by itself: {en}."),
            format!("Läuft nicht mehr von selbst: {de}."),
        ))
    });
    let there = newer.iter().filter_map(|schedule| {
        let Text { en, de } = title(schedule);
        let cron = &schedule.cron;
        let text = Text::new(format!("Runs by itself: {en} ({cron})."), format!("Läuft von selbst: {de} ({cron})."));
        match find(older, &schedule.name) {
            None => Some(Change::growing(text)),
            Some(before) => (before.cron != *cron).then(|| Change::harmless(text)),
        }
    });
    there.chain(gone).collect()
}

/// What a schedule is called: its name, where it has no label.
fn title(schedule: &Schedule) -> Text {
    let Schedule { name, label, .. } = schedule;
    if label.en.is_empty() { Text::new(name, name) } else { label.clone() }
}

fn subscriptions(older: &[String], newer: &[String]) -> Vec<Change> {
    let gone = older.iter().filter(|event| !newer.contains(event)).map(|event| {
        let german = format!("Hört nicht mehr das Ereignis {event}.");
        Change::harmless(Text::new(format!("No longer hears the event {event}."), german))
    });
    let added = newer.iter().filter(|event| !older.contains(event)).map(|event| {
        Change::growing(Text::new(format!("Hears the event {event}."), format!("Hört das Ereignis {event}.")))
    });
    added.chain(gone).collect()
}
