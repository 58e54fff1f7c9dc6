//! Parts of a page that contain no pending data.
//!
//! The server searches all content of a `Transition` for pending resources, and builds it again
//! when they are ready. For a table of fifty rows this takes longer than writing it.

use leptos::prelude::*;

/// Marks a view that has no resource in it which nobody else in the `Transition` reads. In
/// the browser it is the view itself.
#[cfg(target_arch = "wasm32")]
pub fn without_resource(view: impl IntoView) -> AnyView {
    view.into_any()
}

#[cfg(not(target_arch = "wasm32"))]
pub fn without_resource(view: impl IntoView) -> AnyView {
    let owner = Owner::current().unwrap_or_default();
    let view = view.into_any();
    server::Ready { owner, view }.into_any()
}

#[cfg(not(target_arch = "wasm32"))]
mod server {
    use leptos::attr::Attribute;
    use leptos::attr::any_attribute::AnyAttribute;
    use leptos::prelude::*;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::add_attr::AddAnyAttr;
    use leptos::tachys::view::{Position, PositionState, Render, RenderFlags, RenderHtml};

    pub struct Ready {
        /// What the view's own parts find their contexts by.
        pub owner: Owner,
        pub view: AnyView,
    }

    impl Render for Ready {
        type State = <AnyView as Render>::State;

        fn build(self) -> Self::State {
            self.view.build()
        }

        fn rebuild(self, state: &mut Self::State) {
            self.view.rebuild(state);
        }
    }

    impl AddAnyAttr for Ready {
        type Output<NewAttr: Attribute> = Ready;

        fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Ready {
            Ready {
                owner: self.owner,
                view: self.view.add_any_attr(attr).into_any(),
            }
        }
    }

    impl RenderHtml for Ready {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn html_len(&self) -> usize {
            self.view.html_len()
        }

        fn to_html_with_buf(
            self,
            buf: &mut String,
            position: &mut Position,
            flags: RenderFlags,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            let Self { owner, view } = self;
            owner.with(|| view.to_html_with_buf(buf, position, flags, extra_attrs));
        }

        fn hydrate<const FROM_SERVER: bool>(
            self,
            cursor: &Cursor,
            position: &PositionState,
        ) -> Self::State {
            self.view.hydrate::<FROM_SERVER>(cursor, position)
        }

        fn into_owned(self) -> Self {
            self
        }
    }
}
