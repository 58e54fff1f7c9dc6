//! The overview: the state of the fleet, of jobs and of the cache at a glance.

mod aue_card;
mod card;
mod health_card;
mod jobs_card;
mod license_card;
mod overview_page;
mod retire_card;
mod status_card;
mod words;

pub use overview_page::OverviewPage;
