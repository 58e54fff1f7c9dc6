//! What was carried out, and what came of it.

mod item_filter;
mod item_table;
mod job_controls;
mod job_facts;
mod job_page;
mod job_row;
mod jobs_page;
mod known;
mod retry_failed;
mod words;

pub use job_controls::JobControls;
pub use job_page::JobPage;
pub use jobs_page::JobsPage;
