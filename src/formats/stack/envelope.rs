//! What logging wrapped around the lines of a dump, and taking it off again.
//!
//! ```text
//! Nov 28 02:02:14 host containerd[1156]: goroutine 1 [running]:      syslog, journal (English and Chinese months, ISO times)
//! 2024-08-20T14:00:01.123456789+08:00 stderr F goroutine 1 [running]: CRI; `P` is a part of a line
//! {"log":"goroutine 1 [running]:\n","stream":"stderr","time":"…"}    docker; without `\n` a part of a line
//! {"MESSAGE":"goroutine 1 [running]:","SYSLOG_IDENTIFIER":"netd",…}   journalctl -o json; `MESSAGE=…` in its export form
//! {"message":"goroutine 1 [running]:","kubernetes":{"pod_name":"web-1",…},…}   fluentd, Loki (`line`), Google Cloud (`textPayload`)
//! 2021-12-21T11:12:45.854971114+01:00 goroutine 1 [running]:          kubectl logs --timestamps
//! E0820 14:00:01.100000       1 main.go:9] goroutine 1 [running]:     klog
//! [ 1431.920513][ T1054] Call Trace:  ·  <6>[39291577.009360] …       the kernel, with and without its caller
//! [pod/web-1/web] goroutine 1 [running]:                              kubectl logs --prefix
//! <165>1 2023-10-11T22:14:15.003Z host app 1234 - - goroutine 1 [running]:    RFC 5424, with or without structured data
//! kern  :info  : [Mon May 15 09:25:27 2023] …  ·  [May15 09:25] …  ·  [  +0.000003] …    dmesg -x, -T, -H
//! ```
//! They nest in any order. Each names a stream: lines of two processes that were written into one file are told apart by it. What mail and
//! web pages made of the characters is undone first, see [`undress`]. What is left in front of a dump's first line (`> `, `# `,
//! `web_1  | `) is learned from that line, see [`Margin`](super::margin::Margin).

use memchr::memchr;

use super::super::log::envelope::read_envelope;
use super::super::metrics::json::{Reader, unescape_into};
use super::super::time::{Years, number, parse_iso, parse_klog, parse_syslog};
use super::collected::{collected, printed};
use super::undress::undress;
use crate::model::{WallKind, WallTime};

/// Envelopes inside envelopes; more are taken for text.
const MAX_LAYERS: usize = 4;

/// A line without its envelopes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peeled<'a> {
    /// The line's own text.
    pub(super) text: &'a [u8],
    /// Which stream of lines it belongs to; 0 where no envelope says.
    pub(super) stream: u64,
    /// Program that wrote it (`kubelet`), where it is said.
    pub(super) process: &'a [u8],
    /// Its pid, where it is said.
    pub(super) pid: Option<u32>,
    /// On which host, where it is said.
    pub(super) host: &'a [u8],
    /// When, as written by the outermost envelope that says it.
    pub(super) wall: WallTime,
    /// What that time lacks.
    pub(super) kind: WallKind,
    /// The line goes on in the next one of its stream.
    pub(super) is_part: bool,
    /// The same, where mail broke the line and only a dump is known not to end so.
    pub(super) is_soft: bool,
}

/// Takes envelopes off; remembers the year of times that have none, and lends the bytes that had to be unescaped.
#[derive(Default)]
pub(super) struct Peeler {
    years: Years,
    unescaped: Vec<u8>,
    undressed: Vec<u8>,
}

impl Peeler {
    /// A line's own text. A line without any envelope, which is nearly every line of a pure dump, costs one search for rare bytes and one
    /// look at its first byte.
    pub(super) fn peel<'a>(&'a mut self, line: &'a [u8]) -> Peeled<'a> {
        let Self { years, unescaped, undressed } = self;
        let dress = undress(line, undressed);
        let line = if dress.is_undone { &undressed[..] } else { line };
        let wall = (WallTime::NONE, WallKind::Unclocked);
        let mut found = Found { process: (&[], None), host: &[], wall, stream: 0, is_part: false };
        let mut text = line;
        if line.first() == Some(&b'{')
            && let Ok([log, message, stream, time, host, process, pid]) = Reader::new(line, 0).fields(&KEYS)
            && !(stream.is_empty() && process.is_empty())
        {
            unescaped.clear();
            unescape_into(if log.is_empty() { message } else { log }, unescaped);
            found.is_part = !stream.is_empty() && unescaped.last() != Some(&b'\n');
            while matches!(unescaped.last(), Some(b'\n' | b'\r')) {
                unescaped.pop();
            }
            [stream, host, process, pid].into_iter().for_each(|name| found.join(name));
            (found.process, found.host) = ((process, number(pid)), host);
            if let Some(utc) = parse_iso(time).and_then(|stamp| stamp.utc()) {
                found.wall = (utc, WallKind::Utc);
            }
            text = unescaped;
        } else if let Some(message) = match line.first() {
            Some(b'{') => collected(line, &mut found),
            Some(b' ' | b'\t') => printed(line, &mut found),
            _ => None,
        } {
            unescaped.clear();
            unescape_into(message, unescaped);
            text = unescaped;
        }
        for _ in 0..MAX_LAYERS {
            match layer(text, years, &mut found) {
                Some(inner) => text = inner,
                None => break,
            }
        }
        let Found { process: (process, pid), host, wall: (wall, kind), stream, is_part } = found;
        Peeled { text, stream, process, pid, host, wall, kind, is_part, is_soft: dress.is_soft }
    }
}

/// What the layers of one line said so far.
pub(super) struct Found<'a> {
    process: (&'a [u8], Option<u32>),
    host: &'a [u8],
    pub(super) wall: (WallTime, WallKind),
    pub(super) stream: u64,
    is_part: bool,
}

impl Found<'_> {
    /// Makes the bytes that name a stream part of the line's stream.
    pub(super) fn join(&mut self, name: &[u8]) {
        // FNV-1a; the result is never 0, which means no envelope.
        let start = if self.stream == 0 { 0xcbf2_9ce4_8422_2325 } else { self.stream };
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        self.stream = name.iter().fold(start, step).max(1);
    }

    /// The outermost clock counts: it is there on every line.
    pub(super) fn see(&mut self, wall: WallTime, kind: WallKind) {
        if !self.wall.0.is_some() {
            self.wall = (wall, kind);
        }
    }
}

/// Takes one envelope off.
fn layer<'a>(text: &'a [u8], years: &mut Years, found: &mut Found<'a>) -> Option<&'a [u8]> {
    match text.first()? {
        // The journal's export form: the message among fields, each on a line of its own.
        b'M' if text.starts_with(b"MESSAGE=") => {
            found.join(b"MESSAGE");
            Some(&text[8..])
        }
        b'_' | b'P' | b'S' if [&b"_"[..], b"PRIORITY=", b"SYSLOG_"].iter().any(|start| text.starts_with(start)) => {
            let name = &text[..memchr(b'=', text)?];
            name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_').then(|| {
                found.join(b"field");
                &text[..0]
            })
        }
        b'0'..=b'9' => dated(text, found).or_else(|| syslog(text, years, found)),
        b' ' | b'A' | b'D' | b'J' | b'M' | b'N' | b'O' | b'S' => syslog(text, years, found),
        b'I' | b'W' | b'E' => klog(text, years, found),
        b'F' => syslog(text, years, found).or_else(|| klog(text, years, found)),
        b'[' => bracketed(text, found),
        b'<' => {
            let end = text.iter().take(5).position(|byte| *byte == b'>')?;
            number(&text[1..end])?;
            let rest = &text[end + 1..];
            match rest.first()? {
                b'[' => Some(rest),
                b'1' if rest.starts_with(b"1 ") => structured(&rest[2..], found),
                b'<' => None,
                _ => layer(rest, years, found),
            }
        }
        b'a' | b'c' | b'd' | b'f' | b'k' | b'l' | b'm' | b'n' | b's' | b'u' => facility(text),
        _ => None,
    }
}

/// `2023-10-11T22:14:15.003Z host app 1234 ID47 [x@1 a="b"] `: RFC 5424 behind its version.
fn structured<'a>(text: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
    let mut fields = [&b""[..]; 5];
    let mut rest = text;
    for field in &mut fields {
        let end = memchr(b' ', rest)?;
        (*field, rest) = (&rest[..end], &rest[end + 1..]);
    }
    let [time, host, program, pid, _] = fields;
    let stamp = parse_iso(time).filter(|stamp| stamp.len == time.len());
    if stamp.is_none() && time != b"-" {
        return None;
    }
    // Structured data: none, or elements in brackets, whose values may hold escaped ones.
    if let Some(after) = rest.strip_prefix(b"-") {
        rest = after;
    } else {
        while rest.starts_with(b"[") {
            let close = (1..rest.len()).find(|at| rest[*at] == b']' && rest[at - 1] != b'\\')?;
            rest = &rest[close + 1..];
        }
    }
    if let Some(stamp) = stamp {
        let (wall, kind) = stamp.utc().map_or((stamp.wall, WallKind::Local), |utc| (utc, WallKind::Utc));
        found.see(wall, kind);
    }
    for name in [host, program, pid] {
        found.join(name);
    }
    found.process = (if program == b"-" { b"" } else { program }, number(pid));
    let inner = rest.strip_prefix(b" ").unwrap_or(rest);
    Some(inner.strip_prefix(b"\xef\xbb\xbf").unwrap_or(inner))
}

/// `kern  :info  : ` in front of the kernel's own brackets.
fn facility(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().take(9).position(|byte| *byte == b':')?;
    let level = &text[end + 1..];
    let is_word = |word: &[u8]| {
        let word = word.trim_ascii_end();
        !word.is_empty() && word.iter().all(u8::is_ascii_alphanumeric)
    };
    let close = level.iter().take(9).position(|byte| *byte == b':')?;
    let rest = level[close + 1..].strip_prefix(b" ")?;
    (is_word(&text[..end]) && is_word(&level[..close]) && rest.starts_with(b"[")).then_some(rest)
}

/// Digits of a fraction that syslog and the journal write at most.
const MICROSECONDS: usize = 6;

/// `2024-08-20T14:00:01.123456789+08:00` and what CRI, syslog or kubectl write behind it.
fn dated<'a>(text: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
    let stamp = parse_iso(text).filter(|_| text.get(10) == Some(&b'T'))?;
    let (wall, kind) = stamp.utc().map_or((stamp.wall, WallKind::Local), |utc| (utc, WallKind::Utc));
    let rest = &text[stamp.len..];
    for (tag, is_part) in
        [(&b" stdout F"[..], false), (b" stderr F", false), (b" stdout P", true), (b" stderr P", true)]
    {
        if let Some(inner) = rest.strip_prefix(tag) {
            found.see(wall, kind);
            found.join(&tag[..tag.len() - 2]);
            found.is_part = is_part;
            return Some(inner.strip_prefix(b" ").unwrap_or(inner));
        }
    }
    // Who writes nanoseconds is no syslog: `fatal error: …` behind them is neither a host nor a program.
    let n_digits = text[..stamp.len]
        .rsplit(|byte| *byte == b'.')
        .next()
        .map_or(0, |fraction| fraction.iter().take_while(|byte| byte.is_ascii_digit()).count());
    if n_digits <= MICROSECONDS
        && let Some(inner) = program(rest, found)
    {
        found.see(wall, kind);
        return Some(inner);
    }
    let inner = rest.strip_prefix(b" ")?;
    // kubectl writes a zone; without one it may be an application's own line.
    (kind == WallKind::Utc).then(|| {
        found.see(wall, kind);
        found.join(b"kubectl");
        inner
    })
}

/// ` host kubelet[1123]: ` behind a time.
fn program<'a>(rest: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
    // A host has no margin; frames do: `\tat com.example.Pool.take(Pool.java:88)`.
    if rest.get(1).is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    // Neither is a program in quotes: `"worker-1":` is a thread.
    let is_program = |name: &[u8]| !name.is_empty() && memchr(b'"', name).is_none();
    let envelope = read_envelope(rest).filter(|envelope| is_program(envelope.source))?;
    let name = &rest[..rest.len() - envelope.message.len()];
    let pid = memchr(b'[', name).and_then(|open| {
        let digits = &name[open + 1..];
        number(&digits[..memchr(b']', digits)?])
    });
    found.join(name.trim_ascii_end());
    found.process = (envelope.source, pid);
    found.host = envelope.host;
    // rsyslog writes control characters in octal.
    Some(envelope.message.strip_prefix(b"#011").unwrap_or(envelope.message))
}

fn syslog<'a>(text: &'a [u8], years: &mut Years, found: &mut Found<'a>) -> Option<&'a [u8]> {
    let time = parse_syslog(text)?;
    let inner = program(&text[time.len..], found)?;
    if let Some(wall) = years.wall(&time) {
        found.see(wall, WallKind::LocalWithoutYear);
    }
    Some(inner)
}

/// `E0820 14:00:01.100000       1 main.go:9] `
fn klog<'a>(text: &'a [u8], years: &mut Years, found: &mut Found<'a>) -> Option<&'a [u8]> {
    let (_, time) = parse_klog(text)?;
    let rest = &text[time.len..];
    let close = rest.iter().take(160).position(|byte| *byte == b']')?;
    let place = rest[..close].trim_ascii_start();
    let digits = place.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || memchr(b':', &place[digits..]).is_none() {
        return None;
    }
    if let Some(wall) = years.wall(&time) {
        found.see(wall, WallKind::LocalWithoutYear);
    }
    found.join(&place[..digits]);
    let inner = &rest[close + 1..];
    Some(inner.strip_prefix(b" ").unwrap_or(inner))
}

/// `[ 1431.920513][ T1054] `, `[ 1431.920513 <    0.000003>] `, `[Mon May 15 09:25:27 2023] `, `[May15 09:25] `, `[  +0.000003] `,
/// `[pod/web-1/web] `.
fn bracketed<'a>(text: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
    let close = text.iter().take(200).position(|byte| *byte == b']')?;
    let inside = text[1..close].trim_ascii();
    let after = &text[close + 1..];
    let uptime = memchr(b'<', inside).map_or(inside, |delta| inside[..delta].trim_ascii_end());
    let uptime = uptime.strip_prefix(b"+").unwrap_or(uptime);
    let is_uptime = uptime.contains(&b'.') && uptime.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    if is_uptime || is_kernel_date(inside) {
        found.join(b"kernel");
        // The caller keeps the lines of two processors apart.
        let caller = after.strip_prefix(b"[").and_then(|rest| Some(&rest[..memchr(b']', rest).filter(|at| *at < 12)?]));
        let inner = caller.map_or(after, |caller| &after[caller.len() + 2..]);
        found.join(caller.unwrap_or(&[]).trim_ascii());
        return Some(inner.strip_prefix(b" ").unwrap_or(inner));
    }
    let inner = after.strip_prefix(b" ")?;
    inside.starts_with(b"pod/").then(|| {
        found.join(inside);
        inner
    })
}

/// `Mon May 15 09:25:27 2023`, in whatever language, or `May15 09:25`.
fn is_kernel_date(inside: &[u8]) -> bool {
    let alike = |shape: &[u8], text: &[u8]| {
        shape.len() == text.len()
            && shape.iter().zip(text).all(|(want, is)| want == is || *want == b'0' && is.is_ascii_digit())
    };
    let end = |len: usize| &inside[inside.len() - len.min(inside.len())..];
    inside.len() >= 20 && alike(b" 00:00:00 0000", end(14))
        || inside.len() == 11 && inside[0].is_ascii_uppercase() && alike(b"00 00:00", end(8))
        || inside.len() == 11 && inside[0].is_ascii_uppercase() && alike(b" 0 00:00", end(8))
}

/// Keys of docker's json-file driver and of `journalctl -o json`; their order varies.
const KEYS: [&[u8]; 7] = [b"log", b"MESSAGE", b"stream", b"time", b"_HOSTNAME", b"SYSLOG_IDENTIFIER", b"_PID"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn every_envelope_comes_off_and_tells_what_it_says() {
        let head = "goroutine 1 [running]:";
        for (line, process, wall) in [
            ("goroutine 1 [running]:", "", ""),
            ("Nov 28 02:02:14 host containerd[1156]: ", "containerd 1156", "2000-11-28 02:02:14"),
            ("12月 21 12:31:29 m kubelet[28486]: ", "kubelet 28486", "2000-12-21 12:31:29"),
            ("Feb  7 23:47:21 p40 node: ", "node", "2000-02-07 23:47:21"),
            ("2023-07-23T22:03:11.5+08:00 node-xx kubelet[1123]: ", "kubelet 1123", "2023-07-23 14:03:11.500"),
            ("2024-08-20T14:00:01.123456789+08:00 stderr F ", "", "2024-08-20 06:00:01.123456789"),
            ("2021-12-21T11:12:45.5+01:00 ", "", "2021-12-21 10:12:45.500"),
            ("E0820 14:00:01.100000       1 main.go:9] ", "", "2000-08-20 14:00:01.100"),
            (
                "Oct  8 16:29:51 w k3s[1636]: E1008 16:29:34.363404    1636 x.go:277] ",
                "k3s 1636",
                "2000-10-08 16:29:51",
            ),
            ("[ 1431.920513][ T1054] ", "", ""),
            ("<6>[39291577.009360] ", "", ""),
            ("[Mon May 15 09:25:27 2023] ", "", ""),
            ("[pod/web-1/web] ", "", ""),
            ("<165>1 2023-10-11T22:14:15.003Z host app 1234 ID47 - ", "app 1234", "2023-10-11 22:14:15.003"),
            ("<11>1 2023-10-11T22:14:15+08:00 h netd - - [a@1 b=\"c\\]\"][d] \u{feff}", "netd", "2023-10-11 14:14:15"),
            ("<13>Nov 28 02:02:14 host netd[7]: ", "netd 7", "2000-11-28 02:02:14"),
            ("kern  :info  : [    0.000000] ", "", ""),
            ("kern  :warn  : [Mon May 15 09:25:27 2023] ", "", ""),
            ("[一 5月 15 09:25:27 2023] ", "", ""),
            ("[May15 09:25] ", "", ""),
            ("[  +0.000003] ", "", ""),
            ("[    5.100000 <    0.000003>] ", "", ""),
        ] {
            let text = if line == head { line.to_owned() } else { format!("{line}{head}") };
            let mut peeler = Peeler::default();
            let peeled = peeler.peel(text.as_bytes());
            let pid = peeled.pid.map_or(String::new(), |pid| format!(" {pid}"));
            let said = format!("{}{pid}", String::from_utf8_lossy(peeled.process));
            let at = if peeled.wall.is_some() { Timestamp(peeled.wall.0).to_local(0) } else { String::new() };
            assert_eq!(
                (String::from_utf8_lossy(peeled.text).as_ref(), said.as_str(), at.as_str()),
                (head, process, wall)
            );
            assert_eq!(peeled.stream == 0, line == head, "{line}");
        }
    }

    #[test]
    fn two_processes_are_two_streams_and_times_do_not_matter() {
        let mut peeler = Peeler::default();
        let mut stream = |line: &str| peeler.peel(line.as_bytes()).stream;
        let first = stream("Nov 28 02:02:14 host kubelet[1]: a");
        assert_eq!(first, stream("Nov 28 02:02:15 host kubelet[1]: b"));
        assert_ne!(first, stream("Nov 28 02:02:15 host kubelet[2]: b"));
        assert_ne!(first, stream("Nov 28 02:02:15 other kubelet[1]: b"));
    }

    #[test]
    fn docker_objects_are_read_in_any_order_of_keys() {
        let mut peeler = Peeler::default();
        let line =
            br#"{"stream":"stderr","time":"2021-02-01T16:45:03.5Z","log":"\t\u003cautogenerated\u003e:1 \"x\"\n"}"#;
        let peeled = peeler.peel(line);
        assert_eq!((peeled.text, peeled.is_part), (&b"\t<autogenerated>:1 \"x\""[..], false));
        assert!(peeler.peel(br#"{"log":"a","stream":"stdout"}"#).is_part);
    }
}
