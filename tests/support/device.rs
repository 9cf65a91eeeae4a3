//! A device that holds a passkey and answers as a browser does.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// A device with one passkey.
pub struct Device {
    key: EcdsaKeyPair,
    id: String,
    handle: String,
    /// How often it has signed.
    pub counter: u32,
    /// Whether it checks who holds it.
    pub verifies: bool,
    /// The site that its browser shows.
    pub origin: String,
}

impl Device {
    /// Makes a passkey as `options` ask; answers it with what the browser sends back.
    ///
    /// # Panics
    /// When the options are none.
    #[must_use]
    pub fn create(options: &Value, origin: &str) -> (Self, Value) {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let id = Sha256::digest(key.public_key().as_ref());
        let handle = options["user"]["id"].as_str().expect("a handle").to_owned();
        let device =
            Self { key, id: URL_SAFE_NO_PAD.encode(id), handle, counter: 0, verifies: true, origin: origin.to_owned() };
        let client_data = device.client_data("webauthn.create", options);
        let host = options["rp"]["id"].as_str().expect("a host");
        let data = [device.data(host, WITH_KEY), vec![0; 16], vec![0, 32], id.to_vec(), device.public_key()].concat();
        let attested = cbor(&Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data)),
        ]));
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "attestationObject": URL_SAFE_NO_PAD.encode(attested),
            "transports": ["internal"],
        });
        let credential = device.credential(&response);
        (device, credential)
    }

    /// Signs what `options` ask; answers what the browser sends back.
    ///
    /// # Panics
    /// When the options are none.
    #[must_use]
    pub fn sign(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().expect("a host"), 0);
        let signed = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
            "userHandle": self.handle,
        }))
    }

    fn credential(&self, response: &Value) -> Value {
        json!({
            "id": self.id, "rawId": self.id, "type": "public-key", "response": response,
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn data(&self, host: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let flags = vec![PRESENT | verified | more];
        [Sha256::digest(host).to_vec(), flags, self.counter.to_be_bytes().to_vec()].concat()
    }

    /// In COSE's form: an elliptic key of P-256 for ES256.
    fn public_key(&self) -> Vec<u8> {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        cbor(&Cbor::Map(vec![
            (1.into(), 2.into()),
            (3.into(), (-7).into()),
            ((-1).into(), 1.into()),
            ((-2).into(), Cbor::Bytes(x.to_vec())),
            ((-3).into(), Cbor::Bytes(y.to_vec())),
        ]))
    }
}

fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("bytes");
    bytes
}
