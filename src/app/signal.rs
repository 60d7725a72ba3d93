//! Signals and memos whose machinery is compiled once.
//!
//! Leptos compiles a signal's storage, locking and tracking for every type of value: for the forty types of this page that was a seventh of
//! what people download. Here Leptos's graph knows only *that* something changed; the values lie beside it, all behind one type, and are
//! freed with the owner they were made under. What is generic is no more than the way back to the value's own type.
//!
//! Methods mean what they mean in Leptos: reading tracks unless the name says `untracked`, `try_` gives `None` once the owner has ended, and
//! setting then does nothing.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;

use leptos::prelude::{self as graph, ArcMemo, ArcTrigger, GetUntracked as _, LocalStorage, Notify as _, Track as _};
use leptos::prelude::{GetValue as _, IsDisposed as _, UpdateValue as _, WithValue as _};

/// A value that can be read and followed: what [`RwSignal`] and [`Memo`] share. A handle: copy it into closures freely.
pub(crate) struct Signal<T> {
    slot: Slot,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T: 'static> Signal<T> {
    fn of(slot: Slot) -> Self {
        Self { slot, of: PhantomData }
    }

    /// Whether its owner has ended.
    pub(crate) fn is_disposed(self) -> bool {
        self.slot.0.is_disposed()
    }

    /// Follows it without looking.
    pub(crate) fn track(self) {
        self.slot.track();
    }

    /// Looks at it, and follows it.
    pub(crate) fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(typed(&*self.slot.followed()))
    }

    /// Looks at it.
    pub(crate) fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(typed(&*self.slot.now()))
    }
}

impl<T: Clone + 'static> Signal<T> {
    /// A copy of it; follows it.
    pub(crate) fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of it.
    pub(crate) fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// A copy of it.
    pub(crate) fn try_get_untracked(self) -> Option<T> {
        self.slot.try_now().map(|value| typed::<T>(&*value).clone())
    }
}

/// A value that anybody who holds it can set.
pub(crate) struct RwSignal<T>(Signal<T>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for RwSignal<T> {
    type Target = Signal<T>;

    fn deref(&self) -> &Signal<T> {
        &self.0
    }
}

impl<T: 'static> RwSignal<T> {
    /// A signal of a value.
    pub(crate) fn new(value: T) -> Self {
        Self(Signal::of(Slot::of_signal(Rc::new(value))))
    }

    /// Puts another value in place, and tells it.
    pub(crate) fn set(self, value: T) {
        self.slot.set(Rc::new(value));
    }

    /// Changes the value, and tells it.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Changes the value, and tells it.
    pub(crate) fn try_update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let changed = self.update_untracked(change);
        self.slot.notify();
        changed
    }

    /// Changes the value silently.
    pub(crate) fn update_untracked<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut value = self.slot.take()?;
        let changed = own(&mut value).downcast_mut().map(change);
        self.slot.put(value);
        changed
    }
}

/// A value computed from signals: only as often as they change, and only when somebody reads it. Who follows it runs when it is another.
pub(crate) type Memo<T> = Signal<T>;

impl<T: PartialEq + 'static> Memo<T> {
    /// `compute` is given what it computed before.
    pub(crate) fn new(compute: impl Fn(Option<&T>) -> T + 'static) -> Self {
        Self::of(Slot::of_memo(Box::new(move |before: Option<&dyn Any>| {
            let before = before.map(|before| typed(before));
            let now = compute(before);
            (before != Some(&now)).then(|| Rc::new(now) as Value)
        })))
    }
}

/// A value that lives as long as its owner and that nothing follows.
pub(crate) struct StoredValue<T>(RwSignal<T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: Default + 'static> Default for StoredValue<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> StoredValue<T> {
    /// Keeps a value.
    pub(crate) fn new(value: T) -> Self {
        Self(RwSignal(Signal::of(Slot::new(Some(Rc::new(value)), Changes::Untold))))
    }

    /// Looks at it.
    pub(crate) fn with_value<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.0.with_untracked(look)
    }

    /// Changes it.
    pub(crate) fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Changes it.
    pub(crate) fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.0.update_untracked(change)
    }

    /// Puts another in its place.
    pub(crate) fn set_value(self, value: T) {
        self.0.slot.put(Rc::new(value));
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// A copy of it.
    pub(crate) fn get_value(self) -> T {
        self.0.get_untracked()
    }
}

// ---- what is compiled once ----

/// A value of any type. It is shared only while somebody looks at it.
type Value = Rc<dyn Any>;

/// What a memo computes with. `dyn Fn` would compile a `call_once` per memo, which nobody calls.
trait Compute {
    /// Given the value before: the value now, where it is another.
    fn compute(&self, before: Option<&dyn Any>) -> Option<Value>;
}

impl<F: Fn(Option<&dyn Any>) -> Option<Value>> Compute for F {
    fn compute(&self, before: Option<&dyn Any>) -> Option<Value> {
        self(before)
    }
}

/// Where a value lies in Leptos's arena.
#[derive(Clone, Copy)]
struct Slot(graph::StoredValue<Kept, LocalStorage>);

struct Kept {
    /// `None` in a memo that was never read, and while the value is being changed.
    value: Option<Value>,
    changes: Changes,
}

/// What the graph knows of a value.
#[derive(Clone)]
enum Changes {
    /// Nothing: nobody follows it.
    Untold,
    /// Somebody sets it.
    Set(ArcTrigger),
    /// It is brought up to date when it is read.
    Computed(ArcMemo<()>),
}

impl Slot {
    #[inline(never)]
    fn new(value: Option<Value>, changes: Changes) -> Self {
        Self(graph::StoredValue::new_local(Kept { value, changes }))
    }

    #[inline(never)]
    fn of_signal(value: Value) -> Self {
        Self::new(Some(value), Changes::Set(ArcTrigger::new()))
    }

    #[inline(never)]
    fn of_memo(compute: Box<dyn Compute>) -> Self {
        let slot = Self::new(None, Changes::Untold);
        // The graph asks for a closure that could change threads; handles can, whatever they lead to.
        let compute: graph::StoredValue<Rc<dyn Compute>, LocalStorage> = graph::StoredValue::new_local(compute.into());
        let memo = ArcMemo::new_owning(move |_| {
            let now = compute.try_get_value().and_then(|compute| compute.compute(slot.value().as_deref()));
            ((), now.map(|now| slot.put(now)).is_some())
        });
        slot.0.update_value(|kept| kept.changes = Changes::Computed(memo));
        slot
    }

    /// The value, as it lies there.
    fn value(self) -> Option<Value> {
        self.0.try_with_value(|kept| kept.value.clone())?
    }

    fn changes(self) -> Changes {
        self.0.try_with_value(|kept| kept.changes.clone()).unwrap_or(Changes::Untold)
    }

    /// The value, up to date.
    #[inline(never)]
    fn try_now(self) -> Option<Value> {
        if let Changes::Computed(memo) = self.changes() {
            memo.get_untracked();
        }
        self.value()
    }

    #[inline(never)]
    fn now(self) -> Value {
        self.try_now().unwrap_or_else(|| panic!("read after its owner ended, or while it was changed"))
    }

    #[inline(never)]
    fn followed(self) -> Value {
        self.track();
        self.now()
    }

    #[inline(never)]
    fn track(self) {
        match self.changes() {
            Changes::Untold => {}
            Changes::Set(trigger) => trigger.track(),
            Changes::Computed(memo) => memo.track(),
        }
    }

    #[inline(never)]
    fn notify(self) {
        if let Changes::Set(trigger) = self.changes() {
            trigger.notify();
        }
    }

    #[inline(never)]
    fn take(self) -> Option<Value> {
        self.0.try_update_value(|kept| kept.value.take())?
    }

    #[inline(never)]
    fn put(self, value: Value) {
        // What lay there is dropped here, where its own `drop` may use the arena.
        drop(self.0.try_update_value(|kept| kept.value.replace(value)));
    }

    #[inline(never)]
    fn set(self, value: Value) {
        self.put(value);
        self.notify();
    }
}

/// A value that is to be changed.
#[inline(never)]
fn own(value: &mut Value) -> &mut dyn Any {
    Rc::get_mut(value).unwrap_or_else(|| panic!("changed while somebody looks at it"))
}

/// A value as what it is: what once had a type keeps it.
fn typed<T: 'static>(value: &dyn Any) -> &T {
    value.downcast_ref().unwrap_or_else(|| mistyped())
}

#[cold]
#[inline(never)]
fn mistyped() -> ! {
    unreachable!("a value of another type")
}
