use std::sync::atomic::AtomicUsize;

use http::header::{CACHE_CONTROL, COOKIE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, Uri};
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::text::Locale;
use tempfile::TempDir;

use super::*;
use crate::store::Owner;

const READ: &str = "INSERT INTO jobs (owner, name, payload, status, attempts, max_attempts, run_at, last_error, created_at, updated_at)
    VALUES ('core', 'x', '{}', 'queued', 0, 1, '', '', '', '')";
const OTHER: &str = "INSERT INTO audit (actor_kind, action, resource, request_id, created_at, updated_at)
    VALUES ('system', 'create', 'x', '', '', '')";

/// A cache over a real store, and a page that reads one of its tables and counts its renderings.
struct Desk {
    clock: Clock,
    store: Store,
    cache: PageCache,
    rendered: AtomicUsize,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self::with_room(1 << 20)
    }

    fn with_room(bytes: usize) -> Self {
        let clock = Clock::fixed("2026-03-01T09:00:00Z".parse::<Timestamp>().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("magnetiq.db"), &clock).unwrap();
        let cache = PageCache::new(bytes, clock.clone(), store.clone());
        Self { clock, store, cache, rendered: AtomicUsize::new(0), _folder: folder }
    }

    fn reads(&self) -> Reads {
        let tables = self.store.marks().of(&self.store.tables(["jobs"]));
        Reads { tables, ..Reads::default() }
    }

    /// Changes a row of the table that the page reads, or of another one.
    async fn write(&self, sql: &'static str) {
        self.store.write(Owner::Core, move |unit| Ok(unit.execute(sql, [])?)).await.unwrap();
    }

    async fn ask(&self, key: Option<Key>, reads: Reads) -> Arc<Stored> {
        let render = || async {
            let count = self.rendered.fetch_add(1, Ordering::SeqCst);
            Ok(Rendering::html(format!("page {count}"), reads))
        };
        self.cache.get_or_render(key, render).await.unwrap()
    }

    fn count(&self) -> usize {
        self.rendered.load(Ordering::SeqCst)
    }
}

fn key(path: &str) -> Option<Key> {
    key_with(path, &HeaderMap::new())
}

fn key_with(path: &str, headers: &HeaderMap) -> Option<Key> {
    Key::of(Locale::En, &path.parse::<Uri>().unwrap(), &["topic".to_owned()], headers)
}

#[tokio::test]
async fn a_page_is_rendered_once_until_a_table_it_read_is_written() {
    let desk = Desk::new();
    desk.ask(key("/en/talks"), desk.reads()).await;
    desk.ask(key("/en/talks"), desk.reads()).await;
    assert_eq!(desk.count(), 1);
    desk.write(OTHER).await;
    desk.ask(key("/en/talks"), desk.reads()).await;
    assert_eq!(desk.count(), 1, "another table does not matter");
    desk.write(READ).await;
    let page = desk.ask(key("/en/talks"), desk.reads()).await;
    assert_eq!((desk.count(), page.body().as_ref()), (2, "page 1".as_bytes()));
}

#[tokio::test]
async fn a_write_during_the_rendering_makes_the_page_stale() {
    let desk = Desk::new();
    let before = desk.reads();
    desk.write(READ).await;
    desk.ask(key("/en/talks"), before).await;
    desk.ask(key("/en/talks"), desk.reads()).await;
    assert_eq!(desk.count(), 2);
}

#[tokio::test]
async fn a_page_is_fresh_until_the_moment_it_named_or_for_thirty_seconds() {
    let desk = Desk::new();
    let until = desk.clock.now() + SignedDuration::from_mins(10);
    let told = Reads { fresh_until: Some(until), ..Reads::default() };
    let untold = Reads { clock: true, ..Reads::default() };
    desk.ask(key("/told"), told.clone()).await;
    desk.ask(key("/untold"), untold.clone()).await;
    desk.clock.advance(SignedDuration::from_secs(29));
    desk.ask(key("/untold"), untold.clone()).await;
    assert_eq!(desk.count(), 2);
    desk.clock.advance(SignedDuration::from_secs(1));
    desk.ask(key("/untold"), untold).await;
    assert_eq!(desk.count(), 3);
    desk.clock.advance(SignedDuration::from_secs(569));
    desk.ask(key("/told"), told.clone()).await;
    assert_eq!(desk.count(), 3);
    desk.clock.advance(SignedDuration::from_secs(1));
    desk.ask(key("/told"), told.clone()).await;
    desk.ask(key("/told"), told).await;
    assert_eq!(desk.count(), 5, "a page whose moment has passed is not kept");
}

#[tokio::test]
async fn a_session_cookie_bypasses_and_a_personal_page_is_never_kept() {
    let desk = Desk::new();
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, "theme=dark; __Host-refresh=abc".parse().unwrap());
    assert_eq!(key_with("/en/talks", &headers), None);
    headers.insert(COOKIE, "theme=dark; refreshed=1".parse().unwrap());
    assert!(key_with("/en/talks", &headers).is_some());

    let page = desk.ask(None, desk.reads()).await;
    assert_eq!(page.respond(&HeaderMap::new()).headers()[CACHE_CONTROL], "private, no-cache");
    let personal = Reads { personal: true, ..desk.reads() };
    desk.ask(key("/en/talks/r/token"), personal.clone()).await;
    let page = desk.ask(key("/en/talks/r/token"), personal).await;
    let response = page.respond(&HeaderMap::new());
    assert_eq!(response.headers()[CACHE_CONTROL], "private, no-store");
    assert_eq!(response.headers().get(ETAG), None);
    assert_eq!((desk.count(), desk.cache.bytes()), (3, 0));
}

#[tokio::test]
async fn only_declared_parameters_make_another_page() {
    let desk = Desk::new();
    for path in ["/en/talks", "/en/talks?utm_source=x", "/en/talks?topic=a&y=1", "/en/talks?y=2&topic=a"] {
        desk.ask(key(path), desk.reads()).await;
    }
    assert_eq!(desk.count(), 2);
}

#[tokio::test]
async fn a_new_generation_makes_every_page_stale() {
    let desk = Desk::new();
    desk.ask(key("/a"), desk.reads()).await;
    desk.cache.start_generation();
    desk.ask(key("/a"), desk.reads()).await;
    assert_eq!(desk.count(), 2);
}

#[tokio::test]
async fn memory_is_bounded_and_the_longest_unused_page_goes_first() {
    let desk = Desk::with_room(8 * 1024);
    for number in 0..1000 {
        desk.ask(key("/kept"), desk.reads()).await;
        desk.ask(key(&format!("/{number}")), desk.reads()).await;
        assert!(desk.cache.bytes() <= 8 * 1024);
    }
    assert_eq!(desk.count(), 1001, "the page in use stays");
}

#[tokio::test]
async fn of_simultaneous_requests_one_renders() {
    let desk = Desk::new();
    let slow = || async {
        tokio::task::yield_now().await;
        desk.rendered.fetch_add(1, Ordering::SeqCst);
        Ok(Rendering::html("page".into(), desk.reads()))
    };
    let asks = (0..20).map(|_| desk.cache.get_or_render(key("/a"), slow));
    futures_util::future::join_all(asks).await;
    assert_eq!(desk.count(), 1);
}

/// How many of five simultaneous renderings of one page were at work together.
async fn side_by_side(desk: &Desk, reads: &Reads) -> usize {
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let slow = || async {
        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        inside.fetch_sub(1, Ordering::SeqCst);
        Ok(Rendering::html("page".into(), reads.clone()))
    };
    futures_util::future::join_all((0..5).map(|_| desk.cache.get_or_render(key("/a"), slow))).await;
    most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn nobody_waits_for_a_page_that_cannot_be_kept() {
    let desk = Desk::new();
    let personal = Reads { personal: true, ..desk.reads() };
    assert_eq!(side_by_side(&desk, &personal).await, 4, "the first one finds out");
    assert_eq!(side_by_side(&desk, &personal).await, 5);
    desk.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(side_by_side(&desk, &personal).await, 4, "it is tried again after a minute");
}

#[tokio::test]
async fn a_page_that_can_be_kept_again_is_rendered_once() {
    let desk = Desk::new();
    desk.ask(key("/a"), Reads { personal: true, ..desk.reads() }).await;
    desk.ask(key("/a"), desk.reads()).await;
    desk.cache.start_generation();
    assert_eq!(side_by_side(&desk, &desk.reads()).await, 1);
}

#[tokio::test]
async fn the_same_page_is_not_sent_twice() {
    let desk = Desk::new();
    let page = desk.ask(key("/a"), desk.reads()).await;
    let first = page.respond(&HeaderMap::new());
    assert_eq!(
        (first.status(), &first.headers()[CACHE_CONTROL]),
        (200.try_into().unwrap(), &"public, no-cache".parse().unwrap())
    );
    let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
    for (named, status) in
        [(tag.clone(), 304), (format!("\"x\", W/{tag}"), 304), ("*".into(), 304), ("\"x\"".into(), 200)]
    {
        let mut request = HeaderMap::new();
        request.insert(IF_NONE_MATCH, named.parse().unwrap());
        assert_eq!(page.respond(&request).status(), status, "{named}");
    }
}
