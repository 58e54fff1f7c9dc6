//! The texts of Scan.

use crate::ui::browser::CameraError;

pub const BUTTON: &str = "Scan";
pub const TITLE: &str = "Scan devices";
pub const FIELD: &str = "Serial number, asset ID, or device ID";
pub const HINT: &str = "Scan a code, or type it and press Enter. Each device that is found is \
                        added to your selection.";
pub const UNDO: &str = "Undo last";
pub const RETRY: &str = "Check again";
pub const SOUND: &str = "Sound";
pub const CAMERA: &str = "Use camera";
pub const CAMERA_OFF: &str = "Turn off camera";
pub const CAMERA_PICTURE: &str = "Camera";
pub const ANSWER: &str = "Last scan";
pub const COUNT: &str = "Count";
pub const LAST: &str = "Last scans";
pub const DONE: &str = "Done";
pub const HOW: &str = "scanned";

/// What is said aloud of a scan.
pub fn answered(code: &str, outcome: &str) -> String {
    format!("{code}: {outcome}")
}

pub fn undone(code: &str) -> String {
    format!("{code}: scan undone.")
}

pub fn no_camera(why: CameraError) -> &'static str {
    match why {
        CameraError::Denied => {
            "The camera is blocked. Allow it for this site in your browser's settings, or use a \
             scanner."
        }
        CameraError::Missing => "No camera can be used. Check that no other program has it.",
    }
}
