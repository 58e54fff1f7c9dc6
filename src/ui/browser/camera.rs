//! Reading barcodes with the camera, where the browser can (`BarcodeDetector`).

use js_sys::{Array, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{document, js, window};

/// How often a picture is looked at, in milliseconds.
const LOOK_MS: u32 = 200;

/// Why the camera is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraError {
    /// The operator, or the browser's settings, do not allow it.
    Denied,
    /// There is none, or another program uses it.
    Missing,
}

/// Whether this browser can read barcodes.
pub fn can_read_barcodes() -> bool {
    window().is_some_and(|window| {
        let has_camera = !js::get(&window.navigator(), "mediaDevices").is_undefined();
        has_camera && !js::get(&window, "BarcodeDetector").is_undefined()
    })
}

/// Shows the camera's picture in the video with this id, and tells each code that is in it,
/// as often as it is seen, until `goes_on` is false. Then the camera is off.
///
/// # Errors
/// The camera cannot be used.
pub async fn read_barcodes(
    video_id: &str,
    goes_on: impl Fn() -> bool,
    tell: impl Fn(String),
) -> Result<(), CameraError> {
    let stream = open().await?;
    let video = document().and_then(|document| document.get_element_by_id(video_id));
    if let Some(video) = video {
        js::set(&video, "srcObject", &stream);
        let playing = js::call(&video, "play", &[]);
        // It begins with the first picture, and fails if the dialog is closed before.
        spawn_local(async move { _ = finished(playing).await });
        let detector = js::make("BarcodeDetector", &[]).ok_or(CameraError::Missing);
        if let Ok(detector) = &detector {
            while goes_on() {
                let found = js::call(detector, "detect", &[video.clone().into()]);
                // A picture that is not there yet is an error; the next one may be.
                if let Ok(found) = finished(found).await
                    && let Ok(found) = found.dyn_into::<Array>()
                {
                    let codes = found
                        .iter()
                        .filter_map(|it| js::get(&it, "rawValue").as_string());
                    codes.for_each(&tell);
                }
                super::sleep(LOOK_MS).await;
            }
        }
        js::set(&video, "srcObject", &JsValue::NULL);
        close(&stream);
        return detector.map(|_| ());
    }
    close(&stream);
    Ok(())
}

/// The camera that looks away from the operator, where there are two.
async fn open() -> Result<JsValue, CameraError> {
    let window = window().ok_or(CameraError::Missing)?;
    let (wanted, video) = (Object::new(), Object::new());
    js::set(&video, "facingMode", &"environment".into());
    js::set(&wanted, "video", &video);
    let devices = js::get(&window.navigator(), "mediaDevices");
    let asked = js::call(&devices, "getUserMedia", &[wanted.into()]);
    finished(asked).await.map_err(|why| {
        let name = js::get(&why, "name").as_string();
        match name.as_deref() {
            Some("NotAllowedError" | "SecurityError") => CameraError::Denied,
            _ => CameraError::Missing,
        }
    })
}

fn close(stream: &JsValue) {
    let tracks = js::call(stream, "getTracks", &[]);
    if let Some(tracks) = tracks.and_then(|tracks| tracks.dyn_into::<Array>().ok()) {
        for track in tracks.iter() {
            let _ = js::call(&track, "stop", &[]);
        }
    }
}

/// Waits for what was called, if it could be.
async fn finished(called: Option<JsValue>) -> Result<JsValue, JsValue> {
    let promise = called.ok_or(JsValue::UNDEFINED)?.dyn_into::<Promise>()?;
    JsFuture::from(promise).await
}
