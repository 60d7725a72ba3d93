//! One table of a CSV while its rows come in. Rows with the same labels fill the columns of one group, which becomes a [`Frame`].

use std::collections::HashMap;

use super::cells::{cell_at, cell_text, cells};
use super::digits::parse_plain;
use super::heading::zone_of;
use super::instant::{in_zone, parse_plain_epoch, parse_time};
use super::layout::{Layout, Role, is_word, zone_between};
use super::legend::parse_legend;
use super::number::{Cell, Mark, parse_cell, unit_of_name};
use super::plain::Plain;
use super::stamps::{Stamps, reordered};
use super::written::parse_clock;
use crate::formats::Parsed;
use crate::model::{Column, Frame, IssueCode, Narrow, Unit, Values, WallKind, WallTime};

/// Series that one input may have.
pub(super) const MAX_SERIES: usize = 100_000;

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Line, from 1.
    pub(super) line: u32,
    /// Byte of its start.
    pub(super) offset: u64,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// It is in the table.
    Taken,
    /// It has more or fewer cells than the table has columns: it was cut, or its decimal commas look like delimiters.
    NotWhole,
    /// Its time is none, or lacks a zone that the others have, or has one that they lack.
    BadTime,
    /// It begins a series too many.
    Beyond,
}

/// A column while it fills.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling {
    pub(super) values: Narrow,
    /// Cells that hold text, whether one looks like a number, and where the first stands.
    texts: u64,
    is_odd: bool,
    first_text: Option<Place>,
}

/// Rows with the same labels.
pub(super) struct Group {
    labels: Vec<String>,
    pub(super) columns: Vec<Filling>,
    pub(super) stamps: Stamps,
}

/// What a column of values is called and counts.
struct Head {
    /// Its place among all columns.
    index: usize,
    name: String,
    labels: Vec<(String, String)>,
    unit: Unit,
    /// To the base unit, where a `#unit#` line states another.
    factor: f64,
}

/// How far a second time column tells the same.
#[derive(Default)]
struct Second {
    ahead_s: Option<i32>,
    n_off: u64,
    first_off: Option<Place>,
}

/// A table while its rows come in.
pub(super) struct Table {
    /// How it is read.
    pub(super) layout: Layout,
    pub(super) plain: Plain,
    /// The header's place.
    header: Place,
    heads: Vec<Head>,
    pub(super) kind: Option<WallKind>,
    pub(super) groups: Vec<Group>,
    group_of_key: HashMap<Vec<u8>, usize>,
    /// The group of the last row.
    last: Option<usize>,
    second: Second,
    // One row at a time; kept for their memory.
    key: Vec<u8>,
    last_key: Vec<u8>,
    values: Vec<f64>,
    marked: Vec<(usize, Cell, bool)>,
}

impl Table {
    /// A table of this layout. `kind` is what the times of tables before it lack.
    pub(super) fn new(layout: Layout, header: Place, kind: Option<WallKind>, units: Option<&[u8]>) -> Self {
        let units = units.map(|line| cells(line, layout.delimiter).map(|cell| cell.text).collect::<Vec<_>>());
        let roles = layout.roles.iter().enumerate().filter(|(_, role)| **role == Role::Value);
        let heads = roles.map(|(index, _)| {
            let (name, labels) = parse_legend(&layout.names[index]);
            let stated = units.as_ref().and_then(|units| unit_of_id(units.get(index)?));
            let (factor, unit) = stated.unwrap_or_else(|| (1.0, unit_of_name(&name)));
            Head { index, name, labels, unit, factor }
        });
        Self {
            heads: heads.collect(),
            plain: Plain::of(&layout),
            layout,
            header,
            kind,
            groups: Vec::new(),
            group_of_key: HashMap::new(),
            last: None,
            second: Second::default(),
            key: Vec::new(),
            last_key: Vec::new(),
            values: Vec::new(),
            marked: Vec::new(),
        }
    }

    /// What its times lack; `None` before its first row.
    pub(super) const fn kind(&self) -> Option<WallKind> {
        self.kind
    }

    /// Takes a row, or nothing of it.
    pub(super) fn push_row(&mut self, line: &[u8], place: Place) -> Row {
        let Layout { delimiter, mark, roles, n_beyond, epoch_unit, day_order, .. } = &self.layout;
        let (delimiter, decimal) = (*delimiter, if *mark == Mark::Comma { b',' } else { b'.' });
        self.values.clear();
        self.marked.clear();
        self.key.clear();
        let (mut at, mut time, mut other) = (0, None, None);
        let (mut clock_ns, mut zone_s, day_order) = (Some(0), None, *day_order);
        for (index, role) in roles.iter().enumerate() {
            if index > 0 {
                if line.get(at) != Some(&delimiter) {
                    return Row::NotWhole;
                }
                at += 1;
            }
            if *role == Role::Value {
                let rest = line.get(at..).unwrap_or_default();
                let value = match parse_plain(rest, decimal) {
                    Some((value, len)) if rest.get(len).is_none_or(|&byte| byte == delimiter) => {
                        at += len;
                        value
                    }
                    _ if rest.first().is_none_or(|&byte| byte == delimiter) => f64::NAN,
                    _ => {
                        let cell = cell_at(line, at, delimiter);
                        at = cell.end;
                        let read = parse_cell(cell.text, *mark);
                        if !matches!(read, Cell::Value(_, Unit::None) | Cell::Gap) {
                            self.marked.push((self.values.len(), read, is_word(cell.text)));
                        }
                        if let Cell::Value(value, _) = read { value } else { f64::NAN }
                    }
                };
                self.values.push(value);
                continue;
            }
            if *role == Role::Time && epoch_unit.is_none() {
                let rest = line.get(at..).unwrap_or_default();
                if let Some((wall, len)) = parse_plain_epoch(rest)
                    && rest.get(len).is_none_or(|&byte| byte == delimiter)
                {
                    at += len;
                    time = Some((wall, WallKind::Utc));
                    continue;
                }
            }
            let cell = cell_at(line, at, delimiter);
            at = cell.end;
            match role {
                Role::Time => time = self.layout.time_of(cell.text),
                Role::Zone => zone_s = zone_of(cell.text.trim_ascii()),
                Role::Clock => clock_ns = parse_clock(cell.text),
                Role::OtherTime => other = parse_time(cell.text, day_order),
                Role::Label => {
                    self.key.extend_from_slice(cell.text);
                    self.key.push(0);
                }
                Role::Value | Role::Ignored => {}
            }
        }
        // A delimiter at the very end opens no cell.
        let n_rest = if line.len() > at + 1 { cells(&line[at + 1..], delimiter).count() } else { 0 };
        if n_rest != *n_beyond {
            return Row::NotWhole;
        }
        let Some(((wall, kind), clock_ns)) = time.zip(clock_ns) else { return Row::BadTime };
        let (wall, kind) = in_zone((WallTime(wall.0.saturating_add(clock_ns)), kind), zone_s);
        if *self.kind.get_or_insert(kind) != kind {
            return Row::BadTime;
        }
        let Some(index) = self.take_values(wall, place) else { return Row::Beyond };
        if let Some(other) = other {
            self.compare((wall, kind), other, place);
        }
        let group = &mut self.groups[index];
        for &(slot, cell, is_word) in &self.marked {
            match cell {
                Cell::Value(_, unit) if self.heads[slot].unit == Unit::None => self.heads[slot].unit = unit,
                Cell::Value(..) | Cell::Gap => {}
                Cell::Text => {
                    group.columns[slot].texts += 1;
                    group.columns[slot].is_odd |= !is_word;
                    group.columns[slot].first_text.get_or_insert(place);
                }
            }
        }
        Row::Taken
    }

    /// Adds the values at hand to the group of the row's labels, and says which that is; `None`, and nothing added, where there would be
    /// too many series.
    #[inline]
    fn take_values(&mut self, wall: WallTime, place: Place) -> Option<usize> {
        // A table without labels is one group, and what is empty need not be compared.
        let is_last = self.key.is_empty() && self.last_key.is_empty() || self.key == self.last_key;
        let index = match self.last.filter(|_| is_last) {
            Some(last) => last,
            None => self.find_group()?,
        };
        let group = &mut self.groups[index];
        for (column, &value) in group.columns.iter_mut().zip(&self.values) {
            column.values.push(value);
        }
        group.stamps.push(wall, place);
        Some(index)
    }

    /// The group of the row's labels, which are not the last row's.
    fn find_group(&mut self) -> Option<usize> {
        let index = match self.group_of_key.get(&self.key) {
            Some(&index) => index,
            None => {
                if (self.groups.len() + 1) * self.heads.len().max(1) > MAX_SERIES {
                    return None;
                }
                let labels = self.key.split(|byte| *byte == 0).map(cell_text).collect();
                self.groups.push(Group {
                    labels,
                    columns: vec![Filling::default(); self.heads.len()],
                    stamps: Stamps::default(),
                });
                self.group_of_key.insert(self.key.clone(), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        self.last = Some(index);
        self.last_key.clone_from(&self.key);
        Some(index)
    }

    /// Compares the two time columns of a row.
    fn compare(&mut self, (wall, kind): (WallTime, WallKind), other: (WallTime, WallKind), place: Place) {
        let (written, instant) = if kind == WallKind::Local { (wall, other.0) } else { (other.0, wall) };
        let ahead_s = zone_between(written, instant).filter(|ahead_s| kind != other.1 || *ahead_s == 0);
        match ahead_s {
            Some(ahead_s) if kind != other.1 => self.second.ahead_s = Some(ahead_s),
            Some(_) => {}
            None => {
                self.second.n_off += 1;
                self.second.first_off.get_or_insert(place);
            }
        }
    }

    /// The table has ended.
    pub(super) fn finish(mut self, out: &mut Parsed) {
        let Place { line, offset } = self.header;
        if self.layout.n_beyond > 0 {
            out.issues.add_many(IssueCode::TooManySeries, self.layout.n_beyond as u64, line, offset);
        }
        if self.groups.is_empty() {
            out.issues.add(IssueCode::NoRows, line, offset);
        }
        match self.second.first_off {
            Some(Place { line, offset }) => {
                out.issues.add_many(IssueCode::TimesDisagree, self.second.n_off, line, offset);
            }
            // The written times beside the instants tell the zone of whoever wrote them.
            None if self.kind == Some(WallKind::Utc) => {
                out.stated_offset_s = out.stated_offset_s.or(self.second.ahead_s);
            }
            None => {}
        }
        for group in std::mem::take(&mut self.groups) {
            self.finish_group(group, out);
        }
    }

    fn finish_group(&self, mut group: Group, out: &mut Parsed) {
        let (wall, rows) = std::mem::take(&mut group.stamps).finish(out, |order| {
            for column in &mut group.columns {
                column.values = reordered(&column.values.part(0, order.len()), order).into_iter().collect();
            }
        });
        let columns = self.take_columns(&mut group, out);
        if !columns.is_empty() {
            out.frames.push(Frame { wall, rows, columns });
        }
    }

    /// The series of a group: its columns that hold numbers, with the labels of its rows.
    fn take_columns(&self, group: &mut Group, out: &mut Parsed) -> Vec<Column> {
        let keys = self.layout.names.iter().zip(&self.layout.roles).filter(|(_, role)| **role == Role::Label);
        let mut shared: Vec<(String, String)> =
            keys.map(|(key, _)| key.clone()).zip(std::mem::take(&mut group.labels)).collect();
        let named = self.name_label(&shared).map(|index| shared.remove(index).1);
        for (index, (key, _)) in shared.iter_mut().enumerate().filter(|(_, (key, _))| key.is_empty()) {
            *key = format!("label_{}", index + 1);
        }
        shared.retain(|(_, value)| !value.is_empty());
        let mut columns = Vec::new();
        for (head, filling) in self.heads.iter().zip(std::mem::take(&mut group.columns)) {
            let mut values = Values::from(filling.values);
            if let Some(Place { line, offset }) = filling.first_text {
                // A column of words and nothing else is text.
                let has_numbers = values.iter().any(|value| !value.is_nan());
                if has_numbers || filling.is_odd {
                    out.issues.add_many(IssueCode::BadNumber, filling.texts, line, offset);
                }
                if !has_numbers {
                    continue;
                }
            }
            if head.factor != 1.0 {
                values.to_mut().iter_mut().for_each(|value| *value *= head.factor);
            }
            let (mut name, mut labels, mut unit) = (head.name.clone(), head.labels.clone(), head.unit);
            if let Some(series) = &named {
                (name, labels) = parse_legend(series);
                unit = if unit == Unit::None { unit_of_name(&name) } else { unit };
            }
            labels.extend(shared.iter().cloned());
            if name.is_empty() && labels.is_empty() {
                name = self.layout.column_name(head.index);
            }
            columns.push(Column { name, labels, unit, values });
        }
        columns
    }

    /// The label that names the series, where the single column of values has no name of its own (`Series;Time;Value`).
    fn name_label(&self, labels: &[(String, String)]) -> Option<usize> {
        const VALUES: [&str; 6] = ["", "value", "_value", "__value__", "val", "值"];
        const NAMES: [&str; 8] = ["series", "metric", "__name__", "name", "metric_name", "_field", "指标", ""];
        let is_one_of = |name: &str, names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()));
        let [head] = self.heads.as_slice() else { return None };
        let is_bare = head.labels.is_empty() && is_one_of(&head.name, &VALUES);
        NAMES.iter().filter(|_| is_bare).find_map(|name| labels.iter().position(|(key, _)| is_one_of(key, &[name])))
    }
}

/// Grafana's unit ids, with the factor to the base unit.
fn unit_of_id(id: &[u8]) -> Option<(f64, Unit)> {
    Some(match id.trim_ascii() {
        b"bytes" | b"decbytes" => (1.0, Unit::Bytes),
        b"kbytes" => (1024.0, Unit::Bytes),
        b"mbytes" => (1_048_576.0, Unit::Bytes),
        b"gbytes" => (1_073_741_824.0, Unit::Bytes),
        b"deckbytes" => (1e3, Unit::Bytes),
        b"decmbytes" => (1e6, Unit::Bytes),
        b"decgbytes" => (1e9, Unit::Bytes),
        b"s" => (1.0, Unit::Seconds),
        b"ms" => (1e-3, Unit::Seconds),
        [0xc2, 0xb5, b's'] => (1e-6, Unit::Seconds),
        b"ns" => (1e-9, Unit::Seconds),
        b"percent" => (1.0, Unit::Percent),
        b"percentunit" => (100.0, Unit::Percent),
        b"Bps" | b"binBps" | b"bps" | b"reqps" | b"ops" | b"rps" | b"wps" | b"iops" | b"cps" | b"eps" | b"pps" => {
            (1.0, Unit::PerSecond)
        }
        _ => return None,
    })
}
