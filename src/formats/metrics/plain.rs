//! Rows as nearly all of a long table are: a time and plain numbers. They are read where they stand, each byte once; what is not exactly so
//! is left to [`Table::push_row`], which knows everything and gives the same for these.

use super::digits::parse_plain;
use super::instant::parse_plain_epoch;
use super::layout::{Layout, Role};
use super::number::Mark;
use super::table::{Filling, Place, Table};
use crate::model::{WallKind, WallTime};

/// After so many rows in a row that were none of these, the table has none.
const MAX_MISSED: u8 = 64;

const SECOND_NS: i64 = 1_000_000_000;

/// What is kept between plain rows.
#[derive(Default)]
pub(super) struct Plain {
    is_off: bool,
    n_missed: u8,
    day: Day,
}

impl Plain {
    /// For a table of this layout.
    pub(super) fn of(layout: &Layout) -> Self {
        let is_plain = |role: &Role| matches!(role, Role::Time | Role::Value);
        let is_off = layout.n_beyond > 0 || !layout.roles.iter().all(is_plain);
        Self { is_off, ..Self::default() }
    }
}

/// The last written time that was read: its day, and what follows its seconds, stay the same for thousands of rows.
#[derive(Default)]
struct Day {
    /// `2023-07-23 22:00:15+08:00`
    text: Vec<u8>,
    /// Its midnight.
    wall_ns: i64,
    kind: WallKind,
}

/// Bytes before the time of day, and of all that comes before a fraction or a zone.
const DAY: usize = 11;
const SECONDS_END: usize = 19;

impl Day {
    /// The time of a cell that differs in hour, minute and second alone.
    fn read(&self, cell: &[u8]) -> Option<(WallTime, WallKind)> {
        let is_alike = cell.len() == self.text.len()
            && cell.len() >= SECONDS_END
            && cell[..DAY] == self.text[..DAY]
            && cell[SECONDS_END..] == self.text[SECONDS_END..];
        let of_day_ns = is_alike.then(|| time_of_day(cell)).flatten()?;
        Some((WallTime(self.wall_ns + of_day_ns), self.kind))
    }

    /// Remembers a cell that was read, if the next ones can be told from it: what follows its seconds must only be added to them.
    fn learn(&mut self, cell: &[u8], (wall, kind): (WallTime, WallKind)) {
        let is_added = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b':' | b'Z');
        let is_day = |day: &[u8]| matches!(day, [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _, b' ' | b'T']);
        if cell.get(..DAY).is_some_and(is_day)
            && cell.get(SECONDS_END..).is_some_and(|rest| rest.iter().all(is_added))
            && let Some(of_day_ns) = time_of_day(cell)
        {
            self.text.clear();
            self.text.extend_from_slice(cell);
            (self.wall_ns, self.kind) = (wall.0.saturating_sub(of_day_ns), kind);
        }
    }
}

/// `22:00:15` behind the day, in nanoseconds.
fn time_of_day(cell: &[u8]) -> Option<i64> {
    let [h, i, b':', m, n, b':', s, t] = *cell.get(DAY..SECONDS_END)? else { return None };
    let two = |tens: u8, ones: u8, below: i64| {
        let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
        let number = i64::from(tens) * 10 + i64::from(ones) - 11 * i64::from(b'0');
        (is_number && number < below).then_some(number)
    };
    Some(((two(h, i, 24)? * 60 + two(m, n, 60)?) * 60 + two(s, t, 60)?) * SECOND_NS)
}

/// Whether a cell or a line may end before this.
#[inline]
fn is_end(rest: &[u8], delimiter: u8) -> bool {
    rest.first().is_none_or(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r')
}

impl Table {
    /// Takes the row that `text` begins with and says how many bytes it is long, its line end included; `None`, and nothing taken, where it
    /// is not plain.
    #[inline]
    pub(super) fn push_plain(&mut self, text: &[u8], place: Place) -> Option<usize> {
        // Without labels there is one group.
        let [group] = self.groups.as_mut_slice() else { return None };
        if self.plain.is_off {
            return None;
        }
        let kind = self.kind;
        let read = read_row(&self.layout, &mut self.plain.day, &mut group.columns, text);
        let Some((len, (wall, _))) = read.filter(|(_, time)| Some(time.1) == kind) else {
            self.plain.n_missed += 1;
            self.plain.is_off = self.plain.n_missed >= MAX_MISSED;
            let n_rows = group.stamps.len();
            group.columns.iter_mut().for_each(|column| column.values.truncate(n_rows));
            return None;
        };
        self.plain.n_missed = 0;
        group.stamps.push(wall, place);
        Some(len)
    }
}

/// Reads a plain row into the columns, and says how long it is and its time. Where it gives up, the columns hold pieces of it.
#[inline]
fn read_row(
    layout: &Layout,
    day: &mut Day,
    columns: &mut [Filling],
    text: &[u8],
) -> Option<(usize, (WallTime, WallKind))> {
    let decimal = if layout.mark == Mark::Comma { b',' } else { b'.' };
    let (mut rest, mut time, mut columns) = (text, None, columns.iter_mut());
    for (index, role) in layout.roles.iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(&[layout.delimiter])?;
        }
        if *role == Role::Time {
            let (read, len) = read_time(day, layout, rest)?;
            time = Some(read);
            rest = &rest[len..];
            continue;
        }
        let (value, len) = match parse_plain(rest, decimal) {
            Some(plain) => plain,
            None if is_end(rest, layout.delimiter) => (f64::NAN, 0),
            // `"41"`, as tools write that quote everything.
            None if rest.first() == Some(&b'"') && decimal == b'.' => {
                let (value, len) = parse_plain(&rest[1..], decimal)?;
                (value, (rest.get(len + 1) == Some(&b'"')).then_some(len + 2)?)
            }
            None => return None,
        };
        columns.next()?.values.push(value);
        rest = &rest[len..];
    }
    let n_end = match rest {
        [] => 0,
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => return None,
    };
    Some((text.len() - rest.len() + n_end, time?))
}

/// The time at the start of a text, and the length of its cell.
#[inline]
fn read_time(day: &mut Day, layout: &Layout, rest: &[u8]) -> Option<((WallTime, WallKind), usize)> {
    let delimiter = layout.delimiter;
    if layout.epoch_unit.is_none()
        && let Some((wall, len)) = parse_plain_epoch(rest)
        && is_end(&rest[len..], delimiter)
    {
        return Some(((wall, WallKind::Utc), len));
    }
    let (from, len, whole) = match rest.first()? {
        b'"' => {
            let len = memchr::memchr2(b'"', b'\n', &rest[1..]).filter(|&len| rest[len + 1] == b'"')?;
            (1, len, len + 2)
        }
        _ => {
            let len = rest.iter().position(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r');
            let len = len.unwrap_or(rest.len());
            (0, len, len)
        }
    };
    if !is_end(&rest[whole..], delimiter) {
        return None;
    }
    let cell = &rest[from..from + len];
    let time = day.read(cell).filter(|_| layout.epoch_unit.is_none()).or_else(|| {
        let time = layout.time_of(cell)?;
        day.learn(cell, time);
        Some(time)
    })?;
    Some((time, whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::instant::parse_time;
    use super::super::table::Row;
    use super::super::written::DayOrder;
    use super::*;
    use crate::formats::Parsed;

    #[test]
    fn a_time_of_the_same_day_is_read_as_any_other() {
        let mut day = Day::default();
        for cell in [
            "2023-07-23 22:00:00",
            "2023-07-23 23:59:59",
            "2023-07-24 00:00:00",
            "2023-07-24T00:00:01+08:00",
            "2023-07-24T09:10:11+08:00",
            "2023-07-24T09:10:11+02:00",
            "2023-07-24 09:10:11.250",
            "2023-07-24 10:10:60.250",
            "2023-07-24 24:10:11.250",
            "2023-07-24 10:10:11 PM",
            "2023-07-24 11:10:11 PM",
            "2023/07/24 11:10:11",
            "1690120800",
            "",
        ] {
            let expected = parse_time(cell.as_bytes(), DayOrder::DayFirst);
            assert_eq!(day.read(cell.as_bytes()).or(expected), expected, "{cell}");
            if let Some(time) = expected {
                day.learn(cell.as_bytes(), time);
                assert_eq!(day.read(cell.as_bytes()).or(expected), expected, "{cell}");
            }
        }
        assert_eq!(day.text, b"2023/07/24 11:10:11");
    }

    /// What a table of these rows becomes, with plain rows read in place or not.
    fn table_of(sample: &str, rows: &[String], is_plain: bool) -> String {
        let place = Place { line: 1, offset: 0 };
        let layout = Layout::infer(b"time,a,b", &[sample.as_bytes()], None, &[]).expect("a table");
        let (mut table, mut out) = (Table::new(layout, place, None, None), Parsed::default());
        let rows = std::iter::once(format!("{sample}\n")).chain(rows.iter().cloned());
        let mut said = Vec::new();
        for (line, row) in (2..).zip(rows) {
            let place = Place { line, offset: u64::from(line) * 100 };
            let text = format!("{row}1,2,3\n");
            match is_plain.then(|| table.push_plain(text.as_bytes(), place)).flatten() {
                Some(len) => assert_eq!(len, row.len()),
                None => said.push(table.push_row(row.trim_end_matches(['\r', '\n']).as_bytes(), place)),
            }
        }
        said.retain(|row| *row != Row::Taken);
        table.finish(&mut out);
        format!("{said:?} {:?} {:?}", out.frames, out.issues)
    }

    proptest! {
        #[test]
        fn plain_rows_are_what_any_row_is(
            is_written in any::<bool>(),
            rows in proptest::collection::vec(
                (
                    prop_oneof![
                        8 => "16901208[0-9]{2}000",
                        4 => "2023-07-2[0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9]",
                        1 => "2023-07-23T22:00:0[0-9](Z|\\+08:00)",
                        1 => "\"2023-07-23 22:00:0[0-9]\"",
                        1 => "[0-9]{0,3}",
                    ],
                    prop_oneof![
                        6 => "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
                        1 => "", 1 => "null", 1 => "\"[0-9]{1,3}\"", 1 => "[0-9] K", 1 => "[0-9]e[0-9]", 1 => "\"", 1 => "x",
                    ],
                    prop_oneof![6 => "[0-9]{1,3}", 1 => "", 1 => "NaN", 1 => "[0-9],", 1 => "[0-9],[0-9]", 1 => "\"1,234\""],
                    prop_oneof![4 => Just("\n"), 1 => Just("\r\n")],
                ),
                0..40,
            ),
        ) {
            let sample = if is_written { "2023-07-23 22:00:00,1,2" } else { "1690120800000,1,2" };
            let rows: Vec<String> = rows.into_iter().map(|(time, a, b, end)| format!("{time},{a},{b}{end}")).collect();
            prop_assert_eq!(table_of(sample, &rows, true), table_of(sample, &rows, false));
        }

        #[test]
        fn any_time_of_day_is_read_as_any_other(
            first in 0i64..86_400, second in 0i64..86_400, suffix in prop_oneof!["", "Z", "\\.[0-9]{3}", "\\+0[0-9]:[0-5]0"]
        ) {
            let written = |of_day: i64| {
                let (h, m, s) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
                format!("2023-07-23 {h:02}:{m:02}:{s:02}{suffix}")
            };
            let read = |text: &str| parse_time(text.as_bytes(), DayOrder::DayFirst);
            let (first, second) = (written(first), written(second));
            let mut day = Day::default();
            if let Some(time) = read(&first) {
                day.learn(first.as_bytes(), time);
                prop_assert_eq!(day.read(second.as_bytes()), read(&second));
            }
        }
    }
}
