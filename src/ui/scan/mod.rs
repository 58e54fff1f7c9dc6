//! Scan: devices are selected one by one, with a scanner that types or with a camera, and
//! each is answered at once by word, color, icon and sound.

mod answer;
mod camera;
mod scan_button;
mod scanner;
mod session;
mod words;

pub use self::scan_button::ScanButton;
