//! Who may call what: every route of the document for every kind of caller. What a role may comes from the design, not
//! from the host's own table.

use std::collections::{BTreeMap, BTreeSet};

use magnetiq::router;
use magnetiq::store::{Connection, Owner};
use magnetiq_tests::{Answer, Client, Guest, PASSWORD, TestApp};
use serde_json::{Value, json};

/// What each role has beyond the one before.
const DESIGN: [(&str, &str); 4] = [
    ("viewer", "content:read webinars:read whitepapers:read booking:read"),
    (
        "editor",
        "content:write media:write webinars:write whitepapers:write communication:read communication:write people:read",
    ),
    (
        "admin",
        "content:publish content:delete people:write booking:write webinars:manage analytics:read plugins:manage users:read",
    ),
    ("super_admin", "users:manage system:manage audit:read"),
];

/// A parameter that no route knows: whoever may call a route is told so, and nothing happens.
const NEVER: &str = "never";

/// What a caller is to the site.
enum Kind {
    Visitor,
    User {
        may: BTreeSet<String>,
    },
    /// A user whose second factor is overdue.
    Overdue,
    /// A program with a key that has these scopes.
    Program {
        may: BTreeSet<String>,
    },
}

struct Caller {
    name: &'static str,
    kind: Kind,
    client: Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    SignIn,
    Refused,
    Passed,
}

fn design(role: &str) -> BTreeSet<String> {
    let last = DESIGN.iter().position(|(name, _)| *name == role).unwrap();
    DESIGN[..=last].iter().flat_map(|(_, names)| names.split(' ')).map(str::to_owned).collect()
}

impl Kind {
    /// What the document's word for a route's policy means for them.
    fn expected(&self, access: &str) -> Cell {
        match (access, self) {
            ("public", _) => Cell::Passed,
            (_, Self::Visitor) => Cell::SignIn,
            ("account", Self::Program { .. }) => Cell::Refused,
            ("account", _) => Cell::Passed,
            (_, Self::Overdue) => Cell::Refused,
            ("signed_in", _) => Cell::Passed,
            (permission, Self::User { may } | Self::Program { may }) => {
                assert!(design("super_admin").contains(permission), "{permission} is not in the design");
                if may.contains(permission) { Cell::Passed } else { Cell::Refused }
            }
        }
    }
}

/// What came of it. On the API the parameter is refused once the caller may; a page does not read it.
fn seen(answer: &Answer, path: &str) -> Option<Cell> {
    match answer.status.as_u16() {
        401 => Some(Cell::SignIn),
        403 => Some(Cell::Refused),
        422 if answer.fields() == [NEVER] => Some(Cell::Passed),
        _ => (!path.starts_with("/api/")).then_some(Cell::Passed),
    }
}

async fn key(owner: &Client, scopes: &BTreeSet<String>) -> String {
    let body = json!({"name": "Matrix", "scopes": scopes, "password": PASSWORD});
    owner.post_json("/api/v1/api-keys", &body).await.expect(201).data()["key"].as_str().unwrap().to_owned()
}

async fn callers(app: &TestApp, overdue: &TestApp) -> Vec<Caller> {
    let mut callers = vec![Caller { name: "visitor", kind: Kind::Visitor, client: (**app).clone() }];
    for (role, _) in DESIGN {
        let client = app.sign_in(role).await;
        callers.push(Caller { name: role, kind: Kind::User { may: design(role) }, client });
    }
    let late = overdue.sign_in("admin").await;
    callers.push(Caller { name: "admin past the grace", kind: Kind::Overdue, client: late });
    let root = app.sign_in("super_admin").await;
    let held = root.get("/api/v1/auth/me").await.expect(200).data()["permissions"].clone();
    let mut all: BTreeSet<String> = serde_json::from_value(held).unwrap();
    all.remove("users:manage");
    for (name, may) in [("key without scopes", BTreeSet::new()), ("key with all scopes", all)] {
        let client = app.with_token(&key(&root, &may).await);
        callers.push(Caller { name, kind: Kind::Program { may }, client });
    }
    callers
}

async fn site(settings: &[(&'static str, &str)]) -> TestApp {
    let app = TestApp::start_with(settings).await;
    app.enable(Guest::Webinars).await;
    app
}

async fn document(app: &TestApp) -> Value {
    app.get("/api/v1/openapi.json").await.expect(200).json()
}

/// Method, path and operation of every route in the document.
fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, methods)| {
        methods
            .as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
    });
    methods.collect()
}

/// The path of something that may well not be there.
fn address(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{plugin}" => "webinars",
        "{id}" => "1",
        part if part.starts_with('{') => "x",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(client: &Client, method: &str, path: &str) -> Answer {
    let query = if path.starts_with("/api/") { format!("?{NEVER}=1") } else { String::new() };
    let call = client.call(method, &format!("{}{query}", address(path)));
    if method == "GET" { call.send().await } else { call.json(&json!({})).send().await }
}

#[tokio::test]
async fn every_route_lets_in_whom_its_policy_names_and_nobody_else() {
    let (app, overdue) = (site(&[]).await, site(&[("MFA_GRACE_DAYS", "0")]).await);
    let (callers, document) = (callers(&app, &overdue).await, document(&app).await);
    let (mut faults, mut cells) = (Vec::new(), BTreeMap::<String, usize>::new());
    for (method, path, operation) in operations(&document) {
        let access = operation["x-access"].as_str().unwrap_or_else(|| panic!("{method} {path} states no policy"));
        let asks = operation["security"].as_array().is_some_and(|security| !security.is_empty());
        assert_eq!(asks, access != "public", "{method} {path}");
        for caller in &callers {
            let answer = ask(&caller.client, &method, path).await;
            let (seen, expected) = (seen(&answer, path), caller.kind.expected(access));
            if seen != Some(expected) {
                let status = answer.status;
                faults.push(format!("{method} {path} ({access}) for {}: {status}, not {expected:?}", caller.name));
            }
            *cells.entry(access.to_owned()).or_default() += 1;
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(cells.values().sum::<usize>() > 800, "{cells:?}");
    for policy in ["public", "account", "signed_in", "users:manage", "webinars:write"] {
        assert!(cells.contains_key(policy), "{policy} was never seen: {cells:?}");
    }
}

#[tokio::test]
async fn a_route_that_is_not_in_the_document_is_a_fault() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    let documented: BTreeSet<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes = router::routes();
    let mounted: BTreeSet<_> =
        routes.list().iter().map(|route| (route.method.to_string(), route.path.as_str())).collect();
    assert_eq!(mounted, documented);
}

/// Makes something of the caller's own at a path like `/api/v1/api-keys/{id}`, and tells its id.
async fn own(app: &TestApp, client: &Client, collection: &str) -> String {
    match collection {
        "/api/v1/api-keys" => {
            let body = json!({"name": "Own", "scopes": [], "password": PASSWORD});
            client.post_json(collection, &body).await.expect(201).data()["id"].to_string()
        }
        "/api/v1/auth/sessions" => {
            let sessions = client.get(collection).await.expect(200).data();
            sessions[0]["id"].as_str().unwrap().to_owned()
        }
        "/api/v1/auth/passkeys" => {
            let user = client.get("/api/v1/auth/me").await.expect(200).data()["id"].as_i64().unwrap();
            let sql =
                "INSERT INTO passkeys (user_id, name, credential_id, user_handle, credential, created_at, updated_at)
                       VALUES (?1, 'Own', ?1, ?1, '{}', '2026-03-01T09:00:00.000000Z', '2026-03-01T09:00:00.000000Z')";
            let insert = move |unit: &Connection| Ok((unit.execute(sql, [user])?, unit.last_insert_rowid()));
            app.site.store.write(Owner::Core, move |unit| insert(unit)).await.unwrap().1.to_string()
        }
        other => panic!("say here how something of one's own is made at {other}"),
    }
}

#[tokio::test]
async fn what_belongs_to_an_account_is_not_there_for_another() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    let of_accounts = operations(&document)
        .into_iter()
        .filter(|(_, path, operation)| operation["x-access"] == "account" && path.contains("{id}"));
    let mut seen = 0;
    for (method, path, _) in of_accounts {
        let (collection, _) = path.split_once("/{id}").unwrap();
        let mine = app.sign_in("viewer").await;
        let id = own(&app, &mine, collection).await;
        let address = path.replace("{id}", &id);
        let ask = async |client: &Client| {
            let call = client.call(&method, &address);
            match method.as_str() {
                "GET" | "DELETE" => call.send().await,
                "PATCH" => call.json(&json!({})).send().await,
                _ => call.json(&json!({"password": PASSWORD})).send().await,
            }
        };
        for role in ["editor", "admin"] {
            let other = ask(&app.sign_in(role).await).await;
            assert_eq!(other.status, 404, "{method} {path} of another, for {role}: {}", other.text());
        }
        let answer = ask(&mine).await;
        assert!(![401, 403, 404].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.text());
        seen += 1;
    }
    assert!(seen >= 4, "{seen}");
}
