//! Which zone and year the inputs' written times are in: what a person said, else what the input states, else what a sibling states,
//! else the default. Every answer carries who gave it, so that the page can show an assumption as one.

use crate::model::sort::Order as _;
use crate::model::time::{Civil, PLACEHOLDER_YEAR};
use crate::model::{Clock, ClockOrigin, Parsed, TimeRange, Timestamp, WallKind, WallTime, Zone};

/// What a person set for one input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen {
    /// Seconds east of UTC.
    pub offset_s: Option<i32>,
    /// Year.
    pub year: Option<i32>,
    /// Day of the first record, in days since the epoch.
    pub day: Option<i32>,
    /// Correction in milliseconds.
    pub shift_ms: i64,
}

/// One input, as far as its clock goes.
#[derive(Clone, Copy, Debug)]
pub struct Clocked<'a> {
    /// What it yielded.
    pub parsed: &'a Parsed,
    /// Its [`wall_range`]: found once, because it looks at every record.
    pub range: Option<(WallTime, WallTime)>,
    /// What a person set for it.
    pub chosen: Chosen,
}

/// What holds for the whole case.
#[derive(Clone, Debug, Default)]
pub struct CaseClock {
    /// Zone a person set for the case.
    pub chosen_offset_s: Option<i32>,
    /// Zone to fall back on: the browser's or the command line's.
    pub zone: Zone,
    /// Today, only to infer a missing year, and the zone's offset where nothing has a time.
    pub now: Option<Timestamp>,
}

/// First and last written time of an input.
#[must_use]
pub fn wall_range(parsed: &Parsed) -> Option<(WallTime, WallTime)> {
    let records = parsed.records.walls();
    // Rows are in order.
    let rows = parsed.frames.iter().flat_map(|frame| [frame.wall.first(), frame.wall.last()]).flatten();
    let notes = parsed.notes.kept.iter().flat_map(|note| [note.wall, note.end]);
    let instants = parsed.events.iter().flat_map(|event| [event.first, event.last]).flatten();
    let events = instants.map(|at| WallTime(at.0));
    let listings = parsed.processes.iter().filter_map(|listing| listing.wall);
    let all = records.chain(rows).chain(notes).chain(events).chain(listings).filter(|wall| wall.is_some());
    all.fold(None, |range, wall| match range {
        None => Some((wall, wall)),
        Some((first, last)) => Some((first.min(wall), last.max(wall))),
    })
}

/// The zone of the case for inputs that state none, and who says so. Where nobody does, it is what the zone to fall back on had at the
/// newest time of the evidence: what is opened in winter may be of summer.
#[must_use]
pub fn case_offset(inputs: &[&Parsed], newest: Option<Timestamp>, case: &CaseClock) -> (i32, ClockOrigin) {
    if let Some(offset) = case.chosen_offset_s {
        return (offset, ClockOrigin::Person);
    }
    let mut stated = inputs.iter().filter_map(|parsed| parsed.stated_offset_s);
    match stated.next() {
        // Siblings that disagree say nothing about an input that is silent.
        Some(first) if stated.all(|other| other == first) => (first, ClockOrigin::Sibling),
        _ => {
            let at = newest.or(case.now).unwrap_or(Timestamp(0));
            (case.zone.offset_at(at), ClockOrigin::Default)
        }
    }
}

/// Clocks of all inputs, in their order.
#[must_use]
pub fn resolve_clocks(inputs: &[Clocked<'_>], case: &CaseClock) -> Vec<Clock> {
    let parsed: Vec<&Parsed> = inputs.iter().map(|input| input.parsed).collect();
    let (case_offset_s, case_origin) = case_offset(&parsed, None, case);
    let mut clocks: Vec<Clock> = inputs
        .iter()
        .map(|Clocked { parsed, chosen, .. }| {
            let (offset_s, offset_origin) = match (chosen.offset_s, parsed.wall_kind, parsed.stated_offset_s) {
                (_, WallKind::Utc | WallKind::Unclocked, _) => (0, ClockOrigin::Stated),
                (Some(offset), _, _) => (offset, ClockOrigin::Person),
                (None, _, Some(offset)) => (offset, ClockOrigin::Stated),
                (None, _, None) => (case_offset_s, case_origin),
            };
            let kind = parsed.wall_kind;
            Clock { kind, offset_s, offset_origin, shift_ms: chosen.shift_ms, ..Clock::default() }
        })
        .collect();
    for (clock, Clocked { parsed, chosen, .. }) in clocks.iter_mut().zip(inputs) {
        if clock.kind == WallKind::LocalWithoutYear {
            match (chosen.year, parsed.stated_year) {
                (Some(year), _) => (clock.year, clock.year_origin) = (year, ClockOrigin::Person),
                (None, Some(year)) => (clock.year, clock.year_origin) = (year, ClockOrigin::Stated),
                (None, None) => {}
            }
        }
    }
    let dated = dated_ranges(&clocks, inputs);
    for (clock, Clocked { range, .. }) in clocks.iter_mut().zip(inputs) {
        if clock.kind == WallKind::LocalWithoutYear
            && clock.year_origin == ClockOrigin::Default
            && let Some(range) = range
        {
            (clock.year, clock.year_origin, clock.year_from) = match nearest_year(*clock, *range, &dated) {
                Some((year, from)) => (year, ClockOrigin::Sibling, Some(from)),
                None => (newest_past_year(*clock, range.0, case.now), ClockOrigin::Default, None),
            };
        }
    }
    for (clock, input) in clocks.iter_mut().zip(inputs) {
        follow(clock, input.range, &case.zone);
    }
    let known: Vec<TimeRange> =
        clocks.iter().zip(inputs).filter_map(|(clock, input)| range_of(clock, input.range)).collect();
    let newest = known.iter().map(|range| range.end).max();
    for (clock, Clocked { range, chosen, .. }) in clocks.iter_mut().zip(inputs) {
        if clock.kind == WallKind::TimeOfDay
            && let Some(range) = range
        {
            if let (ClockOrigin::Default, Some(newest)) = (clock.offset_origin, newest) {
                clock.offset_s = case.zone.offset_at(newest);
            }
            (clock.day, clock.day_origin) = match chosen.day {
                Some(day) => (Some(day), ClockOrigin::Person),
                None => (day_of(*clock, *range, &known), ClockOrigin::Sibling),
            };
            follow(clock, Some(*range), &case.zone);
        }
    }
    clocks
}

/// Where nobody says the zone, an input has the offset of the one to fall back on when the last of its times was written: evidence is
/// collected when it is over. Where clocks were changed within an input, what was written before is off by the change.
fn follow(clock: &mut Clock, range: Option<(WallTime, WallTime)>, zone: &Zone) {
    let shown = |last| Clock { offset_s: 0, shift_ms: 0, ..*clock }.resolve(last);
    if clock.offset_origin == ClockOrigin::Default
        && let Some(shown) = range.and_then(|(_, last)| shown(last))
    {
        clock.offset_s = zone.offset_when(shown);
    }
}

fn range_of(clock: &Clock, range: Option<(WallTime, WallTime)>) -> Option<TimeRange> {
    let (first, last) = range?;
    Some(TimeRange::of(clock.resolve(first)?, clock.resolve(last)?))
}

/// A message is as good as its minute, so that a single one spans something.
const MINUTE_NS: i64 = 60_000_000_000;
/// How far from all other evidence a chat may lie and still be about it.
const NEAR_NS: i64 = 6 * 3_600_000_000_000;
const DAY_NS: i64 = 86_400_000_000_000;
/// Evidence over a longer stretch does not single out a day.
const MAX_DAYS: i64 = 400;

/// The day on which times of day overlap the other evidence most; where none overlaps, the only one that comes near it. `None` where
/// two days do equally well or nothing else has a time: a day is inferred or missing, never invented.
fn day_of(clock: Clock, (first, last): (WallTime, WallTime), known: &[TimeRange]) -> Option<i32> {
    let around = |day: i64| {
        let on = Clock { day: i32::try_from(day).ok(), ..clock };
        Some((on.resolve(first)?.0.saturating_sub(MINUTE_NS), on.resolve(last)?.0.saturating_add(MINUTE_NS)))
    };
    let whole = known.iter().copied().reduce(TimeRange::union)?;
    let length = last.0.saturating_sub(first.0) / DAY_NS;
    let from = whole.start.0.div_euclid(DAY_NS) - 2 - length;
    let to = whole.end.0.div_euclid(DAY_NS) + 2;
    if to - from > MAX_DAYS {
        return None;
    }
    let on = |day: i64| Some((closeness(around(day)?, known)?, day));
    let mut days: Vec<(i64, i64)> = (from..=to).filter_map(on).collect();
    days.order_by(|a, b| b.cmp(a));
    let (best, day) = *days.first()?;
    let second = days.get(1).map_or(i64::MIN, |(second, _)| *second);
    let stands_out = best.saturating_sub(second) >= MINUTE_NS && (best > 0 || second < -NEAR_NS);
    (best >= -NEAR_NS && stands_out).then(|| i32::try_from(day).ok()).flatten()
}

/// What a stretch shares with the evidence, in nanoseconds; where it shares nothing, how far it is from it, below zero.
fn closeness((start, end): (i64, i64), known: &[TimeRange]) -> Option<i64> {
    let shared = |range: &TimeRange| end.min(range.end.0).saturating_sub(start.max(range.start.0));
    let overlap = known.iter().map(shared).filter(|shared| *shared > 0).fold(0i64, i64::saturating_add);
    let nearest = known.iter().map(shared).max()?;
    Some(if overlap > 0 { overlap } else { nearest })
}

/// The ranges of everything that knows its year, each with its place among the inputs. Where no written time does, the newest instant of each input's Kubernetes objects and
/// events: their histories reach back for years, and the newest is the nearest to when the evidence was collected.
fn dated_ranges(clocks: &[Clock], inputs: &[Clocked<'_>]) -> Vec<(u32, TimeRange)> {
    let knows = |clock: &Clock| match clock.kind {
        WallKind::Utc | WallKind::Local => true,
        WallKind::LocalWithoutYear => clock.year_origin != ClockOrigin::Default,
        WallKind::TimeOfDay | WallKind::Unclocked => false,
    };
    let written = (0..).zip(clocks.iter().zip(inputs)).filter(|(_, (clock, _))| knows(clock));
    let written = written.filter_map(|(place, (clock, input))| Some((place, range_of(clock, input.range)?)));
    let written: Vec<(u32, TimeRange)> = written.collect();
    if !written.is_empty() {
        return written;
    }
    let newest = (0..).zip(inputs).filter_map(|(place, input)| Some((place, newest_stamp(input.parsed)?)));
    newest.map(|(place, at)| (place, TimeRange::of(at, at))).collect()
}

fn newest_stamp(parsed: &Parsed) -> Option<Timestamp> {
    let containers = parsed.objects.iter().flat_map(|object| &object.containers);
    let states = containers.flat_map(|container| container.last_state.iter().chain([&container.state]));
    let states = states.flat_map(|state| [state.started, state.finished]);
    let events = parsed.events.iter().flat_map(|event| [event.first, event.last]);
    states.chain(events).flatten().max()
}

/// The year of the first record in which an input lies closest to what is dated, and the place of what it lies closest to; of equals the
/// latest, since people collect when it is over.
fn nearest_year(clock: Clock, range: (WallTime, WallTime), dated: &[(u32, TimeRange)]) -> Option<(i32, u32)> {
    let ranges: Vec<TimeRange> = dated.iter().map(|(_, range)| *range).collect();
    let whole = ranges.iter().copied().reduce(TimeRange::union)?;
    let (from, to) = (Civil::from_ns(whole.start.0).year - 1, Civil::from_ns(whole.end.0).year + 1);
    let close = |year: i32, to: &[TimeRange]| {
        let own = range_of(&Clock { year, ..clock }, Some(range))?;
        closeness((own.start.0, own.end.0), to)
    };
    let (_, year) = (from..=to).filter_map(|year| Some((close(year, &ranges)?, year))).max()?;
    let near = dated.iter().filter_map(|(place, range)| Some((close(year, &[*range])?, *place)));
    near.max().map(|(_, place)| (year, place))
}

fn newest_past_year(clock: Clock, first: WallTime, now: Option<Timestamp>) -> i32 {
    let Some(now) = now else { return PLACEHOLDER_YEAR };
    let this_year = Civil::from_ns(now.0).year;
    // A day of grace: clocks and zones differ.
    let is_past = Clock { year: this_year, ..clock }.resolve(first).is_some_and(|at| at <= now.plus_seconds(86_400));
    if is_past { this_year } else { this_year - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ContainerState, EvidenceId, KubeContainer, KubeObject, Level, Locator};

    fn clocked(parsed: &Parsed) -> Clocked<'_> {
        Clocked { parsed, range: wall_range(parsed), chosen: Chosen::default() }
    }

    fn journal(month: u32) -> Parsed {
        let mut parsed = Parsed { wall_kind: WallKind::LocalWithoutYear, ..Parsed::default() };
        let wall = WallTime::from_civil(Civil { year: PLACEHOLDER_YEAR, month, day: 23, hour: 22, ..Civil::default() });
        parsed.records.push(1, wall.expect("a date"), Level::None, b"");
        parsed
    }

    #[test]
    fn a_year_comes_from_a_dated_sibling_before_today() {
        let mut metrics = Parsed { wall_kind: WallKind::Utc, ..Parsed::default() };
        metrics.records.push(1, WallTime(1_690_120_800_000_000_000), Level::None, b"");
        let now = Some(Timestamp(1_790_000_000_000_000_000));
        let case = CaseClock { zone: 28_800.into(), now, ..CaseClock::default() };
        let clocks = resolve_clocks(&[clocked(&journal(7)), clocked(&metrics)], &case);
        assert_eq!((clocks[0].year, clocks[0].year_origin), (2023, ClockOrigin::Sibling));
        assert_eq!((clocks[0].offset_s, clocks[0].offset_origin), (28_800, ClockOrigin::Default));
        let alone = resolve_clocks(&[clocked(&journal(12))], &case);
        assert_eq!((alone[0].year, alone[0].year_origin), (2025, ClockOrigin::Default));
    }

    /// A log without years over two written times: month, day of each.
    fn yearless(first: (u32, u32), last: (u32, u32)) -> Parsed {
        let mut parsed = Parsed { wall_kind: WallKind::LocalWithoutYear, ..Parsed::default() };
        let steps = i32::from(last < first);
        for (line, year, (month, day)) in [(1, PLACEHOLDER_YEAR, first), (2, PLACEHOLDER_YEAR + steps, last)] {
            let wall = WallTime::from_civil(Civil { year, month, day, hour: 12, ..Civil::default() });
            parsed.records.push(line, wall.expect("a date"), Level::None, b"");
        }
        parsed
    }

    fn dated(days: &[(i32, u32, u32)]) -> Parsed {
        let mut parsed = Parsed { wall_kind: WallKind::Local, ..Parsed::default() };
        for (line, (year, month, day)) in (1..).zip(days) {
            let wall =
                WallTime::from_civil(Civil { year: *year, month: *month, day: *day, hour: 12, ..Civil::default() });
            parsed.records.push(line, wall.expect("a date"), Level::None, b"");
        }
        parsed
    }

    fn year_of(log: &Parsed, others: &[Parsed]) -> (i32, ClockOrigin) {
        let inputs: Vec<Clocked<'_>> = std::iter::once(log).chain(others).map(clocked).collect();
        let case = CaseClock { now: Some(Timestamp(1_790_000_000_000_000_000)), ..CaseClock::default() };
        let clock = resolve_clocks(&inputs, &case)[0];
        (clock.year, clock.year_origin)
    }

    #[test]
    fn a_year_is_the_one_closest_to_what_is_dated() {
        let found = |year| (year, ClockOrigin::Sibling);
        let august = yearless((8, 20), (8, 20));
        // Siblings of several years: the nearest of them tells, not the oldest.
        assert_eq!(year_of(&august, &[dated(&[(2022, 3, 1)]), dated(&[(2024, 8, 20)])]), found(2024));
        assert_eq!(year_of(&august, &[dated(&[(2024, 8, 20)]), dated(&[(2025, 4, 1)])]), found(2024));
        // One that covers several of them: the last that fits.
        assert_eq!(year_of(&august, &[dated(&[(2022, 1, 1), (2024, 12, 1)])]), found(2024));
        // Over the turn of the year: a log's year is that of its first line.
        let turn = yearless((12, 30), (1, 2));
        assert_eq!(year_of(&turn, &[dated(&[(2024, 1, 1)])]), found(2023));
        assert_eq!(year_of(&turn, &[dated(&[(2023, 12, 31)])]), found(2023));
        assert_eq!(year_of(&yearless((12, 31), (12, 31)), &[dated(&[(2024, 1, 1)])]), found(2023));
        assert_eq!(year_of(&yearless((1, 1), (1, 1)), &[dated(&[(2023, 12, 31)])]), found(2024));
    }

    #[test]
    fn a_year_that_a_sibling_was_given_or_states_by_itself_tells_too() {
        let mut headed = yearless((8, 19), (8, 20));
        headed.stated_year = Some(2023);
        assert_eq!(year_of(&yearless((8, 20), (8, 20)), &[headed]), (2023, ClockOrigin::Sibling));
    }

    #[test]
    fn objects_tell_the_year_where_no_written_time_does() {
        let at = |year| Some(Timestamp(Civil { year, month: 8, day: 20, hour: 6, ..Civil::default() }.to_ns()));
        let state = ContainerState { started: at(2019), finished: at(2024), ..ContainerState::default() };
        let container =
            KubeContainer { name: "app".into(), restarts: 1, last_state: Some(state), ..KubeContainer::default() };
        let pod = KubeObject::at("Pod", Locator::lines(EvidenceId(1), 1, 9));
        let pod = KubeObject { containers: vec![container], ..pod };
        let objects = [Parsed { objects: vec![pod], ..Parsed::default() }];
        assert_eq!(year_of(&yearless((8, 20), (8, 20)), &objects), (2024, ClockOrigin::Sibling));
        // A pod may have run for years: what a log writes itself counts first.
        let [objects] = objects;
        assert_eq!(year_of(&yearless((8, 20), (8, 20)), &[objects, dated(&[(2025, 8, 1)])]).0, 2025);
    }

    #[test]
    fn a_day_comes_from_the_only_day_that_fits_the_other_evidence() {
        const HOUR: i64 = 3_600_000_000_000;
        let metrics = |from: i64, to: i64| {
            let mut parsed = Parsed { wall_kind: WallKind::Utc, ..Parsed::default() };
            parsed.records.push(1, WallTime(19_561 * DAY_NS + from), Level::None, b"");
            parsed.records.push(2, WallTime(19_561 * DAY_NS + to), Level::None, b"");
            parsed
        };
        let mut chat = Parsed { wall_kind: WallKind::TimeOfDay, ..Parsed::default() };
        let midnight = crate::model::time::PLACEHOLDER_DAY * DAY_NS;
        chat.records.push(1, WallTime(midnight + 22 * HOUR), Level::None, b"");
        chat.records.push(2, WallTime(midnight + 24 * HOUR), Level::None, b"");
        let day = |others: &[Parsed]| {
            let inputs: Vec<Clocked<'_>> = std::iter::once(&chat).chain(others).map(clocked).collect();
            resolve_clocks(&inputs, &CaseClock::default())[0].day
        };
        assert_eq!(day(&[]), None);
        assert_eq!(day(&[metrics(21 * HOUR, 23 * HOUR)]), Some(19_561));
        // The evening before, in UTC, of evidence after midnight.
        assert_eq!(day(&[metrics(-HOUR, HOUR)]), Some(19_560));
        // A discussion after the fact is near; a week of metrics fits every evening, and a log singles one out of them.
        assert_eq!(day(&[metrics(20 * HOUR, 21 * HOUR)]), Some(19_561));
        assert_eq!(day(&[metrics(0, 7 * 24 * HOUR)]), None);
        assert_eq!(day(&[metrics(0, 7 * 24 * HOUR), metrics(46 * HOUR, 47 * HOUR)]), Some(19_562));
        assert_eq!(day(&[metrics(10 * HOUR, 11 * HOUR)]), None);
    }

    #[test]
    fn a_zone_stated_by_one_sibling_serves_the_silent_ones() {
        let stated = Parsed { wall_kind: WallKind::Unclocked, stated_offset_s: Some(28_800), ..Parsed::default() };
        let clocks = resolve_clocks(&[clocked(&journal(7)), clocked(&stated)], &CaseClock::default());
        assert_eq!((clocks[0].offset_s, clocks[0].offset_origin), (28_800, ClockOrigin::Sibling));
    }
}
