//! Checks the key, subject, scopes and role. Each finding says how to fix it in the Admin
//! console.

use super::failure::Failure;
use super::tokens::TokenError;
use super::wire::WireOrgUnits;
use super::{DEVICES, GoogleDirectory, ORG_UNITS, parse};
use crate::domain::directory_health::{Finding, IdentityCheck, Severity};

/// Where scopes are delegated.
const DELEGATION: &str = "In the Admin console, open Security > Access and data control > API \
    controls > Manage domain-wide delegation";

/// The privilege that deprovisioning takes.
const MANAGE_DEVICES: &str = "Services > Chrome Management > Settings > Manage ChromeOS Devices";

impl GoogleDirectory {
    pub(super) async fn check_identity(&self) -> IdentityCheck {
        let mut findings = vec![self.check_devices().await];
        // Without the first, the second only says the same again.
        if findings[0].severity == Severity::Fine {
            findings.push(self.check_org_units().await);
        }
        let account = self.tokens.account();
        IdentityCheck {
            account: account.client_email.clone(),
            client_id: account.client_id.clone(),
            subject: self.tokens.administrator().to_owned(),
            scopes: [DEVICES, ORG_UNITS].map(str::to_owned).to_vec(),
            findings,
        }
    }

    async fn check_devices(&self) -> Finding {
        if let Err(no_token) = self.tokens.get(DEVICES).await {
            return self.no_token(DEVICES, no_token, Severity::Down);
        }
        let path = "/devices/chromeos?maxResults=1&fields=chromeosdevices/deviceId";
        let who = self.tokens.administrator();
        let is_itself = self.tokens.subject().is_none();
        match self.get(path).await.and_then(|body| is_ours(&body)) {
            Ok(()) => {
                let scope = match is_itself {
                    true => ", as an administrator itself",
                    false => ", and the scope to change them is delegated",
                };
                Finding::fine(format!(
                    "{who} can read devices{scope}. Deprovisioning itself was not tried, since \
                     it cannot be undone: the role needs {MANAGE_DEVICES}."
                ))
            }
            Err(Failure::Denied(message)) => Finding::wrong(
                Severity::Down,
                format!("{who} may not read devices. {message}"),
                format!(
                    "In the Admin console, open Account > Admin roles and give {} a role with \
                     the privilege {MANAGE_DEVICES}; see that the Admin SDK API is enabled in \
                     the service account's project{}.",
                    match is_itself {
                        true => "the service account (Assign service accounts)",
                        false => "the administrator",
                    },
                    match is_itself {
                        true => ", and that --google-customer is your own customer ID",
                        false => "",
                    }
                ),
            ),
            Err(failure) => explained(&failure, Severity::Down),
        }
    }

    async fn check_org_units(&self) -> Finding {
        if let Err(no_token) = self.tokens.get(ORG_UNITS).await {
            return self.no_token(ORG_UNITS, no_token, Severity::Limited);
        }
        let path = "/orgunits?type=all&fields=organizationUnits/orgUnitId";
        let units = self.read_with(ORG_UNITS, path).await;
        match units.and_then(|body| {
            is_ours(&body)?;
            parse::<WireOrgUnits>(&body)
        }) {
            Ok(units) => {
                let count = units.organization_units.len();
                Finding::fine(format!("Org units can be read: {count}."))
            }
            Err(Failure::Denied(message)) => Finding::wrong(
                Severity::Limited,
                format!("Org units cannot be read. {message}"),
                "Give the administrator's role the privilege Organizational Units > Read.",
            ),
            Err(failure) => explained(&failure, Severity::Limited),
        }
    }

    fn no_token(&self, scope: &str, no_token: TokenError, severity: Severity) -> Finding {
        let account = self.tokens.account();
        let (what, remedy) = match no_token {
            TokenError::Unreachable(cause) => return unreachable(&cause, severity),
            TokenError::Scope(message) if self.tokens.subject().is_none() => (
                format!("Google gives no token for the scope {scope} ({message})."),
                "See that the Admin SDK API is enabled in the service account's project."
                    .to_owned(),
            ),
            TokenError::Scope(_) => (
                format!("The scope {scope} is not delegated to the service account."),
                format!(
                    "{DELEGATION}, edit the client {} (or add it) and enter this scope, letter \
                     by letter: {scope}",
                    account.client_id
                ),
            ),
            TokenError::Key(message) => (
                format!(
                    "Google does not accept the key of {} ({message}).",
                    account.client_email
                ),
                "Make a new key of the service account in the Google Cloud console and start \
                 Sunset with it."
                    .to_owned(),
            ),
            TokenError::Subject(message) => (
                format!(
                    "Google does not know the administrator {} ({message}).",
                    self.tokens.administrator()
                ),
                "Start Sunset with --google-subject and the address of an administrator of your \
                 account who is not suspended."
                    .to_owned(),
            ),
            TokenError::Clock(message) => (
                format!("This computer's clock and Google's differ ({message})."),
                "Set the clock, and let it be set by NTP.".to_owned(),
            ),
            TokenError::Other(message) => (
                format!("Google gives no access token ({message})."),
                format!(
                    "{DELEGATION} and see that the client {} is there.",
                    account.client_id
                ),
            ),
        };
        Finding::wrong(severity, what, remedy)
    }
}

/// What a 200 says: an answer of something else is none of Google's.
fn is_ours(body: &[u8]) -> Result<(), Failure> {
    match serde_json::from_slice(body) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        _ => Err(Failure::NotGoogle("200".to_owned())),
    }
}

/// What is not for want of a right.
fn explained(failure: &Failure, severity: Severity) -> Finding {
    let (what, remedy) = match failure {
        Failure::Precondition(message) => (
            format!("Google refuses to serve this account ({message})."),
            "Look at the account in the Admin console: whether it is suspended, its terms are \
             accepted, its bills are paid.",
        ),
        Failure::NotFound(message) | Failure::Malformed(message) => (
            format!("Google does not know whose devices are asked for ({message})."),
            "Start Sunset with --google-customer my_customer, or the customer's id as the Admin \
             console shows it under Account > Account settings.",
        ),
        Failure::Unauthorized => (
            "Google does not accept the access token that it has just given.".to_owned(),
            "Set this computer's clock, and see that nothing between here and Google changes \
             what is sent.",
        ),
        Failure::Throttled { .. } => {
            return Finding::wrong(
                Severity::Limited,
                "Google asks to wait, so not all could be looked at.".to_owned(),
                "Look again in a minute. If it stays so, another tool uses up the project's \
                 quota.",
            );
        }
        Failure::NotGoogle(message) => (
            format!("The answer does not come from Google's directory (HTTP {message})."),
            "See what stands between this computer and admin.googleapis.com: a proxy, a sign-in \
             page, a filter; or fix --google-url.",
        ),
        failure => return unreachable(&failure.to_string(), severity),
    };
    Finding::wrong(severity, what, remedy)
}

fn unreachable(cause: &str, severity: Severity) -> Finding {
    Finding::wrong(
        severity,
        format!("Google cannot be reached ({cause})."),
        "See that this computer reaches admin.googleapis.com and oauth2.googleapis.com over \
         https; nothing is wrong with the key as far as can be told.",
    )
}
