//! Samples that come one by one, gathered into series.

use std::collections::HashMap;

use super::legend::parse_legend;
use super::limits::take_limits;
use super::number::{parse_sample_value, unit_of_name};
use super::rows::whole_line;
use super::stamps::{Stamps, reordered};
use super::table::{MAX_SERIES, Place};
use crate::evidence::Block;
use crate::formats::Parsed;
use crate::model::{Column, EvidenceId, Frame, IssueCode, Unit, Values, WallKind, WallTime};

/// The place of the first of nothing.
const NOWHERE: Place = Place { line: 0, offset: 0 };

/// Takes one line of an input.
type ReadLine<'r> = &'r mut dyn FnMut(&[u8], Place, &mut Parsed) -> Result<(), IssueCode>;

/// One series while its samples come in.
struct Open {
    column: Column,
    values: Vec<f64>,
    stamps: Stamps,
    has_times: bool,
}

/// All series of an input, in the order they first appear.
pub(super) struct Samples {
    evidence: EvidenceId,
    series: Vec<Open>,
    index_of: HashMap<Vec<u8>, usize>,
    last: Option<usize>,
    last_key: Vec<u8>,
    /// Samples without a time, and the first of them.
    n_untimed: u64,
    first_untimed: Place,
}

impl Samples {
    /// No series yet.
    pub(super) fn new(evidence: EvidenceId) -> Self {
        Self {
            evidence,
            series: Vec::new(),
            index_of: HashMap::new(),
            last: None,
            last_key: Vec::new(),
            n_untimed: 0,
            first_untimed: NOWHERE,
        }
    }

    /// The series of a key: the bytes by which the input names it.
    pub(super) fn find(&mut self, key: &[u8]) -> Option<usize> {
        if let Some(last) = self.last.filter(|_| self.last_key == key) {
            return Some(last);
        }
        let index = *self.index_of.get(key)?;
        self.remember(key, index);
        Some(index)
    }

    /// Opens the series of a new key; `None` where there are too many.
    pub(super) fn open(&mut self, key: &[u8], name: String, labels: Vec<(String, String)>) -> Option<usize> {
        if self.series.len() >= MAX_SERIES {
            return None;
        }
        let unit = unit_of_name(&name);
        self.series.push(Open {
            column: Column { name, labels, unit, values: Values::default() },
            values: Vec::new(),
            stamps: Stamps::default(),
            has_times: false,
        });
        let index = self.series.len() - 1;
        self.index_of.insert(key.to_vec(), index);
        self.remember(key, index);
        Some(index)
    }

    /// Sets what a series counts.
    pub(super) fn set_unit(&mut self, index: usize, unit: Unit) {
        self.series[index].column.unit = unit;
    }

    /// The series that a selector names, opened where it is new.
    pub(super) fn of_selector(&mut self, selector: &[u8]) -> Option<usize> {
        self.find(selector).or_else(|| {
            let (name, labels) = parse_legend(&String::from_utf8_lossy(selector));
            self.open(selector, name, labels)
        })
    }

    fn remember(&mut self, key: &[u8], index: usize) {
        self.last = Some(index);
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
    }

    /// Adds a sample to a series, its value as the input writes it.
    pub(super) fn push_text(&mut self, index: usize, wall: WallTime, value: &[u8], place: Place, out: &mut Parsed) {
        let value = parse_sample_value(value).unwrap_or_else(|| {
            out.issues.add(IssueCode::BadNumber, place.line, place.offset);
            f64::NAN
        });
        self.push(index, wall, value, place);
    }

    /// Adds a sample to a series.
    pub(super) fn push(&mut self, index: usize, wall: WallTime, value: f64, place: Place) {
        let open = &mut self.series[index];
        if !wall.is_some() {
            if self.n_untimed == 0 {
                self.first_untimed = place;
            }
            self.n_untimed += 1;
        }
        open.has_times |= wall.is_some();
        open.stamps.push(wall, place);
        open.values.push(value);
    }

    /// The input has ended.
    pub(super) fn finish(&mut self, out: &mut Parsed) {
        let mut has_times = false;
        for Open { mut column, mut values, stamps, has_times: has_own } in std::mem::take(&mut self.series) {
            let (wall, rows) = stamps.finish(out, |order| values = reordered(&values, order));
            has_times |= has_own;
            values.shrink_to_fit();
            column.values = values.into();
            out.frames.push(Frame { wall, rows, columns: vec![column] });
        }
        if self.n_untimed > 0 {
            let Place { line, offset } = self.first_untimed;
            out.issues.add_many(IssueCode::SnapshotWithoutTime, self.n_untimed, line, offset);
        }
        take_limits(self.evidence, out);
        out.wall_kind = if has_times { WallKind::Utc } else { WallKind::Unclocked };
    }
}

/// Gives every line of a block to `read`, whole, and counts it by the answer; blank lines, comments and prompts are not given.
pub(super) fn read_lines(block: &Block<'_>, out: &mut Parsed, read: ReadLine<'_>) {
    for line in block.lines() {
        let text = whole_line(block, &line);
        let start = text.trim_ascii_start();
        if start.is_empty() || start.starts_with(b"#") || start.starts_with(b"$ ") {
            out.lines.skipped += 1;
            continue;
        }
        let place = Place { line: line.number, offset: line.offset };
        match read(text, place, out) {
            Ok(()) => out.lines.parsed += 1,
            Err(code) => {
                out.lines.failed += 1;
                out.issues.add(code, place.line, place.offset);
            }
        }
    }
}
