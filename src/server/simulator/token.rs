//! The token endpoint: an assertion signed by the service account becomes an access
//! token, or is refused in Google's words.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate::{InjectedFault, refused_before};
use super::{Simulator, World, body, key};
use crate::domain::time::Timestamp;

/// How far a client's clock may be ahead, in seconds.
const AHEAD: i64 = 300;

/// How long an assertion may be good for, in seconds.
const LONGEST: i64 = 3600;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Why there is no token: status, error and description.
type Refused = (u16, &'static str, &'static str);

const NO_SIGNATURE: Refused = (400, "invalid_grant", "Invalid JWT Signature.");

pub async fn grant(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let (injected, answer) = {
        let mut world = simulator.world();
        world.ledger.count("token");
        let injected = InjectedFault(world.next_fault("token", 0));
        if let Some(refused) = refused_before(&injected, &mut world) {
            return refused;
        }
        let answer = match world.grant(&body) {
            Ok(token) => Json(token).into_response(),
            Err((status, error, description)) => refusal(status, error, description),
        };
        (injected, answer)
    };
    match injected.0 {
        Some(rule) => body::spoil(answer, &rule).await,
        None => answer,
    }
}

fn refusal(status: u16, error: &str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": error, "error_description": description });
    (status, Json(body)).into_response()
}

impl World {
    fn grant(&mut self, body: &[u8]) -> Result<Value, Refused> {
        let mut form = form_urlencoded::parse(body);
        let assertion = form.clone().find(|(name, _)| name == "assertion");
        let grant_type = form.find(|(name, _)| name == "grant_type");
        let is_jwt = |(_, value): (_, std::borrow::Cow<str>)| {
            value == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        };
        if !grant_type.is_some_and(is_jwt) {
            return Err((400, "unsupported_grant_type", "Invalid grant_type"));
        }
        let (_, assertion) = assertion.ok_or(NO_SIGNATURE)?;
        let now = Timestamp::now();
        let claims = claims(&assertion, now)?;
        if self.settings.key_revoked {
            return Err(NO_SIGNATURE);
        }
        let administrators = &self.settings.administrators;
        let is_itself = claims.sub.is_none();
        let is_known = claims.sub.is_some_and(|it| administrators.contains(&it));
        if !is_itself && !administrators.is_empty() && !is_known {
            return Err((400, "invalid_grant", "Invalid email or User ID"));
        }
        let scopes: Vec<String> = claims.scope.split_whitespace().map(str::to_owned).collect();
        let delegated = |scope: &String| self.settings.delegated.contains(scope);
        // Nothing is delegated to who stands for nobody else.
        if scopes.is_empty() || !is_itself && !scopes.iter().all(delegated) {
            return Err((
                401,
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client \
                 not authorized for any of the scopes requested.",
            ));
        }
        let life = self.settings.token_seconds;
        self.ledger.tokens += 1;
        let millis = i64::try_from(life).unwrap_or(i64::MAX).saturating_mul(1000);
        let until = Timestamp(now.0.saturating_add(millis));
        let token = self.access.grant(scopes, until, is_itself);
        Ok(json!({ "access_token": token, "expires_in": life, "token_type": "Bearer" }))
    }
}

/// What a signed assertion claims.
fn claims(assertion: &str, now: Timestamp) -> Result<Claims, Refused> {
    let (text, signature) = assertion.rsplit_once('.').ok_or(NO_SIGNATURE)?;
    let (_, claims) = text.split_once('.').ok_or(NO_SIGNATURE)?;
    let bytes = |part: &str| Base64UrlUnpadded::decode_vec(part.trim_end_matches('='));
    let signature = bytes(signature).map_err(|_| NO_SIGNATURE)?;
    if !key::has_signed(text.as_bytes(), &signature) {
        return Err(NO_SIGNATURE);
    }
    let malformed: Refused = (400, "invalid_grant", "Invalid JWT.");
    let claims = bytes(claims).map_err(|_| malformed)?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| malformed)?;
    if claims.iss != key::CLIENT_EMAIL || !claims.aud.ends_with("/token") {
        return Err((400, "invalid_grant", "Invalid issuer or audience."));
    }
    let seconds = now.0 / 1000;
    let life = claims.exp - claims.iat;
    if claims.exp <= seconds || seconds + AHEAD < claims.iat || LONGEST < life {
        return Err((
            400,
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable \
             timeframe. Check your iat and exp values in the JWT claim.",
        ));
    }
    Ok(claims)
}
