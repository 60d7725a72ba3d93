//! The CSV of a Grafana panel ("Inspect → Data", "Export CSV"), in the seven shapes that its versions write.
//!
//! ```text
//! "Time","{__name__=""container_threads"", container=""calico-node""}","worker-02"      raw: epoch milliseconds, empty cell = gap
//! 1690120800000,41,29877
//! "Time","worker-01"                                                                   formatted: local time, unit glued on
//! 2023-07-23 22:00:00,32.7 K
//! sep=;                                                                                Excel header of Grafana 7 to 10
//! Time<TAB>…                                                                           Excel mode of newer ones: UTF-16, no `sep` line
//! "Series";"Time";"Value"                                                              Grafana 6 and older, series as rows
//! "Time";"series_1"                                                                    … as columns: ISO times, `null`
//! #name#Time,threads  /  #type#time,number  /  #unit#,short                            full header lines
//! ```
//! Several tables are separated by a blank line. All of it is read as any [table over time](super::csv_table) is.
//!
//! Source: `toCSV` in grafana/grafana `packages/grafana-data/src/utils/csv.ts`. Not supported: cells that hold line ends.

use super::cells::{cells, delimiter_of};
use super::rows;
use crate::formats::{Family, Format, Head};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "grafana-csv", family: Family::Metrics, sniff, parser: rows::parser };

fn sniff(head: &Head<'_>) -> u8 {
    if !is_grafana(head) {
        return 0;
    }
    match rows::score(head) {
        score @ 1..70 => score,
        70.. => 95,
        0 => 0,
    }
}

/// Whether the first line is one that Grafana writes.
pub(super) fn is_grafana(head: &Head<'_>) -> bool {
    let Some(first) = head.lines().find(|line| !line.trim_ascii().is_empty()) else { return false };
    if first.starts_with(b"sep=") || first.starts_with(b"#name#") {
        return true;
    }
    // It puts names in quotes, but for spreadsheets that take tabs; many others write a column `Time` first.
    let names = delimiter_of(first, None)
        .filter(|&delimiter| delimiter == b'\t' || first.starts_with(b"\""))
        .map(|delimiter| cells(first, delimiter).map(|cell| cell.text).take(4).collect());
    let names: Vec<&[u8]> = names.unwrap_or_default();
    matches!(names.first(), Some(&(b"Time" | b"time" | b"Date"))) || names == [&b"Series"[..], b"Time", b"Value"]
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::{IssueCode, RowAt, Unit, WallKind, WallTime};

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
        assert_eq!(frame.wall.get(1), Some(WallTime(1_690_120_815_000_000_000)));
        assert_eq!(frame.rows, RowAt::Lines(vec![2, 3, 4].into()));
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
        assert_eq!(parsed.frames[0].rows, RowAt::Lines(vec![3, 2, 4].into()));
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
