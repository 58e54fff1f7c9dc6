//! The server from outside, on SQLite and on Postgres.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod actions;
mod any_device;
mod api;
mod audit;
mod authority;
mod backups;
mod bombs;
mod choices;
mod clocks;
mod commits;
mod devices;
#[path = "../dice/mod.rs"]
mod dice;
mod exporting;
mod facets;
mod faulty;
mod front;
mod google;
mod guards;
mod identity;
mod import;
mod import_files;
mod import_sheets;
mod import_twice;
mod import_unclear;
mod index;
mod jobs;
mod limits;
mod live;
mod metrics;
mod model;
#[path = "../naive/mod.rs"]
mod naive;
mod notices;
mod opening;
mod outages;
mod overview;
mod page;
mod panics;
mod pasting;
mod plans;
mod pooler;
mod postgres;
mod postgres_tls;
mod postgres_work;
mod protocol;
mod proxy;
mod races;
mod refreshing;
mod replicas;
mod restoring;
mod retiring;
mod roles;
mod slow;
mod sso;
mod steering;
mod stories;
mod support;
mod tampering;
mod upgrade;
mod uploading;
mod views;
