//! The document and the router: one line per screen.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::domain::fleet::Fleet;
use crate::domain::time::Timestamp;
use crate::ui::devices::DeviceSearch;
use crate::ui::entrance::ResetBanner;
use crate::ui::lazy::{self, LazyView, lazy};
use crate::ui::may::May;
use crate::ui::not_found::NotFound;
use crate::ui::shell::Shell;
use crate::ui::{state, words};

/// The stylesheet of everything that Device Search does not show at once.
#[derive(Clone, Debug)]
pub struct LazyStyle {
    /// Its address; `None` where no site was built.
    pub href: Option<String>,
    /// The screen needs it: it is not shown without.
    pub at_once: bool,
}

/// The document around the application. `theme.js` runs before the first paint, so
/// that a dark page never flashes white. `operator` is who is signed in; `is_public` says
/// that others than this computer are served. `resets` are operators who were reset not long ago.
pub fn shell(
    options: LeptosOptions,
    fleet: Fleet,
    is_public: bool,
    operator: Option<String>,
    resets: Vec<(String, Timestamp)>,
    lazy: LazyStyle,
) -> impl IntoView {
    let LazyStyle { href, at_once } = lazy;
    let may = use_context::<May>().and_then(|may| may.0);
    let sheet = href.map(|href| view! { <link rel="stylesheet" href=href /> });
    let (first, last) = if at_once {
        (sheet, None)
    } else {
        (None, sheet)
    };

    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-fleet=fleet.word()
            data-public=is_public.then_some("")
            data-operator=operator
            data-may=may
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <script src="/theme.js"></script>
                <script src="/time.js" type="module"></script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() id="stylesheet" />
                {first}
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
                // Not alive, so it stands behind what is.
                <ResetBanner resets />
                // A browser shows what stands before it without waiting for it.
                {last}
            </body>
        </html>
    }
}

/// The document around a page that is no part of the application: to sign in, and the
/// account. It has forms and nothing that comes alive.
pub fn plain(
    options: LeptosOptions,
    style: Option<String>,
    title: &str,
    body: AnyView,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{format!("{title} – Sunset")}</title>
                <script src="/theme.js"></script>
                <script src="/time.js" type="module"></script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options id="stylesheet" />
                {style.map(|href| view! { <link rel="stylesheet" href=href /> })}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// The application: one line per screen. Data screens wait for their data, so that
/// they can be read before, and without, any script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let console = state::provide_console();
    lazy::start(console);

    view! {
        <Title formatter=|screen: String| words::title(&screen) />
        <Router>
            <Shell>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/overview") view=|| lazy(LazyView::OverviewPage) ssr=SsrMode::Async />
                    <Route path=path!("/devices") view=DeviceSearch ssr=SsrMode::Async />
                    <Route path=path!("/devices/:device_id") view=|| lazy(LazyView::DevicePage) ssr=SsrMode::Async />
                    <Route path=path!("/import") view=|| lazy(LazyView::ImportPage) ssr=SsrMode::Async />
                    <Route path=path!("/jobs") view=|| lazy(LazyView::JobsPage) ssr=SsrMode::Async />
                    <Route path=path!("/jobs/:id") view=|| lazy(LazyView::JobPage) ssr=SsrMode::Async />
                </FlatRoutes>
            </Shell>
        </Router>
    }
}
