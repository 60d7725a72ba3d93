//! sysstat's `pidstat`: what each process did between two reports.
//!
//! ```text
//! Linux 5.4.0-100 (node-xx)   07/23/23   _x86_64_  (48 CPU)
//!
//! 12:53:20      UID       PID threads   fd-nr  Command                   pidstat -v: threads and open files of a process
//! 12:53:21        0      1123      41     231  kubelet
//! 12:53:20      UID      TGID       TID    %usr %system  %guest   %wait    %CPU   CPU  Command      pidstat -t
//! 12:53:21        0      1123         -    2.00    1.00    0.00    0.00    3.00     3  kubelet
//! 12:53:21        0         -      1160    1.00    0.00    0.00    0.00    1.00     5  |__kubelet
//! ```
//! Columns move with the options and are known by their header. Yields one series per column and process, with `pid` and `command` as
//! labels. Rows of single threads are understood and yield nothing: they are the active ones only, so counting them would undercount.
//!
//! Spec: pidstat(1). `-h` writes `# Time` before the columns of its header. Not supported: seconds since the epoch in front (`-H`, and `-h` of
//! older versions).

use super::clock::split_clock;
use super::sysstat::{Header, Sysstat, parse_banner};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "pidstat", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let (mut header, mut n_rows, mut n_strange): (Option<Header>, u32, u32) = (None, 0, 0);
    let is_of_processes = |header: &Header| header.has("Command") && (header.has("pid") || header.has("tgid"));
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(200) {
        if line.starts_with(b"#") {
            header = Header::of_word(line).filter(is_of_processes).or(header);
            continue;
        }
        let Some((_, rest)) = split_clock(line) else {
            n_strange += u32::from(parse_banner(line).is_none() && !line.starts_with(b"Average:"));
            continue;
        };
        if let Some(next) = Header::of(rest) {
            header = Some(next).filter(is_of_processes);
        } else if header.as_ref().is_some_and(|header| header.fits(rest)) {
            n_rows += 1;
        } else {
            n_strange += 1;
        }
    }
    if n_rows > n_strange { 95 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Sysstat::new(evidence, true))
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn processes_have_series_and_threads_are_passed_over() {
        let text = "Linux 5.4.0-100 (node-xx) \t07/23/23 \t_x86_64_\t(48 CPU)\n\n\
                    12:53:20      UID      TGID       TID    %usr   CPU  Command\n\
                    12:53:21        0      1123         -    2.00     3  kube let\n\
                    12:53:21        0         -      1160    1.00     5  |__kubelet\n\n\
                    12:53:20      UID       PID threads   fd-nr  Command\n\
                    12:53:21        0      1123      41     231  kubelet\n\
                    Average:        0      1123      41     231  kubelet\n";
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse_text(&FORMAT, "unknown", text);
        let selectors: Vec<_> =
            parsed.frames.iter().flat_map(|frame| &frame.columns).map(crate::model::Column::selector).collect();
        assert_eq!(
            selectors,
            [
                "%usr{node=\"node-xx\", uid=\"0\", tgid=\"1123\", command=\"kube let\"}",
                "threads{node=\"node-xx\", uid=\"0\", pid=\"1123\", command=\"kubelet\"}",
                "fd-nr{node=\"node-xx\", uid=\"0\", pid=\"1123\", command=\"kubelet\"}",
            ]
        );
        assert_eq!((parsed.lines.parsed, parsed.lines.failed), (3, 0));
    }
}
