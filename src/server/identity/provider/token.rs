//! What an ID token proves. `openidconnect` checks signature, issuer, audience and nonce; here
//! is what it leaves to its user.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Settings;
use super::client::OurToken;
use crate::domain::time::Timestamp;
use crate::server::error::chain;

/// Google's issuer. Whoever has an account anywhere at Google can sign in there.
pub const GOOGLE: &str = "https://accounts.google.com";

/// Microsoft's issuers begin so. They do not send `email_verified`.
const MICROSOFT: &str = "https://login.microsoftonline.com/";

/// How far clocks may be apart.
const SKEW: Duration = Duration::from_secs(60);

/// A token is taken only so long after it was made: we asked for it a moment ago.
const FRESH: Duration = Duration::from_secs(600);

/// What we read besides the standard claims.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Extra {
    /// The organization of a Google account; private accounts have none.
    hd: Option<String>,
    /// Whether the domain of the address belongs to the Entra tenant.
    xms_edov: Option<Value>,
}

impl AdditionalClaims for Extra {}

/// Who has signed in at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub issuer: String,
    /// Never given to anybody else, as an address may be.
    pub subject: String,
    /// The address in lower case, if the provider says that it is theirs.
    pub email: Option<String>,
    /// It is of an organization that may sign in.
    pub is_ours: bool,
    /// When they last gave their password there, if the provider says so.
    pub authenticated_at: Option<Timestamp>,
}

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error("it is signed with a key that the provider does not show")]
    UnknownKey,
    #[error("{0}")]
    Refused(String),
}

/// Reads a token that must be for us, for this attempt and from now.
///
/// # Errors
/// It proves nothing.
pub fn read(
    settings: &Settings,
    keys: CoreJsonWebKeySet,
    token: &OurToken,
    nonce: &Nonce,
) -> Result<Account, Unread> {
    let refused = |message: &str| Unread::Refused(message.to_owned());
    let issuer = IssuerUrl::new(settings.issuer.clone());
    let issuer = issuer.map_err(|error| Unread::Refused(error.to_string()))?;
    let id = ClientId::new(settings.client_id.clone());
    // A client without a secret: what is signed with a secret of both sides counts for nothing.
    let verifier = IdTokenVerifier::new_public_client(id, issuer, keys)
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        ])
        .set_time_fn(|| (SystemTime::now() - SKEW).into())
        .set_issue_time_verifier_fn(|at| is_fresh(at.timestamp()));
    let claims = token
        .claims(&verifier, nonce)
        .map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ) => Unread::UnknownKey,
            other => Unread::Refused(chain(&other)),
        })?;
    // Byte for byte: the library compares addresses.
    if claims.issuer().as_str() != settings.issuer {
        return Err(refused("it names another issuer"));
    }
    if claims.audiences().len() != 1 {
        return Err(refused("it is for others as well"));
    }
    let party = claims.authorized_party();
    if party.is_some_and(|party| party.as_str() != settings.client_id) {
        return Err(refused("it was given to another client"));
    }
    let extra = claims.additional_claims();
    let is_microsoft = settings.issuer.starts_with(MICROSOFT);
    let is_verified = claims.email_verified();
    let is_verified =
        is_verified.unwrap_or_else(|| is_microsoft && is_true(extra.xms_edov.as_ref()));
    let email = claims.email().filter(|_| is_verified);
    Ok(Account {
        issuer: settings.issuer.clone(),
        subject: claims.subject().as_str().to_owned(),
        is_ours: is_of_ours(settings, extra.hd.as_deref()),
        email: email.map(|email| email.as_str().to_ascii_lowercase()),
        authenticated_at: claims
            .auth_time()
            .map(|at| Timestamp(at.timestamp() * 1000)),
    })
}

fn is_fresh(at: i64) -> Result<(), String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map(|now| now.as_secs() as i64).unwrap_or_default();
    let (skew, fresh) = (SKEW.as_secs() as i64, FRESH.as_secs() as i64);
    match (now - fresh..=now + skew).contains(&at) {
        true => Ok(()),
        false => Err("it was not made just now, or the clocks differ".to_owned()),
    }
}

/// Whether the account is of an organization that may sign in.
fn is_of_ours(settings: &Settings, organization: Option<&str>) -> bool {
    let ours = &settings.hosted_domains;
    let is_named = |it: &str| ours.iter().any(|ours| ours.eq_ignore_ascii_case(it));
    ours.is_empty() || organization.is_some_and(is_named)
}

/// Entra sends it as a boolean, a number or a text.
fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(is)) => *is,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => text == "1" || text == "true",
        _ => false,
    }
}
