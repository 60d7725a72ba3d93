//! The values of a series: shared, because what is derived of a table looks at the table's own numbers, and narrow while they come in and on
//! their way.

use std::borrow::Cow;
use std::cell::{OnceCell, Ref, RefCell};
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Numbers, NaN where there is none. A clone is the same numbers; they are copied only where a clone changes.
#[derive(Clone, Default)]
pub struct Values {
    wide: Rc<Vec<f64>>,
    /// In place of those, as long as nothing changes.
    narrow: Option<Rc<Waiting>>,
}

/// Numbers that are narrow until they are looked at.
struct Waiting {
    narrow: RefCell<Narrow>,
    wide: OnceCell<Vec<f64>>,
}

impl Values {
    /// The numbers, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        if self.narrow.is_some() {
            *self = self.to_vec().into();
        }
        Rc::make_mut(&mut self.wide)
    }

    /// None yet, with room for so many, which come in pieces.
    #[must_use]
    pub fn with_room(n_values: usize) -> Self {
        // All at once: growing would leave holes where the shorter ones were.
        if n_values > LONG { Vec::with_capacity(n_values).into() } else { Narrow::default().into() }
    }

    /// Adds a piece; narrow, if those before it are.
    pub fn append(&mut self, piece: &Self) {
        match self.narrow.as_mut().and_then(Rc::get_mut).filter(|waiting| waiting.wide.get().is_none()) {
            Some(waiting) => match piece.waiting() {
                Some(piece) => waiting.narrow.get_mut().append(&piece),
                None => piece.iter().for_each(|value| waiting.narrow.get_mut().push(*value)),
            },
            None => self.to_mut().extend_from_slice(&piece.all()),
        }
    }

    /// Those that nobody has looked at.
    fn waiting(&self) -> Option<Ref<'_, Narrow>> {
        self.narrow.as_ref().filter(|waiting| waiting.wide.get().is_none()).map(|waiting| waiting.narrow.borrow())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting().map_or_else(|| (**self).len(), |narrow| narrow.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers from one place on, so many as there are up to another; where they are narrow they stay so, and the answer is a copy.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Cow<'_, [f64]> {
        match self.waiting() {
            Some(narrow) => narrow.part(from, to).into(),
            None => self.get(from..to.min(self.len())).unwrap_or_default().into(),
        }
    }

    /// Those from one place on, up to another; what is narrow stays so.
    #[must_use]
    pub fn piece(&self, from: usize, to: usize) -> Self {
        match self.waiting().filter(|_| from.is_multiple_of(RUN)) {
            Some(narrow) => narrow.piece(from, to).into(),
            None => self.part(from, to).into_owned().into(),
        }
    }

    /// One of them, NaN where there is none.
    #[must_use]
    pub fn at(&self, index: usize) -> f64 {
        let value = match self.waiting() {
            Some(narrow) => narrow.at(index),
            None => self.get(index).copied(),
        };
        value.unwrap_or(f64::NAN)
    }

    /// All of them, for one look: of many columns that are each looked at once only one is wide at a time.
    #[must_use]
    pub fn all(&self) -> Cow<'_, [f64]> {
        self.part(0, self.len())
    }

    /// How many of them are numbers.
    #[must_use]
    pub fn n_finite(&self) -> usize {
        let of = |values: &[f64]| values.iter().filter(|value| value.is_finite()).count();
        match self.waiting() {
            Some(narrow) => narrow.runs.iter().map(|run| n_finite_of(run)).sum::<usize>() + of(&narrow.last),
            None => of(self),
        }
    }
}

impl Deref for Values {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        let Some(waiting) = &self.narrow else { return &self.wide };
        waiting.wide.get_or_init(|| {
            let narrow = waiting.narrow.take();
            narrow.part(0, narrow.len())
        })
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<'a> IntoIterator for &'a Values {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        (**self).iter()
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self { wide: Rc::new(values), narrow: None }
    }
}

impl From<Narrow> for Values {
    fn from(narrow: Narrow) -> Self {
        let mut narrow = narrow;
        narrow.last.shrink_to_fit();
        let waiting = Waiting { narrow: RefCell::new(narrow), wide: OnceCell::new() };
        Self { wide: Rc::default(), narrow: Some(Rc::new(waiting)) }
    }
}

impl FromIterator<f64> for Values {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self::from(values.into_iter().collect::<Vec<f64>>())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<const N: usize> PartialEq<[f64; N]> for Values {
    fn eq(&self, other: &[f64; N]) -> bool {
        **self == *other
    }
}

/// How numbers are written: the bytes of each, and how many decimal places it has. Most series count something or were written with a few
/// places: two or four bytes hold such a number, where eight would have to be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Form {
    width: u8,
    places: u8,
}

/// As they are.
const WIDE: Form = Form { width: 8, places: 0 };

/// Powers of ten of the places that are looked for.
const TENS: [f64; 7] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

/// A number in tenths, hundredths, …, to the nearest.
fn scaled(value: f64, ten: f64) -> i32 {
    (value * ten + 0.5_f64.copysign(value)) as i32
}

impl Form {
    /// The narrowest form that gives every number back as it is, or missing. A negative zero is no whole number.
    fn of(values: &[f64]) -> Self {
        let (mut n_whole, mut bits) = (0, 0);
        for &value in values {
            let number = value as i32;
            if f64::from(number).to_bits() == value.to_bits() {
                bits |= number.unsigned_abs();
            } else if !value.is_nan() {
                break;
            }
            n_whole += 1;
        }
        let most = if n_whole == values.len() { f64::from(bits) } else { f64::INFINITY };
        Self::that_holds(most, 0).unwrap_or_else(|| Self::of_decimals(values).unwrap_or(WIDE))
    }

    /// Of numbers with a few places. More places never lose what fewer can tell: both are the quotient nearest to the same number.
    fn of_decimals(values: &[f64]) -> Option<Self> {
        let (mut most, mut places) = (0.0_f64, 1);
        for &value in values.iter().filter(|value| !value.is_nan()) {
            while (f64::from(scaled(value, *TENS.get(places)?)) / TENS[places]).to_bits() != value.to_bits() {
                places += 1;
            }
            most = most.max(value.abs());
        }
        Self::that_holds(most * TENS[places] - 0.5, places as u8)
    }

    /// The narrowest for whole numbers up to this.
    fn that_holds(most: f64, places: u8) -> Option<Self> {
        let width = match () {
            () if most <= f64::from(i16::MAX) => 2,
            () if most <= f64::from(i32::MAX) => 4,
            () => return None,
        };
        Some(Self { width, places })
    }

    const fn byte(self) -> u8 {
        self.width | self.places << 4
    }

    /// The form that a byte names.
    fn named(byte: u8) -> Option<Self> {
        let form = Self { width: byte & 0xf, places: byte >> 4 };
        (form == WIDE || matches!(form.width, 2 | 4) && usize::from(form.places) < TENS.len()).then_some(form)
    }

    fn ten(self) -> f64 {
        TENS.get(usize::from(self.places)).copied().unwrap_or(1.0)
    }
}

/// The form, then the numbers in it.
fn bytes_of<const N: usize>(form: Form, values: &[f64], number: impl Fn(f64) -> [u8; N]) -> Vec<u8> {
    let mut bytes = vec![0; values.len() * N + 1];
    bytes[0] = form.byte();
    let (places, _) = bytes[1..].as_chunks_mut();
    for (place, &value) in places.iter_mut().zip(values) {
        *place = number(value);
    }
    bytes
}

/// Numbers in their narrowest form, after which it is named. The least whole number stands for a missing one.
fn narrowed(values: &[f64]) -> Vec<u8> {
    let form = Form::of(values);
    let ten = form.ten();
    let whole = |value: f64, none: i32| if value.is_nan() { none } else { scaled(value, ten) };
    match form.width {
        2 => bytes_of(form, values, |value| (whole(value, i16::MIN.into()) as i16).to_le_bytes()),
        4 => bytes_of(form, values, |value| whole(value, i32::MIN).to_le_bytes()),
        _ => bytes_of(form, values, f64::to_le_bytes),
    }
}

/// Appends numbers in a form.
fn append<const N: usize>(values: &mut Vec<f64>, bytes: &[u8], number: impl Fn([u8; N]) -> f64) {
    let (numbers, _) = bytes.as_chunks();
    values.extend(numbers.iter().map(|bytes| number(*bytes)));
}

/// A number of so many tenths, hundredths, …, or that which stands for a missing one.
fn whole(number: i32, none: i32, ten: f64) -> f64 {
    if number == none { f64::NAN } else { f64::from(number) / ten }
}

/// What was narrowed: its form and its numbers.
fn form_of(bytes: &[u8]) -> (Form, &[u8]) {
    let named = bytes.split_first().and_then(|(form, bytes)| Some((Form::named(*form)?, bytes)));
    named.unwrap_or((WIDE, &[]))
}

/// Appends what was narrowed.
fn widen(values: &mut Vec<f64>, bytes: &[u8]) {
    let (form, bytes) = form_of(bytes);
    let ten = form.ten();
    match (form.width, form.places) {
        (2, 0) => append(values, bytes, |number| whole(i16::from_le_bytes(number).into(), i16::MIN.into(), 1.0)),
        (2, _) => append(values, bytes, |number| whole(i16::from_le_bytes(number).into(), i16::MIN.into(), ten)),
        (4, 0) => append(values, bytes, |number| whole(i32::from_le_bytes(number), i32::MIN, 1.0)),
        (4, _) => append(values, bytes, |number| whole(i32::from_le_bytes(number), i32::MIN, ten)),
        _ => append(values, bytes, f64::from_le_bytes),
    }
}

/// How many of what was narrowed are numbers.
fn n_finite_of(bytes: &[u8]) -> usize {
    let (form, bytes) = form_of(bytes);
    match form.width {
        2 => bytes.as_chunks().0.iter().filter(|number| i16::from_le_bytes(**number) != i16::MIN).count(),
        4 => bytes.as_chunks().0.iter().filter(|number| i32::from_le_bytes(**number) != i32::MIN).count(),
        _ => bytes.as_chunks().0.iter().filter(|number| f64::from_le_bytes(**number).is_finite()).count(),
    }
}

/// Of a column of more there are few: it is looked at as a whole, and would be there twice while it is made wide.
const LONG: usize = 1 << 20;
/// Numbers that are narrowed together.
const RUN: usize = 4096;

/// Numbers as they come in: in runs, of which all but the last are narrow, so that millions of counts take two bytes each and nothing is
/// copied for want of room.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    runs: Vec<Vec<u8>>,
    last: Vec<f64>,
}

impl Narrow {
    /// Adds one.
    #[inline]
    pub fn push(&mut self, value: f64) {
        if self.last.len() == RUN {
            self.end_run();
        }
        self.last.push(value);
    }

    #[cold]
    fn end_run(&mut self) {
        self.runs.push(narrowed(&self.last));
        self.last.clear();
    }

    /// What was narrowed.
    fn of(bytes: &[u8]) -> Self {
        let (form, bytes) = form_of(bytes);
        let run = |numbers: &[u8]| [&[form.byte()], numbers].concat();
        let (whole, rest) = bytes.split_at(bytes.len() - bytes.len() % (RUN * usize::from(form.width)));
        let mut last = Vec::new();
        widen(&mut last, &run(rest));
        Self { runs: whole.chunks_exact(RUN * usize::from(form.width)).map(run).collect(), last }
    }

    /// Numbers from the beginning of a run on.
    fn piece(&self, from: usize, to: usize) -> Self {
        let to = to.min(self.len());
        let end = to / RUN;
        let runs = self.runs.get(from / RUN..end.min(self.runs.len())).unwrap_or_default().to_vec();
        Self { last: self.part(from + runs.len() * RUN, to), runs }
    }

    /// Adds others.
    fn append(&mut self, others: &Self) {
        if self.last.len() == RUN {
            self.end_run();
        }
        if self.last.is_empty() {
            self.runs.extend_from_slice(&others.runs);
            self.last.extend_from_slice(&others.last);
        } else {
            others.part(0, others.len()).into_iter().for_each(|value| self.push(value));
        }
    }

    /// All of them as they are narrowed together, where all runs have the same form: nothing is looked at then.
    fn joined(&self) -> Option<Vec<u8>> {
        let last = narrowed(&self.last);
        let runs = || self.runs.iter().chain((last.len() > 1).then_some(&last));
        let form = runs().next()?.first()?;
        let mut bytes = vec![*form];
        bytes.reserve_exact(runs().map(Vec::len).sum());
        for run in runs() {
            bytes.extend_from_slice(run.strip_prefix(&[*form])?);
        }
        Some(bytes)
    }

    /// Takes back what was added last, down to so many: one that was added after so many, and no more.
    pub fn truncate(&mut self, len: usize) {
        self.last.truncate(len.saturating_sub(self.runs.len() * RUN));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.len() * RUN + self.last.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them.
    fn at(&self, index: usize) -> Option<f64> {
        let Some(run) = self.runs.get(index / RUN) else {
            return self.last.get(index.checked_sub(self.runs.len() * RUN)?).copied();
        };
        let (form, numbers) = form_of(run);
        match *numbers.chunks_exact(form.width.into()).nth(index % RUN)? {
            [a, b] => Some(whole(i16::from_le_bytes([a, b]).into(), i16::MIN.into(), form.ten())),
            [a, b, c, d] => Some(whole(i32::from_le_bytes([a, b, c, d]), i32::MIN, form.ten())),
            ref wide => Some(f64::from_le_bytes(wide.try_into().ok()?)),
        }
    }

    /// Numbers from one place on, so many as there are up to another.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Vec<f64> {
        let to = to.min(self.len());
        let from = from.min(to);
        let first = from / RUN;
        // Whole runs, but no more than there are: of many short columns each would take one.
        let end = to.next_multiple_of(RUN).min(self.len());
        let mut values = Vec::with_capacity(end - first * RUN);
        for run in self.runs.iter().take(to.div_ceil(RUN)).skip(first) {
            widen(&mut values, run);
        }
        if to > self.runs.len() * RUN {
            values.extend_from_slice(&self.last);
        }
        values.truncate(to - first * RUN);
        values.drain(..from - first * RUN);
        values
    }
}

impl FromIterator<f64> for Narrow {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut narrow = Self::default();
        values.into_iter().for_each(|value| narrow.push(value));
        narrow
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let alike = self.waiting().and_then(|narrow| narrow.joined());
        out.serialize_bytes(&alike.unwrap_or_else(|| narrowed(&self.all())))
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes of values")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Values, E> {
                Ok(Narrow::of(bytes).into())
            }
        }

        from.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(values: &[f64]) -> (usize, Values) {
        let bytes = postcard::to_allocvec(&Values::from(values.to_vec())).unwrap_or_default();
        (bytes.len(), postcard::from_bytes(&bytes).unwrap_or_default())
    }

    #[test]
    fn a_short_column_takes_its_own_length() {
        let narrow: Narrow = [1.0, 2.0, 3.0].into_iter().collect();
        assert_eq!(narrow.part(0, 3).capacity(), 3);
        assert_eq!(narrow.part(2, 1).len(), 0);
    }

    #[test]
    fn counts_travel_narrow() {
        for (values, width) in [
            (vec![300.0, f64::NAN, -32_767.0, 0.0], 2),
            (vec![300.0, f64::NAN, 46_312.0], 4),
            (vec![-0.0, 1.0], 8),
            (vec![0.5, 1.0, -327.6], 2),
            (vec![1.0, 0.25, f64::NAN, 300.123_456], 4),
            (vec![0.1, 2_147.483_647], 4),
            (vec![0.1, 2_147.483_648], 8),
            (vec![1.0 / 3.0, 1.0], 8),
            (vec![0.1 + 0.2], 8),
            (vec![1e-7], 8),
            (vec![f64::INFINITY, 1.0], 8),
            (vec![2_147_483_648.0, 1.0], 8),
            (vec![], 2),
        ] {
            let (n_bytes, back) = sent(&values);
            assert_eq!(n_bytes, values.len() * width + 2, "{values:?}");
            assert_eq!(back.len(), values.len());
        }
    }

    proptest! {
        #[test]
        fn any_values_come_back(
            values in prop_oneof![
                proptest::collection::vec(any::<f64>(), 0..40),
                proptest::collection::vec((-40_000i32..40_000).prop_map(f64::from), 0..40),
                proptest::collection::vec(prop_oneof![Just(f64::NAN), (-9i32..9).prop_map(f64::from)], 0..40),
                proptest::collection::vec((any::<i32>(), 0i32..8).prop_map(|(n, places)| f64::from(n) / 10_f64.powi(places)), 0..40),
                proptest::collection::vec((-9_000i32..9_000).prop_map(|n| f64::from(n) / 1000.0), 0..40),
            ]
        ) {
            let (_, back) = sent(&values);
            prop_assert_eq!(back.len(), values.len());
            let is_same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            prop_assert!(back.iter().zip(&values).all(is_same));
        }

        #[test]
        fn what_is_narrow_is_what_was_pushed(
            runs in proptest::collection::vec((0usize..RUN * 2, prop_oneof![Just(7.0), Just(40_000.0), Just(0.5), Just(1.0 / 3.0), Just(f64::NAN)]), 0..4),
            (from, to) in (0usize..RUN * 7, 0usize..RUN * 7),
            taken_back in any::<bool>(),
        ) {
            let mut wide: Vec<f64> = runs.iter().flat_map(|(n, value)| std::iter::repeat_n(*value, *n)).collect();
            let mut narrow: Narrow = wide.iter().copied().collect();
            if taken_back {
                narrow.push(1.0);
                narrow.truncate(wide.len());
                wide.push(2.0);
                narrow.push(2.0);
            }
            prop_assert_eq!(narrow.len(), wide.len());
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            let expected = wide.get(from.min(wide.len())..to.min(wide.len())).unwrap_or_default();
            prop_assert!(narrow.part(from, to).capacity() < (to.saturating_sub(from)).min(wide.len()) + 2 * RUN);
            let mut values = Values::from(narrow);
            let mut pieces = Values::with_room(wide.len());
            wide.chunks(700).for_each(|piece| pieces.append(&piece.to_vec().into()));
            prop_assert_eq!(bits(&pieces.all()), bits(&wide));
            prop_assert_eq!(bits(&values.part(from, to)), bits(expected));
            prop_assert_eq!(bits(&values.piece(from, to).all()), bits(expected));
            let from_run = from / RUN * RUN;
            let expected = wide.get(from_run.min(wide.len())..to.min(wide.len())).unwrap_or_default();
            prop_assert_eq!(bits(&values.piece(from_run, to).all()), bits(expected));
            prop_assert_eq!(values.n_finite(), wide.iter().filter(|value| value.is_finite()).count());
            prop_assert_eq!(values.len(), wide.len());
            prop_assert_eq!(bits(&[values.at(from)]), bits(&[wide.get(from).copied().unwrap_or(f64::NAN)]));
            let other = values.clone();
            prop_assert_eq!(bits(&values), bits(&wide));
            prop_assert_eq!(bits(&other.part(from_run, to)), bits(expected));
            values.to_mut().push(1.0);
            prop_assert_eq!((values.len(), other.len()), (wide.len() + 1, wide.len()));
        }
    }
}
