//! M4: at most four samples per pixel column, without a visible difference.
//!
//! A line drawn from the first, lowest, highest and last sample of every pixel column lights the same pixels as one drawn from all
//! samples (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 2014). So a zoom into ten million samples
//! costs one pass over the values that are visible and nothing else. A gap (a value that is not finite) that crosses a column border
//! breaks the line; one inside a single column is narrower than a pixel and is not kept.

use std::ops::Range;

use crate::model::Instants;

/// A window with a share of its length more at each end.
#[must_use]
pub fn widened((start, end): (f64, f64), share: f64) -> (f64, f64) {
    let more = (end - start) * share;
    (start - more, end + more)
}

/// Samples to look at for a window: those inside and one on each side, so that the line runs to both edges.
#[must_use]
pub fn cut(times: Instants<'_>, window: (f64, f64)) -> Range<usize> {
    let from = times.partition_point(|at| at < window.0).saturating_sub(1);
    let to = times.partition_point(|at| at <= window.1).saturating_add(1).min(times.len());
    from..to.max(from)
}

/// The pixel column of an instant: `0..columns` inside the window, -1 before it, `columns` after it.
#[must_use]
pub fn column_of(at: f64, window: (f64, f64), columns: usize) -> i64 {
    let last = columns.max(1) as i64 - 1;
    if at < window.0 {
        -1
    } else if at > window.1 {
        last + 1
    } else {
        (((at - window.0) / (window.1 - window.0) * columns as f64) as i64).min(last)
    }
}

/// Appends the reduced samples of the window to `out`, ascending; a NaN value stands where the line breaks.
///
/// `extents` of the same values make it fast where a column holds thousands of them; the result is the same.
pub fn reduce(
    times: Instants<'_>,
    values: &[f64],
    window: (f64, f64),
    columns: usize,
    extents: Option<&Extents>,
    out: &mut Vec<(f64, f64)>,
) {
    let n_samples = times.len().min(values.len());
    let range = cut(times.part(0..n_samples), window);
    let offset = range.start;
    let all = values;
    let (times, values) = (times.part(range.clone()), &values[range]);
    let mut is_broken = false;
    let mut has_line = false;
    let mut at = 0;
    while let Some(start) = times.get(at) {
        let column = column_of(start, window, columns);
        let end = at + run_length(times.part(at..times.len()), |time| column_of(time, window, columns) <= column);
        let column = &values[at..end];
        if let Some((first, last)) = finite_ends(column) {
            if (is_broken || first > 0) && has_line {
                out.push((times.at(at + first), f64::NAN));
            }
            let (low, high) = match extents {
                Some(extents) => {
                    let (low, high) = extents.extremes(all, offset + at + first..offset + at + last + 1);
                    (low - offset - at, high - offset - at)
                }
                None => {
                    let (low, high) = extremes(&column[first..=last]);
                    (first + low, first + high)
                }
            };
            let mut previous = None;
            for index in [first, low.min(high), low.max(high), last] {
                if previous != Some(index) {
                    out.push((times.at(at + index), column[index]));
                }
                previous = Some(index);
            }
            has_line = true;
            is_broken = last + 1 < column.len();
        } else {
            is_broken = true;
        }
        at = end;
    }
}

/// Cuts reduced samples at the window: the neighbours outside become points on its edges.
pub fn clip(points: &mut Vec<(f64, f64)>, window: (f64, f64)) {
    if let [outside, inside, ..] = points.as_mut_slice()
        && outside.0 < window.0
    {
        *outside = between(*outside, *inside, window.0);
    }
    if let [.., inside, outside] = points.as_mut_slice()
        && outside.0 > window.1
    {
        *outside = between(*inside, *outside, window.1);
    }
    // What is still outside stands alone beyond a gap.
    points.retain(|point| window.0 <= point.0 && point.0 <= window.1);
}

/// The point of a line at an instant; NaN where one end is a gap. Weighted, so that values near the limits of f64 do not overflow.
fn between(a: (f64, f64), b: (f64, f64), at: f64) -> (f64, f64) {
    let share = (at - a.0) / (b.0 - a.0);
    (at, a.1 * (1.0 - share) + b.1 * share)
}

/// Length of the leading run that holds, at least 1; by doubling, so that dense columns cost a few steps and sparse ones one.
fn run_length(times: Instants<'_>, holds: impl Fn(f64) -> bool) -> usize {
    let mut reach = 1;
    while times.get(reach).is_some_and(&holds) {
        reach *= 2;
    }
    let from = reach / 2 + 1;
    let to = reach.min(times.len());
    if from >= to {
        return to.max(1);
    }
    from + times.part(from..to).partition_point(holds)
}

/// First and last index of a finite value.
fn finite_ends(values: &[f64]) -> Option<(usize, usize)> {
    let first = values.iter().position(|value| value.is_finite())?;
    let last = values.iter().rposition(|value| value.is_finite())?;
    Some((first, last))
}

/// Values of a block.
const BLOCK: usize = 64;

/// Lowest and highest finite value of every block of a long series: what lets a zoom over ten million samples look at a fiftieth of them.
/// A thirty-second of the values' memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extents(Vec<(f64, f64)>);

impl Extents {
    /// Of all values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        Self(values.chunks(BLOCK).map(bounds).collect())
    }

    /// Index of the lowest and of the highest finite value of a range of the values that these were made of; the first of equal ones, the
    /// range's start where none is finite.
    #[must_use]
    pub fn extremes(&self, values: &[f64], range: Range<usize>) -> (usize, usize) {
        let (first, end) = (range.start.div_ceil(BLOCK), range.end / BLOCK);
        if end <= first + 1 {
            let (low, high) = extremes(&values[range.clone()]);
            return (range.start + low, range.start + high);
        }
        let (head, tail) = (range.start..first * BLOCK, end * BLOCK..range.end);
        let bounds_of = |range: &Range<usize>| bounds(&values[range.clone()]);
        let blocks =
            (first..end).zip(&self.0[first..end]).map(|(block, bounds)| (block * BLOCK..(block + 1) * BLOCK, *bounds));
        let parts = std::iter::once((head.clone(), bounds_of(&head))).chain(blocks);
        let parts = parts.chain(std::iter::once((tail.clone(), bounds_of(&tail))));
        let (mut low, mut high) =
            ((f64::INFINITY, range.start..range.start), (f64::NEG_INFINITY, range.start..range.start));
        for (part, (lowest, highest)) in parts {
            if lowest < low.0 {
                low = (lowest, part.clone());
            }
            if highest > high.0 {
                high = (highest, part);
            }
        }
        let index_of = |(wanted, part): (f64, Range<usize>)| {
            part.start + values[part].iter().position(|value| *value == wanted).unwrap_or(0)
        };
        (index_of(low), index_of(high))
    }
}

/// Index of the lowest and of the highest finite value of a slice that has one. Whole blocks are compared first, so that only the two
/// blocks that hold the extremes are searched for their place.
fn extremes(values: &[f64]) -> (usize, usize) {
    let (mut low, mut low_block) = (f64::INFINITY, 0);
    let (mut high, mut high_block) = (f64::NEG_INFINITY, 0);
    for (index, block) in values.chunks(BLOCK).enumerate() {
        let (block_low, block_high) = bounds(block);
        if block_low < low {
            (low, low_block) = (block_low, index);
        }
        if block_high > high {
            (high, high_block) = (block_high, index);
        }
    }
    let index_of = |wanted: f64, block: usize| {
        let from = block * BLOCK;
        from + values[from..].iter().position(|value| *value == wanted).unwrap_or(0)
    };
    (index_of(low, low_block), index_of(high, high_block))
}

/// Lowest and highest finite value. The cost of a zoom is this loop: one comparison each that no gap can win, in four independent
/// lanes, because the compiler may not reorder comparisons of floats on its own. Infinite values do win; then it looks again, slowly.
fn bounds(block: &[f64]) -> (f64, f64) {
    let lower = |best: f64, value: f64| if value < best { value } else { best };
    let higher = |best: f64, value: f64| if value > best { value } else { best };
    let (mut low, mut high) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
    let (chunks, rest) = block.as_chunks::<4>();
    for [a, b, c, d] in chunks {
        low = [lower(low[0], *a), lower(low[1], *b), lower(low[2], *c), lower(low[3], *d)];
        high = [higher(high[0], *a), higher(high[1], *b), higher(high[2], *c), higher(high[3], *d)];
    }
    let all_low = low.iter().chain(rest).copied().fold(f64::INFINITY, lower);
    let all_high = high.iter().chain(rest).copied().fold(f64::NEG_INFINITY, higher);
    if all_low > f64::NEG_INFINITY && all_high < f64::INFINITY {
        return (all_low, all_high);
    }
    let finite = || block.iter().copied().filter(|value| value.is_finite());
    (finite().fold(f64::INFINITY, lower), finite().fold(f64::NEG_INFINITY, higher))
}
