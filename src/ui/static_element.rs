//! Markup that says what it says until it is replaced: the cells of a long table.
//!
//! An element of the framework keeps what it needs to change each of its parts later, and marks
//! their places in the page with comments. The cells of a page of two hundred devices are
//! thousands of such parts, and none of them ever changes alone: with its device, a cell is made
//! anew. Such an element is one node to the framework. The server writes it, and the browser
//! takes it as it stands, without a look at what is in it.

use std::borrow::Cow;

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node as DomNode};
use leptos::tachys::renderer::{CastFrom, Rndr};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderFlags, RenderHtml};

/// Elements that have no end tag.
const VOID: [&str; 1] = ["input"];

/// An element with all that is in it.
#[derive(Debug, PartialEq)]
pub struct StaticElement {
    tag: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    children: Vec<Child>,
}

#[derive(Debug, PartialEq)]
enum Child {
    Text(Cow<'static, str>),
    Element(StaticElement),
}

impl StaticElement {
    /// An empty element.
    pub fn new(tag: &'static str) -> Self {
        Self {
            tag,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Element(child));
        self
    }

    /// As HTML.
    pub fn write(&self, html: &mut String) {
        self.write_start(html);
        if VOID.contains(&self.tag) {
            return;
        }
        for child in &self.children {
            match child {
                Child::Text(text) => html.push_str(&escape(text)),
                Child::Element(element) => element.write(html),
            }
        }
        self.write_end(html);
    }

    /// As HTML, with something in it that is HTML already.
    pub fn write_around(&self, html: &mut String, content: &str) {
        self.write_start(html);
        html.push_str(content);
        self.write_end(html);
    }

    /// A value that needs no quotes has none.
    fn write_start(&self, html: &mut String) {
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            html.push(' ');
            html.push_str(name);
            let is_plain =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '/');
            if value.is_empty() {
                continue;
            }
            html.push('=');
            match value.chars().all(is_plain) {
                true => html.push_str(value),
                false => {
                    html.push('"');
                    html.push_str(&escape(value));
                    html.push('"');
                }
            }
        }
        html.push('>');
    }

    fn write_end(&self, html: &mut String) {
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }

    pub fn create(&self) -> Element {
        let element = Rndr::create_element(self.tag, None);
        for (name, value) in &self.attributes {
            Rndr::set_attribute(&element, name, value);
        }
        for child in &self.children {
            Rndr::insert_node(&element, &child.create(), None);
        }
        element
    }

    /// Makes the children of an element those of this one. It was made of `was`, which has as
    /// many, none of them an empty text. Those that are the same stay as they are on the page.
    pub fn replace_children(&self, was: &Self, element: &Element) {
        let mut place = Rndr::first_child(element);
        for (child, was) in self.children.iter().zip(&was.children) {
            let Some(here) = place else { return };
            place = Rndr::next_sibling(&here);
            if child != was {
                Rndr::insert_node(element, &child.create(), Some(&here));
                Rndr::remove(&here);
            }
        }
    }

    /// Takes the element that the server wrote, which comes next on the page.
    pub fn take(&self, cursor: &Cursor, position: &PositionState) -> Element {
        match position.get() {
            Position::FirstChild => cursor.child(),
            Position::Current => {}
            _ => cursor.sibling(),
        }
        let here = Element::cast_from(cursor.current());
        // A page of another version than this program: what is made here is not shown, as the
        // page is about to be loaded again.
        let node = here.unwrap_or_else(|| self.create());
        cursor.set(node.clone().into());
        position.set(Position::NextChild);
        node
    }
}

impl Child {
    fn create(&self) -> DomNode {
        match self {
            Self::Text(text) => Rndr::create_text_node(text).into(),
            Self::Element(child) => child.create().into(),
        }
    }
}

/// What a text is written as, between tags or between quotes.
fn escape(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 4] = ['&', '<', '>', '"'];
    if !text.contains(SPECIAL) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped.into()
}

impl Render for StaticElement {
    type State = Element;

    fn build(self) -> Element {
        self.create()
    }

    /// The element is replaced: nothing of it is kept to be compared.
    fn rebuild(self, state: &mut Element) {
        let mut next = self.create();
        state.insert_before_this(&mut next);
        state.unmount();
        *state = next;
    }
}

/// It has the attributes that it was made with, and no others.
impl AddAnyAttr for StaticElement {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for StaticElement {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        _: RenderFlags,
        _: Vec<AnyAttribute>,
    ) {
        self.write(buf);
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Element {
        self.take(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_the_directory_stays_text() {
        let cell = StaticElement::new("td")
            .with("class", "col-notes")
            .with("title", "\"><script>alert('1')</script>")
            .with("hidden", "")
            .text("a < b && <b>\"c\"</b>")
            .child(StaticElement::new("span").text("–"));
        assert_eq!(
            cell.to_html(),
            "<td class=col-notes title=\"&quot;&gt;&lt;script&gt;alert('1')&lt;/script&gt;\" hidden>\
             a &lt; b &amp;&amp; &lt;b&gt;&quot;c&quot;&lt;/b&gt;<span>–</span></td>"
        );
    }

    #[test]
    fn an_input_has_no_end_tag_and_an_address_no_quotes() {
        let label = StaticElement::new("label")
            .child(StaticElement::new("input").with("value", "7"))
            .child(
                StaticElement::new("a")
                    .with("href", "/devices/a-1")
                    .text("A"),
            )
            .child(
                StaticElement::new("a")
                    .with("href", "/devices/a b")
                    .text("B"),
            );
        assert_eq!(
            label.to_html(),
            "<label><input value=7><a href=/devices/a-1>A</a>\
             <a href=\"/devices/a b\">B</a></label>"
        );
    }
}
