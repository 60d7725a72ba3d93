//! Tells two inputs of the same size apart at the speed of reading.

use serde::{Deserialize, Serialize};

/// Bytes that are taken at once.
const STEP: usize = 32;

/// Not the digest: nobody is shown it, and it guards against nothing.
///
/// Four sums, because each step of one waits for the step before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksum {
    sums: [u64; 4],
    /// What has come since the last whole step, and how much.
    rest: [u8; STEP],
    n_rest: usize,
}

impl Checksum {
    /// Takes the next bytes, however they are cut.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        if self.n_rest > 0 {
            let n = bytes.len().min(STEP - self.n_rest);
            self.rest[self.n_rest..][..n].copy_from_slice(&bytes[..n]);
            (self.n_rest, bytes) = (self.n_rest + n, &bytes[n..]);
            if self.n_rest < STEP {
                return;
            }
            self.n_rest = 0;
            let whole = self.rest;
            self.push(&whole);
        }
        let (steps, rest) = bytes.as_chunks::<STEP>();
        let [mut a, mut b, mut c, mut d] = self.sums;
        for step in steps {
            let (words, _) = step.as_chunks::<8>();
            let [first, second, third, fourth] = *words else { continue };
            (a, b) = (mix(a, u64::from_le_bytes(first)), mix(b, u64::from_le_bytes(second)));
            (c, d) = (mix(c, u64::from_le_bytes(third)), mix(d, u64::from_le_bytes(fourth)));
        }
        self.sums = [a, b, c, d];
        self.rest[..rest.len()].copy_from_slice(rest);
        self.n_rest = rest.len();
    }

    pub(super) fn sum(self) -> u64 {
        let sum = self.sums.into_iter().fold(0, mix);
        self.rest[..self.n_rest].iter().fold(sum, |sum, &byte| mix(sum, u64::from(byte)))
    }
}

fn mix(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_do_not_matter_and_bytes_do() {
        let text: Vec<u8> = (0..200u8).map(|n| n.wrapping_mul(37)).collect();
        let sum_of = |parts: &[&[u8]]| {
            let mut checksum = Checksum::default();
            parts.iter().for_each(|part| checksum.push(part));
            checksum.sum()
        };
        let whole = sum_of(&[&text]);
        for from in 0..text.len() {
            for to in from..text.len() {
                assert_eq!(sum_of(&[&text[..from], &text[from..to], &text[to..]]), whole, "cut at {from} and {to}");
            }
            let mut other = text.clone();
            other[from] ^= 1;
            assert_ne!(sum_of(&[&other]), whole, "byte {from}");
        }
    }
}
