//! The server from outside, on SQLite and on Postgres.

mod any_device;
mod authority;
mod backups;
mod clocks;
mod commits;
mod devices;
#[path = "../dice/mod.rs"]
mod dice;
mod exporting;
mod facets;
mod faulty;
mod google;
mod guards;
mod import;
mod import_files;
mod import_twice;
mod jobs;
mod live;
mod metrics;
mod model;
mod notices;
mod opening;
mod outages;
mod pasting;
mod plans;
mod pooler;
mod postgres;
mod protocol;
mod proxy;
mod races;
mod refreshing;
mod replicas;
mod steering;
mod stories;
mod support;
mod views;
