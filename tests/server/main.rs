//! The server from outside, on SQLite and on Postgres.

mod devices;
mod exporting;
mod guards;
mod import;
mod import_files;
mod jobs;
mod opening;
mod plans;
mod refreshing;
mod support;
