//! Who may do what, and who sees which rows and columns.

use jiff::SignedDuration;

use super::*;
use crate::error::Code;

fn code<T>(answer: Result<T>) -> Option<Code> {
    answer.err().map(|error| error.code())
}

#[test]
fn every_operation_asks_for_its_own_right() {
    let base = Base::new();
    let table = events();
    let body = object(event(json!({"code": "E9", "starts_at": "2026-09-01T00:00:00Z"})));
    let part = object(json!({"notes": "x"}));
    let (refused, anonymous) = (Some(Code::Forbidden), Some(Code::Unauthenticated));
    for (actor, expected) in [(visitor(), anonymous), (user(&[]), refused), (viewer(), refused), (editor(), None)] {
        let id = base.event(json!({"code": format!("E{:?}", actor.permissions.len()), "topic": null, "slug": null}));
        let target = Target { id, if_match: None };
        let mut results = Vec::new();
        base.unit.execute_batch("SAVEPOINT try").unwrap();
        for write in
            [Write::Create(&body), Write::Replace(target, &body), Write::Change(target, &part), Write::Delete(target)]
        {
            results.push(code(base.write(&table, &actor, &write)));
            base.unit.execute_batch("ROLLBACK TO try").unwrap();
        }
        base.write(&table, &Actor::system(), &Write::Delete(target)).unwrap();
        results.push(code(base.write(&table, &actor, &Write::Restore(target))));
        base.unit.execute_batch("ROLLBACK TO try; RELEASE try; DELETE FROM p_demo__events").unwrap();
        assert_eq!(results, [expected; 5], "{actor:?}");
    }
}

#[test]
fn visitors_see_public_rows_and_public_columns_alone() {
    let base = Base::new();
    let table = events();
    let shown = base.event(json!({}));
    let alone = base.event(json!({"code": "E2", "topic": null}));
    let draft = base.event(json!({"code": "E3", "status": "draft", "topic": null}));
    let past = base.event(json!({"code": "E4", "starts_at": "2026-03-01T09:00:00Z"}));

    let (rows, total) = base.list(&table, &visitor(), "sort=id").unwrap();
    let public = |id: i64, topic: Value, title: Value| {
        json!({"id": id, "title": {"en": "Rust", "de": "Rost"}, "slug": "rust",
            "starts_at": "2026-03-02T09:00:00.000000Z", "topic": topic, "topic_title": title})
    };
    assert_eq!(rows, [public(shown, json!(1), json!("Rust")), public(alone, Value::Null, Value::Null)]);
    assert_eq!(total, 2);
    for hidden in [draft, past, 99] {
        assert_eq!(code(base.read(&table, &visitor(), hidden)), Some(Code::NotFound));
    }
    assert_eq!(base.read(&table, &visitor(), shown).unwrap().0, public(shown, json!(1), json!("Rust")));
    assert_eq!(base.list(&table, &viewer(), "").unwrap().1, 4);
}

#[test]
fn visitors_see_no_row_that_belongs_to_one_they_do_not_see() {
    let base = Base::new();
    let shown = base.event(json!({}));
    let of_a_draft = base.event(json!({"code": "E2", "topic": 2}));
    let later_hidden = base.event(json!({"code": "E3", "topic": 1, "starts_at": "2026-03-05T09:00:00Z"}));
    let ids = |actor: &Actor| -> Vec<i64> {
        base.list(&events(), actor, "sort=id").unwrap().0.iter().map(|row| row["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(&visitor()), [shown, later_hidden]);
    assert_eq!(code(base.read(&events(), &visitor(), of_a_draft)), Some(Code::NotFound));
    base.unit.execute("UPDATE p_demo__topics SET deleted_at = '2026-03-01T09:00:00.000000Z' WHERE id = 1", []).unwrap();
    assert_eq!(ids(&visitor()), [0; 0]);
    assert_eq!(ids(&viewer()), [shown, of_a_draft, later_hidden]);
}

#[test]
fn now_in_a_condition_is_the_moment_of_the_call() {
    let base = Base::new();
    base.event(json!({}));
    assert_eq!(base.list(&events(), &visitor(), "").unwrap().1, 1);
    base.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(base.list(&events(), &visitor(), "").unwrap().1, 0);
}

#[test]
fn visitors_neither_filter_nor_sort_nor_search_by_what_they_do_not_see() {
    let base = Base::new();
    base.event(json!({}));
    for query in ["seats=20", "seats_from=1", "status=public", "created_at_from=2026-01-01T00:00:00Z", "open=true"] {
        let error = base.list(&events(), &visitor(), query).unwrap_err();
        let name = query.split('=').next().unwrap();
        assert_eq!(faults(&error), [format!("{name}: There is no such field.")]);
        assert_eq!(base.list(&events(), &viewer(), query).unwrap().1, 1);
    }
    let error = base.list(&events(), &visitor(), "sort=seats").unwrap_err();
    assert_eq!(faults(&error), ["sort: Must be one of: id, title, starts_at."]);
    assert_eq!(base.list(&events(), &visitor(), "q=E1").unwrap().1, 0);
    assert_eq!(base.list(&events(), &viewer(), "q=E1").unwrap().1, 1);
}

#[test]
fn names_and_addresses_of_people_need_the_right_to_read_people() {
    let base = Base::new();
    let id = base.event(json!({}));
    let seen = |actor: &Actor| base.read(&events(), actor, id).unwrap().0.get("host_email").cloned();
    assert_eq!(seen(&viewer()), None);
    assert_eq!(seen(&editor()), Some(json!("ada@example.org")));
    assert_eq!(base.list(&events(), &viewer(), "q=ada").unwrap().1, 0);
    assert_eq!(base.list(&events(), &editor(), "q=ada").unwrap().1, 1);
}

#[test]
fn without_public_rows_nothing_is_seen_without_the_right() {
    let base = Base::new();
    let description = Resource { public_rows: None, ..events_description() };
    let table = Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap();
    assert_eq!(code(base.list(&table, &visitor(), "")), Some(Code::Unauthenticated));
    assert_eq!(code(base.list(&table, &user(&[]), "")), Some(Code::Forbidden));
    assert_eq!(code(base.list(&table, &viewer(), "")), None);
}

#[test]
fn the_trash_is_for_those_who_may_delete() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    let done = base.write(&table, &editor(), &Write::Delete(Target { id, if_match: None })).unwrap();
    assert_eq!(done.row, None);
    assert_eq!(base.list(&table, &editor(), "").unwrap().1, 0);
    assert_eq!(base.list(&table, &editor(), "trash=true").unwrap().1, 1);
    assert_eq!(code(base.list(&table, &viewer(), "trash=true")), Some(Code::Forbidden));
    assert_eq!(code(base.list(&table, &visitor(), "trash=true")), Some(Code::Unauthenticated));
    assert_eq!(code(base.read(&table, &viewer(), id)), Some(Code::NotFound));
    assert_eq!(base.read(&table, &editor(), id).unwrap().0["deleted_at"], "2026-03-01T09:00:00.000001Z");
}
