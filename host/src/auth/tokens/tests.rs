use std::sync::LazyLock;

use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::key_set::{private_part, public_part};
use super::*;
use crate::auth::keys::{PUBLISHED_FOR, file};
use crate::config::TokenAlgorithm;

const SITE: &str = "https://example.com";

static KEYS: LazyLock<[SigningKey; 2]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let make = |signs_from| file::make(folder.path(), TokenAlgorithm::RS256, now(), signs_from).unwrap();
    [make(now()), make(now() + PUBLISHED_FOR)]
});

fn tokens() -> Tokens {
    Tokens::new(SITE, &KEYS[..1]).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn subject() -> Subject<'static> {
    Subject { user: 7, epoch: 2, session: "family" }
}

fn good_claims() -> Value {
    let now = now().as_second();
    json!({"iss": SITE, "aud": format!("{SITE}/api"), "sub": "7", "sid": "family", "jti": "x", "epoch": 2,
           "iat": now, "nbf": now, "exp": now + 900})
}

fn good_header() -> Value {
    json!({"alg": "RS256", "typ": "at+jwt", "kid": KEYS[0].kid})
}

/// A token of any content, signed with the site's own key whatever its header says.
fn forge(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &private_part(&KEYS[0]).unwrap(), Algorithm::RS256).unwrap();
    format!("{message}.{signature}")
}

fn with(mut value: Value, name: &str, other: Value) -> Value {
    value[name] = other;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn a_token_says_whom_it_is_for_until_fifteen_minutes_have_passed() {
    let tokens = tokens();
    let token = tokens.sign(subject(), now()).unwrap();
    let claims = tokens.verify(&token, now()).unwrap();
    assert_eq!((claims.sub.as_str(), claims.sid.as_str(), claims.epoch), ("7", "family", 2));
    let last = now().saturating_add(SignedDuration::from_secs(899)).unwrap();
    assert!(tokens.verify(&token, last).is_some());
    assert!(tokens.verify(&token, now().saturating_add(LIFETIME).unwrap()).is_none());
}

#[test]
fn no_two_tokens_share_an_id() {
    let tokens = tokens();
    let id = || tokens.verify(&tokens.sign(subject(), now()).unwrap(), now()).unwrap().jti.clone();
    assert_ne!(id(), id());
}

#[test]
fn a_forged_token_of_the_right_form_passes_so_that_the_refusals_below_mean_something() {
    assert!(tokens().verify(&forge(&good_header(), &good_claims()), now()).is_some());
}

#[test]
fn headers_that_are_not_ours_are_refused() {
    let tokens = tokens();
    for header in [
        with(good_header(), "alg", json!("none")),
        with(good_header(), "alg", json!("None")),
        with(good_header(), "alg", json!("HS256")),
        with(good_header(), "alg", json!("RS512")),
        with(good_header(), "alg", json!("PS256")),
        with(good_header(), "alg", json!(["RS256"])),
        without(good_header(), "alg"),
        with(good_header(), "typ", json!("JWT")),
        with(good_header(), "typ", json!("rt+jwt")),
        with(good_header(), "typ", json!("AT+JWT ")),
        without(good_header(), "typ"),
        with(good_header(), "kid", json!("other")),
        with(good_header(), "kid", json!("../../etc/passwd")),
        with(good_header(), "kid", json!("")),
        without(good_header(), "kid"),
        with(good_header(), "crit", json!(["b64"])),
        with(good_header(), "jku", json!("https://evil.example/keys.json")),
        with(good_header(), "x5u", json!("https://evil.example/chain.pem")),
        with(good_header(), "x5c", json!(["MIIB"])),
        with(good_header(), "jwk", public_part(&KEYS[0]).map(|key| json!(key)).unwrap()),
        json!([]),
        json!(null),
    ] {
        assert!(tokens.verify(&forge(&header, &good_claims()), now()).is_none(), "{header}");
    }
}

#[test]
fn claims_that_are_not_ours_are_refused() {
    let tokens = tokens();
    let later = now().as_second() + 3600;
    for claims in [
        with(good_claims(), "iss", json!("https://evil.example")),
        without(good_claims(), "iss"),
        with(good_claims(), "aud", json!("https://example.com")),
        with(good_claims(), "aud", json!([format!("{SITE}/api"), "https://evil.example"])),
        without(good_claims(), "aud"),
        with(good_claims(), "sub", json!(7)),
        without(good_claims(), "sub"),
        without(good_claims(), "sid"),
        without(good_claims(), "epoch"),
        without(good_claims(), "jti"),
        with(good_claims(), "exp", json!(now().as_second())),
        with(good_claims(), "exp", json!(now().as_second() - 1)),
        with(good_claims(), "exp", json!("2027-01-01")),
        with(good_claims(), "exp", json!(1e300)),
        without(good_claims(), "exp"),
        with(with(good_claims(), "nbf", json!(later)), "exp", json!(later + 900)),
        with(with(good_claims(), "iat", json!(later)), "exp", json!(later + 900)),
        without(good_claims(), "nbf"),
        json!([]),
        json!("7"),
    ] {
        assert!(tokens.verify(&forge(&good_header(), &claims), now()).is_none(), "{claims}");
    }
}

#[test]
fn the_public_key_is_no_secret_to_sign_with() {
    let tokens = tokens();
    let published = tokens.published(now()).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(published["keys"][0]["n"].as_str().unwrap()).unwrap();
    let header = Header { typ: Some(TYPE.into()), kid: Some(KEYS[0].kid.clone()), ..Header::new(Algorithm::HS256) };
    for secret in [modulus, published["keys"][0].to_string().into_bytes(), Vec::new()] {
        let token = jsonwebtoken::encode(&header, &good_claims(), &EncodingKey::from_secret(&secret)).unwrap();
        assert!(tokens.verify(&token, now()).is_none());
    }
}

#[test]
fn a_key_that_comes_along_in_the_header_is_refused() {
    let own = private_part(&KEYS[1]).unwrap();
    let mut header = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::RS256) };
    header.jwk = Some(public_part(&KEYS[1]).unwrap());
    for kid in [&KEYS[0].kid, &KEYS[1].kid] {
        header.kid = Some(kid.clone());
        let token = jsonwebtoken::encode(&header, &good_claims(), &own).unwrap();
        assert!(tokens().verify(&token, now()).is_none());
    }
}

#[test]
fn a_token_cut_short_or_changed_in_any_place_is_refused() {
    let tokens = tokens();
    let token = tokens.sign(subject(), now()).unwrap();
    for length in 0..token.len() {
        assert!(tokens.verify(&token[..length], now()).is_none(), "cut at {length}");
    }
    let dots: Vec<usize> = token.match_indices('.').map(|(place, _)| place).collect();
    for place in (0..token.len()).step_by(7).chain(dots) {
        let other = if token.as_bytes()[place] == b'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(place..=place, other);
        assert!(tokens.verify(&changed, now()).is_none(), "changed at {place}");
    }
    for longer in [format!("{token}.x"), format!("{token}x"), format!(" {token}"), "x".repeat(100_000), "..".into()] {
        assert!(tokens.verify(&longer, now()).is_none());
    }
}

#[test]
fn a_new_key_signs_once_it_was_published_and_the_old_one_verifies_until_its_last_token_has_run_out() {
    let (old, both) = (tokens(), Tokens::new(SITE, &[KEYS[1].clone(), KEYS[0].clone()]).unwrap());
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let just_before = now() + PUBLISHED_FOR - SignedDuration::from_micros(1);
    let last = both.sign(subject(), just_before).unwrap();
    assert_eq!(kid(&last), KEYS[0].kid);
    assert_eq!(both.published(now()).unwrap()["keys"].as_array().unwrap().len(), 2, "published before it signs");

    let begun = now() + PUBLISHED_FOR;
    let next = both.sign(subject(), begun).unwrap();
    assert_eq!(kid(&next), KEYS[1].kid);
    assert!(both.verify(&next, begun).is_some() && old.verify(&next, begun).is_none());
    assert!(both.verify(&last, begun).is_some(), "nobody is signed out");
    assert!(both.verify(&last, just_before + LIFETIME - SignedDuration::from_secs(1)).is_some());

    let over = begun + LIFETIME;
    let known = old.sign(subject(), over - SignedDuration::from_secs(1)).unwrap();
    assert!(both.verify(&known, over - SignedDuration::from_secs(1)).is_some());
    assert!(both.verify(&known, over).is_none(), "also one that was verified while its key was good");
    let late = old.sign(subject(), over).unwrap();
    assert!(both.verify(&late, over).is_none(), "a retired key signs for nobody");
    assert_eq!(both.published(over).unwrap()["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_key_of_another_kind_signs_as_well_and_neither_passes_for_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let edwards = file::make(folder.path(), TokenAlgorithm::EdDSA, now(), now()).unwrap();
    let tokens = Tokens::new(SITE, &[edwards.clone(), KEYS[0].clone()]).unwrap();
    let token = tokens.sign(subject(), now()).unwrap();
    assert!(tokens.verify(&token, now()).is_some());
    let published = tokens.published(now()).unwrap();
    assert_eq!((&published["keys"][0]["crv"], &published["keys"][0]["alg"]), (&json!("Ed25519"), &json!("EdDSA")));
    // The RSA key's signature under the other key's name, and the other way round.
    assert!(tokens.verify(&forge(&with(good_header(), "kid", json!(edwards.kid)), &good_claims()), now()).is_none());
    assert!(tokens.verify(&forge(&with(good_header(), "alg", json!("EdDSA")), &good_claims()), now()).is_none());
}

#[test]
fn only_the_public_parts_are_published() {
    let published = tokens().published(now()).unwrap();
    let names: Vec<_> = published["keys"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
}
