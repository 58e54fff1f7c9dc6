//! The identity provider: where people sign in who have no password here. Only whoever starts
//! the program names it.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::server::identity::provider::{GOOGLE, Provider, Settings};
use crate::server::private::{credential, read_secret};

/// The provider's keys are not read more often because a token names one that is new.
const NEW_KEYS_AFTER: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, Args)]
pub struct OidcArgs {
    /// The identity provider, by its issuer address, exactly as it writes it itself. People then
    /// sign in there, by OpenID Connect (docs/sign-in.md).
    #[arg(long, env = "SUNSET_OIDC_ISSUER", value_name = "URL")]
    pub oidc_issuer: Option<String>,
    /// The name by which the provider knows Sunset.
    #[arg(long, env = "SUNSET_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// The file of the secret that goes with the client ID. Without it: the credential
    /// oidc-secret of the service.
    #[arg(long, env = "SUNSET_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub oidc_client_secret: Option<PathBuf>,
    /// What people call the provider: "Sign in with …".
    #[arg(
        long,
        env = "SUNSET_OIDC_NAME",
        value_name = "NAME",
        default_value = "single sign-on"
    )]
    pub oidc_name: String,
    /// The Google Workspace domains whose people may sign in, with commas between them. Needed
    /// for Google, where everybody can have an account.
    #[arg(
        long,
        env = "SUNSET_OIDC_HOSTED_DOMAIN",
        value_name = "DOMAIN",
        value_delimiter = ','
    )]
    pub oidc_hosted_domain: Vec<String>,
    /// A PEM file of the certificates to trust for the provider, in place of this computer's.
    #[arg(long, env = "SUNSET_OIDC_CA", value_name = "FILE")]
    pub oidc_ca: Option<PathBuf>,
}

impl OidcArgs {
    /// The provider, if one is named; nothing is asked of it yet.
    ///
    /// # Errors
    /// A sentence: something is missing, or cannot be used.
    pub fn provider(&self) -> Result<Option<Provider>, String> {
        let Some(issuer) = &self.oidc_issuer else {
            return Ok(None);
        };
        let client_id = self.oidc_client_id.clone();
        let client_id = client_id.ok_or("--oidc-issuer needs --oidc-client-id.")?;
        let file = self.oidc_client_secret.clone();
        let file = file.or_else(|| credential("oidc-secret")).ok_or(
            "--oidc-issuer needs --oidc-client-secret, a file, or the credential oidc-secret.",
        )?;
        let secret = read_secret(&file).map_err(|error| error.to_string())?;
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(format!("{} holds no secret.", file.display()));
        }
        if issuer == GOOGLE && self.oidc_hosted_domain.is_empty() {
            return Err(
                "Google as the identity provider needs --oidc-hosted-domain, the domain of your \
                 Google Workspace: everybody can have a Google account."
                    .to_owned(),
            );
        }
        Provider::new(Settings {
            issuer: issuer.clone(),
            client_id,
            client_secret: secret.to_owned(),
            name: self.oidc_name.clone(),
            hosted_domains: self.oidc_hosted_domain.clone(),
            trust: self.oidc_ca.clone(),
            new_keys_after: NEW_KEYS_AFTER,
        })
        .map(Some)
    }
}
