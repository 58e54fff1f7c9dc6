//! Step 2 of an update of fields: what each becomes.

use leptos::prelude::*;

use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::domain::action::ActionKind;
use crate::domain::action::fields::{
    FieldChanges, MAX_ASSET_ID, MAX_LOCATION, MAX_NOTES, MAX_USER,
};
use crate::domain::panel::Step;
use crate::domain::review::Problem;
use crate::ui::components::FieldError;

/// The id of the first field.
pub const FIRST_FIELD_ID: &str = "field-1";

const ERROR_ID: &str = "field-error";

/// A field of a device, its name, the longest value, and its id here.
struct Entry {
    name: &'static str,
    limit: usize,
    id: &'static str,
    of: fn(&mut FieldChanges) -> &mut Option<String>,
}

/// What each field becomes: a text, nothing, or what it is.
const ENTRIES: [Entry; 3] = [
    Entry {
        name: words::ASSET_ID,
        limit: MAX_ASSET_ID,
        id: FIRST_FIELD_ID,
        of: |fields| &mut fields.asset_id,
    },
    Entry {
        name: words::USER,
        limit: MAX_USER,
        id: "field-2",
        of: |fields| &mut fields.user,
    },
    Entry {
        name: words::LOCATION,
        limit: MAX_LOCATION,
        id: "field-3",
        of: |fields| &mut fields.location,
    },
];

/// A field for each, with a box that empties it, and a note.
#[component]
pub fn FieldsStep(answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    let set = move |of: fn(&mut FieldChanges) -> &mut Option<String>, value: Option<String>| {
        review.update(|review| *of(&mut review.fields) = value);
        problem.set(None);
    };
    let get =
        move |of: fn(&mut FieldChanges) -> &mut Option<String>| of(&mut review.get().fields).take();
    let entry = move |entry: Entry| {
        let Entry {
            name,
            limit,
            id,
            of,
        } = entry;
        let is_cleared = move || get(of).as_deref() == Some("");
        view! {
            <div class="labeled">
                <label for=id>{name}</label>
                <input
                    id=id
                    class="field"
                    type="text"
                    maxlength=limit
                    autocomplete="off"
                    aria-describedby=ERROR_ID
                    prop:value=move || get(of).unwrap_or_default()
                    prop:disabled=is_cleared
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        set(of, (!text.is_empty()).then_some(text));
                    }
                />
                <label class="choice">
                    <input
                        type="checkbox"
                        aria-label=words::clear_field(name)
                        prop:checked=is_cleared
                        on:change=move |event| {
                            set(of, event_target_checked(&event).then(String::new));
                        }
                    />
                    <span>{words::CLEAR}</span>
                </label>
            </div>
        }
    };
    view! {
        <StepHeading text=Step::Choose.heading(ActionKind::UpdateFields) />
        <p class="hint">{words::FIELDS_HINT}</p>
        {ENTRIES.into_iter().map(entry).collect_view()}
        <div class="labeled">
            <label for="field-note">{words::ADD_NOTE}</label>
            <textarea
                id="field-note"
                class="field"
                rows="2"
                maxlength=MAX_NOTES
                aria-describedby="field-note-hint"
                prop:value=move || review.read().fields.note.clone().unwrap_or_default()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    review.update(|review| {
                        review.fields.note = (!text.is_empty()).then_some(text);
                    });
                    problem.set(None);
                }
            ></textarea>
            <p class="hint" id="field-note-hint">
                {words::ADD_NOTE_HINT}
            </p>
        </div>
        <FieldError id=ERROR_ID problem about=&[Problem::NoFields] />
    }
}
