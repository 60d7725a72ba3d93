//! The value axis: where on it a value lies, linear or by orders of magnitude.

/// A value axis. Logarithmic ones begin above zero; what is not is drawn on their lower edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ValueAxis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) is_log: bool,
}

impl ValueAxis {
    /// Its edges in what it is even in: values, or their binary logarithms.
    pub(super) fn edges(&self) -> (f64, f64) {
        if self.is_log { (log2(self.low), log2(self.high)) } else { (self.low, self.high) }
    }

    /// The share of the axis below a value: 0 at the lower edge, 1 at the upper, unclamped.
    pub(super) fn share(&self, value: f64) -> f64 {
        if self.is_log {
            let (low, high) = self.edges();
            return (log2(value.max(self.low)) - low) / (high - low);
        }
        // Halves, because the difference of two large numbers may not be finite.
        (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
    }
}

/// The binary logarithm of a positive, normal number to about ten digits, far below a pixel. The standard library's differs between
/// platforms in the last bit, and a picture must not.
pub(super) fn log2(value: f64) -> f64 {
    let value = if value >= f64::MIN_POSITIVE { value } else { f64::MIN_POSITIVE };
    let bits = value.to_bits();
    let exponent = ((bits >> 52) as i64 - 1023) as f64;
    let mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    // ln m = 2 artanh((m − 1) / (m + 1)), and the argument is at most a third.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = (0..10).rev().fold(0.0, |sum, n| sum * square + 1.0 / f64::from(2 * n + 1));
    exponent + 2.0 * s * series * std::f64::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close_to_the_standard_librarys() {
        for value in [1e-300, 0.001, 0.5, 1.0, 1.999_999, 3.0, 49_152.0, 1.5e300] {
            assert!((log2(value) - f64::log2(value)).abs() < 1e-9, "{value}");
        }
        assert!(log2(0.0).is_finite() && log2(-1.0).is_finite());
    }

    #[test]
    fn shares_run_from_edge_to_edge() {
        for is_log in [false, true] {
            let axis = ValueAxis { low: 10.0, high: 1000.0, is_log };
            let shares = [10.0, 100.0, 1000.0].map(|value| axis.share(value));
            let middle = if is_log { 0.5 } else { 90.0 / 990.0 };
            for (share, expected) in shares.into_iter().zip([0.0, middle, 1.0]) {
                assert!((share - expected).abs() < 1e-9, "{is_log}: {share} instead of {expected}");
            }
        }
    }
}
