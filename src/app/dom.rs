//! Elements, made at once and followed by signals.
//!
//! Leptos's `view!` compiles rendering code per closure type and per element type: for a page of this size that was more than half of what
//! people download. Here every closure is boxed where it enters, so the code that builds, follows and removes exists once. Signals, memos,
//! owners and effects are Leptos's; an element's effects and listeners end with the owner it was made under.

use std::cell::RefCell;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt as _};
use web_sys::{Element, Event, Node};

/// An element under construction; a handle, so keep a clone to come back to it.
#[derive(Clone)]
pub(crate) struct El(Element);

/// A closure that says how something is. `dyn Fn` would do, but with it every closure brings a `call_once` along that nobody calls: a
/// sixth of all functions of the page.
pub(crate) trait Says<T> {
    /// How it is now.
    fn now(&self) -> T;
}

impl<T, F: Fn() -> T> Says<T> for F {
    fn now(&self) -> T {
        self()
    }
}

/// A closure that does something with what it is given.
pub(crate) trait Takes<T> {
    /// Takes it.
    fn take(&mut self, given: T);
}

impl<T, F: FnMut(T)> Takes<T> for F {
    fn take(&mut self, given: T) {
        self(given);
    }
}

/// A closure that makes the element of something.
pub(crate) trait Shows<T> {
    /// Its element.
    fn show(&self, item: T) -> El;
}

impl<T, F: Fn(T) -> El> Shows<T> for F {
    fn show(&self, item: T) -> El {
        self(item)
    }
}

/// A new element.
#[inline(never)]
pub(crate) fn el(tag: &str) -> El {
    El(document().create_element(tag).expect_throw("the name of an element"))
}

/// A new element of a class.
#[inline(never)]
pub(crate) fn el_of(tag: &str, class: &str) -> El {
    el(tag).class(class)
}

/// A new element of a picture (SVG).
#[inline(never)]
pub(crate) fn svg(tag: &str) -> El {
    let namespace = Some("http://www.w3.org/2000/svg");
    El(document().create_element_ns(namespace, tag).expect_throw("the name of an element"))
}

/// A button that says what it does.
pub(crate) fn button(class: &str, says: impl Fn() -> String + 'static, mut act: impl FnMut() + 'static) -> El {
    button_of(class, Box::new(says), Box::new(move |_| act()))
}

#[inline(never)]
fn button_of(class: &str, says: Box<dyn Says<String>>, act: Box<dyn Takes<Event>>) -> El {
    el_of("button", class).attr("type", "button").say_of(says).listen("click", act)
}

/// A button with a sign; what it does is its title and its name.
pub(crate) fn icon_button(
    class: &str,
    sign: &str,
    name: impl Fn() -> String + 'static,
    mut act: impl FnMut() + 'static,
) -> El {
    icon_button_of(class, sign, Rc::new(name), Box::new(move |_| act()))
}

#[inline(never)]
fn icon_button_of(class: &str, sign: &str, name: Rc<dyn Says<String>>, act: Box<dyn Takes<Event>>) -> El {
    let title = Rc::clone(&name);
    el_of("button", class)
        .attr("type", "button")
        .attr_of("title", move || title.now())
        .attr_of("aria-label", move || name.now())
        .child(el("span").attr("aria-hidden", "true").text(sign))
        .listen("click", act)
}

impl<E: JsCast> From<E> for El {
    fn from(element: E) -> Self {
        Self(element.unchecked_into())
    }
}

impl El {
    /// The element itself, as what it is.
    pub(crate) fn raw<E: JsCast>(&self) -> E {
        self.0.clone().unchecked_into()
    }

    // ---- attributes ----

    /// Its classes.
    #[inline(never)]
    pub(crate) fn class(self, class: &str) -> Self {
        if !class.is_empty() {
            self.0.set_class_name(class);
        }
        self
    }

    /// An attribute.
    #[inline(never)]
    pub(crate) fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, value);
        self
    }

    /// An attribute that changes; none while it is empty.
    pub(crate) fn attr_of(self, name: &'static str, of: impl Fn() -> String + 'static) -> Self {
        self.tell(Told::Attr(name), Box::new(of))
    }

    /// An attribute that is `true` or `false`.
    pub(crate) fn aria(self, name: &'static str, of: impl Fn() -> bool + 'static) -> Self {
        self.tell_flag(Told::Attr(name), Box::new(of))
    }

    /// An attribute that is there or not (`disabled`, `open`).
    pub(crate) fn flag(self, name: &'static str, of: impl Fn() -> bool + 'static) -> Self {
        self.tell_flag(Told::Flag(name), Box::new(of))
    }

    /// A class that is there or not.
    pub(crate) fn toggle(self, class: &'static str, of: impl Fn() -> bool + 'static) -> Self {
        self.tell_flag(Told::Class(class), Box::new(of))
    }

    /// A style that changes; none while it is empty.
    pub(crate) fn style_of(self, name: &'static str, of: impl Fn() -> String + 'static) -> Self {
        self.tell(Told::Style(name), Box::new(of))
    }

    /// A property that changes.
    pub(crate) fn prop_of(self, name: &'static str, of: impl Fn() -> JsValue + 'static) -> Self {
        self.tell_prop(name, Box::new(of))
    }

    #[inline(never)]
    fn tell_prop(self, name: &'static str, of: Box<dyn Says<JsValue>>) -> Self {
        let element = self.0.clone();
        follow(Box::new(move || drop(js_sys::Reflect::set(&element, &name.into(), &of.now()))));
        self
    }

    #[inline(never)]
    fn tell_flag(self, told: Told, of: Box<dyn Says<bool>>) -> Self {
        let (yes, no) = if matches!(told, Told::Attr(_)) { ("true", "false") } else { ("1", "") };
        let spelled = move || if of.now() { yes } else { no }.to_owned();
        self.tell(told, Box::new(spelled))
    }

    #[inline(never)]
    fn tell(self, told: Told, of: Box<dyn Says<String>>) -> Self {
        let element = self.0.clone();
        let mut before = String::new();
        follow(Box::new(move || {
            let now = of.now();
            if now != before {
                // What the browser refuses (a style it does not know) is as good as not said.
                let _ = tell(&element, &told, &now).is_err();
                before = now;
            }
        }));
        self
    }

    // ---- events ----

    /// Handles an event.
    pub(crate) fn on<E: JsCast>(self, name: &'static str, mut handle: impl FnMut(E) + 'static) -> Self {
        self.listen(name, Box::new(move |ev: Event| handle(ev.unchecked_into())))
    }

    /// Handles what was written or chosen, at every change (`input`) or when it is done (`change`).
    pub(crate) fn on_value(self, name: &'static str, mut handle: impl FnMut(String) + 'static) -> Self {
        let field: web_sys::HtmlInputElement = self.raw();
        self.listen(name, Box::new(move |_: Event| handle(field.value())))
    }

    #[inline(never)]
    fn listen(self, name: &'static str, mut handle: Box<dyn Takes<Event>>) -> Self {
        let options = EventListenerOptions::enable_prevent_default();
        keep(EventListener::new_with_options(&self.0, name, options, move |ev| handle.take(ev.clone())));
        self
    }

    // ---- content ----

    /// A text.
    #[inline(never)]
    pub(crate) fn text(self, text: &str) -> Self {
        self.append(&document().create_text_node(text));
        self
    }

    /// A text that changes.
    pub(crate) fn say(self, of: impl Fn() -> String + 'static) -> Self {
        self.say_of(Box::new(of))
    }

    #[inline(never)]
    fn say_of(self, of: Box<dyn Says<String>>) -> Self {
        let text = document().create_text_node("");
        self.append(&text);
        self.tell(Told::Text(text), of)
    }

    /// An element.
    #[inline(never)]
    pub(crate) fn child(self, child: El) -> Self {
        self.append(&child.0);
        self
    }

    /// Elements.
    pub(crate) fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Elements that are made anew whenever what they were made from changes.
    pub(crate) fn area<I: IntoIterator<Item = El>>(self, of: impl Fn() -> I + 'static) -> Self {
        self.area_of(Box::new(move || of().into_iter().collect()))
    }

    #[inline(never)]
    fn area_of(self, of: Box<dyn Says<Vec<El>>>) -> Self {
        let end = self.end();
        let mut shown: Vec<El> = Vec::new();
        follow(Box::new(move || {
            let now = of.now();
            for before in mem::replace(&mut shown, now) {
                before.0.remove();
            }
            // First to last: a menu takes the first of its options until it is given the chosen one.
            if let Some(parent) = end.parent_node() {
                for El(element) in &shown {
                    drop(parent.insert_before(element, Some(&end)));
                }
            }
        }));
        self
    }

    /// An element that is there while something holds; made anew each time it begins to.
    pub(crate) fn when(self, holds: impl Fn() -> bool + 'static, of: impl Fn() -> El + 'static) -> Self {
        self.when_of(Box::new(holds), Box::new(of))
    }

    #[inline(never)]
    fn when_of(self, holds: Box<dyn Says<bool>>, of: Box<dyn Says<El>>) -> Self {
        self.list_of(
            {
                let mut held = false;
                Box::new(move || {
                    let before = mem::replace(&mut held, holds.now());
                    if held { vec![before.then_some(0)] } else { Vec::new() }
                })
            },
            Box::new(move |_: usize| of.now()),
        )
    }

    /// An element per item; an item that stays equal keeps its element, and with it focus and what is open.
    pub(crate) fn list<T: PartialEq + Clone + 'static>(
        self,
        of: impl Fn() -> Vec<T> + 'static,
        view: impl Fn(T) -> El + 'static,
    ) -> Self {
        self.list_of_items(Box::new(of), Box::new(view))
    }

    /// Compiled once per type of item.
    #[inline(never)]
    fn list_of_items<T: PartialEq + Clone + 'static>(self, of: Box<dyn Says<Vec<T>>>, view: Box<dyn Shows<T>>) -> Self {
        let items = Rc::new(RefCell::new(Vec::<T>::new()));
        let shown = Rc::clone(&items);
        self.list_of(
            Box::new(move || {
                let now = of.now();
                let before = items.replace(now);
                let now = items.borrow();
                origins(before.len(), now.len(), &|old, new| before[old] == now[new])
            }),
            Box::new(move |index: usize| {
                let item = shown.borrow()[index].clone();
                view.show(item)
            }),
        )
    }

    /// `origins` says for each item which one of the items before it is, if it was there.
    #[inline(never)]
    fn list_of(self, mut origins: Box<dyn FnMut() -> Vec<Option<usize>>>, make: Box<dyn Shows<usize>>) -> Self {
        let end = self.end();
        // Items outlive the effect's next run, so their owners hang on the owner of the list.
        let owner = Owner::current().unwrap_or_default();
        let mut shown: Vec<(El, Owner)> = Vec::new();
        follow(Box::new(move || {
            let origins = origins();
            let mut before: Vec<_> = mem::take(&mut shown).into_iter().map(Some).collect();
            let item = |(index, origin): (usize, Option<usize>)| {
                origin.and_then(|origin| before.get_mut(origin)?.take()).unwrap_or_else(|| {
                    let owner = owner.child();
                    (owner.with(|| untrack(|| make.show(index))), owner)
                })
            };
            shown = origins.into_iter().enumerate().map(item).collect();
            for (element, owner) in before.into_iter().flatten() {
                owner.cleanup();
                element.0.remove();
            }
            let elements: Vec<El> = shown.iter().map(|(element, _)| element.clone()).collect();
            place(&elements, &end);
        }));
        self
    }

    /// A mark behind which nothing of a part that changes stands.
    fn end(&self) -> Node {
        let end: Node = document().create_text_node("").into();
        self.append(&end);
        end
    }

    fn append(&self, node: &Node) {
        // Only a node that holds its own parent is refused.
        drop(self.0.append_child(node));
    }
}

/// Runs soon, when what is being made is on the page, and after every change of what it read, until the owner ends.
pub(crate) fn effect(run: impl Fn() + 'static) {
    effect_of(Box::new(run));
}

#[inline(never)]
fn effect_of(run: Box<dyn Says<()>>) {
    Effect::new(move || run.now());
}

/// Runs in the background.
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    leptos::task::spawn_local(work);
}

/// Runs after so many milliseconds, unless what is given back is dropped before.
pub(crate) fn later(ms: u32, run: impl FnOnce() + 'static) -> Timeout {
    let run: Box<dyn FnOnce()> = Box::new(run);
    Timeout::new(ms, run)
}

/// Waits so many milliseconds.
pub(crate) async fn pause(ms: u32) {
    let mut timer = None;
    let passed = js_sys::Promise::new(&mut |done, _| {
        timer = Some(later(ms, move || drop(done.call0(&JsValue::NULL))));
    });
    // A promise that nothing refuses.
    drop(wasm_bindgen_futures::JsFuture::from(passed).await);
}

/// `clamp` without its panic where the bounds cross, which brings the printing of floats along.
pub(crate) fn between(number: f64, least: f64, most: f64) -> f64 {
    number.max(least).min(most)
}

/// Puts elements in order before a mark; what stands right is not touched, because moving takes the focus away.
fn place(elements: &[El], end: &Node) {
    let Some(parent) = end.parent_node() else { return };
    let mut next = end.clone();
    for El(element) in elements.iter().rev() {
        if element.next_sibling().as_ref() != Some(&next) {
            drop(parent.insert_before(element, Some(&next)));
        }
        next = element.clone().into();
    }
}

#[inline(never)]
fn set(element: &Element, name: &str, value: &str) {
    element.set_attribute(name, value).unwrap_or_default();
}

/// Keeps something until the owner ends.
fn keep<T: 'static>(kept: T) {
    StoredValue::new_local(kept);
}

/// Runs now and after every change of what it read, until the owner ends.
#[inline(never)]
fn follow(mut run: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| run());
    on_cleanup(move || drop(effect));
}

/// What is said of an element, and how.
enum Told {
    Attr(&'static str),
    Flag(&'static str),
    Class(&'static str),
    Style(&'static str),
    Text(web_sys::Text),
}

fn tell(element: &Element, told: &Told, now: &str) -> Result<(), JsValue> {
    let on = !now.is_empty();
    match told {
        Told::Attr(name) if on => element.set_attribute(name, now),
        Told::Attr(name) => element.remove_attribute(name),
        Told::Flag(name) => element.toggle_attribute_with_force(name, on).map(drop),
        Told::Class(name) => element.class_list().toggle_with_force(name, on).map(drop),
        Told::Style(name) => element.unchecked_ref::<web_sys::HtmlElement>().style().set_property(name, now),
        Told::Text(text) => {
            text.set_data(now);
            Ok(())
        }
    }
}

/// For each new item the old one that is the same, each taken once.
fn origins(before: usize, now: usize, same: &dyn Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut taken = vec![false; before];
    let origin = |new| {
        let found = (0..before).find(|old| !taken[*old] && same(*old, new))?;
        taken[found] = true;
        Some(found)
    };
    (0..now).map(origin).collect()
}
