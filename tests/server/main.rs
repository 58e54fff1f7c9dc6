//! The server from outside, on SQLite and on Postgres.

mod devices;
mod exporting;
mod faulty;
mod google;
mod guards;
mod import;
mod import_files;
mod jobs;
mod notices;
mod opening;
mod pasting;
mod plans;
mod protocol;
mod refreshing;
mod steering;
mod stories;
mod support;
mod views;
