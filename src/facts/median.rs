//! Medians, of very many samples without a copy of them.

/// Samples of which a median is taken: of more, so many at equal distances.
pub(super) const MAX_OF_MEDIAN: usize = 1 << 16;

/// The median of finite values that are still in their series, of very many of them nearly so: a series is not copied for it.
pub(super) fn median_among(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let finite = values.filter(|value| value.is_finite());
    let n_finite = finite.clone().count();
    median(&mut finite.step_by(n_finite.div_ceil(MAX_OF_MEDIAN).max(1)).collect::<Vec<_>>())
}

/// The median of the finite ones among values, of many nearly so: of some `n_samples` at equal distances, which no period of seconds and
/// minutes falls in with. It is one of an odd number, so that negated values have the negated median. `room` is kept for its memory.
pub(super) fn median_of_some(values: &[f64], n_samples: usize, room: &mut Vec<f64>) -> Option<f64> {
    let mut distance = values.len() / n_samples;
    while distance > 1 && (distance < 7 || [2, 3, 5].iter().any(|period| distance.is_multiple_of(*period))) {
        distance = if distance < 4 { 1 } else { distance + 1 };
    }
    // Where a rare sample is all there is, it may lie between those.
    for distance in [distance.max(1), 1] {
        room.clear();
        let mut at = 0;
        while let Some(&value) = values.get(at) {
            if value.is_finite() {
                room.push(value);
            }
            at += distance;
        }
        if room.len() > 1 && room.len().is_multiple_of(2) {
            room.pop();
        }
        if !room.is_empty() {
            break;
        }
    }
    median(room)
}

/// The median; reorders its input.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    let (_, value, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*value)
}
