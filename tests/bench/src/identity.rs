//! What it costs to know who calls, and what others wait for while many sign in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use magnetiq::accounts::{self, NewUser};
use magnetiq::app::Site;
use magnetiq::auth::{Role, Secret};
use magnetiq::router;
use magnetiq_contract::text::Locale;
use magnetiq_tests::{Client, Guest, PASSWORD, TestApp};
use serde_json::json;
use tokio::task::JoinSet;

use crate::crowd::{ADDRESSES, open_loop};
use crate::served::{self, Asking};
use crate::turns::{Side, json, medians};
use crate::{Table, percentile};

/// Sign-ins at once.
const STORM: u32 = 500;
/// Accounts that they are for.
const USERS: u32 = 50;
/// Calls a second of everybody else, and for how long each part goes on, in seconds.
const RATE: u32 = 500;
const SPAN: u32 = 4;
/// How often it is quiet, and then not.
const TURNS: usize = 3;

/// What a real site takes for a hash.
const REAL: [(&str, &str); 2] = [("ARGON2_MEMORY_KIB", "19456"), ("ARGON2_ITERATIONS", "2")];

/// Adds lines for a read with a token, and for a storm of sign-ins.
pub async fn run(table: &mut Table) {
    reads(table).await;
    storm(table).await;
}

async fn reads(table: &mut Table) {
    const ADDRESS: &str = "/api/v1/hello/greetings";
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let token = app.token("viewer").await;
    let router = router::build(&app.site).expect("a router");
    let visitor = Side::new(&router, ADDRESS);
    let times = medians([visitor, Side { token: Some(&token), ..visitor }], json).await;
    table.compare("a plugin's list: without / with a token", times, "p50");

    let host = served::serve(router, &app.site).await;
    let sides = [None, Some(token.as_str())].map(|token| Asking { host: &host, path: ADDRESS, token });
    let costs = served::costs(sides).await;
    table.compare("a plugin's list, over HTTP: without / with a token", costs, "of the processor, mean");
}

async fn storm(table: &mut Table) {
    let app = TestApp::start_with(&REAL).await;
    for guest in [Guest::Hello, Guest::Webinars] {
        app.enable(guest).await;
    }
    add_users(&app.site).await;
    let visitor = Client::visitor(format!("http://{}", app.address()));
    let hash = one_hash(&app.site).await;
    let (mut alone, mut beside, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        alone.push(wait(&visitor).await);
        let signing_in = Signing::begin(&visitor);
        beside.push(wait(&visitor).await);
        rates.push(signing_in.end().await);
    }
    let [alone, beside] = [alone, beside].map(|mut waits| percentile(&mut waits, 0.5));
    table.add(
        format!("p95 beside {STORM} who sign in at once / without"),
        format!("{:.2}", beside.as_secs_f64() / alone.as_secs_f64()),
        format!("{beside:.1?} / {alone:.1?}; open loop, {RATE}/s; the median of {TURNS} turns"),
    );
    rates.sort_by(f64::total_cmp);
    table.add(
        "Sign-ins",
        format!("{:.0}/s", rates[TURNS / 2]),
        format!("{STORM} at once, each again when it is told to come later; one hash takes {hash:.1?} of a processor"),
    );
}

async fn add_users(site: &Site) {
    for number in 0..USERS {
        let new = NewUser {
            email: email(number),
            name: String::new(),
            role: Role::Viewer,
            language: Locale::En,
            password: Some(Secret::new(PASSWORD.to_owned())),
        };
        accounts::add_user(&site.store, &site.clock, &site.auth.passwords, "bench", new).await.expect("a user");
    }
}

fn email(number: u32) -> String {
    format!("user{}@example.org", number % USERS)
}

async fn one_hash(site: &Site) -> Duration {
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        site.auth.passwords.hash(Secret::new(PASSWORD.to_owned())).await.expect("a hash");
        times.push(begun.elapsed());
    }
    percentile(&mut times, 0.5)
}

/// What all but five of a hundred calls take at most, from the intended start of each to its answer.
async fn wait(visitor: &Client) -> Duration {
    let visitor = visitor.clone();
    let mut times = open_loop(RATE, RATE * SPAN, move |number, due| {
        let visitor = visitor.clone();
        async move {
            let _ = visitor.get(ADDRESSES[number as usize % ADDRESSES.len()]).await.expect(200);
            due.elapsed()
        }
    })
    .await;
    percentile(&mut times, 0.95)
}

/// Many who sign in, again and again, as long as this is kept.
struct Signing {
    callers: JoinSet<()>,
    done: Arc<AtomicU32>,
    begun: Instant,
}

impl Signing {
    fn begin(visitor: &Client) -> Self {
        let done = Arc::new(AtomicU32::new(0));
        let callers = (0..STORM).map(|number| keep_signing_in(visitor.clone(), number, Arc::clone(&done)));
        Self { callers: callers.collect(), done, begun: Instant::now() }
    }

    /// How many got in each second.
    async fn end(mut self) -> f64 {
        let rate = f64::from(self.done.load(Ordering::Relaxed)) / self.begun.elapsed().as_secs_f64();
        self.callers.shutdown().await;
        rate
    }
}

/// Ends never. Whoever is told to come later does so, not all at the same moment.
async fn keep_signing_in(visitor: Client, number: u32, done: Arc<AtomicU32>) {
    let body = json!({"email": email(number), "password": PASSWORD});
    loop {
        let answer = visitor.post_json("/api/v1/auth/login", &body).await;
        if answer.status == 200 {
            done.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(answer.status, 503, "{}", answer.text());
            let seconds = answer.header("retry-after").parse().expect("seconds");
            let own = Duration::from_secs(1) * number / STORM;
            tokio::time::sleep(Duration::from_secs(seconds) + own).await;
        }
    }
}
