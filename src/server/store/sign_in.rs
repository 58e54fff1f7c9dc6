//! Signing in and setting up: each is one transaction, so that a code, a link and a turn
//! are good once, whoever comes at the same time.

use super::operator::{Credentials, delete_codes, delete_sessions};
use super::pool::{Tx, on_tx};
use super::session::{NewSession, insert_session};
use super::{Store, StoreError};
use crate::domain::audit::{Act, Event};
use crate::server::identity::secret::Fingerprint;
use crate::server::identity::throttle;

/// What proves that an operator has their authenticator.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The step whose code was typed.
    Step(i64),
    RecoveryCode(Fingerprint),
    /// The identity provider has signed them in.
    Provider,
}

impl Proof {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Step(_) => "authenticator",
            Self::RecoveryCode(_) => "recovery code",
            Self::Provider => "identity provider",
        }
    }
}

/// What an operator has set up.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub password_phc: String,
    pub totp_sealed: String,
    /// The step of the code that was typed: it does not count again.
    pub totp_step: i64,
    pub recovery_codes: Vec<Fingerprint>,
}

impl Store {
    /// Takes a turn to guess: it counts as a failure until it turns out not to be one, so
    /// that a thousand at once are no better than one after the other. Returns for how
    /// long to wait, in milliseconds, if it is too early.
    pub async fn reserve_attempt(&self, key: &str) -> Result<Result<(), i64>, StoreError> {
        const FORGET: &str = "DELETE FROM login_throttle WHERE next_at < CLOCK() - $1";
        const MAKE: &str = "
            INSERT INTO login_throttle (key, failures, next_at) VALUES ($1, 0, CLOCK())
            ON CONFLICT (key) DO NOTHING";
        const READ: &str = "
            SELECT failures, next_at - CLOCK() FROM login_throttle WHERE key = $1 FOR_UPDATE";
        const COUNT: &str = "
            UPDATE login_throttle SET failures = failures + 1, next_at = CLOCK() + $2
            WHERE key = $1";
        let mut tx = self.begin().await?;
        let (forget, make) = (tx.sql(FORGET), tx.sql(MAKE));
        let (read, count) = (tx.sql(READ), tx.sql(COUNT));
        let (failures, wait): (i64, i64) = on_tx!(&mut tx, |conn| {
            sqlx::query(forget)
                .bind(throttle::FORGET_MS)
                .execute(&mut *conn)
                .await?;
            sqlx::query(make).bind(key).execute(&mut *conn).await?;
            sqlx::query_as(read).bind(key).fetch_one(conn).await?
        });
        if 0 < wait {
            return Ok(Err(wait));
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(count)
                .bind(key)
                .bind(throttle::delay_ms(failures + 1))
                .execute(conn)
                .await?;
        });
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Begins a session for an operator whose password was right, if the proof is good and
    /// nothing was taken from them meanwhile. Their failures are forgotten.
    pub async fn begin_session(
        &self,
        who: &Credentials,
        proof: &Proof,
        key: &str,
        new: &NewSession,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !use_proof(&mut tx, who, proof).await? {
            return Ok(false);
        }
        insert_session(&mut tx, &who.id, who.epoch, new).await?;
        clear_failures(&mut tx, key).await?;
        tx.record(Event::new(&who.actor(new), Act::SignedIn).with("by", proof.as_str()));
        tx.commit().await?;
        Ok(true)
    }

    /// Sets up the operator whose link this is and begins a session. `false` if the link
    /// was used, or its time is over.
    pub async fn set_up_operator(
        &self,
        link: &Fingerprint,
        set_up: &SetUp,
        new: &NewSession,
    ) -> Result<bool, StoreError> {
        const SET_UP: &str = "
            UPDATE operator SET state = 'active', epoch = epoch + 1, password_phc = $2,
                totp_sealed = $3, totp_last_step = $4, link_sha256 = '', link_until = 0
            WHERE link_sha256 = $1 AND state = 'invited' AND CLOCK() < link_until
            RETURNING id, login, epoch";
        const CODE: &str = "
            INSERT INTO recovery_code (operator_id, sha256, used_at) VALUES ($1, $2, 0)";
        let mut tx = self.begin().await?;
        let sql = tx.sql(SET_UP);
        let done: Option<(String, String, i64)> = on_tx!(&mut tx, |conn| {
            sqlx::query_as(sql)
                .bind(link.as_str())
                .bind(set_up.password_phc.as_str())
                .bind(set_up.totp_sealed.as_str())
                .bind(set_up.totp_step)
                .fetch_optional(conn)
                .await?
        });
        let Some((id, login, epoch)) = done else {
            return Ok(false);
        };
        delete_codes(&mut tx, &id).await?;
        for code in &set_up.recovery_codes {
            on_tx!(&mut tx, |conn| {
                sqlx::query(CODE)
                    .bind(id.as_str())
                    .bind(code.as_str())
                    .execute(conn)
                    .await?;
            });
        }
        insert_session(&mut tx, &id, epoch, new).await?;
        tx.record(Event::new(&new.actor(&id, &login), Act::SetUp).on(login));
        tx.commit().await?;
        Ok(true)
    }

    /// Changes a password if the proof is good. All sessions end, and a new one begins.
    pub async fn change_password(
        &self,
        who: &Credentials,
        proof: &Proof,
        password_phc: &str,
        key: &str,
        new: &NewSession,
    ) -> Result<bool, StoreError> {
        const CHANGE: &str = "
            UPDATE operator SET password_phc = $2, epoch = epoch + 1 WHERE id = $1";
        let mut tx = self.begin().await?;
        if !use_proof(&mut tx, who, proof).await? {
            return Ok(false);
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(CHANGE)
                .bind(who.id.as_str())
                .bind(password_phc)
                .execute(conn)
                .await?;
        });
        delete_sessions(&mut tx, &who.id).await?;
        insert_session(&mut tx, &who.id, who.epoch + 1, new).await?;
        clear_failures(&mut tx, key).await?;
        tx.record(Event::new(&who.actor(new), Act::PasswordChanged).on(&who.login));
        tx.commit().await?;
        Ok(true)
    }
}

/// Forgets failures.
async fn clear_failures(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    const FORGIVE: &str = "DELETE FROM login_throttle WHERE key = $1";
    on_tx!(tx, |conn| {
        sqlx::query(FORGIVE).bind(key).execute(conn).await?;
    });
    Ok(())
}

/// Uses a proof up. `false` if it was used before, or the operator is not as they were.
async fn use_proof(tx: &mut Tx, who: &Credentials, proof: &Proof) -> Result<bool, StoreError> {
    const STEP: &str = "
        UPDATE operator SET totp_last_step = $3
        WHERE id = $1 AND epoch = $2 AND state = 'active' AND totp_last_step < $3";
    // Locks the operator's row, as the step does.
    const SAME: &str = "
        UPDATE operator SET epoch = epoch WHERE id = $1 AND epoch = $2 AND state = 'active'";
    const CODE: &str = "
        UPDATE recovery_code SET used_at = CLOCK()
        WHERE operator_id = $1 AND sha256 = $2 AND used_at = 0";
    let code = tx.sql(CODE);
    let used = on_tx!(tx, |conn| match proof {
        Proof::Step(step) => {
            let step = sqlx::query(STEP)
                .bind(who.id.as_str())
                .bind(who.epoch)
                .bind(step);
            step.execute(conn).await?.rows_affected()
        }
        Proof::RecoveryCode(sha256) => {
            let same = sqlx::query(SAME).bind(who.id.as_str()).bind(who.epoch);
            if same.execute(&mut *conn).await?.rows_affected() == 0 {
                return Ok(false);
            }
            let code = sqlx::query(code)
                .bind(who.id.as_str())
                .bind(sha256.as_str());
            code.execute(conn).await?.rows_affected()
        }
        Proof::Provider => {
            let same = sqlx::query(SAME).bind(who.id.as_str()).bind(who.epoch);
            same.execute(conn).await?.rows_affected()
        }
    });
    Ok(used == 1)
}
