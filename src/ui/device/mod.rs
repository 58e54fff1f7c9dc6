//! One device: what is known of it, and what may be done with it.

mod device_facts;
mod device_jobs;
mod device_page;
mod drawer;
mod eligibility;
mod select_button;
mod words;

pub use device_page::DevicePage;
pub use drawer::DeviceDrawer;
