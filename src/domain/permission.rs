//! What somebody may do.

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    View,
    Deprovision,
    /// Bring in devices from files.
    Import,
}
