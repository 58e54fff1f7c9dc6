//! Why the directory refuses a device, in its own words, kept with the effect. Written
//! before the effect ends, so that the words are there when it does.

use super::super::pool::on_tx;
use super::super::{Store, StoreError};
use super::claim::Call;
use crate::domain::device::DeviceId;
use crate::domain::job::JobId;
use crate::domain::job::answer::DeviceResult;

/// Characters that are kept.
const LONGEST: usize = 500;

impl Store {
    /// Keeps what an answer says of the devices of its call that it refuses.
    pub async fn keep_refusals(
        &self,
        call: &Call,
        answered: &[(String, DeviceResult)],
    ) -> Result<(), StoreError> {
        let mut words = Vec::new();
        for (name, verdict) in answered {
            let device = call.devices.iter().find(|(_, known)| known == name);
            if let (DeviceResult::Refused(message), Some((device, _))) = (verdict, device)
                && !message.is_empty()
            {
                words.push((*device, message.clone()));
            }
        }
        self.keep_words(&call.job, call.ordinal, &call.id, &words)
            .await
    }

    /// Keeps what is said of a call that was refused as a whole, where it had one device.
    pub async fn keep_refusal_of_one(&self, call: &Call, message: &str) -> Result<(), StoreError> {
        match call.devices.as_slice() {
            [(device, _)] if !message.is_empty() => {
                let words = [(*device, message.to_owned())];
                self.keep_words(&call.job, call.ordinal, &call.id, &words)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Keeps the directory's words for effects of a job that are about to fail. `call_id` is
    /// the last call they were in; empty if none.
    pub async fn keep_words(
        &self,
        job: &JobId,
        ordinal: u32,
        call_id: &str,
        words: &[(DeviceId, String)],
    ) -> Result<(), StoreError> {
        const KEEP: &str = "
            UPDATE effect SET words = $5
            WHERE job_id = $1 AND device = $2 AND ordinal = $3 AND call_id = $4
                AND state IN ('pending', 'sent', 'unconfirmed')";
        if words.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for (device, message) in words {
            on_tx!(&mut tx, |conn| {
                sqlx::query(KEEP)
                    .bind(job.as_str())
                    .bind(device.0 as i32)
                    .bind(ordinal as i32)
                    .bind(call_id)
                    .bind(line(message))
                    .execute(conn)
                    .await?;
            });
        }
        tx.commit().await
    }
}

/// The words in one line, without the period at their end.
fn line(message: &str) -> String {
    let message: String = message
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .take(LONGEST)
        .collect();
    message.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::outcome::Cause;

    #[test]
    fn the_directorys_words_end_our_sentence() {
        let words = line(" Not Authorized\nto do this. ");
        assert_eq!(
            Cause::Refused.sentence_with(&words),
            "The directory rejected the request for this device: Not Authorized to do this."
        );
    }
}
