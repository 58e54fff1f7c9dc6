//! Device details of a device that it refuses, kept with the item. Written before
//! the item ends, so that the words are there when it does.

use super::job_call::Call;
use super::pool::on_tx;
use super::{Store, StoreError};
use crate::domain::call::Verdict;
use crate::domain::device::DeviceId;
use crate::domain::job::JobId;
use crate::domain::settlement::Cause;

/// Characters that are kept.
const LONGEST: usize = 500;

impl Store {
    /// Keeps what an answer says of the devices of its call that it refuses.
    pub async fn keep_refusals(
        &self,
        call: &Call,
        answered: &[(String, Verdict)],
    ) -> Result<(), StoreError> {
        let mut words = Vec::new();
        for (name, verdict) in answered {
            let device = call.devices.iter().find(|(_, known)| known == name);
            if let (Verdict::Refused(told), Some((device, _))) = (verdict, device)
                && !told.is_empty()
            {
                words.push((*device, told.clone()));
            }
        }
        self.keep_words(&call.job, &call.id, Cause::Refused, &words)
            .await
    }

    /// Keeps what is said of a call that was refused as a whole, where it had one device.
    pub async fn keep_refusal_of_one(&self, call: &Call, told: &str) -> Result<(), StoreError> {
        match call.devices.as_slice() {
            [(device, _)] if !told.is_empty() => {
                let words = [(*device, told.to_owned())];
                self.keep_words(&call.job, &call.id, Cause::Invalid, &words)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Keeps the directory's words for devices of a job that are about to end for this
    /// cause. `call_id` is the last call they were in; empty if none.
    pub async fn keep_words(
        &self,
        job: &JobId,
        call_id: &str,
        cause: Cause,
        words: &[(DeviceId, String)],
    ) -> Result<(), StoreError> {
        const KEEP: &str = "
            UPDATE job_item SET message = $4
            WHERE job_id = $1 AND device = $2 AND call_id = $3
                AND state IN ('pending', 'sent', 'unconfirmed')";
        if words.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for (device, told) in words {
            on_tx!(&mut tx, |conn| {
                sqlx::query(KEEP)
                    .bind(job.as_str())
                    .bind(device.0 as i32)
                    .bind(call_id)
                    .bind(sentence(cause, told))
                    .execute(conn)
                    .await?;
            });
        }
        tx.commit().await
    }
}

/// `The directory rejected the request for this device: Not Authorized to access this resource.`
fn sentence(cause: Cause, told: &str) -> String {
    let told: String = told
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .take(LONGEST)
        .collect();
    let told = told.trim().trim_end_matches('.');
    format!("{}: {told}.", cause.sentence().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directorys_words_end_our_sentence() {
        assert_eq!(
            sentence(Cause::Refused, " Not Authorized\nto do this. "),
            "The directory rejected the request for this device: Not Authorized to do this."
        );
    }
}
