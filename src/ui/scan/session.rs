//! The scans of a session: noted at once, answered one after the other.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::devices::find_scanned;
use crate::domain::scan::{ScanLog, ScanResult, Scanned};
use crate::ui::browser;
use crate::ui::state::{Console, use_console};

/// Where the browser keeps that it is to be silent.
const MUTED_KEY: &str = "sunset.scan-muted";

/// Scans, and what is said of the last one. `Copy`: hand it around.
#[derive(Clone, Copy)]
pub struct Session {
    console: Console,
    pub log: RwSignal<ScanLog>,
    /// What is read aloud.
    pub said: RwSignal<String>,
    pub muted: RwSignal<bool>,
    /// Somebody is asking the server.
    asking: StoredValue<bool>,
}

pub fn use_session() -> Session {
    Session {
        console: use_console(),
        log: RwSignal::default(),
        said: RwSignal::default(),
        muted: RwSignal::new(browser::local_get(MUTED_KEY).as_deref() == Some("yes")),
        asking: StoredValue::new(false),
    }
}

impl Session {
    /// Notes a scan, and asks what it is in its turn.
    pub fn scan(self, code: &str) {
        self.log.update(|log| log.begin(code));
        self.ask();
    }

    /// Asks again for what could not be checked.
    pub fn retry(self) {
        self.log.update(ScanLog::retry);
        self.ask();
    }

    /// Takes the last scan back, and its device out of the selection if it has put it there.
    pub fn undo(self) {
        let undone = self.log.try_update(ScanLog::undo).flatten();
        let Some(scan) = undone else { return };
        if let Some(device) = scan.device.filter(|_| scan.outcome == ScanResult::Selected) {
            self.console
                .select(words::HOW, |selection| selection.set(device, false));
        }
        self.said.set(words::undone(&scan.code));
    }

    pub fn set_muted(self, muted: bool) {
        self.muted.set(muted);
        browser::local_set(MUTED_KEY, if muted { "yes" } else { "" });
    }

    fn ask(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            while let Some((number, code)) = self.next() {
                let answer = find_scanned(code.clone()).await;
                let scanned = match answer {
                    Ok(scanned) => Some(scanned),
                    // What is no list is no device's code.
                    Err(error) if error.is_final() => Some(Scanned::default()),
                    Err(_) => None,
                };
                self.take(number, &code, scanned.as_ref());
            }
            self.asking.try_set_value(false);
        });
    }

    fn next(self) -> Option<(u32, String)> {
        self.log
            .try_with_untracked(ScanLog::first_waiting)
            .flatten()
    }

    /// Takes an answer: the selection as it is now says what it means.
    fn take(self, number: u32, code: &str, scanned: Option<&Scanned>) {
        let selection = self.console.selection.get_untracked();
        let (outcome, device) = match scanned {
            Some(scanned) => ScanResult::of(scanned, &selection),
            None => (ScanResult::Failed, None),
        };
        let is_there = self
            .log
            .try_update(|log| log.complete(number, outcome, device));
        if is_there != Some(true) {
            return;
        }
        if let (ScanResult::Selected, Some(device)) = (outcome, device) {
            let id = device.id;
            self.console
                .select(words::HOW, |selection| selection.set(id, true));
        }
        self.said.try_set(words::answered(code, outcome.label()));
        if self.muted.try_get_untracked() == Some(false) {
            sound(outcome);
        }
    }
}

/// High means selected, low means it is not; two tones mean nothing new.
fn sound(outcome: ScanResult) {
    let (tones, pattern): (&[(f64, f64)], &[f64]) = match outcome {
        ScanResult::Selected => (&[(1320.0, 90.0)], &[60.0]),
        ScanResult::Repeated => (&[(880.0, 70.0), (880.0, 70.0)], &[40.0, 60.0, 40.0]),
        ScanResult::Deprovisioned => (&[(660.0, 90.0), (440.0, 140.0)], &[80.0, 60.0, 80.0]),
        ScanResult::Waiting => return,
        ScanResult::Ambiguous | ScanResult::Unknown | ScanResult::Failed => {
            (&[(220.0, 300.0)], &[250.0])
        }
    };
    browser::beep(tones);
    browser::vibrate(pattern);
}
