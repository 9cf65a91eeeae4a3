use magnetiq_package::{Parts, PublicKey, SIGNATURE, SecretKey, archive, digest, sign, signer};

use super::{KEY, parts, zip};

fn signed() -> (Parts, SecretKey) {
    let (mut parts, key) = (parts(), SecretKey::generate().unwrap());
    sign(&mut parts, &key).unwrap();
    (parts, key)
}

fn text(parts: &Parts) -> String {
    String::from_utf8(parts[SIGNATURE].clone()).unwrap()
}

#[test]
fn a_signature_tells_who_vouches_for_all_parts() {
    let (parts, key) = signed();
    let read = archive::read(&zip(&parts)).unwrap();
    assert_eq!(signer(&read).unwrap(), Some(key.public().unwrap()));
    assert_eq!(signer(&super::parts()).unwrap(), None);
    assert_eq!(digest(&parts), digest(&super::parts()), "signing changes nothing of what it is");
}

#[test]
fn signing_twice_gives_the_same_bytes_and_another_key_takes_the_first_ones_place() {
    let (mut parts, key) = signed();
    let first = zip(&parts);
    sign(&mut parts, &key).unwrap();
    assert_eq!(zip(&parts), first);
    let other = SecretKey::generate().unwrap();
    sign(&mut parts, &other).unwrap();
    assert_eq!(signer(&parts).unwrap(), Some(other.public().unwrap()));
}

type Change = fn(&mut Parts);

#[test]
fn what_was_changed_added_or_removed_after_signing_is_refused() {
    let foreign =
        "SIGNATURE does not fit: a part was changed, added or removed after it was signed, or another key signed it";
    let changes: [(&str, Change); 4] = [
        ("changed", |parts| parts.get_mut("plugin.toml").unwrap()[0] ^= 1),
        ("added", |parts| drop(parts.insert("assets/more.txt".into(), b"more".to_vec()))),
        ("removed", |parts| drop(parts.remove("locales/en.json"))),
        ("renamed", |parts| {
            let moved = parts.remove("locales/en.json").unwrap();
            parts.insert("locales/de.json".into(), moved);
        }),
    ];
    for (how, change) in changes {
        let (mut parts, _) = signed();
        change(&mut parts);
        assert_eq!(signer(&parts).unwrap_err().to_string(), foreign, "{how}");
    }
}

#[test]
fn a_signature_under_another_key_is_refused() {
    let (mut parts, key) = signed();
    let other = SecretKey::generate().unwrap();
    let claimed = text(&parts).replace(&key.public().unwrap().to_string(), &other.public().unwrap().to_string());
    parts.insert(SIGNATURE.into(), claimed.into_bytes());
    assert!(signer(&parts).unwrap_err().to_string().contains("another key signed it"));
}

#[test]
fn a_text_that_is_no_signature_is_refused_with_what_is_wrong_with_it() {
    let (parts, _) = signed();
    let good = text(&parts);
    let (key, signature) = (good.lines().nth(1).unwrap(), good.lines().nth(2).unwrap());
    for (bad, why) in [
        (String::new(), "its first line is another one"),
        ("-----BEGIN PGP SIGNATURE-----\n".into(), "its first line is another one"),
        (good.replace("signature 1", "signature 2"), "this version of it is not known here"),
        (format!("magnetiq-signature 1\n{signature}\n"), "its key is missing"),
        (format!("magnetiq-signature 1\n{key}\n"), "it is cut off before its end"),
        (good.trim_end().to_owned(), "it is cut off before its end"),
        (format!("{good}{good}"), "more stands behind its end, such as a second one"),
        (format!("{good}{key}\n{signature}\n"), "more stands behind its end, such as a second one"),
        (good.replace('\n', "\r\n"), "more stands behind its end, such as a second one"),
        (format!("magnetiq-signature 1\nkey AAAA\n{signature}\n"), "the key is none"),
        (format!("magnetiq-signature 1\n{key}\nsignature ???\n"), "the signature is no base64"),
    ] {
        let mut parts = parts.clone();
        parts.insert(SIGNATURE.into(), bad.clone().into_bytes());
        assert_eq!(signer(&parts).unwrap_err().to_string(), format!("SIGNATURE is not one: {why}"), "{bad:?}");
    }
    let mut cut = parts;
    cut.insert(SIGNATURE.into(), good.replace("==\n", "\n").into_bytes());
    assert!(signer(&cut).is_err());
}

#[test]
fn a_key_is_kept_as_openssl_keeps_it() {
    let key = SecretKey::generate().unwrap();
    let pem = key.to_pem().unwrap();
    let again = SecretKey::from_pem(&pem).unwrap();
    assert_eq!(again.public().unwrap(), key.public().unwrap());
    // Made by `openssl genpkey -algorithm ed25519`; the public half by `openssl pkey -pubout`.
    let known = SecretKey::from_pem(KEY).unwrap();
    assert_eq!(known.public().unwrap().to_string(), "RjT4wkcUFl0nqglsElwwVlFJfCcnDeK/M3LOWyJyfKg=");
    assert_eq!(known.to_pem().unwrap().trim_end(), KEY);
    for wrong in
        ["", "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n", &pem.replace("PRIVATE", "PUBLIC")]
    {
        assert!(SecretKey::from_pem(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_fingerprint_is_the_keys_hash_as_ssh_shows_it() {
    let key: PublicKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap();
    assert_eq!(key.fingerprint(), "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU");
    assert!("AAAA".parse::<PublicKey>().is_err() && "no key".parse::<PublicKey>().is_err());
}
