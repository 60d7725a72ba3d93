//! What mail, web pages, collectors and the kernel's tools make of a dump, beyond what logs put around it: none of it changes the verdict.

use super::{HELD, dumps, dumps_of, each_line, meaning, only};

pub(super) fn html(line: &str) -> String {
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('+', "&#43;")
}

/// Quoted-printable as mail programs write it: at most 76 characters a line.
pub(super) fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut column = 0;
        let n_bytes = line.len();
        for (index, byte) in line.bytes().enumerate() {
            let is_last = index + 1 == n_bytes;
            let piece = match byte {
                b'=' => "=3D".to_owned(),
                b'\t' if index == 0 => "=09".to_owned(),
                b' ' if is_last => "=20".to_owned(),
                0x80.. => format!("={byte:02X}"),
                _ => char::from(byte).to_string(),
            };
            if column + piece.len() > 75 {
                out.push_str("=\n");
                column = 0;
            }
            column += piece.len();
            out.push_str(&piece);
        }
        out.push('\n');
    }
    out
}

/// Lines broken at blanks, as mail programs and terminals do with what is too long for them.
fn wrapped_at(text: &str, width: usize, only_at_blanks: bool) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest = line;
        while rest.len() > width {
            let blank = rest[1..width].rfind(' ').map(|at| at + 1);
            let (at, skipped) = match blank {
                Some(at) if only_at_blanks => (at, 1),
                _ if only_at_blanks => break,
                _ => (width, 0),
            };
            out.push_str(&rest[..at]);
            out.push('\n');
            rest = &rest[at + skipped..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn mail_web_pages_and_collectors_do_not_change_what_is_said() {
    let want = meaning(&only(HELD));
    let nbsp = HELD.replace('\t', "\u{a0}\u{a0}\u{a0}\u{a0}");
    let full: String = HELD.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
    let wrapped = [
        (
            "RFC 5424",
            each_line(&full, |_, line| {
                format!("<165>1 2023-10-11T22:14:15.003Z host netd 1156 ID47 [a@32473 iut=\"3\" e=\"x]\"] {line}")
                    .replace("x]", "x\\]")
            }),
        ),
        ("RFC 5424, no data", each_line(&full, |_, line| format!("<11>1 2023-10-11T22:14:15Z host netd - - - {line}"))),
        (
            "RFC 3164 with priority",
            each_line(&full, |_, line| format!("<13>Nov 28 02:02:14 node-1 netd[1156]: {line}")),
        ),
        ("dmesg -x", each_line(&full, |_, line| format!("user  :warn  : [ 1431.920513] {line}"))),
        ("dmesg -T", each_line(&full, |_, line| format!("[Mon May 15 09:25:27 2023] {line}"))),
        ("dmesg -T in Chinese", each_line(&full, |_, line| format!("[一 5月 15 09:25:27 2023] {line}"))),
        (
            "dmesg -H",
            each_line(&full, |index, line| {
                if index == 0 { format!("[May15 09:25] {line}") } else { format!("[  +0.000003] {line}") }
            }),
        ),
        ("dmesg -d", each_line(&full, |_, line| format!("[ 1431.920513 <    0.000003>] {line}"))),
        ("quoted-printable", quoted_printable(HELD)),
        ("quoted-printable, quoted", quoted_printable(&each_line(HELD, |_, line| format!("> {line}")))),
        ("HTML", each_line(HELD, |_, line| html(line))),
        ("HTML with breaks", each_line(HELD, |_, line| html(line) + "<br>")),
        ("HTML, quoted", each_line(HELD, |_, line| html(&format!("> {line}")))),
        ("in pre", format!("<pre>{}</pre>\n", html(HELD.trim_end()))),
        ("blanks that do not break", nbsp),
        ("mail, twice quoted", each_line(HELD, |_, line| format!("> > {line}").trim_end().to_owned())),
        ("a table's cell", each_line(HELD, |_, line| format!("| {line} |"))),
        ("indented", each_line(HELD, |_, line| format!("      {line}"))),
        ("wrapped at 100", wrapped_at(HELD, 100, true)),
        ("wrapped at 72", wrapped_at(HELD, 72, true)),
        ("80 columns", wrapped_at(HELD, 80, false)),
        ("an ellipsis", HELD.replace("(...)", "(…)")),
        (
            "docker, long lines in parts",
            each_line(HELD, |_, line| {
                let time = "\"stream\":\"stderr\",\"time\":\"2021-02-01T16:45:03.01233Z\"";
                let part = |text: &str, end: &str| {
                    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
                    format!("{{\"log\":\"{text}{end}\",{time}}}")
                };
                match line.split_at_checked(60).filter(|_| !line.starts_with("goroutine ")) {
                    Some((first, second)) => part(first, "") + "\n" + &part(second, "\\n"),
                    None => part(line, "\\n"),
                }
            }),
        ),
    ];
    for (name, text) in &wrapped {
        let mut all = dumps(text);
        assert_eq!(all.len(), 1, "{name}");
        assert_eq!(meaning(&all.remove(0)), want, "{name}");
    }
}

#[test]
fn encodings_and_names_do_not_change_what_is_said() {
    let want = meaning(&only(HELD));
    let utf16 = |text: &str, to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let crlf = HELD.replace('\n', "\r\n");
    let little_without_mark = utf16(&crlf, u16::to_le_bytes);
    for (name, bytes) in [
        ("little.txt", [b"\xff\xfe", &little_without_mark[..]].concat()),
        ("little without mark", little_without_mark),
        ("big.txt", [b"\xfe\xff".to_vec(), utf16(HELD, u16::to_be_bytes)].concat()),
        ("marked.txt", [b"\xef\xbb\xbf", HELD.as_bytes()].concat()),
        ("java/jstack.log", HELD.as_bytes().to_vec()),
        ("metrics.csv", HELD.as_bytes().to_vec()),
    ] {
        let mut all = dumps_of(bytes, name);
        assert_eq!(all.len(), 1, "{name}");
        assert_eq!(meaning(&all.remove(0)), want, "{name}");
    }
}

#[test]
fn every_wrapping_cut_at_sixty_percent_says_the_same_as_the_cut_dump() {
    let cut = |text: &str| text[..text.len() * 6 / 10].to_owned();
    let lines: Vec<&str> = HELD.lines().collect();
    let kept = lines[..lines.len() * 6 / 10].join("\n");
    let want = meaning(&only(&kept));
    for (name, text) in [
        ("journal", each_line(&kept, |_, line| format!("Nov 28 02:02:14 node-1 netd[1156]: {line}"))),
        ("mail", each_line(&kept, |_, line| format!("> {line}"))),
        ("quoted-printable", quoted_printable(&kept)),
        ("HTML", html(&kept)),
    ] {
        assert_eq!(meaning(&only(&text)), want, "{name}");
        // Cut anywhere: fewer goroutines, and nobody is accused who was not.
        let dump = only(&cut(&text));
        assert!(
            dump.tasks < want.0 && !dump.verdict.contains(" held by") || dump.verdict.contains("probably held by"),
            "{name}"
        );
    }
}

#[test]
fn three_processes_interleaved_by_pieces_are_three_dumps() {
    let want = meaning(&only(HELD));
    let streams: Vec<Vec<String>> = [7, 8, 9]
        .map(|pid| {
            let lines = HELD.lines().filter(|line| !line.is_empty());
            lines.map(|line| format!("<14>1 2023-10-11T22:14:15Z host netd {pid} - - {line}\n")).collect()
        })
        .to_vec();
    let mut text = String::new();
    for start in (0..streams[0].len()).step_by(3) {
        for lines in &streams {
            lines.iter().skip(start).take(3).for_each(|line| text.push_str(line));
        }
    }
    let all = dumps(&text);
    assert_eq!(all.iter().map(|dump| dump.pid).collect::<Vec<_>>(), [Some(7), Some(8), Some(9)]);
    assert!(all.iter().all(|dump| meaning(dump) == want));
}

#[test]
fn what_journald_dropped_makes_a_dump_incomplete() {
    let journal = |name: &str| {
        let mut lines: Vec<String> = HELD
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| format!("Nov 28 02:02:14 node-1 netd[1156]: {line}\n"))
            .collect();
        lines.insert(
            40,
            format!("Nov 28 02:02:15 node-1 systemd-journald[512]: Suppressed 1203 messages from {name}.service\n"),
        );
        lines.concat()
    };
    assert!(only(&journal("/system.slice/netd")).is_cut);
    assert!(!only(&journal("cron")).is_cut);
}

#[test]
fn two_halves_pasted_apart_hold_all_goroutines() {
    let lines: Vec<&str> = HELD.lines().collect();
    let middle = lines.iter().position(|line| line.starts_with("goroutine 67788 ")).unwrap();
    let halves = [lines[..middle].join("\n"), lines[middle..].join("\n")];
    let whole = only(HELD).tasks;
    let in_one = dumps(&format!("{}\n\nand the rest:\n\n{}\n", halves[0], halves[1]));
    assert_eq!(in_one.iter().map(|dump| dump.tasks).sum::<u64>(), whole);
    let apart: u64 = halves.iter().flat_map(|half| dumps(half)).map(|dump| dump.tasks).sum();
    assert_eq!(apart, whole);
}
