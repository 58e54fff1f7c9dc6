//! On which devices of a selection an action can be carried out: by the rules, and by what the
//! operator may do where the devices are.

use std::collections::BTreeMap;

use super::inventory::Inventory;
use super::store::SelectionGroup;
use super::{Scoped, ServerError, may};
use crate::domain::action::ActionKind;
use crate::domain::eligibility::{Rule, verdict};
use crate::domain::plan::EligibilityCount;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;

impl Inventory {
    /// Those of the selection's devices on which the action could be carried out now.
    pub async fn eligible(
        &self,
        who: &Scoped<may::View>,
        action: ActionKind,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        let selection = &self.visible(who, selection).await?;
        let (within, _) = self.split(who, action, selection).await?;
        let mut eligible = Selection::default();
        for (id, status, gone, busy) in self.store.selection_states(&within).await? {
            eligible.set(id, verdict(action, &status, gone, busy).is_ok());
        }
        Ok(eligible)
    }

    /// Counts what each action would do to this selection, its unknown devices among it.
    pub async fn eligibility(
        &self,
        who: &Scoped<may::View>,
        selection: &Selection,
    ) -> Result<Vec<EligibilityCount>, ServerError> {
        let known = self.known(who, selection).await?;
        // What is gone is counted with its rule, for those who may know that it was there.
        let asked = match who.scope() {
            Scope::All => selection,
            Scope::Units(_) => &known,
        };
        let mut groups: Vec<(Selection, Vec<SelectionGroup>)> = Vec::new();
        let mut counts = Vec::new();
        for action in ActionKind::ALL {
            let (within, outside) = self.split(who, *action, asked).await?;
            // Most actions may be carried out on the same devices.
            let place = groups.iter().position(|(of, _)| *of == within);
            let place = match place {
                Some(place) => place,
                None => {
                    let found = self.store.selection_groups(&within).await?;
                    groups.push((within, found));
                    groups.len() - 1
                }
            };
            let groups = &groups[place].1;
            counts.push(count_eligible(
                *action,
                selection.len(),
                groups,
                outside.len(),
            ));
        }
        Ok(counts)
    }

    /// The devices on which somebody may carry this action out, and the others that they see.
    pub(super) async fn split(
        &self,
        who: &Scoped<may::View>,
        action: ActionKind,
        selection: &Selection,
    ) -> Result<(Selection, Selection), ServerError> {
        let mut within = selection.clone();
        for permission in action.permissions() {
            let scope = who.scope_of(*permission);
            if scope != Scope::All {
                let of_scope = self.ask(who, &[], move |view, _| view.within(&scope));
                within.keep_all(&of_scope.await?);
            }
        }
        let mut outside = selection.clone();
        outside.remove_all(&within);
        Ok((within, outside))
    }
}

/// What an action would do to a selection: its devices by what the rules look at, those where
/// the operator may not carry it out, and, as the rest, those that are not there.
fn count_eligible(
    action: ActionKind,
    total: u64,
    groups: &[SelectionGroup],
    outside: u64,
) -> EligibilityCount {
    let (mut eligible, mut left_out) = (0, BTreeMap::<Rule, u64>::new());
    let mut known = outside;
    for group in groups {
        known += group.devices;
        match verdict(action, &group.status, group.gone, group.busy) {
            Ok(()) => eligible += group.devices,
            Err(rule) => *left_out.entry(rule).or_default() += group.devices,
        }
    }
    if outside != 0 {
        left_out.insert(Rule::NotPermitted, outside);
    }
    if known < total {
        *left_out.entry(Rule::NotInDirectory).or_default() += total - known;
    }
    let mut left_out: Vec<_> = left_out.into_iter().collect();
    left_out.sort_by_key(|(rule, devices)| (std::cmp::Reverse(*devices), *rule));
    EligibilityCount {
        action,
        total,
        eligible,
        left_out,
    }
}
