//! What our words mean: plain Rust and serde, for the browser and the server.

pub mod announce;
pub mod applied_filter;
pub mod device;
pub mod eligibility;
pub mod filter;
pub mod grid;
pub mod item;
pub mod job;
pub mod job_view;
pub mod licence;
pub mod live;
pub mod number;
pub mod org_unit;
pub mod pager;
pub mod panel;
pub mod plan;
pub mod query;
pub mod reason;
pub mod refresh;
pub mod review;
pub mod selection;
pub mod settlement;
pub mod status;
pub mod ticking;
pub mod time;
mod words;
