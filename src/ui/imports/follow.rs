//! The import as this page sees it: what the server says, asked again while it goes on, and
//! the file that this page sends.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::imports::{apply_import, discard_import, read_import};
use crate::domain::error::ApiError;
use crate::domain::import::{ImportState, MAX_FILE, Phase, Upload};
use crate::domain::query;
use crate::ui::browser::{self, LocalFile, Sent};
use crate::ui::derived::memo;

/// Milliseconds between two questions.
const AGAIN_MS: u32 = 500;

/// The import. `Copy`: hand it around.
#[derive(Clone, Copy)]
pub struct Import {
    /// What the server said last.
    upload: RwSignal<Option<Upload>>,
    /// The same without percentages: it changes when something else is to be shown.
    pub stage: Memo<Option<Upload>>,
    /// The file that this page sends: its name, how much of it is sent, and its size.
    pub sending: RwSignal<Option<(String, u64, u64)>>,
    /// Why the last file or wish was refused.
    pub problem: RwSignal<Option<String>>,
    /// The import that was over when the screen was opened.
    pub last: StoredValue<Option<Upload>>,
}

/// Follows the import until the page is left. A file that is being sent then is given up.
pub fn use_import(state: ImportState, search: &str) -> Import {
    let (shown, last) = state.shown_and_last(search);
    let upload = RwSignal::new(shown);
    let sending = RwSignal::new(None::<(String, u64, u64)>);
    let stage = memo(move || {
        if let Some((name, _, size)) = &*sending.read() {
            return Some(Upload {
                token: String::new(),
                name: name.clone(),
                size: *size,
                phase: Phase::Receiving,
            });
        }
        upload.get().map(|upload| Upload {
            size: 0,
            phase: match upload.phase {
                Phase::Checking { .. } => Phase::Checking { percent: 0 },
                Phase::Importing { .. } => Phase::Importing { percent: 0 },
                phase => phase,
            },
            ..upload
        })
    });
    Effect::new(move |_| {
        let goes_on = upload.read().as_ref().is_some_and(|it| it.phase.goes_on());
        if goes_on && sending.read().is_none() {
            spawn_local(ask_until_answered(upload));
        }
    });
    on_cleanup(|| {
        browser::abort_upload();
    });
    Import {
        upload,
        stage,
        sending,
        problem: RwSignal::new(None),
        last: StoredValue::new(last),
    }
}

async fn ask_until_answered(upload: RwSignal<Option<Upload>>) {
    loop {
        browser::sleep(AGAIN_MS).await;
        if upload.is_disposed() {
            return;
        }
        if let Ok(state) = read_import().await {
            upload.try_set(state.upload);
            return;
        }
    }
}

impl Import {
    /// What the server said last.
    pub fn phase(&self) -> Option<Phase> {
        self.upload
            .read()
            .as_ref()
            .map(|upload| upload.phase.clone())
    }

    pub fn token(&self) -> String {
        let token = |upload: &Upload| upload.token.clone();
        self.upload
            .read_untracked()
            .as_ref()
            .map(token)
            .unwrap_or_default()
    }

    /// The name of the file.
    pub fn name(&self) -> String {
        let name = |upload: &Upload| upload.name.clone();
        self.stage
            .read_untracked()
            .as_ref()
            .map(name)
            .unwrap_or_default()
    }

    /// Sends a file, which is then checked.
    pub fn send(self, file: &LocalFile) {
        let (name, size) = (file.name(), file.size());
        if MAX_FILE < size {
            return self.problem.set(Some(words::too_large(size)));
        }
        self.problem.set(None);
        let url = format!("/import/upload?{}", query::encode([("name", name.clone())]));
        let on_progress = move |sent| {
            self.sending.try_update(|sending| {
                if let Some(sending) = sending {
                    sending.1 = sent;
                }
            });
        };
        let on_end = move |sent: Sent| {
            self.problem.try_set(match sent {
                Sent::Taken => None,
                Sent::Refused(why) => Some(why),
                Sent::Broken => Some(words::LOST.to_owned()),
            });
            self.ask();
        };
        self.sending.set(Some((name, 0, size)));
        if browser::send_file(file, &url, on_progress, on_end).is_none() {
            self.sending.set(None);
        }
    }

    /// Asks how far it is, and shows that in place of the file that was sent.
    fn ask(self) {
        spawn_local(async move {
            if let Ok(state) = read_import().await {
                self.upload.try_set(state.upload);
            }
            self.sending.try_set(None);
        });
    }

    /// Imports what was checked.
    pub fn apply(self) {
        let token = self.token();
        spawn_local(async move { self.take(apply_import(token).await) });
    }

    /// Drops the file, or ends what is done with it.
    pub fn discard(self) {
        if browser::abort_upload() {
            return self.ask();
        }
        let token = self.token();
        spawn_local(async move { self.take(discard_import(token).await) });
    }

    fn take(self, answer: Result<ImportState, ApiError>) {
        match answer {
            Ok(state) => {
                self.problem.try_set(None);
                self.upload.try_set(state.upload);
            }
            Err(error) => {
                self.problem.try_set(Some(error.to_string()));
                self.ask();
            }
        }
    }
}
