//! The head of a goroutine, in every generation.
//!
//! ```text
//! goroutine 67570 [syscall, 1595 minutes, locked to thread]:
//! goroutine 1 gp=0xc0000061c0 m=nil [semacquire, 15 minutes]:                                        1.22, throwing
//! goroutine 1 [IO wait (leaked) (scan) (durable), 10 minutes, locked to thread, synctest bubble 2]:
//! goroutine 8 [running labels:{"foobar": "baz"}]:                                                    1.26
//! goroutine 9 [runnable] {k: v, sweep: "a]b[c"}:                                                     1.27
//! goroutine 1234 [select, 2 minutes]{"service": "users"}:                                            proposed
//! Previous write at 0x00c00009e0b8 by goroutine 7:                                                   a race report
//! ```
//! The state is kept as written, without the marks that say nothing of it (`(scan)`, `(leaked)`, `(durable)`).

use crate::model::memmem;
use memchr::{memchr, memchr_iter, memrchr};

use super::super::decimal;

/// Longer lines are none that somebody broke.
const MAX_OPEN: usize = 160;

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoHead<'a> {
    pub(super) id: u64,
    pub(super) state: &'a [u8],
    /// Whole minutes: a lower bound that the garbage collector took.
    pub(super) waited_min: Option<u32>,
    pub(super) is_locked_to_thread: bool,
    /// With their braces; empty where there are none.
    pub(super) labels: &'a [u8],
}

/// Reads a whole head.
pub(super) fn parse_head(line: &[u8]) -> Option<GoHead<'_>> {
    let rest = line.strip_prefix(b"goroutine ")?;
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let id = decimal(&rest[..n_digits])?;
    let mut rest = rest[n_digits..].strip_prefix(b" ")?;
    // `gp=0xc0000061c0 m=0 mp=0x4df340`
    while !rest.starts_with(b"[") {
        let end = memchr(b' ', rest)?;
        memchr(b'=', &rest[..end])?;
        rest = &rest[end + 1..];
    }
    let rest = rest[1..].trim_ascii_end().strip_suffix(b":")?;
    let (inside, labels) = match memmem::find(rest, b" labels:{") {
        Some(at) if rest.ends_with(b"}]") => (&rest[..at], &rest[at + 8..rest.len() - 1]),
        _ => {
            let is_end = |close: &usize| matches!(&rest[close + 1..], [] | [b'{', ..] | [b' ', b'{', ..]);
            let close = memchr_iter(b']', rest).find(is_end)?;
            let after = rest[close + 1..].trim_ascii_start();
            (&rest[..close], &after[..memrchr(b'}', after).map_or(0, |end| end + 1)])
        }
    };
    let mut parts = Parts(inside);
    let mut head = GoHead { id, state: parts.next()?, waited_min: None, is_locked_to_thread: false, labels };
    for mark in [&b" (scan)"[..], b" (leaked)", b" (durable)"].iter().cycle().take(6) {
        head.state = head.state.strip_suffix(*mark).unwrap_or(head.state);
    }
    for part in parts {
        match part.strip_suffix(b" minutes") {
            Some(minutes) => head.waited_min = decimal(minutes).and_then(|minutes| u32::try_from(minutes).ok()),
            None => head.is_locked_to_thread |= part == b"locked to thread",
        }
    }
    (!head.state.is_empty()).then_some(head)
}

/// Reads who touched memory, in a race report: `Write at 0x00c00009e0b8 by goroutine 8:`, `Previous atomic read at 0x… by main goroutine:`.
pub(super) fn parse_access(line: &[u8]) -> Option<GoHead<'_>> {
    let at = memmem::find(line, b" at 0x")?;
    let who = &line[at + memmem::find(&line[at..], b" by ")? + 4..];
    let state = &line[..at];
    let id = match who {
        b"main goroutine:" => 1,
        _ => decimal(who.strip_prefix(b"goroutine ")?.strip_suffix(b":")?)?,
    };
    let is_access = state.ends_with(b"ead") || state.ends_with(b"rite");
    is_access.then_some(GoHead { id, state, waited_min: None, is_locked_to_thread: false, labels: b"" })
}

/// Whether a head was broken before it ended: `goroutine 67570 [syscall, 1595 minutes, locked to`.
pub(super) fn is_open_head(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"goroutine ") else { return false };
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some(rest) = rest[n_digits..].strip_prefix(b" ").filter(|_| n_digits > 0) else { return false };
    let Some(open) = memchr(b'[', rest).filter(|_| line.len() <= MAX_OPEN) else { return false };
    let is_said = |byte: &u8| byte.is_ascii_alphanumeric() || b" ,.()".contains(byte);
    let words = rest[..open].split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    rest[open + 1..].iter().all(is_said) && rest.get(open + 1).is_some_and(u8::is_ascii_alphabetic) && { words }
        .all(|word| memchr(b'=', word).is_some())
}

/// The head that two lines are together: broken at a blank, or at the edge of a screen.
pub(super) fn join_head(open: &[u8], rest: &[u8]) -> Option<Vec<u8>> {
    let said = |line: &Vec<u8>| {
        let head = parse_head(line)?;
        let is_whole = head.state.iter().all(|byte| byte.is_ascii_alphabetic() || b" .()".contains(byte));
        Some(u8::from(head.waited_min.is_some()) + u8::from(head.is_locked_to_thread) + u8::from(is_whole))
    };
    let [apart, together] = [[open.trim_ascii_end(), b" ", rest].concat(), [open, rest].concat()];
    match (said(&apart), said(&together)) {
        (Some(with), Some(without)) => Some(if without > with { together } else { apart }),
        (Some(_), None) => Some(apart),
        (None, together_says) => together_says.map(|_| together),
    }
}

/// The parts between `, `.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr_iter(b',', self.0).find(|at| self.0.get(at + 1) == Some(&b' '));
        let (part, rest) = end.map_or((self.0, &[][..]), |end| (&self.0[..end], &self.0[end + 2..]));
        self.0 = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_head_is_one_with_its_rest() {
        for (open, rest, want) in [
            ("goroutine 67570 [syscall, 1595 minutes, locked to", "thread]:", "67570 syscall Some(1595) true"),
            ("goroutine 67570 [syscall, 1595", "minutes, locked to thread]:", "67570 syscall Some(1595) true"),
            ("goroutine 7 gp=0xc0 m=nil [chan receive, 15 minu", "tes]:", "7 chan receive Some(15) false"),
        ] {
            assert!(is_open_head(open.as_bytes()), "{open}");
            let joined = join_head(open.as_bytes(), rest.as_bytes()).expect("a head");
            let head = parse_head(&joined).expect("a head");
            let state = String::from_utf8_lossy(head.state);
            assert_eq!(format!("{} {state} {:?} {}", head.id, head.waited_min, head.is_locked_to_thread), want);
        }
        for line in
            ["goroutine 7 [running]:", "goroutine x [a", "goroutine 7 is stuck [", "goroutine 7", "goroutine 7 [1"]
        {
            assert!(!is_open_head(line.as_bytes()), "{line}");
        }
        assert_eq!(join_head(b"goroutine 7 [a", b"main.main()"), None);
    }

    #[test]
    fn every_generation_is_read() {
        for (line, want) in [
            ("goroutine 67570 [syscall, 1595 minutes, locked to thread]:", "67570 syscall 1595 true "),
            ("goroutine 1 gp=0xc0000061c0 m=nil [semacquire, 15 minutes]:", "1 semacquire 15 false "),
            ("goroutine 0 gp=0x4de280 m=0 mp=0x4df340 [idle]:", "0 idle - false "),
            (
                "goroutine 1 [IO wait (leaked) (scan) (durable), 10 minutes, locked to thread, synctest bubble 2]:",
                "1 IO wait 10 true ",
            ),
            ("goroutine 8 [running labels:{\"foobar\": \"baz\"}]:", "8 running - false {\"foobar\": \"baz\"}"),
            ("goroutine 9 [runnable] {k: v, sweep: \"a]b[c\"}:", "9 runnable - false {k: v, sweep: \"a]b[c\"}"),
            (
                "goroutine 1234 [select, 2 minutes]{\"service\": \"users\"}:",
                "1234 select 2 false {\"service\": \"users\"}",
            ),
            ("goroutine 7 [chan receive (nil chan)]:", "7 chan receive (nil chan) - false "),
            ("goroutine 3 [GC worker (idle)]: ", "3 GC worker (idle) - false "),
            ("goroutine 5 [sync.Mutex.Lock, 3 minutes]:", "5 sync.Mutex.Lock 3 false "),
        ] {
            let shown = parse_head(line.as_bytes()).map(|head| {
                let waited = head.waited_min.map_or("-".to_owned(), |minutes| minutes.to_string());
                let (state, labels) = (String::from_utf8_lossy(head.state), String::from_utf8_lossy(head.labels));
                format!("{} {state} {waited} {} {labels}", head.id, head.is_locked_to_thread)
            });
            assert_eq!(shown.as_deref(), Some(want), "{line}");
        }
        for line in [
            "goroutine 5 [sele",
            "goroutine running on other thread; stack unavailable",
            "goroutine 12345678901234567890123 [running]:",
            "goroutine 5 []:",
            "goroutine profile: total 812",
            "goroutine 5 is stuck [again]:",
        ] {
            assert_eq!(parse_head(line.as_bytes()), None, "{line}");
        }
    }
}
