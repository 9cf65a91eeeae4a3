//! Components that no compiler of ours would write: what they export is fine, what they do is not.

use magnetiq::plugins::package::Package;
use magnetiq::site::{BlockRequest, RenderedBlock};
use magnetiq_contract::block::Block;
use magnetiq_contract::text::Locale;
use magnetiq_tests::handmade::{FRAME, GOOD, MANIFEST, assemble, component, package};
use magnetiq_tests::{Answer, TestApp};
use serde_json::json;

/// A site with the component on its shelf, and what it says when an admin enables it.
async fn enabled(component: &[u8]) -> (TestApp, Answer) {
    let app = TestApp::start().await;
    app.site.plugins.offer_folder(package(MANIFEST, component).path());
    let answer = app.sign_in("super_admin").await.post_json("/api/v1/plugins/handmade/enable", &json!({})).await;
    (app, answer)
}

async fn render(app: &TestApp) -> magnetiq::error::Result<Option<RenderedBlock>> {
    let block = Block { name: "mask".into(), props: json!({}), locale: Locale::En };
    app.site.plugins.draw_block(BlockRequest { plugin: "handmade".into(), block }).await
}

async fn last_fault(app: &TestApp) -> String {
    let usage = app.sign_in("super_admin").await.get("/api/v1/plugins/handmade/usage").await.expect(200).data();
    usage["last_fault"]["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn one_that_behaves_is_drawn() {
    let (app, answer) = enabled(&component(GOOD, "")).await;
    answer.expect(200);
    assert_eq!(render(&app).await.unwrap().unwrap().html, "<p>mask</p>");
}

#[tokio::test]
async fn what_one_answers_is_read_with_care() {
    for (deed, reason) in [
        ("(call $answer (i32.const 2048) (i32.const 0x40000000))", "out of bounds"),
        ("(call $answer (i32.const -8) (i32.const 8))", "out of bounds"),
        ("(call $answer (i32.const 4096) (i32.const 8))", "utf-8"),
        ("(call $answer (i32.const 8192) (i32.const 8))", "not what the contract says"),
        ("(call $answer (i32.const 2048) (i32.const 0))", "not what the contract says"),
        ("(i32.const 1)", "not aligned"),
        ("(i32.const 0x7ffffff0)", "out of bounds"),
        ("(unreachable)", "unreachable"),
        ("(i32.div_u (i32.const 1) (i32.const 0))", "divide by zero"),
        ("(loop $on (br $on)) (unreachable)", "more than it may"),
    ] {
        let (app, answer) = enabled(&component(deed, "")).await;
        answer.expect(200);
        assert_eq!(render(&app).await.unwrap_err().code().name(), "PLUGIN_FAILED", "{deed}");
        let fault = last_fault(&app).await;
        assert!(fault.contains(reason), "{deed}: {fault}");
    }
}

#[tokio::test]
async fn one_that_grows_its_table_gets_ten_thousand_places_and_no_more() {
    let grow = format!(
        "(loop $more
            (br_if $more (i32.ne (table.grow $places (ref.null func) (i32.const 999)) (i32.const -1))))
         (if (i32.gt_u (table.size $places) (i32.const 10000)) (then (unreachable)))
         (if (i32.lt_u (table.size $places) (i32.const 9000)) (then (unreachable)))
         {GOOD}"
    );
    let (app, answer) = enabled(&component(&grow, "(table $places 1 funcref)")).await;
    answer.expect(200);
    render(&app).await.unwrap();
}

#[tokio::test]
async fn one_that_fails_as_it_starts_is_not_enabled() {
    for (more, reason) in [
        ("(func $start (unreachable)) (start $start)", "unreachable"),
        ("(func $start (loop $on (br $on))) (start $start)", "interrupt"),
        ("(func $start (call $start)) (start $start)", "call stack exhausted"),
        ("(table 20000 funcref)", "20000"),
    ] {
        let (app, answer) = enabled(&component(GOOD, more)).await;
        let refusal = answer.expect(422).text();
        assert!(refusal.contains("The component"), "{more}: {refusal}");
        assert!(refusal.contains(reason), "{more}: {refusal}");
        assert!(render(&app).await.unwrap().is_none(), "{more}");
    }
}

#[tokio::test]
async fn a_component_that_is_cut_off_anywhere_is_refused() {
    let whole = component(GOOD, "");
    for length in (0..whole.len()).step_by(whole.len() / 12) {
        let refusal = enabled(&whole[..length]).await.1.expect(422).text();
        assert!(refusal.contains("The component"), "{length}: {refusal}");
    }
}

#[test]
fn an_api_of_another_time_is_refused_by_its_line() {
    for range in ["0.0.1", "^0.2", "1", ">=7"] {
        let folder = package(&MANIFEST.replace("\"0.1\"", &format!("{range:?}")), &component(GOOD, ""));
        let refusal = Package::from_folder(&folder.path().join("handmade")).unwrap_err();
        assert!(refusal.message().contains(&format!("api = {range:?}")), "{refusal}");
    }
}

/// Every import of the contract, so that none that is added can be forgotten here.
fn imports() -> impl Iterator<Item = &'static str> {
    let contract = include_str!("../../plugin-sdk/wit/magnetiq.wit");
    contract.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'))
}

/// What needs no grant.
const FREE: [&str; 6] = ["clock", "context", "log", "random", "settings", "view"];

#[tokio::test]
async fn an_import_that_its_contract_does_not_ask_for_is_refused_each_of_them() {
    let mut free = Vec::new();
    for import in imports() {
        let line = format!("(import \"magnetiq:plugin/{import}@0.1.0\" (instance))");
        let frame = FRAME.replace("RENDER", GOOD).replace(";; IMPORT", &line);
        let answer = enabled(&assemble(&frame)).await.1;
        if answer.status == 200 {
            free.push(import);
            continue;
        }
        let refusal = answer.expect(422).text();
        assert!(refusal.contains(&format!("no [capabilities.{import}]")), "{import}: {refusal}");
    }
    free.sort_unstable();
    assert_eq!(free, FREE);
}

#[tokio::test]
async fn one_with_a_route_that_says_not_who_may_call_it_is_refused() {
    let description = r#"{"routes":[{"kind":"api","method":"GET","path":"/open","access":"nobody"}]}"#;
    let frame = FRAME
        .replace("LENGTH_OF_DESCRIPTION", &description.len().to_string())
        .replace("DESCRIPTION", &description.replace('"', "\\\""))
        .replace("RENDER", GOOD)
        .replace(";; MORE", "");
    let (_, answer) = enabled(&assemble(&frame)).await;
    let refusal = answer.expect(422).text();
    assert!(refusal.contains("the route GET /open does not say who may call it"), "{refusal}");
}
