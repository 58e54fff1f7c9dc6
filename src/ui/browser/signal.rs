//! Short sounds and vibration: an answer for somebody who does not look at the screen.

use std::cell::RefCell;

use wasm_bindgen::JsValue;

use super::{js, window};

thread_local! {
    /// One for the tab: a browser allows few of them.
    static SPEAKER: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Plays tones one after the other, each with its frequency in hertz and its length in
/// milliseconds. A browser that plays no sound stays silent.
pub fn beep(tones: &[(f64, f64)]) {
    if window().is_some() {
        SPEAKER.with(|speaker| {
            let mut speaker = speaker.borrow_mut();
            if speaker.is_none() {
                *speaker = js::make("AudioContext", &[]);
            }
            if let Some(context) = &*speaker {
                let _ = js::call(context, "resume", &[]);
                play(context, tones);
            }
        });
    }
}

fn play(context: &JsValue, tones: &[(f64, f64)]) -> Option<()> {
    const LOUDNESS: f64 = 0.15;
    let mut at = js::get(context, "currentTime").as_f64()?;
    for (frequency, ms) in tones {
        let end = at + ms / 1000.0;
        let tone = js::call(context, "createOscillator", &[])?;
        let gain = js::call(context, "createGain", &[])?;
        js::set(&js::get(&tone, "frequency"), "value", &(*frequency).into());
        js::set(&js::get(&gain, "gain"), "value", &LOUDNESS.into());
        js::call(&tone, "connect", std::slice::from_ref(&gain))?;
        js::call(&gain, "connect", &[js::get(context, "destination")])?;
        js::call(&tone, "start", &[at.into()])?;
        js::call(&tone, "stop", &[end.into()])?;
        // A pause between two tones, so that they are heard as two.
        at = end + 0.05;
    }
    Some(())
}

/// Vibrates for so many milliseconds, and pauses, in turn.
pub fn vibrate(pattern: &[f64]) {
    if let Some(window) = window() {
        let pattern: js_sys::Array = pattern.iter().map(|ms| JsValue::from(*ms)).collect();
        let _ = js::call(&window.navigator(), "vibrate", &[pattern.into()]);
    }
}
