//! Process listings of `ps` (procps, busybox's `-o` form), with threads where it was asked for them.
//!
//! ```text
//! UID          PID    PPID     LWP  C NLWP STIME TTY          TIME CMD                ps -eLf: one row per thread
//! root        1123       1    1123  2   41 Jul20 ?        01:32:11 /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml
//!   PID  PPID NLWP COMMAND                                                            ps -ewwo pid,ppid,nlwp,args
//! USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND          ps aux; with `m`, thread rows have `-` as PID
//! ```
//! Columns are known by their header, the command is the rest of the row. Rows are folded per process while they stream by. Threads are
//! counted from thread rows (a column `LWP`, `TID` or `SPID`, or `-` rows), else from `NLWP`/`THCNT`; a listing with neither has
//! processes only and must never be compared with a thread limit (issue `no-thread-rows`).
//!
//! The output has no clock. The start of the `ps` process itself is the minute in which it ran; without that row the snapshot has no time
//! (issue `snapshot-without-time`). It is a time of day without a date, so the input's clock is local. A `date` line above a listing, or
//! `lstart` in it, states the whole time; a file may hold any number of listings.
//!
//! Spec: ps(1) of procps-ng. Not supported: listings without a header (`--no-headers`), custom column names (`-o pid=X`), forests (`f`)
//! keep their branches in the command.

use super::clock::{Stamps, parse_date_line};
use super::listing::{Columns, Listing};
use super::prompt::parse_prompt;
use super::tally::{Fate, tally};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "ps", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let header = |line: &[u8]| Columns::of_header(line).filter(|columns| !columns.is_top);
    let mut lines = head.lines().skip_while(|line| header(line).is_none());
    let Some(columns) = lines.next().and_then(header) else { return 0 };
    let (mut n_rows, mut n_understood) = (0, 0);
    for line in lines.filter(|line| !line.trim_ascii().is_empty()).take(20) {
        n_rows += 1;
        n_understood += u32::from(columns.read(line).is_some());
    }
    match (n_rows, n_understood) {
        (0, _) => 60,
        (rows, good) if good * 2 >= rows => 92,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Ps { evidence, listing: None, date: None, stamps: Stamps::default() })
}

struct Ps {
    evidence: EvidenceId,
    listing: Option<Listing>,
    /// When the next listing was taken, as a line above it says.
    date: Option<WallTime>,
    stamps: Stamps,
}

impl Ps {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(columns) = Columns::of_header(line.bytes) {
            let next = Listing::new(columns, self.date.take(), self.evidence, line);
            if let Some(before) = self.listing.replace(next) {
                before.finish(None, out);
            }
            return Fate::Skipped;
        }
        let understood = self.listing.as_mut().is_some_and(|listing| {
            let row = listing.columns.read(line.bytes);
            row.is_some_and(|row| listing.push(&row, self.evidence, line))
        });
        if understood {
            return Fate::Parsed;
        }
        if let Some(stamp) = parse_date_line(line.bytes) {
            self.date = Some(self.stamps.place(stamp, out));
            return Fate::Parsed;
        }
        parse_prompt(line.bytes).map_or(Fate::Failed, |prompt| prompt.pass(line.number, out))
    }
}

impl Parser for Ps {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        if let Some(listing) = self.listing.take() {
            listing.finish(None, out);
        }
        let has_time = out.processes.iter().any(|snapshot| snapshot.time_of_day.or(snapshot.wall).is_some());
        out.wall_kind = if has_time { WallKind::Local } else { WallKind::Unclocked };
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;
    use crate::model::IssueCode;

    const THREADS: &str = "\
[root@node-xx ~]# ps -eLf
UID          PID    PPID     LWP  C NLWP STIME TTY          TIME CMD
root           1       0       1  0    1 Jul20 ?        00:01:12 /usr/lib/systemd/systemd --system
app        41001   40980   41001 14    3 21:40 ?        00:00:41 java -Xmx4g -jar /srv/report.jar
app        41001   40980   41022 14    3 21:40 ?        00:00:03 java -Xmx4g -jar /srv/report.jar
root       52110   52001   52110  0    1 22:10 pts/0    00:00:00 ps -eLf
app        41001   40980   41023 14    3 22:01 ?        00:00:03 java -Xmx4g -jar /srv/report.jar
[root@node-xx ~]#
";

    #[test]
    fn thread_rows_are_folded_per_process() {
        let parsed = parse_text(&FORMAT, "unknown", THREADS);
        let snapshot = &parsed.processes[0];
        let threads: Vec<_> = snapshot.processes.iter().map(|process| (process.pid, process.n_threads)).collect();
        assert_eq!(threads, [(1, 1), (41001, 3), (52110, 1)]);
        assert_eq!((snapshot.n_threads, snapshot.counts_threads), (5, true));
        assert_eq!(snapshot.time_of_day, Some(WallTime((22 * 60 + 10) * 60 * 1_000_000_000)));
        assert_eq!(snapshot.locator.lines.first, 2);
        assert_eq!(snapshot.processes[1].command, "java -Xmx4g -jar /srv/report.jar");
        assert!(parsed.issues.list.is_empty());
    }

    #[test]
    fn a_listing_made_in_a_container_says_so() {
        let text = "    PID NLWP COMMAND\n      1    1 /bin/tini -- app\n      7  300 java -jar x.jar\n";
        let parsed = parse_text(&FORMAT, "unknown", text);
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [IssueCode::SnapshotWithoutTime, IssueCode::InnerListing]);
        assert!(!parsed.processes[0].counts_threads);
    }

    #[test]
    fn listings_of_processes_say_that_they_count_no_threads() {
        let text = "\
USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root         1  0.0  0.0  19356  1544 ?        Ss   Jul20   0:01 init
root       863  0.2  0.7 933004 14424 ?        Sl    2022 323:00 watcher <defunct>
";
        let parsed = parse_text(&FORMAT, "unknown", text);
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [IssueCode::SnapshotWithoutTime, IssueCode::NoThreadRows]);
        assert_eq!(parsed.processes[0].processes[1].command, "watcher <defunct>");
        assert!(!parsed.processes[0].counts_threads);
    }

    #[test]
    fn thread_counts_and_dash_rows_are_understood() {
        let counts = "  PID  PPID NLWP COMMAND\n    1     0    1 /sbin/init\n  812     1   41 kubelet --v=2\n";
        assert_eq!(parse_text(&FORMAT, "x", counts).processes[0].n_threads, 42);
        let dashes = "USER PID %CPU START COMMAND\nroot 1 0.0 - init\nroot - 0.0 13:19 -\nroot 9 0.0 - dockerd\n\
                      root - 0.0 13:19 -\nroot - 0.0 13:20 -\n";
        assert_eq!(parse_text(&FORMAT, "x", dashes).processes[0].n_threads, 3);
        let middle = "  PID COMMAND         NLWP\n    1 systemd            1\n  812 kube let          41\n";
        assert_eq!(parse_text(&FORMAT, "x", middle).processes[0].processes[1].command, "kube let");
        let started =
            "PID STARTED COMMAND\n1 Thu Jul 20 08:00:00 2023 init\n77 Sun Jul 23 22:10:05 2023 ps -eo pid,lstart\n";
        let parsed = parse_text(&FORMAT, "x", started);
        assert_eq!(parsed.processes[0].processes[0].command, "init");
        assert_eq!(parsed.processes[0].time_of_day, Some(WallTime(79_805 * 1_000_000_000)));
        assert_eq!(parsed.processes[0].wall, Some(WallTime(1_690_150_205 * 1_000_000_000)));
    }

    #[test]
    fn listings_below_dates_have_whole_times() {
        let text = "Sun Jul 23 22:10:00 +0800 2023\nPID NLWP CMD\n1 1 init\n9 40 dockerd\n\n\
                    Sun Jul 23 14:10:15 UTC 2023\nPID NLWP CMD\n1 1 init\n9 55 dockerd\n";
        let parsed = parse_text(&FORMAT, "x", text);
        let totals: Vec<_> = parsed.processes.iter().map(|one| (one.wall, one.n_threads)).collect();
        let at = |second: i64| Some(WallTime((1_690_150_200 + second) * 1_000_000_000));
        assert_eq!(totals, [(at(0), 41), (at(15), 56)]);
        assert_eq!((parsed.stated_offset_s, parsed.lines.failed), (Some(28_800), 0));
    }

    #[test]
    fn other_tables_with_pids_are_not_claimed() {
        let sniffed = |text: &str| sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        assert!(sniffed(THREADS) > 90);
        assert_eq!(sniffed("  PID USER PR NI VIRT S %CPU TIME+ COMMAND\n 1 root 20 0 1 S 0.0 0:01 init\n"), 0);
        assert_eq!(sniffed("COMMAND PID TID USER FD TYPE\ninit 1 1 root cwd DIR\n"), 0);
    }
}
