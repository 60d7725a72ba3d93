//! What Java virtual machines print. One file per thing: the head of a thread, a frame, a line about a lock, the section about deadlocks,
//! what a thread waits for; one reader per way of writing it down.
//!
//! Source: <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/runtime/javaThread.cpp> (`JavaThread::print_on`),
//! `vframe.cpp` (`javaVFrame::print_lock_info_on`), `java/lang/management/ThreadInfo.java` (`toString`).

mod build;
mod deadlock;
pub(super) mod file;
mod frame;
mod head;
mod javacore;
mod lock;
mod outside;
mod reader;
mod wait;

use super::super::time::parse_iso;
use super::{Above, Kind};
use frame::parse_frame;
use head::parse_head;
pub(super) use javacore::{is_tagged, parse_time as parse_core_time};
use lock::parse_lock;

/// HotSpot (jstack, `kill -3`, jcmd), JMX, VisualVM.
pub(super) static THREADS: Kind =
    Kind { anchors: &["Full thread dump", " tid=0x0000"], opens, above, reader: reader::open };

/// The same where an input is nothing else: heads of JMX have no rare word.
pub(super) static QUOTED: Kind = Kind { anchors: &["\""], opens: is_head, above, reader: reader::open };

/// Javacores of OpenJ9.
pub(super) static CORE: Kind =
    Kind { anchors: &["3XMTHREADINFO "], opens: javacore::is_head, above: javacore::above, reader: javacore::open };

/// `jstack -F`, hs_err files.
pub(super) static OUTSIDE: Kind = Kind {
    anchors: &[": (state = ", " JavaThread "],
    opens: outside::is_head,
    above: outside::above,
    reader: outside::open,
};

/// The line that begins a dump.
const TITLE: &[u8] = b"Full thread dump";

/// What is printed in front of threads, between and behind them.
const BETWEEN: &[&[u8]] = &[
    b"Threads class SMR info",
    b"_java_thread_list",
    b"_to_delete_list",
    b"JNI global ref",
    b"Found one Java-level deadlock",
    b"FOUND A JAVA LEVEL DEADLOCK",
    b"Java stack information for the threads",
    b"=====",
    b"waiting to lock monitor ",
    b"waiting to lock Monitor@",
    b"JavaThread state: ",
    b"waiting for ownable synchronizer ",
    b"which is held by ",
    b"in JNI, which is held by ",
    b"Locked ownable synchronizers:",
    b"Number of locked synchronizers",
    b"java.lang.Thread.State: ",
    b"Carrying virtual thread #",
    b"Mounted virtual thread #",
    b"Compiling: ",
    b"No compile task",
    b"- None",
    b"owned by ",
    // A picture of the heap behind a dump by signal, whatever the collector.
    b"garbage-first heap ",
    b"region size ",
    b"PSYoungGen ",
    b"PSOldGen ",
    b"ParOldGen ",
    b"PSPermGen ",
    b"def new generation ",
    b"par new generation ",
    b"tenured generation ",
    b"concurrent mark-sweep generation ",
    b"concurrent-mark-sweep perm gen ",
    b"compacting perm gen ",
    b"eden space ",
    b"from space ",
    b"to   space ",
    b"object space ",
    b"the space ",
    b"Metaspace ",
    b"class space ",
];

/// Whether a line begins a dump or a thread.
pub(super) fn is_head(line: &[u8]) -> bool {
    line.starts_with(TITLE) || line.first() == Some(&b'"') && parse_head(line).is_some()
}

/// Whether a line can only be a part of a dump of threads: for recognising inputs.
pub(super) fn is_telling(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let is_frame = || parse_frame(text).or_else(|| outside::parse_frame(text)).is_some();
    is_frame() || parse_lock(text).is_some() || is_between(text) || is_time(text) || is_named(text)
}

/// Whether a line names a thread of a deadlock: `"worker-1":`.
fn is_named(text: &[u8]) -> bool {
    text.starts_with(b"\"") && text.ends_with(b"\":")
}

/// Tools that look at the machine from outside tell of deadlocks first.
fn opens(line: &[u8]) -> bool {
    is_head(line) || deadlock::Section::begins(line)
}

/// The same of threads that are seen from outside.
pub(super) fn is_outside_head(line: &[u8]) -> bool {
    outside::is_head(line)
}

/// Whether a line can only be a part of such a list.
pub(super) fn is_outside_telling(line: &[u8]) -> bool {
    outside::is_telling(line)
}

/// Lines that are printed between threads, without their indentation.
fn is_between(text: &[u8]) -> bool {
    let is_list =
        || text.starts_with(b"0x") && text.iter().all(|byte| byte.is_ascii_hexdigit() || b"x, }".contains(byte));
    let is_count = || {
        let rest = text.strip_prefix(b"Found ");
        rest.is_some_and(|rest| rest.ends_with(b"deadlock.") || rest.ends_with(b"deadlocks."))
    };
    let is_synchronizer = || text.starts_with(b"- <") && text.ends_with(b")");
    matches!(text, b"}" | b"Heap" | b"...")
        || BETWEEN.iter().any(|start| text.starts_with(start))
        || is_list()
        || is_count()
        || is_synchronizer()
}

/// The time above a dump, or the process number that jcmd prints there.
fn is_time(text: &[u8]) -> bool {
    let is_pid = || {
        let digits = text.strip_suffix(b":");
        digits.is_some_and(|digits| (1..=7).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit))
    };
    is_pid() || parse_iso(text).is_some_and(|stamp| stamp.len == text.len())
}

fn above(line: &[u8]) -> Above {
    let text = line.trim_ascii();
    if is_between(text) || is_time(text) { Above::Known } else { Above::Other }
}
