//! Files to take away.
