//! What the manifests ask for.

use magnetiq_contract::limits::Limits;
use magnetiq_contract::manifest::{Capability, Manifest, Permission, Setting};
use magnetiq_contract::text::Text;

use super::{Change, words};
use crate::auth::Role;

pub(super) fn changes(older: &Manifest, newer: &Manifest) -> Vec<Change> {
    let mut changes = capabilities(older, newer);
    changes.extend(permissions(older, newer));
    changes.extend(secrets(older, newer));
    changes.extend(limits(&older.limits, &newer.limits));
    changes.extend(names(older, newer));
    changes
}

fn capabilities(older: &Manifest, newer: &Manifest) -> Vec<Change> {
    let (older, newer) = (&older.capabilities, &newer.capabilities);
    let gone = older.keys().filter(|name| !newer.contains_key(*name)).map(|name| no_longer_asked(name));
    let asked = newer.iter().flat_map(|(name, asked)| match older.get(name) {
        None => vec![first_asked(name, asked)],
        Some(before) => asked_otherwise(name, before, asked),
    });
    asked.chain(gone).collect()
}

fn first_asked(name: &str, asked: &Capability) -> Change {
    let quantity = asked.quantity.map(|number| words::quantity(name, Some(number)));
    let details: Vec<Text> = quantity.into_iter().chain(asked.names.iter().map(|name| words::name(name))).collect();
    let (en, de): (Vec<_>, Vec<_>) = details.into_iter().map(|detail| (detail.en, detail.de)).unzip();
    let listed = |details: Vec<String>| match details.is_empty() {
        true => String::new(),
        false => format!(" ({})", details.join(", ")),
    };
    let Text { en: what, de: was } = words::capability(name);
    Change::growing(Text::new(
        format!("New right: {what}{}. {}", listed(en), asked.reason.en),
        format!("Neues Recht: {was}{}. {}", listed(de), asked.reason.de),
    ))
}

fn no_longer_asked(name: &str) -> Change {
    let Text { en, de } = words::capability(name);
    Change::harmless(Text::new(format!("No longer asked for: {en}."), format!("Nicht mehr verlangt: {de}.")))
}

fn asked_otherwise(name: &str, before: &Capability, asked: &Capability) -> Vec<Change> {
    let added = asked.names.iter().filter(|named| !before.names.contains(named));
    let gone = before.names.iter().filter(|named| !asked.names.contains(named));
    let said = |named: &str| (words::capability(name), words::name(named));
    let added = added.map(|named| {
        let (what, named) = said(named);
        Change::growing(Text::new(
            format!("{}: also {}.", what.en, named.en),
            format!("{}: auch {}.", what.de, named.de),
        ))
    });
    let gone = gone.map(|named| {
        let (what, named) = said(named);
        let german = format!("{}: nicht mehr {}.", what.de, named.de);
        Change::harmless(Text::new(format!("{}: no longer {}.", what.en, named.en), german))
    });
    let bound = |quantity: Option<u64>| quantity.unwrap_or(u64::MAX);
    let amount = Change::between(bound(before.quantity), bound(asked.quantity), || {
        let (was, is) = (words::quantity(name, before.quantity), words::quantity(name, asked.quantity));
        words::instead(&words::capability(name), &was, &is)
    });
    amount.into_iter().chain(added).chain(gone).collect()
}

fn permissions(older: &Manifest, newer: &Manifest) -> Vec<Change> {
    let known = |manifest: &Manifest, name: &str| manifest.permissions.iter().find(|other| other.name == name).cloned();
    let gone =
        older.permissions.iter().filter(|permission| known(newer, &permission.name).is_none()).map(|permission| {
            let name = &permission.name;
            Change::harmless(Text::new(
                format!("The permission {name} is gone."),
                format!("Die Berechtigung {name} entfällt."),
            ))
        });
    let asked = newer.permissions.iter().filter_map(|permission| match known(older, &permission.name) {
        None => Some(new_permission(permission)),
        Some(before) => Change::between(openness(&before), openness(permission), || {
            let what = Text::new(
                format!("The permission {} starts with", permission.name),
                format!("Die Berechtigung {} beginnt bei", permission.name),
            );
            words::instead(&what, &words::role(&before.role), &words::role(&permission.role))
        }),
    });
    asked.chain(gone).collect()
}

/// One that lesser roles than those who manage plugins have at once gives somebody more.
fn new_permission(permission: &Permission) -> Change {
    let Permission { name, label, role } = permission;
    let starts = words::role(role);
    let text = Text::new(
        format!("New permission {name} ({}), from the role {} up.", label.en, starts.en),
        format!("Neue Berechtigung {name} ({}), ab der Rolle {}.", label.de, starts.de),
    );
    if Role::from_name(role).is_some_and(|role| role >= Role::Admin) {
        Change::harmless(text)
    } else {
        Change::growing(text)
    }
}

/// Greater when more roles have it.
fn openness(permission: &Permission) -> usize {
    let least = Role::from_name(&permission.role).unwrap_or(Role::Viewer);
    Role::ALL.into_iter().filter(|role| *role >= least).count()
}

/// Secrets that may go to more servers than before.
fn secrets(older: &Manifest, newer: &Manifest) -> Vec<Change> {
    let hosts = |manifest: &Manifest, setting: &Setting| match setting.hosts.is_empty() {
        true => manifest.capabilities.get("http").map(|http| http.names.clone()).unwrap_or_default(),
        false => setting.hosts.clone(),
    };
    let known = newer.settings.iter().filter(|setting| setting.secret).filter_map(|setting| {
        let before = older.settings.iter().find(|other| other.secret && other.field.name == setting.field.name)?;
        Some((setting, hosts(older, before)))
    });
    known
        .flat_map(|(setting, before)| {
            let now = hosts(newer, setting).into_iter().filter(move |host| !before.contains(host));
            now.map(|host| sent_to(&setting.field.label, &host))
        })
        .collect()
}

fn sent_to(secret: &Text, host: &str) -> Change {
    Change::growing(Text::new(
        format!("The secret “{}” may also be sent to {host}.", secret.en),
        format!("Das Geheimnis „{}“ darf auch an {host} gesendet werden.", secret.de),
    ))
}

fn limits(older: &Limits, newer: &Limits) -> Vec<Change> {
    [
        ("Memory of a call", "Speicher eines Aufrufs", " MB", older.memory_mb, newer.memory_mb),
        ("Computing time of a call", "Rechenzeit eines Aufrufs", " ms", older.cpu_ms, newer.cpu_ms),
        ("Computing time of a job", "Rechenzeit eines Auftrags", " ms", older.job_cpu_ms, newer.job_cpu_ms),
        ("Duration of a call", "Dauer eines Aufrufs", " ms", older.wall_ms, newer.wall_ms),
        (
            "Duration of a call that asks other servers",
            "Dauer eines Aufrufs, der andere Server fragt",
            " ms",
            older.detached_wall_ms,
            newer.detached_wall_ms,
        ),
        ("Calls at once", "Gleichzeitige Aufrufe", "", older.concurrency, newer.concurrency),
        ("Computing time in an hour", "Rechenzeit in einer Stunde", " s", older.cpu_s_per_hour, newer.cpu_s_per_hour),
        (
            "Time at the database's writer in an hour",
            "Zeit am Schreiber der Datenbank in einer Stunde",
            " s",
            older.writer_s_per_hour,
            newer.writer_s_per_hour,
        ),
    ]
    .into_iter()
    .filter_map(|(en, de, unit, was, is)| {
        let number = |number: u32| Text::new(format!("{number}{unit}"), format!("{number}{unit}"));
        Change::between(was, is, || words::instead(&Text::new(en, de), &number(was), &number(is)))
    })
    .collect()
}

/// Where its pages stand and whose name it bears: an admin sees it, and nobody gets more by it.
fn names(older: &Manifest, newer: &Manifest) -> Vec<Change> {
    let same = |name: &str| Text::new(name, name);
    let address = |mount: &Text| Text::new(format!("/en/{}", mount.en), format!("/de/{}", mount.de));
    [
        (Text::new("Pages", "Seiten"), address(&older.mount), address(&newer.mount)),
        (Text::new("Publisher", "Herausgeber"), same(&older.publisher), same(&newer.publisher)),
    ]
    .into_iter()
    .filter(|(_, was, is)| was != is)
    .map(|(what, was, is)| Change::harmless(words::instead(&what, &was, &is)))
    .collect()
}
