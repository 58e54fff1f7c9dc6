//! What the operator sees: a folder per screen, `components/` for what several
//! screens use, `state.rs` for what all of them share.

mod account;
pub mod action;
pub mod approvals;
pub mod audit;
pub mod bell;
pub mod browser;
pub mod components;
pub mod derived;
pub mod device;
pub mod devices;
pub mod entrance;
pub mod frame_tools;
pub mod imports;
pub mod jobs;
pub mod keyboard;
pub mod lazy;
pub mod live;
pub mod may;
pub mod not_found;
pub mod overview;
pub mod print_head;
pub mod refresh;
pub mod scan;
pub mod shell;
pub mod state;
pub mod static_element;
pub mod without_resource;
pub mod words;
