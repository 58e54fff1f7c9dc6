//! The way from page to page, and how long a page is. All of it is links and a form,
//! so it works before and without any script.

use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::words;
use crate::domain::grid::{GridView, PAGE_SIZES, page_count};
use crate::domain::number::grouped;
use crate::domain::pager::{page_links, resized};
use crate::domain::query;
use crate::ui::derived::derived;

/// With more pages not all have a link, so one can be asked for by its number.
const MANY: u32 = 4;

/// Links to pages by number, to the neighbours and to both ends.
#[component]
pub fn Pager(
    #[prop(into)] view: Signal<GridView>,
    #[prop(into)] total: Signal<Option<u64>>,
) -> impl IntoView {
    let count = derived(move || page_count(total.get().unwrap_or_default(), view.read().size));
    let page = derived(move || view.read().page);
    let at = move |page: u32| view.read().at_page(page).href();
    let before = move || (1 < page.get()).then(|| page.get() - 1);
    let after = move || (page.get() < count.get()).then(|| page.get() + 1);
    // A gap is named by what comes before it, so that each is itself.
    let links = move || {
        let mut last = 0;
        let name = move |link: Option<u32>| {
            last = link.unwrap_or(last);
            (last, link.is_none())
        };
        page_links(page.get(), count.get())
            .into_iter()
            .map(name)
            .collect::<Vec<_>>()
    };

    view! {
        <nav class="pager" aria-label=words::PAGES>
            <ul class="pager__list">
                <Step label=words::FIRST_PAGE sign="«" href=move || before().map(|_| at(1)) />
                <Step label=words::PREVIOUS_PAGE sign="‹" href=move || before().map(at) />
                <For each=links key=|link| *link let((number, gap))>
                    <li class="pager__number">
                        {if gap {
                            view! { <span class="pager__gap">"…"</span> }.into_any()
                        } else {
                            view! {
                                <a
                                    class="pager__link"
                                    href=move || at(number)
                                    data-noscroll=""
                                    aria-label=words::page(number)
                                    aria-current=move || (page.get() == number).then_some("page")
                                >
                                    {grouped(number.into())}
                                </a>
                            }
                                .into_any()
                        }}
                    </li>
                </For>
                <Step label=words::NEXT_PAGE sign="›" href=move || after().map(at) />
                <Step label=words::LAST_PAGE sign="»" href=move || after().map(|_| at(count.get())) />
            </ul>
            {move || (MANY < count.get()).then(|| view! { <Jump view /> })}
        </nav>
    }
}

/// A link by a sign. At the end of the way it stays, without leading anywhere, so
/// that the focus does.
#[component]
fn Step(
    label: &'static str,
    sign: &'static str,
    #[prop(into)] href: Signal<Option<String>>,
) -> impl IntoView {
    let ends = move || href.read().is_none();
    view! {
        <li>
            <a
                class="pager__link"
                role="link"
                href=move || href.get()
                tabindex="0"
                aria-disabled=move || ends().then_some("true")
                aria-label=label
                data-noscroll=""
            >
                <span aria-hidden="true">{sign}</span>
            </a>
        </li>
    }
}

/// Goes to a page by its number. What is no page is said by the page itself.
#[component]
fn Jump(view: Signal<GridView>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let kept = move || query::pairs(&view.read().at_page(1).to_query()).collect::<Vec<_>>();
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else {
            return;
        };
        let mut pairs: Vec<_> =
            query::pairs(&view.read_untracked().at_page(1).to_query()).collect();
        pairs.push(("page".to_owned(), field.value().trim().to_owned()));
        let query = query::encode(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone())),
        );
        field.set_value("");
        let options = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        navigate(&format!("/devices?{query}"), options);
    };
    view! {
        <form method="get" action="/devices" class="pager__jump" on:submit=go>
            <For each=kept key=|pair| pair.clone() let((name, value))>
                <input type="hidden" name=name value=value />
            </For>
            <input
                type="text"
                name="page"
                class="field pager__field"
                inputmode="numeric"
                size="4"
                required
                aria-label=words::GO_TO_PAGE
                placeholder=words::GO_TO_PAGE_HINT
                autocomplete="off"
                node_ref=field
            />
            <button type="submit" class="button button--small">
                {words::GO}
            </button>
        </form>
    }
}

/// Links to the same rows in pages of another length.
#[component]
pub fn PageSizes(#[prop(into)] view: Signal<GridView>) -> impl IntoView {
    view! {
        <nav class="pager pager--sizes" aria-label=words::PAGE_SIZES>
            <span class="pager__label" aria-hidden="true">
                {words::PAGE_SIZES_LABEL}
            </span>
            <ul class="pager__list">
                {PAGE_SIZES
                    .map(|size| {
                        view! {
                            <li>
                                <a
                                    class="pager__link"
                                    href=move || resized(&view.read(), size).href()
                                    data-noscroll=""
                                    aria-label=words::page_size(size)
                                    aria-current=move || {
                                        (view.read().size == size).then_some("true")
                                    }
                                >
                                    {size}
                                </a>
                            </li>
                        }
                    })}
            </ul>
        </nav>
    }
}
