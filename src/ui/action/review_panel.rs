//! The panel before anything happens: reads the plan, then leads through the steps.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::check_again::CheckAgain;
use super::frame::PanelFrame;
use super::panel::Moves;
use super::wizard::Wizard;
use super::words;
use crate::api::plans::{plan_selection, read_plan};
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::panel::{Panel, Step};
use crate::domain::plan::Plan;
use crate::ui::browser;
use crate::ui::derived::computed;
use crate::ui::state::{Console, use_console};

/// What is known of the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reading {
    #[default]
    Asking,
    Known(Box<Plan>),
    /// It cannot be executed any more, or not be read.
    Unusable(ApiError),
}

/// The plan under review, until it is executed or left.
#[component]
pub fn ReviewPanel(
    action: ActionKind,
    plan: JobId,
    #[prop(into)] step: Signal<Step>,
    moves: Moves,
) -> impl IntoView {
    let console = use_console();
    let reading = RwSignal::new(Reading::default());
    // Execute was sent: closing now would say that nothing was changed.
    let busy = RwSignal::new(false);

    let id = StoredValue::new(plan);
    Effect::new(move |_| {
        spawn_local(async move {
            let Some(plan) = id.try_get_value() else {
                return;
            };
            let answer = read_plan(plan).await;
            let answer = match answer {
                Ok(plan) if !plan.started => still_selected(console, plan).await,
                answer => answer,
            };
            match answer {
                Ok(plan) if plan.started => {
                    if reading.try_get_untracked().is_some() {
                        moves.replace(Panel::Job {
                            action,
                            job: plan.id,
                        });
                    }
                }
                Ok(plan) if plan.has_expired() => {
                    reading.try_set(Reading::Unusable(ApiError::PlanExpired));
                }
                Ok(plan) => {
                    let life = (plan.expires_at.0 - plan.now.0).clamp(0, i32::MAX.into()) as i32;
                    browser::after(life, move || {
                        if busy.try_get_untracked() == Some(false) {
                            reading.try_set(Reading::Unusable(ApiError::PlanExpired));
                        }
                    });
                    reading.try_set(Reading::Known(Box::new(plan)));
                }
                Err(error) => {
                    reading.try_set(Reading::Unusable(error));
                }
            }
        });
    });

    let title = move || match &*reading.read() {
        Reading::Known(plan) => words::title(action, plan.eligible),
        _ => action.label().to_owned(),
    };
    let close = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let usable = matches!(&*reading.read_untracked(), Reading::Known(_));
        moves.replace(Panel::Closed);
        if usable {
            let plan = id.get_value();
            console
                .snackbar
                .say_with(words::CANCELLED, words::RESUME, move || {
                    moves.push(Panel::Step {
                        action,
                        plan: plan.clone(),
                        step: Step::Acknowledge,
                    });
                });
        }
    });

    view! {
        <PanelFrame title=computed(title) modal=true on_close=close>
            {move || match reading.get() {
                Reading::Asking => {
                    view! { <p class="panel__body panel__waiting">{words::CHECKING_DEVICES}</p> }
                        .into_any()
                }
                Reading::Known(plan) => {
                    view! { <Wizard plan=*plan step moves busy reading on_cancel=close /> }.into_any()
                }
                Reading::Unusable(error) => {
                    view! { <CheckAgain action plan=id.get_value() error moves on_cancel=close /> }
                        .into_any()
                }
            }}
        </PanelFrame>
    }
}

/// The plan, if it is of what is ticked: by Back and Forward, or by Resume, one comes here
/// that was reviewed before something was unticked. A tab in which nothing is ticked, as
/// one that was opened by a link, has the plan's own devices.
async fn still_selected(console: Console, plan: Plan) -> Result<Plan, ApiError> {
    let Some(ticked) = console.selection.try_get_untracked() else {
        return Ok(plan);
    };
    if ticked.is_empty() || plan_selection(plan.id.clone(), None).await? == ticked {
        return Ok(plan);
    }
    Err(ApiError::Conflict {
        message: words::SELECTION_CHANGED.to_owned(),
    })
}
