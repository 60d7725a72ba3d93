//! Instants, wall times and how one becomes the other.
//!
//! A parser never guesses: it emits a [`WallTime`] exactly as written, and the evidence's [`Clock`] (which a person can correct) turns
//! it into a [`Timestamp`]. So changing a zone, a year or a shift costs nothing and reads nothing again.

use super::sort::order_of;
use serde::{Deserialize, Serialize};

const NS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Times without a year are written into this (leap) year and its successors until the clock's year is known.
pub const PLACEHOLDER_YEAR: i32 = 2000;
/// Times of day without a date are written into this day (days since the epoch: 2000-01-01) and the days after it, until the clock's
/// day is known.
pub const PLACEHOLDER_DAY: i64 = days_from_civil(PLACEHOLDER_YEAR, 1, 1);

/// An instant: nanoseconds since 1970-01-01T00:00:00Z (1677 to 2262).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(NS_PER_SECOND))
    }

    /// Seconds since the epoch, with fraction; a chart's unit.
    #[must_use]
    pub fn as_seconds_f64(self) -> f64 {
        self.0 as f64 / NS_PER_SECOND as f64
    }

    /// This instant moved by `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(NS_PER_SECOND)))
    }

    /// RFC 3339 in UTC, with as many fraction digits (0, 3, 6 or 9) as the instant needs: `2023-07-23T14:03:11.123Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        format!("{}Z", civil_text(self.0, 'T'))
    }

    /// Local text at an offset of `offset_s` seconds east of UTC: `2023-07-23 22:03:11.123`.
    #[must_use]
    pub fn to_local(self, offset_s: i32) -> String {
        civil_text(self.0.saturating_add(i64::from(offset_s) * NS_PER_SECOND), ' ')
    }
}

fn civil_text(ns: i64, separator: char) -> String {
    let civil = Civil::from_ns(ns);
    let mut text = format!(
        "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}",
        civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
    );
    let fraction = civil.nanosecond;
    if fraction != 0 {
        if fraction.is_multiple_of(1_000_000) {
            text.push_str(&format!(".{:03}", fraction / 1_000_000));
        } else if fraction.is_multiple_of(1_000) {
            text.push_str(&format!(".{:06}", fraction / 1_000));
        } else {
            text.push_str(&format!(".{fraction:09}"));
        }
    }
    text
}

/// From `start` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// First instant.
    pub start: Timestamp,
    /// Last instant, never before `start`.
    pub end: Timestamp,
}

impl TimeRange {
    /// The smallest range over both instants.
    #[must_use]
    pub fn of(a: Timestamp, b: Timestamp) -> Self {
        Self { start: a.min(b), end: a.max(b) }
    }

    /// The smallest range over both ranges.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the instant lies inside.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.start <= at && at <= self.end
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.end.as_seconds_f64() - self.start.as_seconds_f64()
    }
}

/// A time as the input wrote it: nanoseconds since the epoch *as if the clock on the wall were UTC*.
/// What is missing (zone, year) is said once per input by [`WallKind`]. 8 bytes, so that it makes a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallTime(pub i64);

impl WallTime {
    /// No time was written.
    pub const NONE: Self = Self(i64::MIN);

    /// Whether a time was written.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != i64::MIN
    }

    /// From calendar fields; `None` when a field is out of range (`60` seconds are kept, as leap seconds are).
    #[must_use]
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let valid = (1..=12).contains(&civil.month)
            && (1..=days_in_month(civil.year, civil.month)).contains(&civil.day)
            && civil.hour < 24
            && civil.minute < 60
            && civil.second <= 60
            && (1678..=2261).contains(&civil.year);
        valid.then(|| Self(civil.to_ns()))
    }
}

/// What a written time lacks before it is an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WallKind {
    /// Nothing: zone stated or epoch; the wall time is UTC already.
    #[default]
    Utc,
    /// The zone.
    Local,
    /// The year and the zone (syslog, klog): written into [`PLACEHOLDER_YEAR`].
    LocalWithoutYear,
    /// The input has no clock at all.
    Unclocked,
    /// The day and the zone (chats): written from [`PLACEHOLDER_DAY`] on, one day further with every midnight that was crossed.
    TimeOfDay,
}

/// How an instant came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBasis {
    /// Written with zone and year.
    Explicit,
    /// The zone was assumed or set.
    AssumedZone,
    /// The year was inferred as well.
    InferredYear,
    /// There is none.
    None,
    /// The zone was assumed and the day inferred.
    InferredDay,
}

/// Who says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockOrigin {
    /// The input itself.
    Stated,
    /// A person set it for this input.
    Person,
    /// Another input of the case states it.
    Sibling,
    /// The case's default: a person's or the browser's zone, or the newest year that is not in the future.
    #[default]
    Default,
}

/// One evidence's clock: everything between a written time and an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What the written times lack.
    pub kind: WallKind,
    /// Seconds east of UTC, used unless `kind` is UTC.
    pub offset_s: i32,
    /// Who says the zone.
    pub offset_origin: ClockOrigin,
    /// The year of the first record, used for times without a year.
    pub year: i32,
    /// Who says the year.
    pub year_origin: ClockOrigin,
    /// The place among the inputs of the one that the year was taken from: the nearest.
    pub year_from: Option<u32>,
    /// A correction in milliseconds that a person set; added to every instant.
    pub shift_ms: i64,
    /// The day of the first record in days since the epoch, used for times of day; `None` = not known, so they are no instants.
    pub day: Option<i32>,
    /// Who says the day.
    pub day_origin: ClockOrigin,
}

impl Clock {
    /// The instant of a written time; `None` where none was written.
    #[must_use]
    pub fn resolve(&self, wall: WallTime) -> Option<Timestamp> {
        if !wall.is_some() {
            return None;
        }
        let local = match self.kind {
            WallKind::Utc => return Some(Timestamp(wall.0.saturating_add(self.shift_ms.saturating_mul(1_000_000)))),
            WallKind::Unclocked => return None,
            WallKind::Local => wall.0,
            WallKind::LocalWithoutYear => {
                let mut civil = Civil::from_ns(wall.0);
                civil.year += self.year - PLACEHOLDER_YEAR;
                civil.day = civil.day.min(days_in_month(civil.year, civil.month));
                civil.to_ns()
            }
            WallKind::TimeOfDay => {
                let days = i64::from(self.day?) - PLACEHOLDER_DAY;
                wall.0.saturating_add(days.saturating_mul(SECONDS_PER_DAY * NS_PER_SECOND))
            }
        };
        let offset_ns = i64::from(self.offset_s) * NS_PER_SECOND;
        Some(Timestamp(local.saturating_sub(offset_ns).saturating_add(self.shift_ms.saturating_mul(1_000_000))))
    }

    /// How far the instants of this clock can be trusted.
    #[must_use]
    pub const fn basis(&self) -> TimeBasis {
        match self.kind {
            WallKind::Utc => TimeBasis::Explicit,
            WallKind::Local => TimeBasis::AssumedZone,
            WallKind::LocalWithoutYear => TimeBasis::InferredYear,
            WallKind::TimeOfDay if self.day.is_some() => TimeBasis::InferredDay,
            WallKind::TimeOfDay | WallKind::Unclocked => TimeBasis::None,
        }
    }
}

/// Calendar fields of the proleptic Gregorian calendar, without zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute, 0 to 59.
    pub minute: u32,
    /// Second, 0 to 60.
    pub second: u32,
    /// Nanosecond of the second.
    pub nanosecond: u32,
}

impl Civil {
    /// Fields of `ns` nanoseconds since the epoch.
    #[must_use]
    pub fn from_ns(ns: i64) -> Self {
        let seconds = ns.div_euclid(NS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY) as u32;
        Self {
            year,
            month,
            day,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            nanosecond: ns.rem_euclid(NS_PER_SECOND) as u32,
        }
    }

    /// Nanoseconds since the epoch; saturates outside the range of [`Timestamp`].
    #[must_use]
    pub fn to_ns(self) -> i64 {
        let of_day = i64::from(self.hour * 3600 + self.minute * 60 + self.second);
        (days_from_civil(self.year, self.month, self.day) * SECONDS_PER_DAY + of_day)
            .saturating_mul(NS_PER_SECOND)
            .saturating_add(i64::from(self.nanosecond))
    }
}

/// Days of a month.
#[must_use]
pub const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since the epoch of a calendar date. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
#[must_use]
pub const fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = year as i64 - if month <= 2 { 1 } else { 0 };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Calendar date of a number of days since the epoch; the inverse of [`days_from_civil`].
#[must_use]
pub const fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year as i32, month, day)
}

/// Rows in the order of their times; those of one time keep theirs.
#[must_use]
pub fn order_of_times(times: &[WallTime]) -> Vec<usize> {
    order_of(times.len(), &|a, b| times[a].cmp(&times[b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_round_trip_over_leap_years_and_centuries() {
        for days in (-100_000..100_000).step_by(17) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(days_from_civil(2023, 7, 23), 19_561);
    }

    #[test]
    fn a_time_without_year_takes_the_clocks_year_and_zone() {
        let wall = WallTime::from_civil(Civil {
            year: 2000,
            month: 7,
            day: 23,
            hour: 22,
            minute: 3,
            second: 11,
            nanosecond: 0,
        });
        let clock = Clock { kind: WallKind::LocalWithoutYear, offset_s: 8 * 3600, year: 2023, ..Clock::default() };
        let at = wall.and_then(|wall| clock.resolve(wall)).map(Timestamp::to_rfc3339);
        assert_eq!(at.as_deref(), Some("2023-07-23T14:03:11Z"));
    }

    #[test]
    fn a_time_of_day_is_no_instant_before_its_day_is_known() {
        let next_day = WallTime((PLACEHOLDER_DAY + 1) * SECONDS_PER_DAY * NS_PER_SECOND + 90 * NS_PER_SECOND);
        let clock = Clock { kind: WallKind::TimeOfDay, offset_s: 8 * 3600, ..Clock::default() };
        assert_eq!((clock.resolve(next_day), clock.basis()), (None, TimeBasis::None));
        let clock = Clock { day: Some(19_561), ..clock };
        let at = clock.resolve(next_day).map(Timestamp::to_rfc3339);
        assert_eq!((at.as_deref(), clock.basis()), (Some("2023-07-23T16:01:30Z"), TimeBasis::InferredDay));
    }

    #[test]
    fn text_has_the_fraction_it_needs() {
        assert_eq!(Timestamp(1_690_121_000_123_456_000).to_rfc3339(), "2023-07-23T14:03:20.123456Z");
        assert_eq!(Timestamp(1_690_121_000_000_000_000).to_local(8 * 3600), "2023-07-23 22:03:20");
    }
}
