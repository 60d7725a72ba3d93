//! The events table under `kubectl describe`, cut at the offsets of its header.

use super::super::time::{number, parse_age};
use crate::model::{KubeEvent, Locator};

/// Columns that are read. Old kubectl (before 1.9) prints `FirstSeen LastSeen Count … SubObjectPath` and separates by tabs.
const COLUMNS: &[&str] =
    &["Type", "Reason", "Age", "From", "Message", "FirstSeen", "LastSeen", "Count", "SubObjectPath"];

/// Where the columns begin, from the header line.
#[derive(Clone, Debug)]
pub(super) struct EventTable {
    /// Name and first screen column, in the order printed.
    columns: Vec<(&'static str, usize)>,
}

impl EventTable {
    /// Reads a header; `None` where the line is none.
    pub(super) fn of_header(line: &[u8]) -> Option<Self> {
        let mut columns = Vec::new();
        let mut screen = Screen::default();
        let mut at = 0;
        for word in line.split(u8::is_ascii_whitespace) {
            if !word.is_empty() {
                let name = COLUMNS.iter().find(|name| name.as_bytes() == word)?;
                columns.push((*name, screen.column_at(line, at)));
            }
            at += word.len() + 1;
        }
        let has = |name| columns.iter().any(|(column, _)| *column == name);
        (has("Type") && has("Reason") && has("Message")).then_some(Self { columns })
    }

    /// Reads a row; `None` where it does not fit the columns.
    pub(super) fn row(&self, line: &[u8], locator: Locator) -> Option<Row> {
        let cells = cells_at(line, self.columns.iter().map(|(_, column)| *column))?;
        let cell = |name| {
            let index = self.columns.iter().position(|(column, _)| *column == name)?;
            cells.get(index).copied().filter(|text| !text.is_empty())
        };
        let text = |name| cell(name).map_or(String::new(), |text| String::from_utf8_lossy(text).into_owned());
        let kind = text("Type");
        if kind != "Normal" && kind != "Warning" {
            return None;
        }
        let age = match cell("Age") {
            Some(age) => Age::of(age),
            None => Age {
                last: cell("LastSeen").and_then(parse_age),
                first: cell("FirstSeen").and_then(parse_age),
                count: cell("Count").and_then(number).unwrap_or(1),
            },
        };
        let (from, node) = reporter(cell("From").unwrap_or(&[]));
        let event = KubeEvent {
            kind,
            reason: text("Reason"),
            from,
            object: String::new(),
            namespace: String::new(),
            message: text("Message"),
            count: age.count,
            first: None,
            last: None,
            age_last_s: age.last,
            age_first_s: age.first,
            locator,
        };
        Some(Row { event, node })
    }
}

/// The cells of a row under columns that begin where given; `None` where text runs over the beginning of a column.
pub(super) fn cells_at(line: &[u8], columns: impl Iterator<Item = usize>) -> Option<Vec<&[u8]>> {
    let mut screen = Screen::default();
    let mut starts = Vec::with_capacity(10);
    for column in columns {
        let start = screen.byte_at(line, column);
        let overrun = start > 0 && start < line.len() && !line[start - 1].is_ascii_whitespace();
        if overrun {
            return None;
        }
        starts.push(start);
    }
    starts.push(line.len());
    Some(starts.windows(2).map(|pair| line.get(pair[0]..pair[1]).unwrap_or(&[]).trim_ascii()).collect())
}

/// A row, and the node that old kubectl names beside the reporter.
pub(super) struct Row {
    /// The event, without its object.
    pub(super) event: KubeEvent,
    /// Node of the reporter.
    pub(super) node: Option<String>,
}

/// `kubelet`, `kubelet, node-5` (before 1.19) or `{kubelet node-5}` (before 1.9).
pub(super) fn reporter(text: &[u8]) -> (String, Option<String>) {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_matches(['{', '}']).trim();
    let (from, node) = text.split_once([',', ' ']).unwrap_or((text, ""));
    let node = node.trim();
    (from.trim().to_owned(), (!node.is_empty()).then(|| node.to_owned()))
}

/// An age with its repeats.
pub(super) struct Age {
    /// Seconds before collection when last seen, and the width of the unit.
    pub(super) last: Option<(u32, u32)>,
    /// The same for first seen.
    pub(super) first: Option<(u32, u32)>,
    /// How often.
    pub(super) count: u32,
}

impl Age {
    /// `3m`, `3m (x12 over 20m)` or `<unknown>`.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut words = text.split(|byte| *byte == b' ');
        let last = words.next().and_then(parse_age);
        let repeats = words.next().and_then(|word| word.strip_prefix(b"(x")).and_then(number);
        let first = match (words.next(), words.next()) {
            (Some(b"over"), Some(age)) => parse_age(age.strip_suffix(b")").unwrap_or(age)),
            _ => last,
        };
        Self { last, first, count: repeats.unwrap_or(1) }
    }
}

/// Walks a line by what a terminal shows: a tab goes on to the next multiple of eight, a character is one column however many bytes.
#[derive(Default)]
struct Screen {
    byte: usize,
    column: usize,
}

impl Screen {
    fn step(&mut self, byte: u8) {
        self.byte += 1;
        match byte {
            b'\t' => self.column = (self.column / 8 + 1) * 8,
            0x80..=0xbf => {}
            _ => self.column += 1,
        }
    }

    /// The column of a byte at or after the last one asked for.
    fn column_at(&mut self, line: &[u8], byte: usize) -> usize {
        while let Some(next) = line.get(self.byte).filter(|_| self.byte < byte) {
            self.step(*next);
        }
        self.column
    }

    /// The first byte at or after a column that is not before the last one asked for.
    fn byte_at(&mut self, line: &[u8], column: usize) -> usize {
        while let Some(next) = line.get(self.byte).filter(|byte| self.column < column || matches!(**byte, 0x80..=0xbf))
        {
            self.step(*next);
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EvidenceId;

    fn row(header: &str, line: &str) -> Option<Row> {
        EventTable::of_header(header.as_bytes())?.row(line.as_bytes(), Locator::lines(EvidenceId(0), 1, 1))
    }

    #[test]
    fn ages_are_intervals_and_old_reporters_name_the_node() {
        let header = "  Type     Reason     Age                From             Message";
        let read =
            row(header, "  Warning  Unhealthy  3m (x12 over 20m)  kubelet, node-5  Liveness probe failed: 节点 503")
                .unwrap_or_else(|| unreachable!());
        assert_eq!(
            (read.event.count, read.event.age_last_s, read.event.age_first_s),
            (12, Some((180, 60)), Some((1200, 60)))
        );
        assert_eq!((read.event.from.as_str(), read.node.as_deref()), ("kubelet", Some("node-5")));
        assert_eq!(read.event.message, "Liveness probe failed: 节点 503");
        let unknown = row(header, "  Normal   Scheduled  <unknown>                           ok")
            .unwrap_or_else(|| unreachable!());
        assert_eq!((unknown.event.age_last_s, unknown.event.count, unknown.event.from.as_str()), (None, 1, ""));
        assert!(row(header, "  Warning  UnhealthyAndMore  3m").is_none());
        assert!(row(header, "wrapped text of the message above").is_none());
    }

    #[test]
    fn tabs_are_columns_too() {
        let header = "  FirstSeen\tLastSeen\tCount\tFrom\t\t\tSubObjectPath\tType\t\tReason\t\tMessage";
        let line = "  20m\t\t3m\t\t12\t{kubelet node-5}\t\t\tWarning\t\tUnhealthy\tLiveness probe failed";
        let read = row(header, line).unwrap_or_else(|| unreachable!());
        assert_eq!(
            (read.event.count, read.event.age_last_s, read.event.age_first_s),
            (12, Some((180, 60)), Some((1200, 60)))
        );
        assert_eq!((read.event.reason.as_str(), read.node.as_deref()), ("Unhealthy", Some("node-5")));
    }
}
