//! The interface between browser and server: server functions, one file per subject.
//!
//! Each function is public API with a fixed endpoint. Its body is three lines: who
//! is asking, do it, return.

pub mod cache;
mod call;
pub mod devices;
pub mod directory;
mod error;
pub mod imports;
pub mod jobs;
pub mod notices;
pub mod overview;
pub mod plans;
mod reader;
pub mod resource;
pub mod session;
pub mod views;
pub mod wire;
