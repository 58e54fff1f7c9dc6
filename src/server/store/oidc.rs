//! Signing in with an identity provider: attempts that come back once, and the account that is
//! bound to an operator once.

use super::operator::{Credentials, CredentialsRow, credentials};
use super::pool::{on_pool, on_tx};
use super::{Store, StoreError};
use crate::domain::login::Login;
use crate::server::identity::provider::Account;
use crate::server::identity::secret::Fingerprint;

/// How long somebody may take at the provider, in milliseconds.
const ATTEMPT_MS: i64 = 10 * 60_000;

/// How long an invitation is good, in milliseconds.
pub(super) const INVITATION_MS: i64 = 7 * 86_400_000;

/// More attempts at once are not kept: anybody may begin one.
const MOST_ATTEMPTS: i64 = 10_000;

/// An attempt to sign in with the provider.
#[derive(Clone, Debug)]
pub struct OidcAttempt {
    pub state: Fingerprint,
    /// What the browser has that began it.
    pub browser: Fingerprint,
    pub return_path: String,
}

/// Who an account of the provider is to us.
#[derive(Clone, Debug)]
pub enum OidcOperator {
    Active(Credentials),
    /// They have no authenticator yet: the link lets them set it up.
    Invited {
        login: String,
    },
    Nobody,
}

impl Store {
    /// Notes an attempt. `false` if there are too many.
    pub async fn begin_oidc(&self, attempt: &OidcAttempt) -> Result<bool, StoreError> {
        const FORGET: &str = "DELETE FROM oidc_attempt WHERE ends_at <= CLOCK()";
        const BEGIN: &str = "
            INSERT INTO oidc_attempt (state_sha256, browser_sha256, return_path, ends_at)
            SELECT $1, $2, $3, CLOCK() + $4
            WHERE (SELECT COUNT(*) FROM oidc_attempt) < $5";
        let mut tx = self.begin().await?;
        let (forget, begin) = (tx.sql(FORGET), tx.sql(BEGIN));
        let begun = on_tx!(&mut tx, |conn| {
            sqlx::query(forget).execute(&mut *conn).await?;
            sqlx::query(begin)
                .bind(attempt.state.as_str())
                .bind(attempt.browser.as_str())
                .bind(attempt.return_path.as_str())
                .bind(ATTEMPT_MS)
                .bind(MOST_ATTEMPTS)
                .execute(conn)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(begun == 1)
    }

    /// Uses an attempt up, if it was begun in this browser and is not too old. Returns where
    /// they want to go then.
    pub async fn take_oidc(
        &self,
        state: &Fingerprint,
        browser: &Fingerprint,
    ) -> Result<Option<String>, StoreError> {
        const TAKE: &str = "
            DELETE FROM oidc_attempt
            WHERE state_sha256 = $1 AND browser_sha256 = $2 AND CLOCK() < ends_at
            RETURNING return_path";
        let mut tx = self.begin().await?;
        let sql = tx.sql(TAKE);
        let path: Option<String> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(sql)
                .bind(state.as_str())
                .bind(browser.as_str())
                .fetch_optional(conn)
                .await?
        });
        tx.commit().await?;
        Ok(path)
    }

    /// Who has this account. An invitation to its address binds it, once: then only issuer and
    /// subject count, whoever gets the address later. Whoever has no authenticator yet gets
    /// this link.
    pub async fn oidc_operator(
        &self,
        account: &Account,
        link: &Fingerprint,
        link_ms: i64,
    ) -> Result<OidcOperator, StoreError> {
        const BIND: &str = "
            UPDATE operator SET oidc_issuer = $2, oidc_sub = $3, oidc_until = 0
            WHERE login = $1 AND kind = 'human' AND state = 'invited' AND oidc_sub = ''
                AND CLOCK() < oidc_until
                AND NOT EXISTS (SELECT 1 FROM operator AS other
                    WHERE other.oidc_issuer = $2 AND other.oidc_sub = $3)";
        const LINK: &str = "
            UPDATE operator SET link_sha256 = $3, link_until = CLOCK() + $4
            WHERE oidc_issuer = $1 AND oidc_sub = $2 AND kind = 'human' AND state = 'invited'
            RETURNING login";
        const READ: &str = "
            SELECT id, login, epoch, password_phc, totp_sealed FROM operator
            WHERE oidc_issuer = $1 AND oidc_sub = $2 AND kind = 'human' AND state = 'active'";
        let mut tx = self.begin().await?;
        let (bind, set_link) = (tx.sql(BIND), tx.sql(LINK));
        let (issuer, subject) = (account.issuer.as_str(), account.subject.as_str());
        let invited: Option<String> = on_tx!(&mut tx, |conn| {
            if let Some(email) = &account.email {
                sqlx::query(bind)
                    .bind(email.as_str())
                    .bind(issuer)
                    .bind(subject)
                    .execute(&mut *conn)
                    .await?;
            }
            sqlx::query_scalar(set_link)
                .bind(issuer)
                .bind(subject)
                .bind(link.as_str())
                .bind(link_ms)
                .fetch_optional(conn)
                .await?
        });
        let active: Option<CredentialsRow> = on_tx!(&mut tx, |conn| {
            sqlx::query_as(READ)
                .bind(issuer)
                .bind(subject)
                .fetch_optional(conn)
                .await?
        });
        tx.commit().await?;
        Ok(match (invited, active) {
            (Some(login), _) => OidcOperator::Invited { login },
            (None, Some(row)) => OidcOperator::Active(credentials(row)),
            (None, None) => OidcOperator::Nobody,
        })
    }

    /// Lets somebody who has not signed in yet sign in with the provider, for some days; if
    /// `again`, only who was invited so before. `false` if there is no such operator.
    pub async fn invite_oidc(&self, login: &Login, again: bool) -> Result<bool, StoreError> {
        const INVITE: &str = "
            UPDATE operator SET oidc_until = CLOCK() + $2, link_sha256 = '', link_until = 0
            WHERE login = $1 AND kind = 'human' AND state = 'invited' AND password_phc = ''
                AND oidc_sub = '' AND oidc_until >= $3";
        let mut tx = self.begin().await?;
        let sql = tx.sql(INVITE);
        let invited = on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(login.as_str())
                .bind(INVITATION_MS)
                .bind(i64::from(again))
                .execute(conn)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(invited == 1)
    }

    /// An operator who signs in with the provider, and has no password to give.
    pub async fn oidc_credentials(&self, login: &Login) -> Result<Option<Credentials>, StoreError> {
        const BY_LOGIN: &str = "
            SELECT id, login, epoch, password_phc, totp_sealed FROM operator
            WHERE login = $1 AND kind = 'human' AND state = 'active' AND oidc_sub <> ''";
        let row: Option<CredentialsRow> = on_pool!(self, |pool| {
            sqlx::query_as(BY_LOGIN)
                .bind(login.as_str())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(credentials))
    }
}
