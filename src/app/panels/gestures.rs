//! Pointers on a chart: one drags a brush (mouse) or pans (finger, shift, middle button), two pinch.

/// What a move asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gesture {
    /// Moved by pixels.
    Pan(f64),
    /// Two fingers: the window's length times `factor` around `center`.
    Pinch {
        /// Above 1 when the fingers close in.
        factor: f64,
        /// Middle of the fingers, in pixels.
        center: f64,
    },
}

/// A brush narrower than this is a click.
const CLICK_PX: f64 = 4.0;

#[derive(Clone, Copy, Debug)]
struct Pointer {
    id: i32,
    from: f64,
    now: f64,
    pans: bool,
}

/// The pointers that are down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pointers(Vec<Pointer>);

impl Pointers {
    /// A pointer came down.
    pub(crate) fn down(&mut self, id: i32, x: f64, touch: bool, pans: bool) {
        self.0.retain(|pointer| pointer.id != id);
        self.0.push(Pointer { id, from: x, now: x, pans: pans || touch });
    }

    /// A pointer moved.
    pub(crate) fn moved(&mut self, id: i32, x: f64) -> Option<Gesture> {
        let index = self.0.iter().position(|pointer| pointer.id == id)?;
        let before = self.0[index].now;
        self.0[index].now = x;
        if let [a, b] = self.0[..] {
            let other = if a.id == id { b.now } else { a.now };
            let (was, is) = ((before - other).abs(), (x - other).abs());
            return (is > 8.0 && was > 8.0)
                .then(|| Gesture::Pinch { factor: was / is, center: f64::midpoint(x, other) });
        }
        self.0[index].pans.then_some(Gesture::Pan(x - before))
    }

    /// A pointer came up; the brush it drew, if it drew one.
    pub(crate) fn up(&mut self, id: i32) -> Option<(f64, f64)> {
        let brushed = self.brushed();
        self.0.retain(|pointer| pointer.id != id);
        brushed
    }

    /// The brush being drawn.
    pub(crate) fn brushed(&self) -> Option<(f64, f64)> {
        let [pointer] = self.0[..] else { return None };
        let brushes = !pointer.pans && (pointer.now - pointer.from).abs() >= CLICK_PX;
        brushes.then(|| (pointer.from.min(pointer.now), pointer.from.max(pointer.now)))
    }
}
