//! Stacking: the parts of a whole on top of each other.
//!
//! Parts need not share their times. A part that has not begun or has ended counts nothing; between two of its samples it is taken as the
//! straight line that a line chart would draw; where it has a gap, nobody knows the sum, so everything above it has one too.

/// One part on top of those before it, on the times of all.
pub(super) struct Layer {
    pub(super) times: Vec<f64>,
    /// What lies below: the sum of the parts before.
    pub(super) lower: Vec<f64>,
    /// With this part.
    pub(super) upper: Vec<f64>,
}

/// Stacks parts, given as ascending times and their values, from the first up.
pub(super) fn stack(parts: &[(&[f64], &[f64])]) -> Vec<Layer> {
    let mut times: Vec<f64> = parts.iter().flat_map(|(times, _)| times.iter().copied()).collect();
    times.retain(|time| time.is_finite());
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut sums = vec![0.0; times.len()];
    let layer = |(part_times, values): &(&[f64], &[f64])| {
        let lower = sums.clone();
        let mut walk = Walk::new(part_times, values);
        for (sum, &time) in sums.iter_mut().zip(&times) {
            *sum += walk.value_at(time);
        }
        Layer { times: times.clone(), lower, upper: sums.clone() }
    };
    parts.iter().map(layer).collect()
}

/// Reads a part at ascending times.
struct Walk<'a> {
    times: &'a [f64],
    values: &'a [f64],
    next: usize,
}

impl<'a> Walk<'a> {
    fn new(times: &'a [f64], values: &'a [f64]) -> Self {
        let end = values.iter().take(times.len()).rposition(|value| value.is_finite()).map_or(0, |last| last + 1);
        let start = values.iter().take(end).position(|value| value.is_finite()).unwrap_or(0);
        Self { times: &times[start..end], values: &values[start..end], next: 0 }
    }

    fn value_at(&mut self, at: f64) -> f64 {
        while self.times.get(self.next).is_some_and(|time| *time < at) {
            self.next += 1;
        }
        let Some((&time, &value)) = self.times.get(self.next).zip(self.values.get(self.next)) else { return 0.0 };
        if time == at {
            return value;
        }
        let Some(before) = self.next.checked_sub(1) else { return 0.0 };
        let share = (at - self.times[before]) / (time - self.times[before]);
        self.values[before] * (1.0 - share) + value * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_count_only_while_they_are_there_and_gaps_stay() {
        let whole = [0.0, 10.0, 20.0, 30.0, 40.0];
        let layers = stack(&[
            (&whole, &[1.0, 1.0, 1.0, 1.0, 1.0]),
            // Begins later, between the others' times, and ends before them.
            (&[15.0, 25.0], &[10.0, 20.0]),
            (&whole, &[100.0, 100.0, f64::NAN, 100.0, 100.0]),
        ]);
        assert_eq!(layers[0].times, [0.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0]);
        assert_eq!(layers[0].upper, [1.0; 7]);
        assert_eq!(layers[1].upper, [1.0, 1.0, 11.0, 16.0, 21.0, 1.0, 1.0]);
        assert_eq!(layers[2].lower, layers[1].upper);
        let known: Vec<bool> = layers[2].upper.iter().map(|value| value.is_finite()).collect();
        assert_eq!(known, [true, true, false, false, false, true, true]);
        assert_eq!(layers[2].upper[6], 101.0);
    }
}
