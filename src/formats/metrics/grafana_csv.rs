//! CSV tables with a time column first: Grafana's "Series joined by time" and everything of that shape.
//!
//! ```text
//! "Time","{__name__=""container_threads"", container=""calico-node""}","worker-02"      raw: epoch milliseconds, empty cell = gap
//! 1690120800000,41,29877
//! "Time","worker-01"                                                                   formatted: local time, unit glued on
//! 2023-07-23 22:00:00,32.7 K
//! sep=;                                                                                Excel header of Grafana 7 to 10
//! "Time";"series_1"                                                                    Grafana 6 and older: ISO times, `null`
//! "2017-07-14T09:55:00+00:00";null
//! #name#Time,threads  /  #type#time,number  /  #unit#,short                            full header lines
//! timestamp,value                                                                      CloudWatch, NAB and many scripts
//! ```
//! The delimiter (`,` `;` or TAB) is what follows the header's first cell. Several tables are separated by a blank line. Times are epochs
//! by magnitude, or ISO; whether they have a zone is decided by the first row, and a later row that differs is a bad time. Values come in
//! base units (`32.7 K` = 32700); a lone comma before exactly three digits groups thousands where the delimiter is a comma (`"1,234"`) and
//! is a decimal comma elsewhere. A column that repeats one text is a label of the others (`PodName`); a second time column is no series.
//!
//! Source: `toCSV` in grafana/grafana `packages/grafana-data/src/utils/csv.ts`. Not supported: the long form (`Series;Time;Value`), cells
//! that hold line ends, times with month first or `AM`/`PM`, files without a header.

use super::instant::parse_time;
use super::number::{Cell, parse_cell};
use super::table::{Place, Table, cell_at, cells, is_time_name};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "grafana-csv", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let is_telling = |line: &&[u8]| !line.trim_ascii().is_empty() && (Meta::of(line).is_none() || is_named(line));
    let mut lines = head.lines().filter(is_telling);
    let Some(header) = lines.next().map(|line| line.strip_prefix(NAME_LINE).unwrap_or(line)) else { return 0 };
    let Some(delimiter) = delimiter_of(header) else { return 0 };
    let n_cells = cells(header, delimiter).count();
    let first = cell_at(header, 0, delimiter).text;
    let is_known = is_time_name(first);
    if n_cells < 2 || (!is_known && parse_time(first).is_some()) {
        return 0;
    }
    let (mut n_rows, mut n_alike, mut n_timed, mut has_numbers) = (0, 0, 0, false);
    for row in lines.take(20).take_while(|row| !is_time_name(cell_at(row, 0, delimiter).text)) {
        n_rows += 1;
        n_alike += u32::from(cells(row, delimiter).count() == n_cells);
        n_timed += u32::from(parse_time(cell_at(row, 0, delimiter).text).is_some());
        has_numbers |= cells(row, delimiter).skip(1).any(|cell| parse_cell(cell.text, true) != Cell::Text);
    }
    let most = |n: u32| n * 10 >= n_rows * 8;
    match (is_known, n_rows) {
        (true, 0) if head.complete => {
            if header.starts_with(b"\"") {
                60
            } else {
                30
            }
        }
        (_, 0) => 0,
        (true, _) if has_numbers && most(n_alike) && most(n_timed) => 95,
        (true, _) if has_numbers && most(n_alike) => 40,
        (false, _) if has_numbers && most(n_alike) && most(n_timed) => 70,
        _ => 0,
    }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(GrafanaCsv { table: None, kind: None, separator: None, after_blank: false })
}

const NAME_LINE: &[u8] = b"#name#";
const UNIT_LINE: &[u8] = b"#unit#";

/// Lines that are about the table.
enum Meta {
    /// `sep=;`
    Separator(u8),
    /// `#name#…`, `#type#…`, `#unit#…`, comments.
    Hash,
}

impl Meta {
    fn of(line: &[u8]) -> Option<Self> {
        match line {
            [b's', b'e', b'p', b'=', separator] => Some(Self::Separator(*separator)),
            [b'#', ..] => Some(Self::Hash),
            _ => None,
        }
    }
}

fn is_named(line: &[u8]) -> bool {
    line.starts_with(NAME_LINE)
}

/// What follows the first cell.
fn delimiter_of(header: &[u8]) -> Option<u8> {
    let is_delimiter = |byte: &u8| matches!(byte, b',' | b';' | b'\t');
    let from = if header.starts_with(b"\"") { 1 + memchr::memchr(b'"', &header[1..])? } else { 0 };
    header[from..].iter().copied().find(is_delimiter)
}

struct GrafanaCsv {
    table: Option<Table>,
    kind: Option<WallKind>,
    separator: Option<u8>,
    after_blank: bool,
}

impl GrafanaCsv {
    fn read(&mut self, bytes: &[u8], line: &Line<'_>, out: &mut Parsed) {
        let place = Place { line: line.number, offset: line.offset };
        if bytes.trim_ascii().is_empty() {
            self.after_blank = true;
            out.lines.skipped += 1;
            return;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        match Meta::of(bytes) {
            Some(Meta::Separator(separator)) => self.separator = Some(separator),
            Some(Meta::Hash) if is_named(bytes) => self.start_table(&bytes[NAME_LINE.len()..], place, out),
            Some(Meta::Hash) => {
                if let (Some(table), Some(units)) = (&mut self.table, bytes.strip_prefix(UNIT_LINE)) {
                    table.set_units(units);
                }
            }
            None => return self.read_row(bytes, place, after_blank, out),
        }
        out.lines.skipped += 1;
    }

    fn read_row(&mut self, bytes: &[u8], place: Place, after_blank: bool, out: &mut Parsed) {
        let delimiter =
            self.table.as_ref().map_or_else(|| delimiter_of(bytes).unwrap_or(b','), |table| table.delimiter);
        let cell = cell_at(bytes, 0, delimiter);
        match (parse_time(cell.text), &mut self.table) {
            (Some((wall, kind)), Some(table)) => {
                if *self.kind.get_or_insert(kind) != kind {
                    fail(IssueCode::BadTime, place, out);
                } else if table.push_row(bytes, cell.end, wall, place) {
                    out.lines.parsed += 1;
                } else {
                    fail(IssueCode::UnparsedLines, place, out);
                }
            }
            (Some(_), None) => fail(IssueCode::UnparsedLines, place, out),
            // Text in the time column: another table's header where one can be, else a row without a time.
            (None, Some(table))
                if !after_blank && !is_time_name(cell.text) && (table.has_time_name || !table.is_empty()) =>
            {
                fail(IssueCode::BadTime, place, out);
            }
            (None, _) => {
                self.start_table(bytes, place, out);
                out.lines.skipped += 1;
            }
        }
    }

    fn start_table(&mut self, header: &[u8], place: Place, out: &mut Parsed) {
        self.end_table(out);
        let delimiter = self.separator.or_else(|| delimiter_of(header)).unwrap_or(b',');
        self.table = Some(Table::of_header(header, delimiter, place));
    }

    fn end_table(&mut self, out: &mut Parsed) {
        let Some(table) = self.table.take() else { return };
        if table.is_empty() && !table.has_time_name {
            // Taken for a header in hope of rows: it was no header.
            out.lines.skipped -= 1;
            fail(IssueCode::UnparsedLines, table.header, out);
            return;
        }
        table.finish(out);
    }
}

fn fail(code: IssueCode, place: Place, out: &mut Parsed) {
    out.lines.failed += 1;
    out.issues.add(code, place.line, place.offset);
}

impl Parser for GrafanaCsv {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let may_hold_nul = memchr::memchr(0, block.bytes).is_some();
        for line in block.lines() {
            // A header of many series is longer than the guard for lines and is read in one linear pass, so lines are taken whole here.
            let from = (line.offset - block.offset) as usize;
            let bytes = block.bytes.get(from..from + line.full_len).unwrap_or(line.bytes);
            if may_hold_nul && let Some(at) = memchr::memchr(0, bytes) {
                let n_nul = memchr::memchr_iter(0, bytes).count() as u64;
                out.issues.add_many(IssueCode::NulBytes, n_nul, line.number, line.offset + at as u64);
            }
            self.read(bytes, &line, out);
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_table(out);
        out.wall_kind = self.kind.unwrap_or(WallKind::Unclocked);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::{RowAt, Unit, WallTime};

    fn sniffed(text: &str) -> u8 {
        sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true })
    }

    #[test]
    fn raw_tables_have_labels_and_gaps() {
        let text = "\"Time\",\"{__name__=\"\"container_threads\"\", container=\"\"calico-node\"\"}\",\"worker-02\"\n\
                    1690120800000,41,29877\n1690120815000,,29901\n1690120830000,43,null\n";
        assert!(sniffed(text) >= 95);
        let parsed = parse_text(&FORMAT, text);
        let frame = &parsed.frames[0];
        assert_eq!(frame.columns[0].selector(), "container_threads{container=\"calico-node\"}");
        assert_eq!(frame.columns[0].values[0], 41.0);
        assert!(frame.columns[0].values[1].is_nan() && frame.columns[1].values[2].is_nan());
        assert_eq!(frame.wall[1], WallTime(1_690_120_815_000_000_000));
        assert_eq!(frame.rows, RowAt::Lines(vec![2, 3, 4]));
        assert_eq!((parsed.wall_kind, parsed.issues.list.len()), (WallKind::Utc, 0));
    }

    #[test]
    fn formatted_tables_are_local_and_in_base_units() {
        let text = "sep=;\n\"Time\";\"worker-01\";\"memory\"\n2023-07-23 22:00:00;32,7 K;1.5 GiB\n2023-07-23 22:00:15;46 K;2 GiB\n";
        assert!(sniffed(text) >= 95);
        let parsed = parse_text(&FORMAT, text);
        let columns = &parsed.frames[0].columns;
        assert_eq!((columns[0].values[0], columns[1].unit), (32_700.0, Unit::Bytes));
        assert_eq!(parsed.wall_kind, WallKind::Local);
    }

    #[test]
    fn several_tables_full_headers_and_units() {
        let text =
            "#name#Time,latency\n#type#time,number\n#unit#,ms\n1690120800000,250\n\nTime,b,c\n1690120800000,1,2\n";
        assert!(sniffed(text) >= 90);
        let parsed = parse_text(&FORMAT, text);
        assert_eq!(parsed.frames.len(), 2);
        assert_eq!((parsed.frames[0].columns[0].values[0], parsed.frames[0].columns[0].unit), (0.25, Unit::Seconds));
        assert_eq!(parsed.frames[1].columns.len(), 2);
    }

    #[test]
    fn trouble_is_counted_with_its_place() {
        let text = "timestamp,value\n1690120815,2\n1690120800,1\n1690120815,x7\n1690120830\nyesterday,5\n2023-07-23 22:00:00,1\n1690120900,3,4\n";
        let parsed = parse_text(&FORMAT, text);
        assert_eq!(parsed.frames[0].columns[0].values[..2], [1.0, 2.0]);
        assert_eq!(parsed.frames[0].rows, RowAt::Lines(vec![3, 2, 4]));
        let issues: Vec<_> =
            parsed.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_line)).collect();
        let expected = [
            (IssueCode::UnparsedLines, 2, 5),
            (IssueCode::BadNumber, 1, 4),
            (IssueCode::BadTime, 2, 6),
            (IssueCode::UnsortedTimes, 1, 3),
            (IssueCode::DuplicateTimes, 1, 4),
        ];
        assert_eq!(issues, expected);
    }

    #[test]
    fn a_column_of_one_text_is_a_label_and_a_second_time_no_series() {
        let text = "Time,TimeStamp,PodName,CpuUsageRate(%)\n\
                    2022-08-22 03:51:19.5 +0000 UTC m=+0.397,1661140279,shop-1,7.7\n\
                    2022-08-22 03:52:19.5 +0000 UTC m=+60.4,1661140339,shop-1,7.8\n";
        assert!(sniffed(text) >= 95);
        let parsed = parse_text(&FORMAT, text);
        let columns = &parsed.frames[0].columns;
        assert_eq!(columns.len(), 1);
        assert_eq!((columns[0].label("PodName"), columns[0].unit), (Some("shop-1"), Unit::Percent));
        assert_eq!((parsed.wall_kind, parsed.issues.list.len()), (WallKind::Utc, 0));
    }

    #[test]
    fn many_columns_and_no_rows_cost_no_more_than_their_bytes() {
        let header = format!("Time{}", ",".repeat(200_000));
        assert!(parse_text(&FORMAT, &header).frames.is_empty());
        let short_rows = format!("{header}\n{}", "1690120800\n".repeat(100_000));
        assert_eq!(parse_text(&FORMAT, &short_rows).lines.failed, 100_000);
    }

    #[test]
    fn other_texts_are_not_claimed() {
        for text in [
            "2023-07-23 22:00:00,123 ERROR [main] failed\n2023-07-23 22:00:01,123 ERROR [main] failed\n",
            "starting, please wait\n2023-07-23 22:00:00,123 ERROR a\n2023-07-23 22:00:01,123 ERROR b\n",
            "USER       PID %CPU\nroot         1  0.0\n",
            "Time,Line\n2023-07-23 22:00:00,connection refused\n2023-07-23 22:00:01,connection refused\n",
            "Jul 23 22:00:01 node-xx kubelet[1]: a, b\n",
            "time=\"2023-07-23T14:03:11Z\" level=info\n",
            "kernel.pid_max = 49152\n",
        ] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }
}
