//! Changes: versions, trash, hooks, audit.

use jiff::SignedDuration;
use magnetiq_contract::task::{Hook, Task};

use super::*;
use crate::error::Code;

fn target(id: i64) -> Target<'static> {
    Target { id, if_match: None }
}

#[test]
fn put_replaces_what_is_not_given_and_patch_leaves_it() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    base.unit.execute("UPDATE p_demo__events SET token = 'secret'", []).unwrap();
    base.write(&table, &editor(), &Write::Change(target(id), &object(json!({"seats": 30, "notes": null})))).unwrap();
    let (row, _) = base.read(&table, &editor(), id).unwrap();
    assert_eq!((&row["seats"], &row["notes"], &row["link"]), (&json!(30), &json!(null), &json!("https://example.org")));

    let body = json!({"code": "E1", "title": {"en": "New"}, "seats": 5, "status": "draft", "starts_at": "2026-04-01T00:00:00Z"});
    base.write(&table, &editor(), &Write::Replace(target(id), &object(body))).unwrap();
    let (row, _) = base.read(&table, &editor(), id).unwrap();
    assert_eq!((&row["link"], &row["topic"], &row["open"]), (&json!(null), &json!(null), &json!(false)));
    assert_eq!(row["token"], "secret", "a field that callers cannot set stays");
}

#[test]
fn a_choice_that_is_left_to_the_plugin_is_kept_but_not_made() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    let change = |body: Value| base.write(&table, &editor(), &Write::Change(target(id), &object(body)));
    assert_eq!(faults(&change(json!({"status": "expired"})).unwrap_err()), ["status: This field cannot be set."]);
    base.unit.execute("UPDATE p_demo__events SET status = 'expired'", []).unwrap();
    change(json!({"status": "expired", "seats": 31})).unwrap();
    let (row, _) = base.read(&table, &editor(), id).unwrap();
    let mut whole = json!({"code": "E1", "title": {"en": "New"}, "seats": 5, "starts_at": "2026-04-01T00:00:00Z"});
    whole["status"] = row["status"].clone();
    base.write(&table, &editor(), &Write::Replace(target(id), &object(whole))).unwrap();
    change(json!({"status": "draft"})).unwrap();
}

#[test]
fn nobody_overwrites_a_version_that_they_have_not_seen() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    let (_, old) = base.read(&table, &editor(), id).unwrap();
    let part = object(json!({"seats": 30}));
    // The clock stands still, and yet every version has its own tag.
    let done = base.write(&table, &editor(), &Write::Change(Target { id, if_match: Some(&old) }, &part)).unwrap();
    let new = done.row.unwrap().etag;
    assert_ne!(old, new);
    for stale in [&*old, "\"x\"", "", &format!("W/{new}")] {
        let at = Target { id, if_match: Some(stale) };
        for write in [Write::Change(at, &part), Write::Delete(at)] {
            let error = base.write(&table, &editor(), &write).unwrap_err();
            assert_eq!(error.code(), Code::PreconditionFailed, "{stale}");
        }
    }
    for fresh in ["*".to_owned(), format!("{old}, {new}")] {
        base.clock.advance(SignedDuration::from_secs(1));
        let at = Target { id, if_match: Some(&fresh) };
        let same = object(json!({"seats": 31}));
        base.write(&table, &editor(), &Write::Change(at, &same)).unwrap();
        base.unit.execute("UPDATE p_demo__events SET updated_at = '2026-03-01T09:00:00.000001Z'", []).unwrap();
    }
}

#[test]
fn a_hidden_row_is_gone_until_it_is_restored() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    let part = object(json!({"seats": 30}));
    let code = |write: &Write<'_>| base.write(&table, &editor(), write).err().map(|error| error.code());
    assert_eq!(code(&Write::Restore(target(id))), Some(Code::NotFound));
    assert_eq!(code(&Write::Delete(target(id))), None);
    assert_eq!(code(&Write::Delete(target(id))), Some(Code::NotFound));
    assert_eq!(code(&Write::Change(target(id), &part)), Some(Code::NotFound));
    assert_eq!(code(&Write::Restore(target(id))), None);
    assert_eq!(code(&Write::Change(target(id), &part)), None);
    assert_eq!(base.read(&table, &editor(), id).unwrap().0["deleted_at"], Value::Null);
}

#[test]
fn every_change_leaves_its_record_with_actor_before_and_after() {
    let base = Base::new();
    let table = events();
    let id = base.write(&table, &editor(), &Write::Create(&object(event(json!({}))))).unwrap().id;
    base.write(&table, &editor(), &Write::Change(target(id), &object(json!({"seats": 30})))).unwrap();
    base.write(&table, &Actor::system(), &Write::Delete(target(id))).unwrap();
    base.write(&table, &editor(), &Write::Restore(target(id))).unwrap();
    let mut statement = base
        .unit
        .prepare("SELECT action || ' ' || actor_kind || ' ' || COALESCE(actor_id, '-') || ' ' || resource || ' ' || record_id || ' ' || COALESCE(before ->> 'seats', '-') || ' ' || (after ->> 'seats') || ' ' || request_id FROM audit ORDER BY id")
        .unwrap();
    let records: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect();
    assert_eq!(
        records,
        [
            "create user 7 demo/events 1 - 20 request-1",
            "change user 7 demo/events 1 20 30 request-1",
            "delete system - demo/events 1 30 30 ",
            "restore user 7 demo/events 1 30 30 request-1",
        ]
    );
}

fn with_hooks(hooks: &[Hook]) -> Table {
    let description = Resource { hooks: hooks.to_vec(), ..events_description() };
    Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap()
}

#[test]
fn hooks_run_when_they_are_declared_with_the_row_before_and_after() {
    let base = Base::new();
    let all = with_hooks(&[Hook::BeforeSave, Hook::AfterSave, Hook::BeforeDelete, Hook::AfterDelete]);
    let mut calls = Vec::new();
    let mut run = |table: &Table, write: &Write<'_>| {
        let edit = Edit::begin(&base.unit, table, &editor(), write).unwrap();
        edit.run(&base.unit, &base.clock, &mut |_, task| {
            let Task::Hook { resource, hook, before, after } = task else { panic!("no hook") };
            assert_eq!(resource, "events");
            calls.push((hook, before["seats"].clone(), after["seats"].clone(), after["id"].clone()));
            Ok(Value::Null)
        })
        .unwrap()
        .id
    };
    let id = run(&all, &Write::Create(&object(event(json!({})))));
    run(&all, &Write::Change(target(id), &object(json!({"seats": 30}))));
    run(&all, &Write::Delete(target(id)));
    run(&with_hooks(&[]), &Write::Restore(target(id)));
    let n = Value::Null;
    assert_eq!(
        calls,
        [
            (Hook::BeforeSave, n.clone(), json!(20), n.clone()),
            (Hook::AfterSave, n, json!(20), json!(1)),
            (Hook::BeforeSave, json!(20), json!(30), json!(1)),
            (Hook::AfterSave, json!(20), json!(30), json!(1)),
            (Hook::BeforeDelete, json!(30), json!(30), json!(1)),
            (Hook::AfterDelete, json!(30), json!(30), json!(1)),
        ]
    );
}

#[test]
fn hooks_that_save_are_told_of_a_row_that_comes_back_from_the_trash_and_may_change_it() {
    let base = Base::new();
    let table = with_hooks(&[Hook::BeforeSave, Hook::AfterSave]);
    let mut calls = Vec::new();
    let mut run = |write: &Write<'_>| {
        let edit = Edit::begin(&base.unit, &table, &editor(), write).unwrap();
        let done = edit.run(&base.unit, &base.clock, &mut |_, task| {
            let Task::Hook { hook, before, after, .. } = task else { panic!("no hook") };
            let comes_back = before["deleted_at"].is_string() && after["deleted_at"].is_null();
            calls.push((hook, comes_back, after["seats"].clone()));
            Ok(if comes_back && hook == Hook::BeforeSave { json!({"seats": 7}) } else { Value::Null })
        });
        done.unwrap().id
    };
    let id = run(&Write::Create(&object(event(json!({})))));
    run(&Write::Delete(target(id)));
    run(&Write::Restore(target(id)));
    assert_eq!(calls[2..], [(Hook::BeforeSave, true, json!(20)), (Hook::AfterSave, true, json!(7))], "{calls:?}");
}

#[test]
fn a_hook_may_set_fields_and_its_values_are_checked_too() {
    let base = Base::new();
    let table = with_hooks(&[Hook::BeforeSave]);
    let create = |changes: Value| {
        let body = object(event(json!({})));
        Edit::begin(&base.unit, &table, &editor(), &Write::Create(&body))?
            .run(&base.unit, &base.clock, &mut |_, _| Ok(changes.clone()))
    };
    assert_eq!(faults(&create(json!({"seats": 0})).unwrap_err()), ["seats: Must be at least 1."]);
    assert_eq!(faults(&create(json!({"colour": 0})).unwrap_err()), ["colour: There is no such field."]);
    let id = create(json!({"token": "set by the plugin", "seats": 11})).unwrap().id;
    let (row, _) = base.read(&table, &editor(), id).unwrap();
    assert_eq!((&row["token"], &row["seats"]), (&json!("set by the plugin"), &json!(11)));
}

#[test]
fn when_a_hook_refuses_nothing_is_written() {
    let base = Base::new();
    let id = base.event(json!({}));
    let part = object(json!({"seats": 30}));
    let audits = base.count("SELECT count(*) FROM audit");
    for (hook, write) in
        [(Hook::BeforeSave, Write::Change(target(id), &part)), (Hook::BeforeDelete, Write::Delete(target(id)))]
    {
        let table = with_hooks(&[hook]);
        let error = Edit::begin(&base.unit, &table, &editor(), &write)
            .unwrap()
            .run(&base.unit, &base.clock, &mut |_, _| Err(Error::new(Code::Conflict, "Not now.")))
            .unwrap_err();
        assert_eq!(error.message(), "Not now.");
    }
    assert_eq!(base.count("SELECT count(*) FROM p_demo__events WHERE seats = 20 AND deleted_at IS NULL"), 1);
    assert_eq!(base.count("SELECT count(*) FROM audit"), audits);
}

#[test]
fn what_an_after_hook_writes_is_in_the_answer_and_in_the_audit() {
    let base = Base::new();
    let table = with_hooks(&[Hook::AfterSave]);
    let body = object(event(json!({})));
    let done = Edit::begin(&base.unit, &table, &editor(), &Write::Create(&body))
        .unwrap()
        .run(&base.unit, &base.clock, &mut |unit, _| {
            unit.execute("UPDATE p_demo__events SET token = 'later'", [])?;
            Ok(Value::Null)
        })
        .unwrap();
    let row: Value = serde_json::from_slice(&done.row.unwrap().json).unwrap();
    assert_eq!(row["token"], "later");
    assert_eq!(base.count("SELECT count(*) FROM audit WHERE after ->> 'token' = 'later'"), 1);
}

#[test]
fn who_may_create_but_not_read_learns_the_id_alone() {
    let base = Base::new();
    let description = Resource { create: Access::Public, public_rows: None, ..events_description() };
    let table = Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap();
    let done = base.write(&table, &visitor(), &Write::Create(&object(event(json!({}))))).unwrap();
    assert_eq!((done.id, done.row), (1, None));
    assert_eq!(base.count("SELECT count(*) FROM audit WHERE actor_kind = 'visitor'"), 1);
}

#[test]
fn the_audit_forgets_a_person_and_nobody_else() {
    let base = Base::new();
    let first = base.event(json!({"host": 5}));
    base.event(json!({"host": 6, "code": "E2", "topic": null}));
    base.write(&events(), &editor(), &Write::Change(target(first), &object(json!({"email": "c@d.de"})))).unwrap();
    audit::forget(&base.unit, &base.clock, "demo/events", "host", &["email", "notes"], 5).unwrap();
    let kept = |wanted: &str| {
        base.count(&format!(
            "SELECT count(*) FROM audit WHERE COALESCE(before, '') || COALESCE(after, '') LIKE '%{wanted}%'"
        ))
    };
    assert_eq!((kept("c@d.de"), kept("a@b.de"), kept("\"seats\":20")), (0, 1, 3));
}
