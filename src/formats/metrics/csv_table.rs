//! Any CSV, TSV or semicolon table with a column of times: what scripts, spreadsheets, CloudWatch, InfluxDB and VictoriaMetrics write.
//!
//! ```text
//! timestamp,value                                             CloudWatch and many scripts
//! 2023-07-23 22:00:00,41.2
//! host;ts;threads;mem                                         the time anywhere, decimal comma, units glued on, words as labels
//! node-xx;2023-07-23 22:00:15;46.312;1,5 GiB
//! Time,TimeStamp,PodName,CpuUsageRate(%)                      Go's times; a second time column
//! 2022-08-22 03:51:19.607158889 +0000 UTC m=+0.113112869,1661140279,adservice-5f6585d649,5.87
//! Date;Time;threads                                           day and time of day apart, as Excel and perfmon write them
//! 23/07/2023;10:00:15 PM;46312
//! up,n1,1,1704067200                                          VictoriaMetrics `/api/v1/export/csv`: no header
//! Full label,CPU n1                                           CloudWatch's console: several lines name the columns
//! ID,m1
//! 2023/07/23 22:00:15,41.2
//! 2023-07-23 22:00:15 46312                                   a loop around `date` and `wc -l`
//! ```
//! The delimiter (`,` `;` or TAB; a blank where there is nothing but numbers), the decimal mark and what each column is are taken from the header and the first rows; [`layout`] says
//! how. Times are epochs by magnitude (s, ms, µs, ns), days of a spreadsheet under a heading that says time, ISO, or
//! [written](super::written) with day or month first or the month's name, on a clock of twelve hours, with the time of day in a column of
//! its own. A zone stands behind them, in a column of its own or in the [heading](super::heading) (`Time (UTC)`, Windows' performance
//! monitor); whether they have one is decided by the first row, and a later row that differs is a bad time. Two time columns that disagree are an issue. Rows with the same words are one group of series; a single column of
//! values beside a column `series`, `metric` or `_field` takes its names from there. Values come in base units (`32.7 K` = 32700).
//!
//! Source: docs.victoriametrics.com/#how-to-export-csv-data, docs.influxdata.com (annotated CSV). Not supported: cells that hold line ends,
//! one column per field of a date.
//!
//! [`layout`]: super::layout

use super::grafana_csv::is_grafana;
use super::rows;
use crate::formats::{Family, Format, Head};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "csv-table", family: Family::Metrics, sniff, parser: rows::parser };

fn sniff(head: &Head<'_>) -> u8 {
    // What CloudWatch and Grafana export of logs: numbers beside a line are no measurements.
    let is_message = |cell: &[u8]| {
        let name = cell.trim_ascii().strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(cell);
        [&b"@message"[..], b"message", b"Message", b"_raw", b"Line"].contains(&name.trim_ascii())
    };
    let mut names = head.telling_lines().next().unwrap_or_default().split(|byte| matches!(byte, b',' | b';' | b'\t'));
    if names.any(is_message) {
        return 0;
    }
    let score = rows::score(head);
    if is_grafana(head) { score / 2 } else { score }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::formats::Parsed;
    use crate::model::{IssueCode, RowAt, Unit, WallKind};

    fn sniffed(text: &str) -> u8 {
        sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true })
    }

    fn issues(parsed: &Parsed) -> Vec<(IssueCode, u64, u32)> {
        parsed.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_line)).collect()
    }

    #[test]
    fn an_export_of_logs_is_no_table_of_measurements() {
        for text in [
            "Time,Line,tsNs,id\n1772623231123,\"level=error msg=\"\"a, b\"\"\",1772623231123456789,1\n",
            "@timestamp,@message,@duration\n2026-03-04 11:20:31.123,text,12\n2026-03-04 11:20:32.123,text,13\n",
        ] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }

    #[test]
    fn the_time_may_stand_anywhere_and_words_are_labels() {
        let text = "host;ts;threads;mem\nn1;2023-07-23 22:00:00;46.312;1,5 GiB\nn2;2023-07-23 22:00:00;41;2 GiB\n\
                    n1;2023-07-23 22:00:15;46.313;\n";
        assert_eq!(sniffed(text), 90);
        let parsed = parse_text(&FORMAT, text);
        let [n1, n2] = parsed.frames.as_slice() else { panic!("a frame per host") };
        assert_eq!(
            (n1.columns[0].selector(), &n1.columns[0].values[..]),
            ("threads{host=\"n1\"}".to_owned(), &[46_312.0, 46_313.0][..])
        );
        assert_eq!((&n1.rows, n2.columns[1].unit), (&RowAt::Lines(vec![2, 4].into()), Unit::Bytes));
        assert!(n1.columns[1].values[1].is_nan());
        assert_eq!((parsed.wall_kind, issues(&parsed)), (WallKind::Local, vec![]));
    }

    #[test]
    fn spreadsheets_write_days_months_and_halves_of_days() {
        let evening = 1_690_149_600_000_000_000;
        for text in [
            "time,n\n23/07/2023 22:00,5\n23/07/2023 22:01,6\n",
            "time,n\n7/23/2023 10:00 PM,5\n7/23/2023 10:01 PM,6\n",
            "Date;Time;n\n23.07.2023;22:00:00;5\n23.07.2023;22:01:00;6\n",
            "日期,时间,n\n2023/7/23,下午 10:00:00,5\n2023/7/23,下午 10:01:00,6\n",
            "n,Time,Date\n5,22:00,2023-07-23\n6,22:01,2023-07-23\n",
        ] {
            // Some begin as Grafana's do.
            assert!(sniffed(text) >= 45, "{text}");
            let parsed = parse_text(&FORMAT, text);
            assert_eq!((parsed.wall_kind, issues(&parsed)), (WallKind::Local, vec![]), "{text}");
            let [frame] = parsed.frames.as_slice() else { panic!("one table: {text}") };
            assert_eq!(
                frame.wall.iter().map(|wall| wall.0).collect::<Vec<_>>(),
                [evening, evening + 60_000_000_000],
                "{text}"
            );
            assert_eq!(frame.columns[0].values, [5.0, 6.0], "{text}");
        }
        let half =
            parse_text(&FORMAT, &format!("Date,Time,n\n{}2023-07-23,soon,6\n", "2023-07-23,22:00,5\n".repeat(8)));
        assert_eq!(issues(&half)[0], (IssueCode::BadTime, 1, 10));
    }

    #[test]
    fn a_column_of_one_text_is_a_label_and_a_second_time_no_series() {
        let text = "Time,TimeStamp,PodName,CpuUsageRate(%)\n\
                    2022-08-22 03:51:19.5 +0000 UTC m=+0.397,1661140279,shop-1,7.7\n\
                    2022-08-22 03:52:19.5 +0000 UTC m=+60.4,1661140339,shop-1,7.8\n";
        assert_eq!(sniffed(text), 90);
        let parsed = parse_text(&FORMAT, text);
        let columns = &parsed.frames[0].columns;
        assert_eq!(columns.len(), 1);
        assert_eq!((columns[0].label("PodName"), columns[0].unit), (Some("shop-1"), Unit::Percent));
        assert_eq!((parsed.wall_kind, parsed.issues.list.len()), (WallKind::Utc, 0));
    }

    #[test]
    fn the_long_form_has_a_name_per_row_and_may_have_no_header() {
        let rows = "\"Series\";\"Time\";\"Value\"\n\"a\";\"2023-07-23T22:00:00+08:00\";1\n\"b\";\"2023-07-23T22:00:00+08:00\";null\n";
        let names = |text: &str| -> Vec<String> {
            parse_text(&FORMAT, text).frames.iter().map(|frame| frame.columns[0].selector()).collect()
        };
        assert_eq!(names(rows), ["a", "b"]);
        let export = "up,n1,1,1690120800\nup,n2,0,1690120800\nup,n1,1,1690120815\n";
        // `format=…,__timestamp__:unix_ns` and `:rfc3339`.
        for time in ["1690120800000000000", "1690120800000", "2023-07-23T14:00:00Z"] {
            let frame = parse_text(&FORMAT, &format!("up,n1,1,{time}\nup,n2,0,{time}\n")).frames.remove(0);
            assert_eq!(frame.wall.first().map(|wall| wall.0), Some(1_690_120_800_000_000_000), "{time}");
        }
        assert_eq!(
            (sniffed(export), names(export)),
            (60, vec!["up{label_1=\"n1\"}".to_owned(), "up{label_1=\"n2\"}".to_owned()])
        );
    }

    #[test]
    fn two_times_that_disagree_are_said_and_two_that_agree_tell_the_zone() {
        let table = |epoch: u64| {
            format!("Time,TimeStamp,v\n2023-07-23 22:00:00,{epoch},1\n2023-07-23 22:01:00,{},2\n", epoch + 60)
        };
        let agreed = parse_text(&FORMAT, &table(1_690_120_800));
        assert_eq!((agreed.wall_kind, agreed.stated_offset_s, issues(&agreed)), (WallKind::Utc, Some(28_800), vec![]));
        let parsed = parse_text(&FORMAT, &table(1_890_120_800));
        assert_eq!((parsed.wall_kind, parsed.stated_offset_s), (WallKind::Local, None));
        assert_eq!(issues(&parsed), [(IssueCode::TimesDisagree, 2, 2)]);
    }

    #[test]
    fn what_is_no_number_is_a_gap_and_counted() {
        let text = "time,a,b\r\n1690120800,NaN,1e308\n1690120815,+Inf,-Inf\r\n1690120830,n/a,1e309\n1690120845,,x\n";
        let parsed = parse_text(&FORMAT, text);
        let columns = &parsed.frames[0].columns;
        assert_eq!((columns.len(), columns[0].name.as_str(), columns[0].values[0]), (1, "b", 1e308));
        assert_eq!(issues(&parsed), [(IssueCode::BadNumber, 4, 3)]);
    }

    #[test]
    fn a_counter_that_resets_and_times_that_go_back_are_kept() {
        let text = "time,node_forks_total\n1690120830,7\n1690120800,100\n1690120815,3\n";
        let parsed = parse_text(&FORMAT, text);
        assert_eq!(parsed.frames[0].columns[0].values, [100.0, 3.0, 7.0]);
        assert_eq!(issues(&parsed), [(IssueCode::UnsortedTimes, 1, 3)]);
    }

    #[test]
    fn a_header_alone_is_no_data_and_titles_above_it_are_counted() {
        assert_eq!(issues(&parse_text(&FORMAT, "time,a\n")), [(IssueCode::NoRows, 1, 1)]);
        let parsed = parse_text(&FORMAT, "Threads of the node\n{\"panel\": 2, \"x\": 1}\n\nwhen,n\n1690120800,5\n");
        assert_eq!((parsed.frames[0].columns[0].name.as_str(), parsed.lines.skipped), ("n", 2));
        assert_eq!(issues(&parsed), [(IssueCode::UnparsedLines, 2, 1)]);
    }

    #[test]
    fn a_million_columns_are_bounded() {
        let text = format!("Time{}\n1690120800{}\n", ",x".repeat(1_000_000), ",1".repeat(1_000_000));
        let parsed = parse_text(&FORMAT, &text);
        assert_eq!(parsed.frames[0].columns.len(), 19_999);
        assert_eq!(issues(&parsed), [(IssueCode::TooManySeries, 980_001, 1)]);
        let series: String = (0..100_010).map(|i| format!("1690120800,{i}x,pod-{i},1\n")).collect();
        let parsed = parse_text(&FORMAT, &format!("ts,a,pod,n\n{series}"));
        assert_eq!((parsed.frames.len(), parsed.lines.failed), (50_000, 50_010));
    }

    #[test]
    fn tables_may_follow_each_other_and_share_their_sample() {
        let parsed = parse_text(&FORMAT, "time,a\n1690120800,1\ntime,b,c\n1690120800,1,2\n\ntime,d\n1690120800,4\n");
        let names: Vec<Vec<&str>> = parsed
            .frames
            .iter()
            .map(|frame| frame.columns.iter().map(|column| column.name.as_str()).collect())
            .collect();
        assert_eq!(names, [vec!["a"], vec!["b", "c"], vec!["d"]]);
    }

    #[test]
    fn logs_and_listings_are_not_claimed() {
        for text in [
            "2023-07-23 22:00:00,123 ERROR [main] failed\n2023-07-23 22:00:01,123 ERROR [main] failed\n",
            "starting, please wait\n2023-07-23 22:00:00,123 ERROR a\n2023-07-23 22:00:01,123 ERROR b\n",
            "Time,Line\n2023-07-23 22:00:00,connection refused\n2023-07-23 22:00:01,connection refused\n",
            "{\"status\":\"success\",\"data\":[1690120800,\"5\"]}\n",
            "name,value\na,1\nb,2\n",
        ] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }
}
