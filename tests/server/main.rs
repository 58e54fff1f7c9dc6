//! The server from outside, on SQLite and on Postgres.

mod devices;
mod exporting;
mod guards;
mod jobs;
mod opening;
mod plans;
mod refreshing;
mod support;
