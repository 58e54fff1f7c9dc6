//! What we are to the provider, in the types of `openidconnect`: its usual ones, with what we
//! read besides.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, Client, ClientId, ClientSecret, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenFields, ProviderMetadata,
    RedirectUrl, StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};

use super::token::Extra;
use super::{Attempt, ProviderError, Settings};

/// Whether the way back says who the provider is (RFC 9207).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct NamesIssuer {
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for NamesIssuer {}

pub type Metadata = ProviderMetadata<
    NamesIssuer,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub type Tokens = StandardTokenResponse<
    IdTokenFields<
        Extra,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub type OurClient = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub type OurToken =
    IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The client for one attempt.
///
/// # Errors
/// The addresses cannot be used.
pub fn client(
    settings: &Settings,
    metadata: &Metadata,
    attempt: &Attempt,
) -> Result<OurClient, ProviderError> {
    let unusable = |error: &dyn std::fmt::Display| ProviderError::Unusable(error.to_string());
    let redirect = RedirectUrl::new(attempt.redirect.clone()).map_err(|it| unusable(&it))?;
    let secret = ClientSecret::new(settings.client_secret.clone());
    let id = ClientId::new(settings.client_id.clone());
    let client = OurClient::from_provider_metadata(metadata.clone(), id, Some(secret));
    let takes = |way| {
        let ways = metadata.token_endpoint_auth_methods_supported();
        ways.is_some_and(|ways| ways.contains(&way))
    };
    let in_body = takes(CoreClientAuthMethod::ClientSecretPost)
        && !takes(CoreClientAuthMethod::ClientSecretBasic);
    let client = match in_body {
        true => client.set_auth_type(AuthType::RequestBody),
        false => client,
    };
    Ok(client.set_redirect_uri(redirect))
}
