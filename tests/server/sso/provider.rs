//! An identity provider on this computer, which answers with whatever token it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use ring::{digest, hmac};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use sunset::server::identity::provider::{Provider, Settings};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A key that anybody may know.
const RSA: &str = include_str!("../../../src/server/simulator/rehearsal-key.pem");

pub const CLIENT: &str = "sunset-client";
const SECRET: &str = "sunset-secret";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Rsa,
    Ecdsa,
    /// Not at all.
    None,
    /// By HS256 with the public key, which everybody knows.
    PublicKey,
    /// By HS256 with the client's secret.
    Secret,
    /// By RSA, and then a letter of it is another.
    Broken,
}

/// A token that the provider gives out.
#[derive(Clone, Debug)]
pub struct Token {
    pub header: Value,
    pub claims: Value,
    pub signed: Signed,
}

impl Token {
    pub fn with(mut self, claim: &str, value: Value) -> Self {
        match value {
            Value::Null => _ = self.claims.as_object_mut().unwrap().remove(claim),
            value => self.claims[claim] = value,
        }
        self
    }

    pub fn signed(mut self, alg: &str, signed: Signed) -> Self {
        self.header["alg"] = alg.into();
        self.signed = signed;
        self
    }

    pub fn kid(mut self, kid: &str) -> Self {
        self.header["kid"] = kid.into();
        self
    }
}

/// What a browser was sent to the provider with.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    pub query: BTreeMap<String, String>,
}

impl AuthorizationRequest {
    pub fn read(address: &str) -> Self {
        let query = address.split_once('?').unwrap().1;
        let query = form_urlencoded::parse(query.as_bytes());
        Self {
            query: query.into_owned().collect(),
        }
    }

    pub fn get(&self, name: &str) -> &str {
        &self.query[name]
    }
}

struct Code {
    asked: AuthorizationRequest,
    token: Token,
}

#[derive(Default)]
struct Inner {
    codes: BTreeMap<String, Code>,
    made: usize,
    /// How often its keys were read.
    keys_read: usize,
    /// The name of the RSA key.
    kid: String,
    /// What it calls itself, if that is not its address.
    issuer: Option<String>,
}

#[derive(Clone)]
struct Shared {
    root: String,
    ecdsa: Arc<Vec<u8>>,
    inner: Arc<Mutex<Inner>>,
}

pub struct StubProvider {
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for StubProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl StubProvider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let ecdsa = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let shared = Shared {
            root,
            ecdsa: Arc::new(ecdsa.unwrap().as_ref().to_vec()),
            inner: Arc::default(),
        };
        shared.inner.lock().unwrap().kid = "rsa".to_owned();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            // So that nothing answers any more when it has stopped.
            .layer(map_response(|mut response: Response| async {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
                response
            }))
            .with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { shared, task }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap()
    }

    pub fn issuer(&self) -> &str {
        &self.shared.root
    }

    /// Sunset's side of it.
    pub fn settings(&self) -> Settings {
        Settings {
            issuer: self.shared.root.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.to_owned(),
            name: "Example ID".to_owned(),
            hosted_domains: Vec::new(),
            trust: None,
            new_keys_after: Duration::from_secs(60),
        }
    }

    pub fn provider(&self) -> Provider {
        Provider::new(self.settings()).unwrap()
    }

    /// It calls itself otherwise.
    pub fn calls_itself(&self, issuer: &str) {
        self.inner().issuer = Some(issuer.to_owned());
    }

    /// Its RSA key has another name from now on.
    pub fn rotate(&self, kid: &str) {
        self.inner().kid = kid.to_owned();
    }

    pub fn keys_read(&self) -> usize {
        self.inner().keys_read
    }

    /// What it says of somebody who has signed in when it was asked so.
    pub fn token(&self, asked: &AuthorizationRequest, email: &str) -> Token {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = now.as_secs();
        Token {
            header: json!({ "alg": "RS256", "kid": self.inner().kid }),
            claims: json!({
                "iss": self.issuer(),
                "aud": CLIENT,
                "sub": format!("sub of {email}"),
                "email": email,
                "email_verified": true,
                "nonce": asked.get("nonce"),
                "iat": now,
                "exp": now + 300,
            }),
            signed: Signed::Rsa,
        }
    }

    /// The code by which this token is fetched, once.
    pub fn code(&self, asked: &AuthorizationRequest, token: Token) -> String {
        let mut inner = self.inner();
        inner.made += 1;
        let code = format!("code-{}", inner.made);
        let asked = asked.clone();
        inner.codes.insert(code.clone(), Code { asked, token });
        code
    }
}

async fn metadata(State(shared): State<Shared>) -> Json<Value> {
    let root = &shared.root;
    let issuer = shared.inner.lock().unwrap().issuer.clone();
    Json(json!({
        "issuer": issuer.unwrap_or_else(|| root.clone()),
        "authorization_endpoint": format!("{root}/authorize"),
        "token_endpoint": format!("{root}/token"),
        "jwks_uri": format!("{root}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    }))
}

async fn keys(State(shared): State<Shared>) -> Json<Value> {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(rsa().public());
    let point = ecdsa(&shared).public_key().as_ref().to_vec();
    let text = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    let mut inner = shared.inner.lock().unwrap();
    inner.keys_read += 1;
    Json(json!({ "keys": [
        { "kty": "RSA", "kid": inner.kid, "use": "sig", "alg": "RS256",
            "n": text(&public.n), "e": text(&public.e) },
        { "kty": "EC", "kid": "ec", "use": "sig", "alg": "ES256", "crv": "P-256",
            "x": text(&point[1..33]), "y": text(&point[33..]) },
    ]}))
}

/// Gives out a token for a code: once, to the client, who has what the challenge was made of.
async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let basic = Base64::encode_string(format!("{CLIENT}:{SECRET}").as_bytes());
    assert_eq!(headers[header::AUTHORIZATION], format!("Basic {basic}"));
    assert_eq!(form["grant_type"], "authorization_code");
    let code = shared.inner.lock().unwrap().codes.remove(&form["code"]);
    let refused = (
        StatusCode::BAD_REQUEST,
        Json(json!({ "error": "invalid_grant" })),
    );
    let Some(Code { asked, token }) = code else {
        return refused.into_response();
    };
    let digest = digest::digest(&digest::SHA256, form["code_verifier"].as_bytes());
    let challenge = Base64UrlUnpadded::encode_string(digest.as_ref());
    let is_same = asked.get("redirect_uri") == form["redirect_uri"];
    if asked.get("code_challenge") != challenge || !is_same {
        return refused.into_response();
    }
    Json(json!({
        "access_token": "nobody needs it",
        "token_type": "Bearer",
        "id_token": written(&shared, &token),
    }))
    .into_response()
}

fn written(shared: &Shared, token: &Token) -> String {
    let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let text = format!("{}.{}", part(&token.header), part(&token.claims));
    let random = SystemRandom::new();
    let by_rsa = || {
        let mut signature = vec![0; rsa().public().modulus_len()];
        let signed = rsa().sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.unwrap();
        signature
    };
    let by_secret = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let signature = match token.signed {
        Signed::Rsa => by_rsa(),
        Signed::Broken => {
            let mut signature = by_rsa();
            signature[7] ^= 1;
            signature
        }
        Signed::Ecdsa => {
            let signed = ecdsa(shared).sign(&random, text.as_bytes());
            signed.unwrap().as_ref().to_vec()
        }
        Signed::None => Vec::new(),
        Signed::PublicKey => by_secret(rsa().public().as_ref()),
        Signed::Secret => by_secret(SECRET.as_bytes()),
    };
    format!("{text}.{}", Base64UrlUnpadded::encode_string(&signature))
}

fn rsa() -> RsaKeyPair {
    let der = PrivatePkcs8KeyDer::from_pem_slice(RSA.as_bytes()).unwrap();
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap()
}

fn ecdsa(shared: &Shared) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &shared.ecdsa, &random).unwrap()
}
