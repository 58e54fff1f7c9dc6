//! What somebody may do, and where: roles, and the org units that they were granted for.

use serde::{Deserialize, Serialize};

use super::scope::Scope;

/// What an operator was made. A person may have several roles, each in other org units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Viewer,
    Operator,
    /// May have devices erase themselves. An operator needs it beside their own role.
    Eraser,
    Approver,
    /// Sees to the operators. Does not imply any of the other roles.
    Administrator,
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See devices, jobs and the overview, and keep views of them.
    View,
    /// Take lists and results away as files.
    Export,
    /// Read the directory anew.
    Refresh,
    /// Bring in devices from files.
    Import,
    /// Review and start jobs, resume them and try them again.
    Run,
    /// Have devices erase themselves or their users' data.
    Erase,
    /// Pause and stop jobs.
    Stop,
    /// Approve what another operator starts.
    Approve,
    /// See to operators, their roles and their sessions.
    Administer,
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Operator,
        Self::Eraser,
        Self::Approver,
        Self::Administrator,
    ];

    /// As the command line, the database and the pages have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Eraser => "eraser",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What the role is for, after "May".
    pub fn may_do(self) -> &'static str {
        match self {
            Self::Viewer => "see devices and jobs, and export them",
            Self::Operator => "review and run jobs, pause and stop them",
            Self::Eraser => "have devices erase themselves in the jobs that they run",
            Self::Approver => "approve, pause and stop the jobs of others",
            Self::Administrator => "manage operators, and pause and stop jobs",
        }
    }

    /// The table of docs/roles.md.
    pub fn grants(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::View | P::Export => true,
            P::Refresh => matches!(self, Self::Operator | Self::Approver | Self::Administrator),
            P::Import | P::Run => self == Self::Operator,
            P::Erase => self == Self::Eraser,
            P::Stop => matches!(self, Self::Operator | Self::Approver | Self::Administrator),
            P::Approve => self == Self::Approver,
            P::Administer => self == Self::Administrator,
        }
    }
}

impl Permission {
    pub const ALL: [Self; 9] = [
        Self::View,
        Self::Export,
        Self::Refresh,
        Self::Import,
        Self::Run,
        Self::Erase,
        Self::Stop,
        Self::Approve,
        Self::Administer,
    ];

    #[expect(
        clippy::inline_always,
        reason = "the browser gets the words it asks for"
    )]
    #[inline(always)]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Export => "export",
            Self::Refresh => "refresh",
            Self::Import => "import",
            Self::Run => "run",
            Self::Erase => "erase",
            Self::Stop => "stop",
            Self::Approve => "approve",
            Self::Administer => "administer",
        }
    }

    /// What somebody is told who may not.
    #[expect(
        clippy::inline_always,
        reason = "the browser gets the words it asks for"
    )]
    #[inline(always)]
    pub fn refusal(self) -> &'static str {
        match self {
            Self::View => "You have no role in Sunset yet. Ask an administrator for one.",
            Self::Export => "You may not export. Ask an administrator for a role.",
            Self::Refresh => "Your role doesn't let you refresh the cache.",
            Self::Import => {
                "Only operators of all org units may import: a file can change any device."
            }
            Self::Run => "Your role lets you see devices, not change them.",
            Self::Erase => "Your roles don't let you erase devices in all of these org units.",
            Self::Stop => "Your role doesn't let you pause or stop jobs.",
            Self::Approve => "Your role doesn't let you approve jobs.",
            Self::Administer => "Only administrators manage operators.",
        }
    }

    /// Whether it is about all devices or none, so that a part of them is not enough.
    pub fn needs_all(self) -> bool {
        matches!(self, Self::Import | Self::Administer)
    }
}

/// A role, and the org unit, with all below it, where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    /// `/` is everywhere.
    pub org_unit: String,
}

/// All that somebody was granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(Vec<Grant>);

impl Grants {
    pub fn new(mut grants: Vec<Grant>) -> Self {
        grants.sort();
        grants.dedup();
        Self(grants)
    }

    /// Every role, everywhere.
    pub fn all() -> Self {
        let everywhere = |role| Grant {
            role,
            org_unit: "/".to_owned(),
        };
        Self(Role::ALL.map(everywhere).to_vec())
    }

    pub fn list(&self) -> &[Grant] {
        &self.0
    }

    /// Where this may be done. Nowhere if it may not be done.
    pub fn scope(&self, permission: Permission) -> Scope {
        let granted = self.0.iter().filter(|it| it.role.grants(permission));
        let scope = Scope::of(granted.map(|it| it.org_unit.as_str()));
        match scope {
            Scope::Units(_) if permission.needs_all() => Scope::NOWHERE,
            scope => scope,
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.scope(permission) != Scope::NOWHERE
    }
}

impl std::str::FromStr for Grant {
    type Err = String;

    /// `viewer`, or `operator:/Schools/North`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (role, org_unit) = text.split_once(':').unwrap_or((text, "/"));
        let roles = Role::ALL.map(Role::as_str).join(", ");
        let role = Role::from_word(role)
            .ok_or_else(|| format!("there is no role {role:?}; the roles are {roles}"))?;
        check_org_unit(org_unit)?;
        Ok(Self {
            role,
            org_unit: org_unit.to_owned(),
        })
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.org_unit.as_str() {
            "/" => f.write_str(self.role.as_str()),
            org_unit => write!(f, "{}:{org_unit}", self.role.as_str()),
        }
    }
}

/// Refuses what is no path of an org unit as a directory writes it.
fn check_org_unit(path: &str) -> Result<(), String> {
    let is_path = path == "/"
        || (path.starts_with('/')
            && path[1..].split('/').all(|part| !part.trim().is_empty())
            && !path.chars().any(char::is_control));
    match is_path {
        true => Ok(()),
        false => Err(format!(
            "an org unit is a path such as /Schools/North, not {path:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Grants {
        let grants = texts.iter().map(|text| text.parse().expect("a grant"));
        Grants::new(grants.collect())
    }

    #[test]
    fn a_role_counts_where_it_was_granted() {
        let both = grants(&["viewer", "operator:/North", "operator:/South"]);
        assert_eq!(both.scope(Permission::View), Scope::All);
        let run = both.scope(Permission::Run);
        assert!(run.covers("/North") && run.covers("/South/Lab") && !run.covers("/"));
        assert!(!both.may(Permission::Administer));
    }

    #[test]
    fn what_is_about_all_devices_needs_all() {
        assert!(!grants(&["operator:/North"]).may(Permission::Import));
        assert!(grants(&["operator"]).may(Permission::Import));
        assert!(!grants(&["administrator:/North"]).may(Permission::Administer));
    }

    #[test]
    fn an_administrator_does_not_run_approve_or_erase() {
        let administrator = grants(&["administrator"]);
        for permission in [Permission::Run, Permission::Approve, Permission::Erase] {
            assert!(!administrator.may(permission), "{permission:?}");
        }
        assert!(administrator.may(Permission::Stop));
        let everything = Permission::ALL.map(|it| Grants::all().scope(it));
        assert!(everything.iter().all(|scope| *scope == Scope::All));
    }

    #[test]
    fn a_grant_is_read_as_it_is_written() {
        for text in ["viewer", "operator:/Schools/North", "eraser:/A b"] {
            let grant: Grant = text.parse().expect("a grant");
            assert_eq!(grant.to_string(), text);
        }
        for bad in [
            "owner",
            "viewer:",
            "viewer:North",
            "viewer:/North/",
            "viewer://",
            "",
        ] {
            assert!(bad.parse::<Grant>().is_err(), "{bad}");
        }
    }
}
