use std::fs;

use jiff::SignedDuration;

use super::seal::FirstSeal;
use super::*;
use crate::store::{Owner, Store};

const HOLDING: Holding =
    Holding { table: "plugin_secrets", column: "sealed", place: "'plugin_secrets/' || plugin || '/' || name" };

struct Site {
    folder: tempfile::TempDir,
    clock: Clock,
    store: Store,
    secrets: Secrets,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(jiff::Timestamp::from_second(1_772_355_600).unwrap());
        let store = Store::open(&folder.path().join("magnetiq.db"), &clock).unwrap();
        let secrets = Secrets::open(&folder.path().join("keys/master.key"), &clock).unwrap();
        Self { folder, clock, store, secrets }
    }

    fn again(&self) -> Secrets {
        Secrets::open(&self.folder.path().join("keys/master.key"), &self.clock).unwrap()
    }

    async fn keep(&self, name: &str, sealed: Vec<u8>) {
        let name = name.to_owned();
        let plugin = "INSERT OR IGNORE INTO plugins (plugin, version, digest, state, grants, settings, created_at, \
            updated_at) VALUES ('a', '1', '', 'disabled', '{}', '{}', '', '')";
        let secret =
            "INSERT INTO plugin_secrets (plugin, name, sealed, created_at, updated_at) VALUES ('a', ?, ?, '', '')";
        let keep = move |unit: &mut crate::store::Unit| {
            unit.execute_batch(plugin)?;
            unit.execute(secret, (name, sealed))?;
            Ok(())
        };
        self.store.write(Owner::Core, keep).await.unwrap();
    }

    async fn kept(&self) -> Vec<(String, Vec<u8>)> {
        let read = |snapshot: &crate::store::Snapshot| {
            let mut statement = snapshot.prepare("SELECT name, sealed FROM plugin_secrets ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.map_while(std::result::Result::ok).collect())
        };
        self.store.read(read).await.unwrap()
    }

    async fn rotate(&self, leave: Leave) -> Rotated {
        rotate(&self.secrets, &self.store, &self.clock, &[HOLDING], leave).await.unwrap()
    }
}

fn place(name: &str) -> String {
    format!("plugin_secrets/a/{name}")
}

#[test]
fn a_sealed_secret_opens_at_its_own_place_alone_and_never_looks_the_same_twice() {
    let site = Site::new();
    let sealed = site.secrets.seal("a/b", b"secret").unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    assert_ne!(sealed, site.secrets.seal("a/b", b"secret").unwrap());
    assert_eq!((sealed[0], sealed.len()), (1, 1 + 24 + 6 + 16));
    assert_eq!(site.again().unseal("a/b", &sealed).unwrap(), b"secret");
    assert!(site.again().unseal("a/c", &sealed).is_err());
}

#[test]
fn whatever_is_changed_in_a_sealed_secret_does_not_open() {
    let site = Site::new();
    let sealed = site.secrets.seal("a/b", b"secret").unwrap();
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(site.secrets.unseal("a/b", &changed).is_err(), "changed at {place}");
        assert!(site.secrets.unseal("a/b", &sealed[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn the_key_file_is_its_owners_alone_and_one_of_another_length_is_refused_without_its_content() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new();
    let path = site.folder.path().join("keys/master.key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for wrong in
        [&b"TOPSECRET"[..], b"{\"versions\":[{\"version\":1,\"key\":\"TOPSECRET\"}]}", b"{\"versions\":[]}", b""]
    {
        fs::write(&path, wrong).unwrap();
        let error = format!("{:?}", Secrets::open(&path, &site.clock).unwrap_err());
        assert!(error.contains("master.key") && !error.contains("TOPSECRET"), "{error}");
    }
}

#[test]
fn codes_of_two_purposes_differ_and_say_nothing_of_each_other() {
    let site = Site::new();
    let (links, other) = (site.secrets.mac("links").unwrap(), site.secrets.mac("other").unwrap());
    let code = links.sign(b"7");
    assert!(links.verify(b"7", &code) && site.again().mac("links").unwrap().verify(b"7", &code));
    assert!(!other.verify(b"7", &code) && !links.verify(b"8", &code) && !links.verify(b"7", &code[..31]));
}

#[tokio::test]
async fn what_was_sealed_before_there_were_versions_still_opens_and_is_sealed_anew_by_a_rotation() {
    let site = Site::new();
    let key = fs::read(site.folder.path().join("keys/master.key")).unwrap();
    let old = FirstSeal::new(&key.try_into().unwrap()).unwrap().seal(&place("x"), b"secret");
    assert_eq!(site.secrets.unseal(&place("x"), &old).unwrap(), b"secret");
    assert!(site.secrets.unseal(&place("y"), &old).is_err());
    site.keep("x", old).await;
    assert_eq!(site.rotate(Leave::Nothing).await, Rotated { values: 1, resumed: false });
    let kept = site.kept().await;
    assert_eq!((kept[0].1[0], site.again().unseal(&place("x"), &kept[0].1).unwrap()), (2, b"secret".to_vec()));
}

#[tokio::test]
async fn a_rotation_seals_everything_anew_and_leaves_nothing_that_the_old_key_opens() {
    let site = Site::new();
    let before = fs::read(site.folder.path().join("keys/master.key")).unwrap();
    for number in 0..250 {
        let name = format!("{number:03}");
        site.keep(&name, site.secrets.seal(&place(&name), name.as_bytes()).unwrap()).await;
    }
    assert_eq!(site.rotate(Leave::Nothing).await.values, 250);
    assert_eq!(site.rotate(Leave::Nothing).await.values, 250, "again, with another version");
    let old = site.folder.path().join("old.key");
    fs::write(&old, before).unwrap();
    let (now, old) = (site.again(), Secrets::open(&old, &site.clock).unwrap());
    for (name, sealed) in site.kept().await {
        assert_eq!(now.unseal(&place(&name), &sealed).unwrap(), name.as_bytes());
        assert!(old.unseal(&place(&name), &sealed).is_err());
    }
}

#[tokio::test]
async fn a_rotation_that_was_interrupted_goes_on_with_the_same_version() {
    let site = Site::new();
    for name in ["a", "b"] {
        site.keep(name, site.secrets.seal(&place(name), b"secret").unwrap()).await;
    }
    // The new version is in the file, one value is sealed with it: there the process died.
    site.secrets.change(|file| file.begin_version().map(|()| true)).unwrap();
    site.keep("c", site.secrets.seal(&place("c"), b"secret").unwrap()).await;
    let again = site.again();
    for (name, sealed) in site.kept().await {
        assert_eq!(again.unseal(&place(&name), &sealed).unwrap(), b"secret", "nothing is lost in between");
    }
    let rotated = rotate(&again, &site.store, &site.clock, &[HOLDING], Leave::Nothing).await.unwrap();
    assert_eq!(rotated, Rotated { values: 2, resumed: true });
    assert!(site.kept().await.iter().all(|(_, sealed)| sealed[0] == 2));
}

#[tokio::test]
async fn a_value_that_does_not_open_ends_the_rotation_and_no_key_is_forgotten() {
    let site = Site::new();
    site.keep("a", site.secrets.seal(&place("a"), b"secret").unwrap()).await;
    site.keep("b", b"damaged".to_vec()).await;
    assert!(rotate(&site.secrets, &site.store, &site.clock, &[HOLDING], Leave::Nothing).await.is_err());
    let kept = site.kept().await;
    assert_eq!(site.again().unseal(&place("a"), &kept[0].1).unwrap(), b"secret");
}

#[tokio::test]
async fn links_that_were_sent_stay_good_for_eight_days_unless_the_old_key_is_forgotten_at_once() {
    let site = Site::new();
    let sign = || site.secrets.mac("links").unwrap().sign(b"7");
    let first = sign();
    site.rotate(Leave::Links).await;
    assert_ne!(sign(), first);
    assert!(site.again().mac("links").unwrap().verify(b"7", &first));
    site.clock.advance(SignedDuration::from_hours(8 * 24));
    tend(&site.secrets, &site.store, &site.clock, &[HOLDING]).await.unwrap();
    assert!(!site.secrets.mac("links").unwrap().verify(b"7", &first));
    let second = sign();
    site.rotate(Leave::Nothing).await;
    assert!(!site.again().mac("links").unwrap().verify(b"7", &second));
}
