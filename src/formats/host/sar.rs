//! sysstat's `sar`: the history that many nodes keep for days, whether or not anybody scraped them.
//!
//! ```text
//! Linux 4.17.18-200.fc28.x86_64 (linux.home)   08/29/18   _x86_64_  (8 CPU)
//!
//! 09:33:48      runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked      sar -q: plist-sz is ALL tasks, as /proc/loadavg has them
//! 09:34:34            1       911      0.10      0.07      0.08         0
//! 09:33:38     LINUX RESTART  (8 CPU)
//! 09:33:48       proc/s   cswch/s                                              sar -w: tasks created per second
//! 09:33:48 PM     CPU     %user     %nice   %system   %iowait    %steal     %idle
//! Average:            1       911      0.10      0.07      0.08         0
//! ```
//! Yields one series per column, named as it is printed (`plist-sz`, `proc/s`, `file-nr`), with the host and the row's subject (`cpu`,
//! `iface`, `dev`) as labels. Averages are dropped; a restart is a gap, and a note. Sections follow each other, each with a day of its own; where a
//! section's time goes back by more than half a day, midnight was crossed. The times are local, without a zone.
//!
//! Spec: sar(1). Not supported: the binary files `saNN` (`sadf -d` reads them), locales with other words than AM, PM, 上午 and 下午.

use super::clock::split_clock;
use super::sysstat::{Header, Sysstat, is_restart, parse_banner};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sar", family: Family::Metrics, sniff, parser };

/// Columns that tell sar's sections from any other table with a clock.
const KNOWN: &[&str] = &[
    "plist-sz",
    "runq-sz",
    "proc/s",
    "cswch/s",
    "%user",
    "%usr",
    "%idle",
    "kbmemfree",
    "kbmemused",
    "kbswpfree",
    "dentunusd",
    "file-nr",
    "tps",
    "rxpck/s",
    "rxerr/s",
    "pgpgin/s",
    "pswpin/s",
    "totsck",
    "intr/s",
    "bread/s",
    "kbhugfree",
    "%util",
    "ldavg-1",
    "MBfsfree",
    "active/s",
    "irec/s",
    "call/s",
    "scall/s",
    "MHz",
    "total/s",
    "%ifutil",
    "%scpu-10",
    "rcvin/s",
    "txpck/s",
];

fn sniff(head: &Head<'_>) -> u8 {
    let (mut has_banner, mut n_headers, mut n_rows, mut n_strange) = (false, 0u32, 0u32, 0u32);
    let mut header: Option<Header> = None;
    for line in head.telling_lines().take(200) {
        if parse_banner(line).is_some() {
            has_banner = true;
        } else if let Some((_, rest)) = split_clock(line) {
            if let Some(next) = Header::of(rest) {
                n_headers += u32::from(KNOWN.iter().any(|name| next.has(name)) && !next.has("Command"));
                header = Some(next);
            } else if header.as_ref().is_some_and(|header| header.fits(rest)) {
                n_rows += 1;
            } else {
                n_strange += u32::from(!is_restart(rest));
            }
        } else {
            n_strange += u32::from(!line.ends_with(b":") && !line.starts_with(b"Average:"));
        }
    }
    match (n_headers, n_rows) {
        (0, _) => 0,
        (_, 0) => {
            if has_banner {
                80
            } else {
                0
            }
        }
        (_, rows) if n_strange > rows => 0,
        _ => {
            if has_banner {
                97
            } else {
                93
            }
        }
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Sysstat::new(evidence, false))
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;
    use crate::model::{Timestamp, Unit, WallKind};

    const TEXT: &str = "\
Linux 5.4.0-100 (node-xx) \t07/23/2023 \t_x86_64_\t(48 CPU)

11:50:01 PM   runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked
11:55:01 PM         4     29877      3.10      3.07      3.08         0
12:05:01 AM         9     30112      3.31      3.12      3.09         1
Average:            6     29994      3.20      3.09      3.08         0

12:06:00 AM       LINUX RESTART\t(48 CPU)

11:50:01 PM    proc/s   cswch/s
11:55:01 PM     41.20   90210.5

11:50:01 PM     CPU     %user     %idle
11:55:01 PM     all      3.11     96.00
11:55:01 PM       0      9.11     90.00
";

    #[test]
    fn sections_become_series_with_their_own_clock() {
        assert!(sniff(&Head { bytes: TEXT.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse_text(&FORMAT, "unknown", TEXT);
        assert_eq!((parsed.lines.failed, parsed.wall_kind), (0, WallKind::Local));
        let queue = &parsed.frames[0];
        assert_eq!(queue.columns[1].selector(), "plist-sz{node=\"node-xx\"}");
        assert_eq!(queue.columns[1].values[..2], [29_877.0, 30_112.0]);
        assert!(queue.columns[1].values[2].is_nan(), "a restart is a gap");
        let times: Vec<_> = queue.wall.iter().map(|wall| Timestamp(wall.0).to_local(0)).collect();
        assert_eq!(times, ["2023-07-23 23:55:01", "2023-07-24 00:05:01", "2023-07-24 00:06:00"]);
        assert_eq!(
            (parsed.frames[1].columns[0].name.as_str(), parsed.frames[1].columns[0].unit),
            ("proc/s", Unit::PerSecond)
        );
        assert_eq!(parsed.frames[3].columns[0].selector(), "%user{node=\"node-xx\", cpu=\"0\"}");
        assert_eq!(parsed.frames.len(), 4);
    }

    #[test]
    fn other_locales_say_the_same() {
        let shown = |text: &str| {
            let parsed = parse_text(&FORMAT, "unknown", text);
            let last = parsed.frames.first().and_then(|frame| frame.wall.last()).expect("a row");
            (
                sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }),
                parsed.lines.failed,
                Timestamp(last.0).to_local(0),
            )
        };
        let want = |score: u8, at: &str| (score, 0, at.to_owned());
        let french = "Linux 5.15.0 (n2) \t18/06/2026 \t_x86_64_\t(32 CPU)\n\n00:00:00       runq-sz  plist-sz   ldavg-1\n\
                      00:10:00             1      1200      1,20\nMoyenne :            1      1200      1,20\n";
        assert_eq!(shown(french), want(97, "2026-06-18 00:10:00"));
        let chinese = "Linux 5.15.0 (n2) \t2026年06月18日 \t_x86_64_\t(32 CPU)\n\n上午 11:50:00    runq-sz  plist-sz   ldavg-1\n\
                       下午 12:10:00          1      1200      1.20\n平均时间:          1      1200      1.20\n";
        assert_eq!(shown(chinese), want(97, "2026-06-18 12:10:00"));
    }

    #[test]
    fn each_host_has_its_restarts_once_and_no_text_sums_up() {
        let of = |host: &str, hours: u32| {
            let restarts =
                (0..hours).map(|hour| format!("{hour:02}:30:00  LINUX RESTART\t(8 CPU)\n")).collect::<String>();
            let sections = ["runq-sz  plist-sz", "proc/s   cswch/s"];
            let section = |names: &str| format!("\n00:00:00   {names}\n00:10:00   1   1200\n\n{restarts}");
            format!("Linux 5.15.0 ({host}) \t06/18/2026 \t_x86_64_\t(8 CPU)\n{}", sections.map(section).concat())
        };
        let parsed = parse_text(&FORMAT, "unknown", &[of("n1", 20), of("n2", 1)].concat());
        let told = |host: &str| parsed.notes.kept.iter().filter(|note| note.who == host).count();
        assert_eq!((told("n1"), told("n2")), (20, 1));
        let text = [&of("n1", 0), "write error: disk full\nMoyenne : 1 1200\nAverage: 1 1200\n"].concat();
        assert_eq!(parse_text(&FORMAT, "unknown", &text).lines.failed, 1);
    }

    #[test]
    fn other_clocked_tables_are_not_claimed() {
        let sniffed = |text: &str| sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        assert_eq!(sniffed("22:10:00 worker started\n22:10:01 worker stopped\n"), 0);
        assert_eq!(
            sniffed("12:53:20      UID       PID    %usr %system   CPU  Command\n12:53:21 0 1 0.0 0.0 1 init\n"),
            0
        );
        // A section without its banner still has no date, and none is made up.
        let bare = &TEXT[TEXT.find("11:50").unwrap_or(0)..];
        assert!(sniffed(bare) >= 90);
        assert_eq!(parse_text(&FORMAT, "unknown", bare).wall_kind, WallKind::TimeOfDay);
    }
}
