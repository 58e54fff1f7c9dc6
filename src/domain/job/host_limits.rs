//! How many devices may be changed, so that one person, or one stolen browser, does not take a
//! whole fleet. The host sets it: nobody changes it in the browser.

use crate::domain::number::{devices, grouped};

/// The most devices; 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobLimits {
    /// In one job.
    pub job: u64,
    /// In the jobs that one operator starts within an hour.
    pub hour: u64,
    /// In the jobs that all operators start within an hour.
    pub hour_in_all: u64,
}

/// What a job would go beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitExceeded {
    Job { most: u64 },
    Hour { most: u64, left: u64 },
    HourInAll { most: u64, left: u64 },
}

impl JobLimits {
    /// Whether a job of so many devices may start.
    ///
    /// # Errors
    /// The limit that it would go beyond, where `own` devices of the operator and `all` devices
    /// were started within the last hour.
    pub fn check(&self, job: u64, own: u64, all: u64) -> Result<(), LimitExceeded> {
        let is_out_of_range = |most: u64, devices: u64| most != 0 && most < devices;
        if is_out_of_range(self.job, job) {
            return Err(LimitExceeded::Job { most: self.job });
        }
        if is_out_of_range(self.hour, own.saturating_add(job)) {
            let (most, left) = (self.hour, self.hour.saturating_sub(own));
            return Err(LimitExceeded::Hour { most, left });
        }
        if is_out_of_range(self.hour_in_all, all.saturating_add(job)) {
            let (most, left) = (self.hour_in_all, self.hour_in_all.saturating_sub(all));
            return Err(LimitExceeded::HourInAll { most, left });
        }
        Ok(())
    }
}

impl LimitExceeded {
    /// What the operator is told.
    pub fn sentence(self) -> String {
        let within = |whom: &str, most: u64, left: u64| {
            format!(
                "{whom} at most {} within an hour here, and {} left for now. Select fewer, or wait.",
                devices(most),
                match left {
                    1 => "1 is".to_owned(),
                    left => format!("{} are", grouped(left)),
                }
            )
        };
        match self {
            Self::Job { most } => {
                format!("A job has at most {} here. Select fewer.", devices(most))
            }
            Self::Hour { most, left } => within("You may start jobs of", most, left),
            Self::HourInAll { most, left } => within("All operators may start jobs of", most, left),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_a_limit_where_none_is_set() {
        assert_eq!(
            JobLimits::default().check(u64::MAX, u64::MAX, u64::MAX),
            Ok(())
        );
    }

    #[test]
    fn the_operator_is_told_what_is_left() {
        let limits = JobLimits {
            job: 0,
            hour: 500,
            hour_in_all: 0,
        };
        let beyond = limits.check(21, 480, 480).map_err(LimitExceeded::sentence);
        let message = "You may start jobs of at most 500 devices within an hour here, and 20 are \
                    left for now. Select fewer, or wait.";
        assert_eq!(beyond, Err(message.to_owned()));
        assert_eq!(limits.check(20, 480, 9000), Ok(()));
    }

    proptest! {
        /// However jobs are cut, no more devices start within the hour.
        #[test]
        fn splitting_gets_around_nothing(jobs in prop::collection::vec(0u64..300, 0..40)) {
            let limits = JobLimits { job: 200, hour: 500, hour_in_all: 700 };
            let mut started = 0;
            for job in jobs {
                if limits.check(job, started, started).is_ok() {
                    started += job;
                    prop_assert!(job <= 200);
                }
            }
            prop_assert!(started <= 500);
        }
    }
}
