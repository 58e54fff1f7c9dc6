//! What an API token may be called, and how long it is good.

/// For how many days: the choices, and the most there may be.
pub const DAYS: [u32; 4] = [7, 30, 90, 365];

/// What is suggested.
pub const USUAL_DAYS: u32 = 90;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;
