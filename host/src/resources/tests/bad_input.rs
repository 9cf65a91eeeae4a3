//! Every kind against wrong values, every fault named.

use super::*;
use crate::error::Code;

/// Field, wrong value, what the caller is told.
fn wrong_values() -> Vec<(&'static str, Value, &'static str)> {
    let long = "x".repeat(2_001);
    vec![
        ("code", json!(5), "code: Expected text."),
        ("code", json!(null), "code: This field is required."),
        ("code", json!("  "), "code: This field is required."),
        ("code", json!("x"), "code: At least 2 characters."),
        ("code", json!("xxxxxxxxxxx"), "code: At most 10 characters."),
        ("code", json!("a\nb"), "code: Expected one line of text."),
        ("code", json!("a\u{0}b"), "code: Expected one line of text."),
        ("notes", json!({}), "notes: Expected text."),
        ("notes", json!("a\u{7}"), "notes: Expected text without control characters."),
        ("notes", json!("x".repeat(100_001)), "notes: At most 100000 characters."),
        ("title", json!("Rust"), "title: Expected an object with en and de."),
        ("title", json!(null), "title: This field is required."),
        ("title", json!({}), "title.en: This field is required."),
        ("title", json!({"en": " "}), "title.en: This field is required."),
        ("title", json!({"en": "x", "fr": "y"}), "title.fr: There is no such field."),
        ("title", json!({"en": 5}), "title.en: Expected text."),
        ("title", json!({"en": "x".repeat(41)}), "title.en: At most 40 characters."),
        ("title", json!({"en": "a", "de": "x".repeat(41)}), "title.de: At most 40 characters."),
        ("title", json!({"en": "a\nb"}), "title.en: Expected one line of text."),
        ("about", json!({"de": "nur"}), "about.en: This field is required."),
        ("about", json!([]), "about: Expected an object with en and de."),
        ("slug", json!("No Slug"), "slug: Lower-case letters, digits and single hyphens only."),
        ("slug", json!(""), "slug: Lower-case letters, digits and single hyphens only."),
        ("slug", json!("x".repeat(101)), "slug: At most 100 characters."),
        ("email", json!("nobody"), "email: Please enter a valid e-mail address."),
        ("email", json!(["a@b.de"]), "email: Expected text."),
        ("link", json!("example.org"), "link: Please enter a full address, starting with https://."),
        ("link", json!("javascript:alert(1)"), "link: Please enter a full address, starting with https://."),
        ("link", json!(format!("https://{long}")), "link: At most 2000 characters."),
        ("seats", json!("5"), "seats: Expected a whole number."),
        ("seats", json!(1.5), "seats: Expected a whole number."),
        ("seats", json!(18_446_744_073_709_551_615_u64), "seats: Expected a whole number."),
        ("seats", json!(0), "seats: Must be at least 1."),
        ("seats", json!(501), "seats: Must be at most 500."),
        ("seats", json!(null), "seats: This field is required."),
        ("price", json!("9"), "price: Expected a number."),
        ("price", json!(-0.5), "price: Must be at least 0."),
        ("open", json!(1), "open: Expected true or false."),
        ("open", json!("true"), "open: Expected true or false."),
        ("status", json!("secret"), "status: Must be one of: draft, public, expired."),
        ("status", json!(1), "status: Expected text."),
        ("starts_at", json!("2026-03-01"), "starts_at: Expected a time such as 2026-03-01T09:00:00Z."),
        ("starts_at", json!("2026-03-01T09:00:00"), "starts_at: Expected a time such as 2026-03-01T09:00:00Z."),
        ("starts_at", json!(5), "starts_at: Expected text."),
        ("zone", json!("Berlin"), "zone: Expected a time zone such as Europe/Berlin."),
        ("locale", json!("fr"), "locale: Must be one of: en, de."),
        ("topic", json!(99), "topic: The record it points to does not exist."),
        ("topic", json!(3), "topic: The record it points to does not exist."),
        ("topic", json!("1"), "topic: Expected the id of a record."),
        ("topic", json!(0), "topic: Expected the id of a record."),
        ("host", json!(99), "host: The record it points to does not exist."),
        ("host", json!(-5), "host: Expected the id of a record."),
        ("extra", json!("x".repeat(100_001)), "extra: At most 100000 characters."),
        ("token", json!("mine"), "token: This field cannot be set."),
        ("id", json!(5), "id: This field cannot be set."),
        ("updated_at", json!("x"), "updated_at: This field cannot be set."),
        ("topic_title", json!("x"), "topic_title: This field cannot be set."),
        ("colour", json!("red"), "colour: There is no such field."),
    ]
}

#[test]
fn every_wrong_value_is_refused_with_its_field_and_rule_by_every_way_of_writing() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({"code": "other", "starts_at": "2026-05-01T00:00:00Z"}));
    let target = Target { id, if_match: None };
    for (name, value, sentence) in wrong_values() {
        let whole = object(event(json!({name: value})));
        let part = object(json!({name: value}));
        for write in [Write::Create(&whole), Write::Replace(target, &whole), Write::Change(target, &part)] {
            let error = base.write(&table, &editor(), &write).unwrap_err();
            assert_eq!(error.code(), Code::Validation);
            assert_eq!(faults(&error), [sentence], "{write:?}");
        }
    }
    assert_eq!(base.count("SELECT count(*) FROM p_demo__events"), 1);
}

#[test]
fn every_required_field_that_is_missing_is_named_and_all_at_once() {
    let base = Base::new();
    for name in ["code", "title", "seats", "status", "starts_at"] {
        let mut body = object(event(json!({})));
        body.remove(name);
        let error = base.write(&events(), &editor(), &Write::Create(&body)).unwrap_err();
        assert_eq!(faults(&error), [format!("{name}: This field is required.")]);
    }
    let error = base.write(&events(), &editor(), &Write::Create(&Map::new())).unwrap_err();
    assert_eq!(error.field_errors().len(), 5);
}

#[test]
fn any_set_of_faults_is_named_completely() {
    let base = Base::new();
    let wrong = wrong_values();
    // Pairs of faults in different fields stand for any set: nothing that is found hides something else.
    for (first, second) in wrong.iter().zip(wrong.iter().skip(9)).filter(|(first, second)| first.0 != second.0) {
        let body = object(event(json!({first.0: first.1, second.0: second.1})));
        let error = base.write(&events(), &editor(), &Write::Create(&body)).unwrap_err();
        let told: BTreeSet<_> = faults(&error).into_iter().collect();
        assert_eq!(told, [first.2.to_owned(), second.2.to_owned()].into());
    }
}

#[test]
fn a_value_in_use_is_taken_also_by_a_hidden_row_but_not_by_the_row_itself() {
    let base = Base::new();
    let table = events();
    let id = base.event(json!({}));
    let target = Target { id, if_match: None };
    base.write(&table, &editor(), &Write::Change(target, &object(json!({"code": "E1"})))).unwrap();
    base.write(&table, &editor(), &Write::Delete(target)).unwrap();
    let again = object(event(json!({"starts_at": "2026-06-01T00:00:00Z"})));
    let error = base.write(&table, &editor(), &Write::Create(&again)).unwrap_err();
    assert_eq!(faults(&error), ["code: This value is already in use."]);
}

#[test]
fn a_constraint_over_several_columns_names_them() {
    let base = Base::new();
    base.event(json!({}));
    let body = object(event(json!({"code": "E2"})));
    let error = base.write(&events(), &editor(), &Write::Create(&body)).unwrap_err();
    assert_eq!(faults(&error), ["topic: This value is already in use.", "starts_at: This value is already in use."]);
}

#[test]
fn what_comes_in_goes_out_in_its_canonical_form() {
    let base = Base::new();
    let id = base.event(json!({"zone": "europe/berlin", "title": {"en": "Käse \"<b>\" 🦀"}, "price": 3}));
    let (row, _) = base.read(&events(), &editor(), id).unwrap();
    assert_eq!(
        row,
        json!({
            "id": id, "code": "E1", "notes": "a\nb", "title": {"en": "Käse \"<b>\" 🦀", "de": ""},
            "about": {"en": "All of it", "de": ""}, "slug": "rust", "email": "a@b.de", "link": "https://example.org",
            "seats": 20, "price": 3.0, "open": true, "status": "public", "starts_at": "2026-03-02T09:00:00.000000Z",
            "zone": "Europe/Berlin", "locale": "de", "topic": 1, "topic_title": "Rust", "host": 5, "host_title": "Ada",
            "host_email": "ada@example.org", "extra": {"a": [1]}, "token": null,
            "created_at": "2026-03-01T09:00:00.000000Z", "updated_at": "2026-03-01T09:00:00.000000Z", "deleted_at": null,
        })
    );
}
