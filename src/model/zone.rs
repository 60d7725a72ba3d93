//! A zone over the years: what its clocks showed at any time, which need not be what they show today.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// One offset after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC before any change.
    first: i32,
    /// Instants of change, in order, and the offset from each on.
    changes: Vec<(Timestamp, i32)>,
}

impl From<i32> for Zone {
    /// The same offset always.
    fn from(offset_s: i32) -> Self {
        Self { first: offset_s, changes: Vec::new() }
    }
}

/// How far apart a zone is asked for its offset, in seconds: no zone leaves one for so short a time.
const STEP_S: i64 = 20 * 86_400;
/// Clocks change at full minutes.
const MINUTE_S: i64 = 60;

impl Zone {
    /// Finds the changes between two instants by asking for the offset at many.
    #[must_use]
    pub fn found(from: Timestamp, to: Timestamp, offset_at: &dyn Fn(Timestamp) -> i32) -> Self {
        let mut zone = Self::from(offset_at(from));
        let (mut at, mut offset_s) = (from, zone.first);
        while at < to {
            let next = at.plus_seconds(STEP_S);
            let after = offset_at(next);
            if after != offset_s {
                // The change lies after the first `low` and not after the first `high` seconds.
                let (mut low, mut high) = (0, STEP_S);
                while high - low > MINUTE_S {
                    let middle = (low + high) / 2 / MINUTE_S * MINUTE_S;
                    if offset_at(at.plus_seconds(middle)) == offset_s { low = middle } else { high = middle }
                }
                zone.changes.push((at.plus_seconds(high), after));
            }
            (at, offset_s) = (next, after);
        }
        zone
    }

    /// Seconds east of UTC at an instant.
    #[must_use]
    pub fn offset_at(&self, at: Timestamp) -> i32 {
        self.changes.iter().rfind(|(from, _)| *from <= at).map_or(self.first, |(_, offset_s)| *offset_s)
    }

    /// Seconds east of UTC when the zone's clocks showed a time, given as if it were UTC. Of the hour that clocks showed twice, either.
    #[must_use]
    pub fn offset_when(&self, shown: Timestamp) -> i32 {
        let near = self.offset_at(shown);
        self.offset_at(shown.plus_seconds(-i64::from(near)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Civil;

    fn instant(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Timestamp {
        Timestamp(Civil { year, month, day, hour, minute, ..Civil::default() }.to_ns())
    }

    /// Central European time: summer from 01:00 UTC on the last Sunday of March to that of October.
    fn berlin(at: Timestamp) -> i32 {
        const DAY_S: i64 = 86_400;
        let last_sunday = |month: u32| {
            let end = instant(Civil::from_ns(at.0).year, month, 31, 1, 0);
            // 1970-01-01 was a Thursday.
            let days_past_sunday = (end.0 / 1_000_000_000 / DAY_S + 4) % 7;
            end.plus_seconds(-days_past_sunday * DAY_S)
        };
        if (last_sunday(3)..last_sunday(10)).contains(&at) { 7200 } else { 3600 }
    }

    #[test]
    fn all_changes_are_found_to_the_minute() {
        let zone = Zone::found(instant(2000, 1, 1, 0, 0), instant(2028, 1, 1, 0, 0), &berlin);
        assert_eq!(zone.changes.len(), 56);
        for (before, at, offset_s) in [
            (instant(2023, 3, 26, 0, 59), instant(2023, 3, 26, 1, 0), 7200),
            (instant(2026, 10, 25, 0, 59), instant(2026, 10, 25, 1, 0), 3600),
        ] {
            assert_eq!((zone.offset_at(before), zone.offset_at(at)), (10_800 - offset_s, offset_s));
            assert!(zone.changes.contains(&(at, offset_s)));
        }
        assert_eq!(zone.offset_at(instant(1990, 7, 1, 0, 0)), 3600, "before what was asked for");
    }

    #[test]
    fn what_clocks_showed_tells_their_offset() {
        let berlin = Zone::found(instant(2023, 1, 1, 0, 0), instant(2024, 1, 1, 0, 0), &berlin);
        // New York changes at 07:00 and at 06:00 UTC, at 02:00 of its own clocks.
        let changes = vec![(instant(2023, 3, 12, 7, 0), -14_400), (instant(2023, 11, 5, 6, 0), -18_000)];
        let new_york = Zone { first: -18_000, changes };
        for (zone, month, day, hour, offset_s) in [
            (&berlin, 3, 26, 1, 3600),
            (&berlin, 3, 26, 3, 7200),
            (&berlin, 7, 23, 22, 7200),
            (&berlin, 10, 29, 1, 7200),
            (&berlin, 10, 29, 3, 3600),
            (&new_york, 3, 12, 1, -18_000),
            (&new_york, 3, 12, 3, -14_400),
            (&new_york, 11, 5, 0, -14_400),
            (&new_york, 11, 5, 2, -18_000),
        ] {
            let shown = instant(2023, month, day, hour, 30);
            assert_eq!(zone.offset_when(shown), offset_s, "{month}-{day} {hour}:30");
        }
        assert_eq!(Zone::from(28_800).offset_when(instant(2023, 7, 23, 22, 0)), 28_800);
    }
}
