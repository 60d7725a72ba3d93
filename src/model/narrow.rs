//! Numbers in two or four bytes where those hold them: most series count something, or were written with a few decimal places.

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
pub(super) fn narrowed(values: &[f64]) -> Vec<u8> {
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

/// Numbers that are narrowed together.
pub(super) const RUN: usize = 4096;

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
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (form, bytes) = form_of(bytes);
        let run = |numbers: &[u8]| [&[form.byte()], numbers].concat();
        let (whole, rest) = bytes.split_at(bytes.len() - bytes.len() % (RUN * usize::from(form.width)));
        let mut last = Vec::new();
        widen(&mut last, &run(rest));
        Self { runs: whole.chunks_exact(RUN * usize::from(form.width)).map(run).collect(), last }
    }

    /// Numbers from the beginning of a run on.
    pub(super) fn piece(&self, from: usize, to: usize) -> Self {
        let to = to.min(self.len());
        let end = to / RUN;
        let runs = self.runs.get(from / RUN..end.min(self.runs.len())).unwrap_or_default().to_vec();
        Self { last: self.part(from + runs.len() * RUN, to), runs }
    }

    /// Adds others.
    pub(super) fn append(&mut self, others: &Self) {
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
    pub(super) fn joined(&self) -> Option<Vec<u8>> {
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

    /// How many of them are numbers.
    pub(super) fn n_finite(&self) -> usize {
        let last = self.last.iter().filter(|value| value.is_finite());
        self.runs.iter().map(|run| n_finite_of(run)).sum::<usize>() + last.count()
    }

    /// Nothing comes any more.
    pub(super) fn end(&mut self) {
        self.last.shrink_to_fit();
    }

    /// One of them.
    pub(super) fn at(&self, index: usize) -> Option<f64> {
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
