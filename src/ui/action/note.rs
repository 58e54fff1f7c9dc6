//! The note that goes with a job.

use leptos::prelude::*;

use super::wizard::Answers;
use super::words;
use crate::domain::review::Problem;
use crate::ui::components::FieldError;
use crate::ui::derived::memo;

/// The id of the field.
pub const NOTE_ID: &str = "note";

const ERROR_ID: &str = "note-error";
const HINT_ID: &str = "note-hint";

/// A field for a ticket number or the like.
#[component]
pub fn NoteField(answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    const ABOUT: &[Problem] = &[Problem::NoteTooLong, Problem::NoNote];
    let wrong = move || {
        problem
            .get()
            .is_some_and(|problem| ABOUT.contains(&problem))
    };
    let used = memo(move || review.read().note.trim().chars().count());
    view! {
        <div class="labeled">
            <label for=NOTE_ID>{words::NOTE_LABEL}</label>
            <textarea
                id=NOTE_ID
                class="field"
                rows="2"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || if wrong() { ERROR_ID } else { HINT_ID }
                prop:value=move || review.read().note.clone()
                on:input=move |event| {
                    review.update(|review| review.note = event_target_value(&event));
                    problem.set(None);
                }
            ></textarea>
            <p class="hint" id=HINT_ID>
                {move || words::note_hint(used.get())}
            </p>
            <FieldError id=ERROR_ID problem about=ABOUT />
        </div>
    }
}
