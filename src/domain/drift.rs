//! How what a filter matches has moved since the operator selected by it.
//!
//! A selection is frozen: nothing joins or leaves it by itself. At review time the
//! difference is said, and the operator decides.

use serde::{Deserialize, Serialize};

use super::selection::Selection;

/// The two ways in which a list moves away from what was selected of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// They match now and did not then.
    pub newly: Selection,
    /// They matched then and do not now.
    pub no_longer: Selection,
}

impl Drift {
    pub fn between(then: &Selection, now: Selection) -> Self {
        let mut no_longer = then.clone();
        no_longer.remove_all(&now);
        let mut newly = now;
        newly.remove_all(then);
        Self { newly, no_longer }
    }

    /// What of it concerns this selection: what is not in it yet, what is still in it.
    pub fn of(mut self, selection: &Selection) -> Self {
        self.newly.remove_all(selection);
        let mut elsewhere = self.no_longer.clone();
        elsewhere.remove_all(selection);
        self.no_longer.remove_all(&elsewhere);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::device::DeviceId;
    use super::*;

    fn of(ids: &[u32]) -> Selection {
        ids.iter().copied().map(DeviceId).collect()
    }

    #[test]
    fn only_what_moved_is_told_and_only_as_far_as_it_is_selected() {
        let drift = Drift::between(&of(&[1, 2, 3, 4]), of(&[3, 4, 5, 6]));
        assert_eq!(
            (&drift.newly, &drift.no_longer),
            (&of(&[5, 6]), &of(&[1, 2]))
        );

        // 4 was taken out by hand, which is no drift; 5 was ticked meanwhile.
        let drift = drift.of(&of(&[2, 3, 5]));
        assert_eq!((drift.newly, drift.no_longer), (of(&[6]), of(&[2])));
    }
}
