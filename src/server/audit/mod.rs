//! The audit: what was done, in a chain of hashes whose end is signed again and again.
//!
//! Whoever can write the database can also compute the chain anew, so a chain alone proves
//! nothing. Checkpoints are signed with a key that is not in the database, and go to a copy
//! and into evidence. docs/audit.md says how a stranger verifies all of it.

mod checkpoint;
mod command;
mod copy;
mod encoding;
mod evidence;
mod key;
mod maintenance;
mod refusal_counter;
mod text;
mod verify;

pub use checkpoint::{Checkpoint, is_signed, next_key_message};
pub use copy::{Copy, CopyError, Line, line};
pub use encoding::{BatchDigest, content_hash, row_hash};
pub use evidence::verify as verify_evidence;
pub use key::{SigningKey, SigningKeyError, key_id};
pub use maintenance::{Audit, CheckpointError, sign_end};
pub use refusal_counter::RefusalCounter;
pub use text::escaped;
pub use verify::{Broken, ChainVerifier};
