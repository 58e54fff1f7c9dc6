//! Single mishaps: which call they meet, and what they do to it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::World;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What goes wrong with a call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Fault { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl Fault {
            pub const ALL: &[(Self, &str)] = &[$((Self::$variant, $word)),+];
        }
    };
}

faults! {
    /// The connection ends before anything was done.
    CallLost = "call-lost",
    /// It is carried out, and the connection ends without an answer.
    AnswerLost = "answer-lost",
    /// It is carried out, and the answer is 500.
    AnswerFails = "answer-fails",
    /// It is carried out, and the answer comes after `value` milliseconds.
    AnswerSlow = "answer-slow",
    /// It is carried out, and the answer comes a byte a second.
    AnswerDrips = "answer-drips",
    /// It is carried out, and half of the answer comes.
    AnswerTruncated = "answer-truncated",
    /// It is carried out, and the answer is a sign-in page, with 200.
    AnswerHtml = "answer-html",
    /// It is carried out, and the answer is `value` bytes of something.
    AnswerHuge = "answer-huge",
    /// It is carried out, and the answer says that it is gzip.
    AnswerGzip = "answer-gzip",
    /// It is carried out, and the answer sends elsewhere.
    AnswerRedirect = "answer-redirect",
    /// 500 before anything was done.
    Internal = "internal",
    /// 503 in plain text, before anything was done.
    Unavailable = "unavailable",
    /// 403 `userRateLimitExceeded`.
    UserRateLimit = "user-rate-limit",
    /// 403 `quotaExceeded`.
    QuotaExceeded = "quota-exceeded",
    /// 429 `rateLimitExceeded`, with `Retry-After: value` if there is one.
    RateLimit = "rate-limit",
    /// 403 `forbidden`.
    Forbidden = "forbidden",
    /// 412 for the whole call: the account is delinquent.
    AccountDelinquent = "account-delinquent",
    /// 401, and the token is good for nothing from now on.
    TokenExpired = "token-expired",
    /// 400 for the whole call.
    Malformed = "malformed",
    /// Of a batch, the first result is missing, the second is there twice and
    /// contradicts itself, one is of a device nobody asked for, and all are shuffled.
    Garbled = "garbled",
    /// Of a batch, `value` devices fail, each in another way.
    SomeFail = "some-fail",
    /// Of a batch, the devices were deprovisioned by somebody else just before.
    DoneByOthers = "done-by-others",
    /// It is carried out and not answered; then its first device is enrolled again.
    EnrolledAgain = "enrolled-again",
    /// A listing says 400 to its page token.
    BadPageToken = "bad-page-token",
    /// A listing ends with this page, whatever there is after it.
    ListingEnds = "listing-ends",
    /// A listing repeats the page before.
    PageRepeated = "page-repeated",
    /// A listing ends each page with the page token that it ended the first one with.
    PageTokenRepeated = "page-token-repeated",
    /// A listing goes on with empty pages.
    ListingWithoutEnd = "listing-without-end",
    /// A device of the answer has a time that is none.
    UnreadableTime = "unreadable-time",
    /// A device of the answer has a status that nobody has heard of.
    UnheardOfStatus = "unheard-of-status",
}

/// A fault, and which calls it meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// A method's name as in the API, `token`, or `*` for all but that.
    pub method: String,
    pub fault: Fault,
    #[serde(default)]
    pub value: u64,
    /// How many calls go well before.
    #[serde(default)]
    pub skip: u64,
    /// How many calls it meets; 0 is all.
    #[serde(default = "once")]
    pub times: u64,
    /// Of 100 calls, how many it meets.
    #[serde(default = "always")]
    pub percent: u64,
}

fn once() -> u64 {
    1
}

fn always() -> u64 {
    100
}

impl FaultRule {
    /// A fault that meets the next call of a method, once.
    pub fn once(method: &str, fault: Fault) -> Self {
        Self {
            method: method.to_owned(),
            fault,
            value: 0,
            skip: 0,
            times: 1,
            percent: 100,
        }
    }

    pub fn value(self, value: u64) -> Self {
        Self { value, ..self }
    }

    pub fn times(self, times: u64) -> Self {
        Self { times, ..self }
    }

    pub fn skip(self, skip: u64) -> Self {
        Self { skip, ..self }
    }

    pub fn percent(self, percent: u64) -> Self {
        Self { percent, ..self }
    }

    fn is_about(&self, method: &str) -> bool {
        self.method == method || (self.method == "*" && method != "token")
    }
}

/// `batchChangeStatus=answer-lost`, and after it `,value=500`, `,skip=3`, `,times=2`
/// (0 is always) and `,percent=10`, in any order.
impl FromStr for FaultRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let (method, word) = parts
            .next()
            .and_then(|first| first.split_once('='))
            .ok_or("a fault is METHOD=FAULT")?;
        let fault = Fault::ALL
            .iter()
            .find(|(_, known)| *known == word)
            .ok_or_else(|| {
                let known: Vec<&str> = Fault::ALL.iter().map(|(_, word)| *word).collect();
                format!("{word} is not one of: {}", known.join(", "))
            })?;
        let mut rule = Self::once(method, fault.0);
        for part in parts {
            let (name, number) = part.split_once('=').unwrap_or((part, ""));
            let number = number
                .parse()
                .map_err(|_| format!("{part} has no number"))?;
            match name {
                "value" => rule.value = number,
                "skip" => rule.skip = number,
                "times" => rule.times = number,
                "percent" => rule.percent = number,
                _ => return Err(format!("{name} is not value, skip, times or percent")),
            }
        }
        Ok(rule)
    }
}

impl World {
    /// The fault that meets this call, if one does. `dice` is a random number.
    pub(super) fn next_fault(&mut self, method: &str, dice: u64) -> Option<FaultRule> {
        for (place, rule) in self.faults.iter_mut().enumerate() {
            if !rule.is_about(method) {
                continue;
            }
            if rule.skip != 0 {
                rule.skip -= 1;
                continue;
            }
            if rule.percent <= dice % 100 {
                continue;
            }
            let injected = rule.clone();
            match rule.times {
                0 => {}
                1 => drop(self.faults.remove(place)),
                _ => rule.times -= 1,
            }
            return Some(injected);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_it_is_written() {
        let rule: FaultRule = "list=answer-slow,value=500,times=2,skip=3,percent=10"
            .parse()
            .unwrap();
        let expected = FaultRule::once("list", Fault::AnswerSlow)
            .value(500)
            .times(2)
            .skip(3)
            .percent(10);
        assert_eq!(rule, expected);
        for bad in [
            "list",
            "list=nothing",
            "list=internal,times",
            "list=internal,x=1",
        ] {
            assert!(bad.parse::<FaultRule>().is_err(), "{bad}");
        }
    }
}
