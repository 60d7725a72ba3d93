//! What the columns of a CSV table are, from its header and its first rows.
//!
//! The time column is the one that is called so (`Time`, `timestamp`, `_time`, `时间`, …) and holds times; without such a name the first
//! that holds written times, or epochs. A second one is compared with it: where both tell the same instant, the epoch is taken, because it
//! needs no zone; where they disagree, the written one is, because a person would read that. A day without a time of day takes it from a
//! column beside it that holds nothing else. Columns of words are labels, as is `pid` or `itemid`, unless nearly every row has another word:
//! that is text. Everything else is values. What could be read otherwise is told as [`Guess`]es ([`guesses`](super::guesses)).

use super::cells::{cell_text, cells, delimiter_of};
use super::guesses::{self, Open};
use super::heading::{is_id_name, is_time_name, is_zone_name, zone_of, zone_of_heading};
use super::instant::{EpochUnit, in_zone, is_written, parse_epoch_in, parse_time};
use super::number::{Cell, Mark, parse_cell, shown_mark};
use super::written::{COMPACT_DAY, DayOrder, Shown, has_short_year, parse_clock, shown_order};
use crate::model::sort::Order as _;
use crate::model::words::cut_at;
use crate::model::{Guess, GuessKind, Setting, WallKind, WallTime};

/// Columns of a table that are read; a wider one is no table of series.
pub(super) const MAX_COLUMNS: usize = 20_000;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The time of a row.
    Time,
    /// The time of day of a row whose [`Time`](Role::Time) is a day.
    Clock,
    /// The zone of a row's time.
    Zone,
    /// Another time that should tell the same.
    OtherTime,
    /// A word that tells series apart.
    Label,
    /// Samples.
    Value,
    /// Times of something else.
    Ignored,
}

/// How a table is read.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// What separates cells.
    pub(super) delimiter: u8,
    /// What separates fractions.
    pub(super) mark: Mark,
    /// What each column is.
    pub(super) roles: Vec<Role>,
    /// The name of each column; empty where there is no header.
    pub(super) names: Vec<String>,
    /// Whether the first line names the columns.
    pub(super) has_header: bool,
    /// Whether the time column is called one.
    pub(super) has_time_name: bool,
    /// Columns beyond [`MAX_COLUMNS`].
    pub(super) n_beyond: usize,
    /// What epochs count, where that is set; else their size says it.
    pub(super) epoch_unit: Option<EpochUnit>,
    /// The zone that the time column's heading states, in seconds east of UTC.
    pub(super) zone_s: Option<i32>,
    /// What comes first in its dates.
    pub(super) day_order: DayOrder,
    /// What was guessed.
    pub(super) guesses: Vec<Guess>,
}

/// Votes of the first rows on one column.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    written: u8,
    zoned: u8,
    /// Written without a time of day.
    days: u8,
    /// Times of day without a date.
    clocks: u8,
    epochs: u8,
    numbers: u8,
    words: u8,
    texts: u8,
}

impl Votes {
    fn take(&mut self, text: &[u8]) {
        let vote = |count: &mut u8| *count = count.saturating_add(1);
        match parse_time(text, DayOrder::Either) {
            Some((_, kind)) if is_written(text) => {
                vote(&mut self.written);
                if kind == WallKind::Utc {
                    vote(&mut self.zoned);
                } else if !text.contains(&b':') {
                    vote(&mut self.days);
                }
            }
            Some(_) => {
                if text.len() == COMPACT_DAY {
                    vote(&mut self.days);
                }
                vote(&mut self.epochs);
                vote(&mut self.numbers);
            }
            None if parse_clock(text).is_some() => vote(&mut self.clocks),
            None => match parse_cell(text, Mark::Either) {
                Cell::Value(..) => vote(&mut self.numbers),
                Cell::Gap => {}
                Cell::Text if is_word(text) => vote(&mut self.words),
                Cell::Text => vote(&mut self.texts),
            },
        }
    }

    fn all(self) -> u32 {
        [self.written, self.clocks, self.numbers, self.words, self.texts].iter().map(|&votes| u32::from(votes)).sum()
    }

    /// Whether most cells hold times.
    fn is_time(self) -> bool {
        let times = u32::from(self.written.max(self.epochs));
        times > 0 && times * 10 >= self.all() * 8
    }

    fn is_written(self) -> bool {
        self.written > self.epochs
    }

    /// Whether its times are days alone.
    fn is_day(self) -> bool {
        self.is_time() && self.days == self.written.max(self.epochs)
    }

    /// Whether most cells hold times of day.
    fn is_clock(self) -> bool {
        self.clocks > 0 && u32::from(self.clocks) * 10 >= self.all() * 8
    }
}

/// Columns of InfluxDB's annotated CSV that are about the answer.
fn is_influx_frame(name: &str) -> bool {
    matches!(name, "" | "result" | "table")
}

/// Whether a text is none that should have been a number: what starts like one is a number that was not understood.
pub(super) fn is_word(text: &[u8]) -> bool {
    !text.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'))
}

impl Layout {
    /// The layout of a table whose first line this is, followed by these rows; `None` where the line begins no table.
    pub(super) fn infer(first: &[u8], rows: &[&[u8]], separator: Option<u8>, settings: &[Setting]) -> Option<Self> {
        let set = |what| Setting::of(settings, what);
        let set_delimiter = set(GuessKind::Delimiter).and_then(|set| spelled(&DELIMITERS, set));
        let delimiter = set_delimiter.or(separator).or_else(|| delimiter_of(first, rows.first().copied()))?;
        let mut has_name = false;
        let mut has_time = false;
        let mut n_columns = 0;
        for cell in cells(first, delimiter) {
            n_columns += 1;
            has_name |= is_time_name(cell.text);
            has_time |= parse_time(cell.text, DayOrder::Either).is_some();
        }
        if n_columns < 2 {
            return None;
        }
        let has_header = has_name || !has_time;
        let n_kept = n_columns.min(MAX_COLUMNS);
        let is_alike = |row: &&&[u8]| {
            let n = cells(row, delimiter).count();
            n == n_columns || (n + 1 == n_columns && row.last() == Some(&delimiter))
        };
        let headless = (!has_header).then_some(first);
        let sample: Vec<&[u8]> = headless.iter().chain(rows.iter().filter(is_alike)).copied().collect();
        let mut votes = vec![Votes::default(); n_kept];
        for row in &sample {
            votes.iter_mut().zip(cells(row, delimiter)).for_each(|(votes, cell)| votes.take(cell.text));
        }
        let names: Vec<String> = if has_header {
            cells(first, delimiter).take(n_kept).map(|cell| cell_text(cell.text)).collect()
        } else {
            vec![String::new(); n_kept]
        };
        let mut this = Self {
            delimiter,
            mark: Mark::Either,
            roles: vec![Role::Value; n_kept],
            names,
            has_header,
            has_time_name: false,
            n_beyond: n_columns - n_kept,
            epoch_unit: None,
            zone_s: None,
            day_order: DayOrder::Either,
            guesses: Vec::new(),
        };
        let set_column = set(GuessKind::TimeColumn);
        let named_so = |name: &str| (0..n_kept).find(|&at| this.column_name(at) == name);
        let alone = set_column.and_then(named_so);
        let set_time = alone.or_else(|| named_so(cut_at(set_column?, BESIDE)?.0));
        let time = this.choose_times(&votes, &sample, set_time)?;
        let clock_of = |time: usize| clock_beside(&votes, time);
        if let Some(clock) = clock_of(time).filter(|_| alone.is_none()) {
            this.roles[clock] = Role::Clock;
        }
        this.choose_labels(&votes, &sample, time);
        let set_mark = set(GuessKind::DecimalMark).and_then(|set| spelled(&MARKS, set));
        this.mark = set_mark.unwrap_or_else(|| this.choose_mark(&sample, time));
        let set_unit = set(GuessKind::TimeUnit).and_then(|set| spelled(&EpochUnit::ALL, set));
        // Days since 1900 are numbers like others: the heading must say that they are times.
        let cells_of = |at: usize| sample.iter().filter_map(move |row| Some(cells(row, delimiter).nth(at)?.text));
        let are_days = || this.has_time_name && !votes[time].is_time() && EpochUnit::are_days(cells_of(time));
        this.epoch_unit = set_unit.or_else(|| are_days().then_some(EpochUnit::DAYS));
        this.zone_s = zone_of_heading(&this.names[time]);
        let is_zone = |at: &usize| {
            is_zone_name(&this.names[*at]) && cells_of(*at).all(|text| zone_of(text.trim_ascii()).is_some())
        };
        if let Some(at) = (0..n_kept).find(is_zone).filter(|_| this.zone_s.is_none()) {
            this.roles[at] = Role::Zone;
        }
        let set_order = set(GuessKind::DateOrder).and_then(|set| spelled(&ORDERS, set));
        let (order, is_open) = this.order_of(&sample, time);
        this.day_order = set_order.unwrap_or(order);
        let times = std::iter::once(time).chain((0..n_kept).filter(|&at| at != time && votes[at].is_time()));
        let columns = times.take(MAX_LABELS).flat_map(|at| {
            let beside = clock_of(at).map(|clock| (at, Some(clock)));
            beside.into_iter().chain(std::iter::once((at, None)))
        });
        let open = Open {
            time,
            columns: columns.collect(),
            order: is_open || set_order.is_some(),
            chosen: [
                set_delimiter.map(|_| GuessKind::Delimiter),
                set_mark.map(|_| GuessKind::DecimalMark),
                set_time.map(|_| GuessKind::TimeColumn),
                set_unit.map(|_| GuessKind::TimeUnit),
                set_order.map(|_| GuessKind::DateOrder),
            ],
        };
        this.guesses = guesses::tell(&this, &sample, &open);
        Some(this)
    }

    /// The time of a cell of the time column.
    pub(super) fn time_of(&self, cell: &[u8]) -> Option<(WallTime, WallKind)> {
        let time = match self.epoch_unit {
            Some(unit) => parse_epoch_in(cell, unit),
            None => parse_time(cell, self.day_order),
        };
        Some(in_zone(time?, self.zone_s))
    }

    /// A column's name, or its number from 1 where it has none.
    pub(super) fn column_name(&self, index: usize) -> String {
        let name = self.names[index].trim();
        if name.is_empty() { format!("#{}", index + 1) } else { name.to_owned() }
    }

    /// What comes first in the dates of a column, and whether nothing there says it. Where nothing does, the rows lie closer together
    /// under the right order; a clock of twelve hours is the custom of those who write the month first.
    fn order_of(&self, sample: &[&[u8]], time: usize) -> (DayOrder, bool) {
        let texts = || sample.iter().filter_map(|row| Some(cells(row, self.delimiter).nth(time)?.text));
        let n = |shown: Shown| texts().filter(|text| shown_order(text) == Some(shown)).count();
        let (day, month, either) = (n(Shown::DayFirst), n(Shown::MonthFirst), n(Shown::Ambiguous));
        // The first of two digits may always be a year.
        let is_short = texts().any(has_short_year);
        if day + month > 0 || either == 0 {
            let order = if month > day { DayOrder::MonthFirst } else { DayOrder::DayFirst };
            return (if day + month + either == 0 && is_short { DayOrder::YearFirst } else { order }, is_short);
        }
        let span = |order: DayOrder| {
            let times = || texts().filter_map(|text| parse_time(text, order)).map(|(wall, _)| wall.0);
            times().max().unwrap_or(0).saturating_sub(times().min().unwrap_or(0))
        };
        let is_half = |row: &&[u8]| row.to_ascii_lowercase().windows(3).any(|it| matches!(it, b" am" | b" pm"));
        let order = match span(DayOrder::DayFirst).cmp(&span(DayOrder::MonthFirst)) {
            std::cmp::Ordering::Less => DayOrder::DayFirst,
            std::cmp::Ordering::Greater => DayOrder::MonthFirst,
            std::cmp::Ordering::Equal if sample.iter().any(is_half) => DayOrder::MonthFirst,
            std::cmp::Ordering::Equal => DayOrder::DayFirst,
        };
        (order, true)
    }

    /// Sets the roles of columns that hold times, and says which is the time of a row.
    fn choose_times(&mut self, votes: &[Votes], sample: &[&[u8]], set: Option<usize>) -> Option<usize> {
        let named: Vec<usize> =
            (0..self.names.len()).filter(|&index| is_time_name(self.names[index].as_bytes())).collect();
        let is_time = |index: &usize| votes[*index].is_time();
        let is_written = |index: &usize| votes[*index].is_time() && votes[*index].is_written();
        let mut told = named.iter().copied().filter(is_time).take(2);
        let (time, other) = match (told.next(), told.next()) {
            (Some(one), Some(two)) => {
                let swaps = votes[two].is_written() && !votes[one].is_written();
                let (first, second) = if swaps { (two, one) } else { (one, two) };
                let knows_its_zone = !votes[first].is_written() || votes[first].zoned > 0;
                if !knows_its_zone && self.tell_the_same(first, second, sample) {
                    (second, Some(first))
                } else {
                    (first, Some(second))
                }
            }
            (Some(one), _) => (one, None),
            _ => {
                let all = || 0..self.roles.len();
                let unnamed = || {
                    // Eight digits are a day where a clock says so.
                    let is_day = |index: usize| votes[index].is_day() && clock_beside(votes, index).is_none();
                    let epoch = |index: usize| (votes[index].is_time() && !is_day(index)).then_some(index);
                    all().find(is_written).or_else(|| epoch(0)).or_else(|| {
                        if self.has_header {
                            None
                        } else {
                            epoch(self.roles.len() - 1).or_else(|| all().find_map(epoch))
                        }
                    })
                };
                // A column that is called time and holds none makes every row a bad time, which is said.
                (unnamed().or_else(|| named.first().copied())?, None)
            }
        };
        let (time, other) = match set {
            // What would have been taken is compared with what is.
            Some(set) if set != time => (set, Some(time).filter(|time| named.contains(time))),
            _ => (time, other),
        };
        let is_influx = self.names[time] == "_time";
        for (index, role) in self.roles.iter_mut().enumerate() {
            *role = if index == time {
                Role::Time
            } else if Some(index) == other {
                Role::OtherTime
            } else if named.contains(&index) || is_written(&index) || (is_influx && is_influx_frame(&self.names[index]))
            {
                Role::Ignored
            } else {
                Role::Value
            };
        }
        self.has_time_name = named.contains(&time);
        Some(time)
    }

    /// Whether two time columns tell one instant in the first row that has both, as far as a zone allows.
    fn tell_the_same(&self, one: usize, two: usize, sample: &[&[u8]]) -> bool {
        let times = |row: &&[u8]| Some((self.time_at(row, one)?, self.time_at(row, two)?));
        sample.iter().find_map(times).is_some_and(|(one, two)| zone_between(one, two).is_some())
    }

    fn time_at(&self, row: &[u8], index: usize) -> Option<WallTime> {
        parse_time(cells(row, self.delimiter).nth(index)?.text, DayOrder::Either).map(|(wall, _)| wall)
    }

    /// Makes labels of the columns that hold a word in every row; a remark here and there is none.
    fn choose_labels(&mut self, votes: &[Votes], sample: &[&[u8]], time: usize) {
        let distinct = |index: usize| {
            let mut words: Vec<&[u8]> =
                sample.iter().filter_map(|row| cells(row, self.delimiter).nth(index)).map(|cell| cell.text).collect();
            words.order();
            words.dedup();
            words.len()
        };
        let mut labels: Vec<usize> = (0..votes.len())
            .filter(|&index| {
                let n_words = usize::from(votes[index].words);
                let is_label = n_words > 0 && n_words * 10 >= sample.len() * 9;
                self.roles[index] == Role::Value && (is_label || is_id_name(&self.names[index]))
            })
            .take(MAX_LABELS)
            .collect();
        // Many series at one time have a word each; at times that differ, that is text.
        let shares_times = labels.is_empty() || distinct(time) * 2 <= sample.len();
        if sample.len() >= 4 && !shares_times {
            labels.retain(|&index| is_id_name(&self.names[index]) || distinct(index) * 2 <= sample.len());
        }
        labels.into_iter().for_each(|index| self.roles[index] = Role::Label);
    }

    /// The decimal mark that most cells show. Where none does, dates that begin with the year and no hyphen are written in countries where the
    /// comma groups thousands.
    fn choose_mark(&self, sample: &[&[u8]], time: usize) -> Mark {
        let is_grouping = |row: &&[u8]| {
            let date = cells(row, self.delimiter).nth(time).and_then(|cell| cell.text.trim_ascii().get(4..));
            date.is_some_and(|rest| rest.starts_with(b"/") || rest.starts_with("年".as_bytes()))
        };
        let (mut n_points, mut n_commas) = (0u32, 0u32);
        for row in sample {
            for (role, cell) in self.roles.iter().zip(cells(row, self.delimiter)) {
                if *role == Role::Value {
                    match shown_mark(cell.text) {
                        Mark::Point => n_points += 1,
                        Mark::Comma => n_commas += 1,
                        Mark::Either => {}
                    }
                }
            }
        }
        match n_points.cmp(&n_commas) {
            std::cmp::Ordering::Greater => Mark::Point,
            std::cmp::Ordering::Less => Mark::Comma,
            std::cmp::Ordering::Equal if self.delimiter == b',' || sample.iter().any(is_grouping) => Mark::Point,
            std::cmp::Ordering::Equal => Mark::Either,
        }
    }
}

/// The column of times of day that belongs to a column of days: the one beside it, else the first.
fn clock_beside(votes: &[Votes], day: usize) -> Option<usize> {
    if !votes.get(day)?.is_day() {
        return None;
    }
    let beside = [Some(day + 1), day.checked_sub(1)].into_iter().flatten();
    beside.chain(0..votes.len()).find(|&at| votes.get(at).is_some_and(|votes| votes.is_clock()))
}

/// What stands between the names of a column of days and of one of times of day.
pub(super) const BESIDE: &str = " + ";
/// How delimiters are spelled.
pub(super) const DELIMITERS: [(&str, u8); 4] = [(",", b','), (";", b';'), ("tab", b'\t'), ("blank", b' ')];
/// How orders of dates are spelled.
pub(super) const ORDERS: [(&str, DayOrder); 3] =
    [("dd/mm", DayOrder::DayFirst), ("mm/dd", DayOrder::MonthFirst), ("yy/mm/dd", DayOrder::YearFirst)];
/// How decimal marks are spelled.
pub(super) const MARKS: [(&str, Mark); 3] = [(".", Mark::Point), (",", Mark::Comma), (".,", Mark::Either)];

/// The value that is spelled so.
fn spelled<T: Copy>(spellings: &[(&str, T)], text: &str) -> Option<T> {
    spellings.iter().find(|(spelling, _)| *spelling == text).map(|(_, value)| *value)
}

/// Labels of a table; more columns of words than anybody labels with are text.
const MAX_LABELS: usize = 32;

/// How far apart two columns may be in writing the same instant: minutes may be all that is printed.
const SAME_NS: i64 = 60_000_000_000;
const QUARTER_NS: i64 = 900_000_000_000;

/// The seconds by which a written time is ahead of an instant, when that can be a zone; `None` where the two disagree.
pub(super) fn zone_between(written: WallTime, instant: WallTime) -> Option<i32> {
    let ahead = written.0.saturating_sub(instant.0);
    let quarters = (ahead.saturating_add(QUARTER_NS / 2)).div_euclid(QUARTER_NS);
    let is_near = ahead.saturating_sub(quarters.saturating_mul(QUARTER_NS)).abs() <= SAME_NS;
    let offset_s = i32::try_from(quarters.saturating_mul(900)).ok()?;
    (is_near && offset_s.abs() <= 14 * 3600).then_some(offset_s)
}

#[cfg(test)]
mod tests {
    use super::Role::{Clock, Ignored, Label, OtherTime, Time, Value};
    use super::*;

    fn roles(text: &str) -> Option<Vec<Role>> {
        let mut lines = text.lines().map(str::as_bytes);
        let first = lines.next()?;
        Layout::infer(first, &lines.collect::<Vec<_>>(), None, &[]).map(|layout| layout.roles)
    }

    #[test]
    fn columns_are_what_their_names_and_cells_say() {
        let cases: &[(&str, &[Role])] = &[
            ("Time,a,b\n1690120800000,1,", &[Time, Value, Value]),
            ("host;timestamp;cpu\nn1;2023-07-23 22:00;1,5", &[Label, Time, Value]),
            // Instants that agree up to a zone: the epoch needs none.
            ("Time,ts,v\n2023-07-23 22:00:00,1690120800,1", &[OtherTime, Time, Value]),
            ("Time,TimeStamp,v\n2023-07-23 14:00:00 +0000 UTC m=+0.1,1890120800,1", &[Time, OtherTime, Value]),
            ("ts,Time,v\n1890120800,2023-07-23 14:00:00,1", &[OtherTime, Time, Value]),
            ("up,n1,1,1704067200", &[Label, Label, Value, Time]),
            (
                ",result,_start,_time,_value\n,x,2023-07-23T13:00:00Z,2023-07-23T14:00:00Z,5",
                &[Ignored, Ignored, Ignored, Time, Value],
            ),
            ("Time,threads", &[Time, Value]),
            ("day,at,n\n20230723,22:00,2\n20230723,22:01,3", &[Time, Clock, Value]),
            ("time,n\n20230723,2\n20230724,3", &[Time, Value]),
        ];
        for (text, expected) in cases {
            assert_eq!(roles(text).as_deref(), Some(*expected), "{text}");
        }
        for text in ["bytes,n\n20230723,2\n20230724,3", "a,b\n1,2", "Time\n1690120800", "hello, world\nagain, world"] {
            assert_eq!(roles(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_labels_and_sentences_are_text() {
        let rows: String = (0..8).map(|i| format!("16901208{i}0,connection {i} refused,{i}\n")).collect();
        assert_eq!(roles(&format!("Time,message,n\n{rows}")), Some(vec![Time, Value, Value]));
        let pods: String = (0..8).map(|i| format!("1690120800,pod-{i},{i}\n")).collect();
        assert_eq!(roles(&format!("Time,pod,n\n{pods}")), Some(vec![Time, Label, Value]));
    }

    #[test]
    fn a_zone_is_a_quarter_of_an_hour_or_many() {
        let at = |seconds: i64| WallTime(seconds * 1_000_000_000);
        assert_eq!(zone_between(at(28_800), at(0)), Some(28_800));
        assert_eq!(zone_between(at(-12_600 + 1), at(0)), Some(-12_600));
        assert_eq!(zone_between(at(20_700), at(37)), Some(20_700));
        assert_eq!(zone_between(at(400), at(0)), None);
        assert_eq!(zone_between(at(0), at(200_000_000)), None);
    }
}
