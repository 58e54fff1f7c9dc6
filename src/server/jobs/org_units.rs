//! The org units to which devices can be moved: those of the directory, or, where it does not
//! list them, those of its devices. A plan is read often, so the list is kept for a minute.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Jobs;
use crate::domain::action::{Action, ActionKind};
use crate::domain::error::ApiError;
use crate::domain::plan::Plan;
use crate::server::directory::DirectoryError;
use crate::server::error::chain;
use crate::server::search::{About, View};
use crate::server::{Scoped, ServerError, may};

/// How long a list is kept.
const KEPT_FOR: Duration = Duration::from_mins(1);

/// How long a plan waits for the list. Without it the path can still be typed.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The directory's list, and when it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed(Arc<Mutex<Option<Kept>>>);

#[derive(Debug)]
struct Kept {
    read: Instant,
    paths: Vec<String>,
}

impl Listed {
    fn get(&self) -> Option<Vec<String>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = kept.as_ref().filter(|kept| kept.read.elapsed() < KEPT_FOR);
        fresh.map(|kept| kept.paths.clone())
    }

    fn set(&self, paths: Vec<String>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Kept {
            read: Instant::now(),
            paths,
        });
    }
}

impl Jobs {
    /// Adds the org units to a plan of an action that can move devices.
    pub(super) async fn add_org_units(
        &self,
        operator: &Scoped<may::Run>,
        plan: &mut Plan,
    ) -> Result<(), ServerError> {
        if plan.started || !matches!(plan.action, ActionKind::Move | ActionKind::Deprovision) {
            return Ok(());
        }
        let listed = match self.listed.get() {
            Some(paths) => Some(paths),
            None => self.list_org_units().await?,
        };
        plan.has_all_org_units = listed.is_some();
        plan.org_units = match listed {
            Some(paths) => paths,
            None => self.org_units_of_devices(&operator.viewing()).await?,
        };
        // Nobody moves a device to where they could not have moved it from.
        let scope = operator.scope();
        plan.org_units.retain(|path| scope.covers(path));
        Ok(())
    }

    /// Refuses to move devices to an org unit that the directory does not have.
    pub(super) async fn check_org_unit(
        &self,
        operator: &Scoped<may::Run>,
        action: &Action,
    ) -> Result<(), ServerError> {
        let Some(org_unit) = action.org_unit() else {
            return Ok(());
        };
        if !operator.scope().covers(org_unit) {
            return Err(no_such_org_unit(org_unit).into());
        }
        let has_it = |paths: &Vec<String>| paths.iter().any(|path| path == org_unit);
        if self.listed.get().as_ref().is_some_and(has_it) {
            return Ok(());
        }
        let paths = self.list_org_units().await?;
        if paths.is_some_and(|paths| !has_it(&paths)) {
            return Err(no_such_org_unit(org_unit).into());
        }
        Ok(())
    }

    /// Asks the directory. `None` where a device may be moved to any org unit, or where they
    /// cannot be listed.
    async fn list_org_units(&self) -> Result<Option<Vec<String>>, ServerError> {
        let Some(remote) = &self.remote else {
            return Ok(None);
        };
        let listed = match tokio::time::timeout(TIME_LIMIT, remote.org_units()).await {
            Ok(Ok(listed)) => listed,
            Ok(Err(DirectoryError::Store(error))) => return Err(error.into()),
            Ok(Err(error)) => {
                tracing::warn!(cause = %chain(&error), "org units cannot be listed");
                None
            }
            Err(_) => {
                tracing::warn!("org units are not listed in time");
                None
            }
        };
        let sorted = listed.map(|mut paths| {
            paths.sort();
            paths.dedup();
            paths
        });
        if let Some(paths) = &sorted {
            self.listed.set(paths.clone());
        }
        Ok(sorted)
    }

    /// The org units that have devices, and those above them.
    async fn org_units_of_devices(
        &self,
        who: &Scoped<may::View>,
    ) -> Result<Vec<String>, ServerError> {
        let units = self
            .search
            .ask(who, About::Devices, View::org_units)
            .await?;
        let mut paths = BTreeSet::from(["/".to_owned()]);
        for unit in units {
            let ends = unit.match_indices('/').map(|(at, _)| at);
            let above = ends.filter(|at| *at != 0).map(|at| unit[..at].to_owned());
            paths.extend(above);
            paths.insert(unit);
        }
        // Of a device that has none.
        paths.remove("");
        Ok(paths.into_iter().collect())
    }
}

/// What is not theirs to know is to them as what is not there.
fn no_such_org_unit(org_unit: &str) -> ApiError {
    ApiError::Invalid {
        message: format!("The directory has no org unit {org_unit}."),
    }
}
