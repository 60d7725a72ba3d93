//! The head of a thread, as HotSpot of all generations, JMX and VisualVM print it.
//!
//! ```text
//! "main" prio=5 tid=0x00034a88 nid=0x1 runnable [0xffbfd000..0xffbfdc28]                             1.4, 1.5
//! "http-8080-3" #31 daemon prio=5 os_prio=0 tid=0x00007f1c8c2d1000 nid=0x2a43 in Object.wait() […]   8: nid in hex
//! "worker-2" #31 [4711] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x… nid=4711 waiting for monitor entry  […]   22: decimal
//! "ForkJoinPool-1-worker-1" #22 [197123] daemon prio=5 os_prio=0 cpu=0.46ms elapsed=4.13s tid=0x…  […]                 a carrier
//! "main" prio=10 tid=00032f38 nid=1 lwp_id=1 in Object.wait() […]                                    HP-UX
//! "worker-2" - Thread t@31                                                                           VisualVM, Spring
//! "worker-2" prio=5 Id=31 BLOCKED on com.example.Pool@2653a7de owned by "worker-1" Id=30             ThreadInfo.toString
//! "worker-2" Id=31 in BLOCKED on lock=com.example.Pool@2653a7de                                      tools on JMX
//! "worker-2" ID=31 TIMED_WAITING on com.example.Pool@2653a7de
//! ```
//! A name may hold anything, quotation marks too: it ends at the first one behind which a head goes on.

use crate::model::memmem;
use memchr::{memchr, memchr_iter};

pub(super) use super::super::decimal;

/// Who printed the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadKind {
    /// The virtual machine itself.
    HotSpot,
    /// A program over JMX.
    Jmx,
}

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ThreadHead<'a> {
    pub(super) kind: HeadKind,
    pub(super) name: &'a [u8],
    /// `#31`, `Id=31`, `t@31`; 0 where none is printed.
    pub(super) id: u64,
    /// The system's id of the thread; 0 where none is printed.
    pub(super) native: u64,
    /// Address of the thread's structure, which is printed even where there is no id.
    pub(super) tid: u64,
    /// What the head says of the state; empty where nothing.
    pub(super) state: &'a [u8],
    /// Whether it has `os_prio=`: such a machine (8 and later) ends its dumps with a line about JNI.
    pub(super) is_modern: bool,
    /// What it waits for (JMX), as in a line about a lock.
    pub(super) waits_on: Option<&'a [u8]>,
}

/// The states of `Thread.State`.
pub(super) const STATES: [&[u8]; 6] = [b"TIMED_WAITING", b"WAITING", b"BLOCKED", b"RUNNABLE", b"NEW", b"TERMINATED"];

/// Reads a whole head.
pub(super) fn parse_head(line: &[u8]) -> Option<ThreadHead<'_>> {
    let rest = line.strip_prefix(b"\"")?;
    memchr_iter(b'"', rest).find_map(|close| parse_attributes(&rest[..close], &rest[close + 1..]))
}

fn parse_attributes<'a>(name: &'a [u8], rest: &'a [u8]) -> Option<ThreadHead<'a>> {
    let mut rest = rest.strip_prefix(b" ")?.trim_ascii();
    let mut head = ThreadHead {
        kind: HeadKind::HotSpot,
        name,
        id: 0,
        native: 0,
        tid: 0,
        state: &[],
        is_modern: false,
        waits_on: None,
    };
    if let Some(after) = rest.strip_prefix(b"- Thread t@") {
        let id = decimal(after.trim_ascii())?;
        return Some(ThreadHead { kind: HeadKind::Jmx, id, ..head });
    }
    let mut is_thread = false;
    loop {
        let end = memchr(b' ', rest).unwrap_or(rest.len());
        let (token, after) = (&rest[..end], rest[end..].trim_ascii_start());
        match token {
            _ if token.starts_with(b"#") => head.id = decimal(&token[1..])?,
            // `[4711]` repeats the native id, `[reset …]` is SAP's; an address is the stack and ends the head.
            _ if token.starts_with(b"[") && !token.starts_with(b"[0x") => {
                let close = memchr(b']', rest)?;
                rest = rest[close + 1..].trim_ascii_start();
                continue;
            }
            b"daemon" | b"virtual" => {}
            _ => {
                let Some(equals) = memchr(b'=', token) else { break };
                let value = &token[equals + 1..];
                match &token[..equals] {
                    b"prio" | b"cpu" | b"elapsed" | b"allocated" | b"defined_classes" => {}
                    b"os_prio" => head.is_modern = true,
                    b"tid" => {
                        head.tid = address(value)?;
                        is_thread = true;
                    }
                    b"nid" | b"lwp_id" => head.native = native_id(value),
                    b"Id" | b"ID" => {
                        head.id = decimal(value)?;
                        return parse_jmx(head, after);
                    }
                    _ => break,
                }
            }
        }
        rest = after;
    }
    // The stack's address stands last: `[0x00007f1c5a3fe000]`, `[0xffbfd000..0xffbfdc28]`.
    let state = memmem::rfind(rest, b"[").map_or(rest, |at| &rest[..at]).trim_ascii();
    is_thread.then_some(ThreadHead { state, ..head })
}

/// `BLOCKED on com.example.Pool@2653a7de owned by "worker-1" Id=30 (in native)`
fn parse_jmx<'a>(head: ThreadHead<'a>, rest: &'a [u8]) -> Option<ThreadHead<'a>> {
    let rest = rest.strip_prefix(b"in ").unwrap_or(rest);
    let state = STATES
        .into_iter()
        .find(|state| rest.strip_prefix(*state).is_some_and(|after| after.is_empty() || after.starts_with(b" ")))?;
    let (state, after) = rest.split_at(state.len());
    let after = after.trim_ascii_start();
    let waits_on = after.strip_prefix(b"on ").map(|on| on.strip_prefix(b"lock=").unwrap_or(on));
    Some(ThreadHead { kind: HeadKind::Jmx, state, waits_on, ..head })
}

/// A number in hex, with or without `0x`.
pub(super) fn address(value: &[u8]) -> Option<u64> {
    let digits = value.strip_prefix(b"0x").unwrap_or(value);
    let add = |number: u64, byte: &u8| {
        let digit = char::from(*byte).to_digit(16)?;
        number.checked_mul(16)?.checked_add(u64::from(digit))
    };
    if digits.is_empty() { None } else { digits.iter().try_fold(0, add) }
}

/// `0x2a43` up to 21, `4711` since; 0 for what is neither (`NA`).
fn native_id(value: &[u8]) -> u64 {
    if value.starts_with(b"0x") { address(value) } else { decimal(value) }.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generation_is_read() {
        for (line, want) in [
            (r#""main" prio=5 tid=0x00034a88 nid=0x1 runnable [0xffbfd000..0xffbfdc28]"#, "main 0 1 34a88 runnable"),
            (
                r#""http-8080-3" #31 daemon prio=5 os_prio=0 tid=0x00007f1c8c2d1000 nid=0x2a43 in Object.wait() [0x00007f1c5a3fe000]"#,
                "http-8080-3 31 10819 7f1c8c2d1000 in Object.wait()",
            ),
            (
                r#""worker-2" #31 [4711] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d1000 nid=4711 waiting for monitor entry  [0x00007f1c5a3fe000]"#,
                "worker-2 31 4711 7f1c8c2d1000 waiting for monitor entry",
            ),
            (
                r#""ForkJoinPool-1-worker-1" #22 [197123] daemon prio=5 os_prio=0 cpu=0.46ms elapsed=4.13s tid=0x000000011  [0x000000047e229000]"#,
                "ForkJoinPool-1-worker-1 22 0 11 ",
            ),
            (
                r#""main" prio=10 tid=00032f38 nid=1 lwp_id=12 in Object.wait() [0x7f..0x80]"#,
                "main 0 12 32f38 in Object.wait()",
            ),
            (
                r#""VM Thread" os_prio=0 cpu=2.52ms elapsed=0.61s tid=0x000000014b011200 nid=17923 runnable  "#,
                "VM Thread 0 17923 14b011200 runnable",
            ),
            (r#""w" #7 cpu=1234.00 [reset 10.00] ms prio=5 tid=0x1"#, ""),
            (r#""w" - Thread t@31"#, "w 31 0 0 "),
            (
                r#""w-2" prio=5 Id=31 BLOCKED on x.Pool@26 owned by "w-1" Id=30"#,
                r#"w-2 31 0 0 BLOCKED on x.Pool@26 owned by "w-1" Id=30"#,
            ),
            (r#""w-2" Id=31 in BLOCKED on lock=x.Pool@26"#, "w-2 31 0 0 BLOCKED on x.Pool@26"),
            (r#""w-2" ID=31 TIMED_WAITING on x.Pool@26"#, "w-2 31 0 0 TIMED_WAITING on x.Pool@26"),
            (r#""w-2" daemon prio=5 Id=31 RUNNABLE (in native)"#, "w-2 31 0 0 RUNNABLE"),
            (r#""say "hi" twice" #9 prio=5 tid=0x1 nid=9 runnable"#, "say \"hi\" twice 9 9 1 runnable"),
            (r#""a" #9"#, ""),
            (r#""name": "x""#, ""),
            (r#""DeadlockThread-A":"#, ""),
            (r#""a" Id=9 SLEEPS"#, ""),
            (r#""a" Id=9 RUNNABLES"#, ""),
        ] {
            let shown = parse_head(line.as_bytes()).map(|head| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let on = head.waits_on.map(|on| format!(" on {}", text(on))).unwrap_or_default();
                format!("{} {} {} {:x} {}{on}", text(head.name), head.id, head.native, head.tid, text(head.state))
            });
            assert_eq!(shown.unwrap_or_default(), want, "{line}");
        }
    }
}
