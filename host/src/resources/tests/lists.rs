//! Lists and exports: pages, order, filters, search, CSV.

use super::*;

fn ids(base: &Base, query: &str) -> Vec<i64> {
    let (rows, _) = base.list(&events(), &editor(), query).unwrap();
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// Three events: 1 in March with 10 seats, 2 in April with 20, 3 in May with 30.
fn three() -> Base {
    let base = Base::new();
    for (number, month, words, open) in
        [(1, 3, "Rust 100%", true), (2, 4, "Käse_brot", false), (3, 5, "C:\\tools", true)]
    {
        base.event(json!({
            "code": format!("E{number}"), "seats": number * 10, "open": open, "status": if open { "public" } else { "draft" },
            "title": {"en": words}, "starts_at": format!("2026-0{month}-02T00:00:00Z"), "topic": if open { json!(1) } else { Value::Null },
        }));
    }
    base
}

#[test]
fn lists_come_in_pages_in_the_order_that_is_asked_for() {
    let base = three();
    assert_eq!(ids(&base, ""), [3, 2, 1], "the default order is the description's");
    assert_eq!(ids(&base, "sort=starts_at"), [1, 2, 3]);
    assert_eq!(ids(&base, "sort=status,-seats"), [2, 3, 1]);
    assert_eq!(ids(&base, "sort=title"), [3, 2, 1]);
    assert_eq!(ids(&base, "sort=-id&per_page=2"), [3, 2]);
    assert_eq!(ids(&base, "sort=-id&per_page=2&page=2"), [1]);
    for (query, total) in [
        ("per_page=2", 3),
        ("per_page=2&page=2", 3),
        ("per_page=3", 3),
        ("page=9", 3),
        ("seats=20", 1),
        ("seats=21", 0),
    ] {
        assert_eq!(base.list(&events(), &editor(), query).unwrap().1, total, "{query}");
    }
}

#[test]
fn filters_take_values_and_ranges() {
    let base = three();
    for (query, expected) in [
        ("code=E2", vec![2]),
        ("open=true&sort=id", vec![1, 3]),
        ("topic=1&sort=id", vec![1, 3]),
        ("status=draft", vec![2]),
        ("seats_from=20&sort=id", vec![2, 3]),
        ("seats_from=20&seats_to=20", vec![2]),
        ("starts_at_from=2026-04-02T00:00:00Z&sort=id", vec![2, 3]),
        ("starts_at_to=2026-04-02T02:00:00%2B02:00&sort=id", vec![1, 2]),
        ("starts_at=2026-04-02T00:00:00Z", vec![2]),
        ("created_at_to=2026-03-01T09:00:00Z&sort=id", vec![1, 2, 3]),
        ("open=true&seats_from=20", vec![3]),
    ] {
        assert_eq!(ids(&base, query), expected, "{query}");
    }
}

#[test]
fn search_takes_every_character_as_itself() {
    let base = three();
    for (query, expected) in [
        ("q=rust", vec![1]),
        ("q=%25", vec![1]),
        ("q=_", vec![2]),
        ("q=%5C", vec![3]),
        ("q=de", vec![]),
        ("q=K%C3%A4se", vec![2]),
        ("q=E3", vec![3]),
        ("q=+&sort=id", vec![1, 2, 3]),
        ("q='", vec![]),
        ("q=%EF%BF%BD", vec![]),
    ] {
        assert_eq!(ids(&base, query), expected, "{query}");
    }
}

#[test]
fn every_wrong_parameter_is_named() {
    let base = three();
    for (query, sentence) in [
        ("colour=red", "colour: There is no such field."),
        ("page=1&page=2", "page: This field is given more than once."),
        ("code=E1&code=E1", "code: This field is given more than once."),
        ("page=0", "page: Must be at least 1."),
        ("page=x", "page: Expected a whole number."),
        ("page=9999999", "page: Must be at most 1000000."),
        ("per_page=101", "per_page: Must be at most 100."),
        ("per_page=99999999999999999999", "per_page: Expected a whole number."),
        ("sort=link", "sort: Must be one of: id, created_at, updated_at, code, title, seats, status, starts_at."),
        ("sort=", "sort: Must be one of: id, created_at, updated_at, code, title, seats, status, starts_at."),
        ("sort=seats,-seats", "sort: This field is given more than once."),
        ("trash=yes", "trash: Expected true or false."),
        ("seats=many", "seats: Expected a whole number."),
        ("seats_from=", "seats_from: Expected a whole number."),
        ("open=1", "open: Expected true or false."),
        ("topic=0", "topic: Expected the id of a record."),
        ("status=secret", "status: Must be one of: draft, public, expired."),
        ("starts_at_from=yesterday", "starts_at_from: Expected a time such as 2026-03-01T09:00:00Z."),
        ("status_from=a", "status_from: There is no such field."),
        ("link=https://example.org", "link: There is no such field."),
        ("code=%FF", "code: This is not readable text (UTF-8)."),
        ("q=%FF", "q: This is not readable text (UTF-8)."),
        ("q=%00", "q: Expected text without control characters."),
        ("code=a%00", "code: Expected text without control characters."),
    ] {
        let error = base.list(&events(), &editor(), query).unwrap_err();
        assert_eq!(faults(&error), [sentence], "{query}");
    }
    let error = base.list(&events(), &editor(), "a=1&page=x&b=2").unwrap_err();
    assert_eq!(error.field_errors().len(), 3);
}

fn csv_text(base: &Base, query: &str) -> String {
    let (table, actor) = (events(), editor());
    let view = View::of(&table, &actor).unwrap();
    let query = ListQuery::parse(&view, query::Form::Whole, query).unwrap();
    let mut piece = csv::first(&base.unit, &base.clock, &view, &query).unwrap();
    let mut bytes = piece.text;
    while let Some(next) = piece.next {
        piece = csv::after(&base.unit, &base.clock, &view, &query, next).unwrap();
        bytes.extend_from_slice(&piece.text);
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn csv_holds_the_filtered_rows_with_both_languages_and_titles() {
    let base = three();
    let text = csv_text(&base, "code=E1");
    let mut lines = text.split("\r\n");
    assert_eq!(
        lines.next().unwrap(),
        "\u{feff}id,code,notes,title_en,title_de,about_en,about_de,slug,email,link,seats,price,open,status,starts_at,zone,\
         locale,topic,topic_title,host,host_title,host_email,extra,token,created_at,updated_at,deleted_at"
    );
    assert_eq!(
        lines.next().unwrap(),
        "1,E1,\"a\nb\",Rust 100%,,All of it,,rust,a@b.de,https://example.org,10,9.5,true,public,2026-03-02T00:00:00.000000Z,\
         Europe/Berlin,de,1,Rust,5,Ada,ada@example.org,\"{\"\"a\"\":[1]}\",,2026-03-01T09:00:00.000000Z,\
         2026-03-01T09:00:00.000000Z,"
    );
    assert_eq!(lines.collect::<Vec<_>>(), [""]);
}

#[test]
fn no_cell_starts_a_formula() {
    let base = Base::new();
    for (number, text) in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"].into_iter().enumerate() {
        base.event(json!({
            "code": format!("E{number}"), "notes": text, "starts_at": format!("2026-04-0{}T00:00:00Z", number + 1),
        }));
    }
    base.unit.execute("UPDATE p_demo__events SET price = -1.5", []).unwrap();
    let text = csv_text(&base, "");
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        assert!(row[2].starts_with('\''), "{:?}", &row[2]);
        assert_eq!(&row[11], "-1.5", "a number stays a number");
        rows += 1;
    }
    assert_eq!(rows, 8);
}

#[test]
fn a_long_csv_comes_in_pieces_and_whole() {
    let base = Base::new();
    let id = base.event(json!({"topic": null}));
    base.unit
        .execute_batch(
            "INSERT INTO p_demo__events (code, title, seats, open, status, starts_at, created_at, updated_at)
             WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
             SELECT 'N' || i, '{\"en\":\"x\",\"de\":\"\"}', 1, 0, 'draft', '', '', '' FROM n",
        )
        .unwrap();
    assert_eq!(id, 1);
    let text = csv_text(&base, "");
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let ids: Vec<i64> = reader.records().map(|row| row.unwrap()[0].parse().unwrap()).collect();
    assert_eq!(ids, (1..=2500).collect::<Vec<_>>());
}

#[test]
fn text_that_foreign_sql_broke_never_breaks_the_answer() {
    let base = three();
    base.unit.execute("UPDATE p_demo__events SET title = 'no {json' WHERE id = 1", []).unwrap();
    assert_eq!(base.read(&events(), &editor(), 1).unwrap().0["title"], "no {json");
}
