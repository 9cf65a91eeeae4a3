//! Tokens that are not ours in any way: 401, a security event, and never a fault of the host.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use magnetiq::auth::keys::Old;
use magnetiq_tests::{PASSWORD, TestApp};
use serde_json::{Value, json};

const ME: &str = "/api/v1/auth/me";

/// A site, what a good token of it says, and its key.
struct Forge {
    app: TestApp,
    token: String,
    header: Value,
    claims: Value,
    key: EncodingKey,
}

impl Forge {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let _ = app.sign_in("super_admin").await;
        let body = json!({"email": "super_admin@example.org", "password": PASSWORD});
        let data = app.post_json("/api/v1/auth/login", &body).await.expect(200).data();
        let token = data["access_token"].as_str().unwrap().to_owned();
        let part = |place: usize| URL_SAFE_NO_PAD.decode(token.split('.').nth(place).unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&part(0)).unwrap();
        let claims: Value = serde_json::from_slice(&part(1)).unwrap();
        let file = app.folder().join(format!("keys/signing-{}.json", header["kid"].as_str().unwrap()));
        let file: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let key = EncodingKey::from_rsa_pem(file["private_pem"].as_str().unwrap().as_bytes()).unwrap();
        Self { app, token, header, claims, key }
    }

    /// A token of any text, truly signed by the site.
    fn signed(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = crypto::sign(message.as_bytes(), &self.key, Algorithm::RS256).unwrap();
        format!("{message}.{signature}")
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        self.signed(&with(&self.header, name, value), &self.claims.to_string())
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        self.signed(&self.header.to_string(), &with(&self.claims, name, value))
    }

    fn hmac(&self, algorithm: Algorithm, secret: &[u8]) -> String {
        let header = with(&self.header, "alg", json!(format!("{algorithm:?}")));
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(self.claims.to_string()));
        let signature = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), algorithm).unwrap();
        format!("{message}.{signature}")
    }

    /// Each is refused; all of them are counted.
    async fn refuses(&self, tokens: &[(&str, String)]) {
        let before = self.counted().await;
        for (what, token) in tokens {
            let answer = self.app.with_token(token).get(ME).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (401, "UNAUTHENTICATED"),
                "{what}: {}",
                answer.text()
            );
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{what}");
        }
        assert_eq!(self.counted().await - before, i64::try_from(tokens.len()).unwrap());
        let _ = self.app.with_token(&self.token).get(ME).await.expect(200);
    }

    /// How many refusals the security events tell of.
    async fn counted(&self) -> i64 {
        self.app.site.auth.events.flush().await;
        let sql = "SELECT coalesce(sum(json_extract(details, '$.count')), 0) FROM security_events WHERE event_type = 'token_rejected'";
        self.app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }
}

fn with(value: &Value, name: &str, other: Value) -> String {
    let mut value = value.clone();
    value[name] = other;
    value.to_string()
}

fn without(value: &Value, name: &str) -> String {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value.to_string()
}

/// The same object with a member said twice, the later one first or last.
fn doubled(value: &Value, name: &str, other: &Value) -> String {
    format!("{{\"{name}\":{other},{}", &value.to_string()[1..])
}

#[tokio::test]
async fn a_token_that_is_forged_well_passes_so_that_the_refusals_mean_something() {
    let forge = Forge::new().await;
    let token = forge.signed(&forge.header.to_string(), &forge.claims.to_string());
    let _ = forge.app.with_token(&token).get(ME).await.expect(200);
}

#[tokio::test]
async fn games_with_the_algorithm_are_refused() {
    let forge = Forge::new().await;
    let unsigned = |alg: &str| {
        let header = with(&forge.header, "alg", json!(alg));
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(forge.claims.to_string()))
    };
    let key_set = forge.app.get("/.well-known/jwks.json").await.expect(200);
    let (modulus, jwk) = (key_set.json()["keys"][0]["n"].clone(), key_set.json()["keys"][0].to_string());
    let modulus = URL_SAFE_NO_PAD.decode(modulus.as_str().unwrap()).unwrap();
    forge
        .refuses(&[
            ("none", unsigned("none")),
            ("None", unsigned("None")),
            ("nOnE", unsigned("nOnE")),
            ("no signature", unsigned("RS256")),
            ("HS256 with the public modulus", forge.hmac(Algorithm::HS256, &modulus)),
            ("HS384 with the public modulus", forge.hmac(Algorithm::HS384, &modulus)),
            ("HS256 with the published key", forge.hmac(Algorithm::HS256, jwk.as_bytes())),
            ("HS512 with the key set", forge.hmac(Algorithm::HS512, &key_set.body)),
            ("HS256 with nothing", forge.hmac(Algorithm::HS256, b"")),
            ("HS256 and our signature", forge.with_header("alg", json!("HS256"))),
            ("RS512 and our signature", forge.with_header("alg", json!("RS512"))),
            ("PS256 and our signature", forge.with_header("alg", json!("PS256"))),
            ("ES256 and our signature", forge.with_header("alg", json!("ES256"))),
            ("EdDSA and our signature", forge.with_header("alg", json!("EdDSA"))),
            ("a list", forge.with_header("alg", json!(["RS256"]))),
            ("null", forge.with_header("alg", Value::Null)),
            ("none at all", forge.signed(&without(&forge.header, "alg"), &forge.claims.to_string())),
        ])
        .await;
}

#[tokio::test]
async fn headers_that_name_another_kind_or_key_are_refused() {
    let forge = Forge::new().await;
    let twice = doubled(&forge.header, "kid", &json!("other"));
    let mut tokens = vec![
        ("no typ", forge.signed(&without(&forge.header, "typ"), &forge.claims.to_string())),
        ("no kid", forge.signed(&without(&forge.header, "kid"), &forge.claims.to_string())),
        ("kid twice", forge.signed(&twice, &forge.claims.to_string())),
        ("crit", forge.with_header("crit", json!(["exp"]))),
        ("crit b64", forge.with_header("crit", json!(["b64"]))),
        ("jku", forge.with_header("jku", json!("https://evil.example/jwks.json"))),
        ("jwk", forge.with_header("jwk", json!({"kty": "oct", "k": "AAAA"}))),
        ("x5u", forge.with_header("x5u", json!("https://evil.example/chain.pem"))),
        ("x5c", forge.with_header("x5c", json!(["MIIB"]))),
        ("a list", forge.signed("[]", &forge.claims.to_string())),
        ("no JSON", forge.signed("{\"alg\":", &forge.claims.to_string())),
    ];
    for typ in ["JWT", "rt+jwt", "mfa+jwt", "reset+jwt", "application/at+jwt", "AT+JWT ", ""] {
        tokens.push(("typ", forge.with_header("typ", json!(typ))));
    }
    let own = forge.header["kid"].as_str().unwrap();
    let keys = [
        "other".to_owned(),
        String::new(),
        "../../../../etc/passwd".to_owned(),
        "/dev/null".to_owned(),
        format!("../keys/signing-{own}"),
        format!("{own}\0"),
        format!("{own} "),
        "' OR '1'='1".to_owned(),
        "x' UNION SELECT 'secret' --".to_owned(),
        "$(touch /tmp/magnetiq)".to_owned(),
        "k".repeat(2000),
    ];
    tokens.extend(keys.into_iter().map(|kid| ("kid", forge.with_header("kid", json!(kid)))));
    forge.refuses(&tokens).await;
}

#[tokio::test]
async fn claims_of_another_time_site_or_form_are_refused() {
    let forge = Forge::new().await;
    let now = forge.app.clock.now().as_second();
    let header = forge.header.to_string();
    let mut tokens = vec![
        ("run out now", forge.with_claim("exp", json!(now))),
        ("run out long ago", forge.with_claim("exp", json!(1))),
        ("before time", forge.with_claim("exp", json!(-1))),
        ("exp as text", forge.with_claim("exp", json!("2030-01-01T00:00:00Z"))),
        ("exp without end", forge.with_claim("exp", json!(1e300))),
        ("not yet", forge.with_claim("nbf", json!(now + 3600))),
        ("signed tomorrow", forge.with_claim("iat", json!(now + 86_400))),
        ("another site", forge.with_claim("iss", json!("https://evil.example"))),
        ("another site as a list", forge.with_claim("iss", json!(["https://evil.example", forge.claims["iss"]]))),
        ("another reader", forge.with_claim("aud", json!("https://evil.example/api"))),
        ("two readers", forge.with_claim("aud", json!([forge.claims["aud"], "https://evil.example"]))),
        ("another user", forge.with_claim("sub", json!("999"))),
        ("a user as number", forge.with_claim("sub", json!(1))),
        ("a user as SQL", forge.with_claim("sub", json!("1 OR 1=1"))),
        ("another session", forge.with_claim("sid", json!("other"))),
        ("another epoch", forge.with_claim("epoch", json!(99))),
        ("epoch before the first", forge.with_claim("epoch", json!(-1))),
        ("a list", forge.signed(&header, "[]")),
        ("a text", forge.signed(&header, "\"1\"")),
        ("no JSON", forge.signed(&header, "{")),
        ("no UTF-8", {
            let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(&header), URL_SAFE_NO_PAD.encode([0xff, 0xfe]));
            format!("{message}.{}", crypto::sign(message.as_bytes(), &forge.key, Algorithm::RS256).unwrap())
        }),
    ];
    for name in ["iss", "aud", "sub", "sid", "jti", "epoch", "iat", "nbf", "exp"] {
        tokens.push((name, forge.signed(&header, &without(&forge.claims, name))));
        let twice = doubled(&forge.claims, name, &forge.claims[name]);
        tokens.push((name, forge.signed(&header, &twice)));
    }
    forge.refuses(&tokens).await;
}

#[tokio::test]
async fn tokens_that_are_cut_doubled_or_bent_are_refused() {
    let forge = Forge::new().await;
    let token = &forge.token;
    let parts: Vec<&str> = token.split('.').collect();
    let mut tokens: Vec<(&str, String)> = [1, 10, parts[0].len(), parts[0].len() + 1, token.len() / 2, token.len() - 1]
        .map(|length| ("cut", token[..length].to_owned()))
        .to_vec();
    tokens.extend([
        ("four parts", format!("{token}.{}", parts[2])),
        ("doubled", format!("{token}.{token}")),
        ("parts in another order", format!("{}.{}.{}", parts[1], parts[0], parts[2])),
        ("padded", format!("{token}==")),
        ("two dots", "..".to_owned()),
        ("long", "x".repeat(7000)),
        ("nothing known", "null".to_owned()),
        ("basic", "dXNlcjpwYXNz".to_owned()),
    ]);
    forge.refuses(&tokens).await;
}

#[tokio::test]
async fn a_token_of_a_retired_key_is_refused() {
    let forge = Forge::new().await;
    forge.app.site.auth.keys.rotate(Old::Trusted).await.unwrap();
    forge.app.clock.advance(SignedDuration::from_mins(20));
    let now = forge.app.clock.now().as_second();
    let mut claims = forge.claims.clone();
    for (name, seconds) in [("iat", 0), ("nbf", 0), ("exp", 900)] {
        claims[name] = json!(now + seconds);
    }
    let token = forge.signed(&forge.header.to_string(), &claims.to_string());
    let _ = forge.app.with_token(&token).get(ME).await.expect(401);
    assert_eq!(forge.counted().await, 1);
}
