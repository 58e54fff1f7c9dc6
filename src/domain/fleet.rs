//! Whether what is listed is real.

/// Whether the devices are real. Of made-up ones the stylesheet says so on every page,
/// before any script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fleet {
    Real,
    MadeUp,
}

impl Fleet {
    /// How the document says it; real devices need no word.
    pub fn word(self) -> Option<&'static str> {
        (self == Self::MadeUp).then_some("made-up")
    }
}
