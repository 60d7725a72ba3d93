//! The virtual machine's own section about deadlocks, which repeats names and stacks of threads that were printed before.
//!
//! ```text
//! Found one Java-level deadlock:
//! =============================
//! "worker-1":
//!   waiting to lock monitor 0x00007f8a1f010000 (object 0x00000000e1a0b2c8, a com.example.Pool),
//!   which is held by "worker-2"
//! "worker-2":
//!   waiting for ownable synchronizer 0x00000000e1a0c110, (a java.util.concurrent.locks.ReentrantLock$NonfairSync),
//!   which is held by "worker-1"
//! Java stack information for the threads listed above:
//! …
//! Found 1 deadlock.
//! ```
//! Source: <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/services/threadService.cpp> (`DeadlockCycle::print_on_with`).

use crate::model::memmem;

use super::super::Text;
use crate::model::{Locator, Symbols, TextId};

/// A cycle as told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) entries: Vec<Entry>,
    pub(super) locator: Locator,
}

/// Who waits for what, held by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) name: TextId,
    pub(super) lock: TextId,
    pub(super) class: TextId,
    pub(super) holder: TextId,
    pub(super) line: u32,
}

/// Threads of a cycle that are kept.
const MAX_ENTRIES: usize = 10_000;

impl Told {
    /// The next thread of the cycle.
    pub(super) fn push(&mut self, entry: Entry) {
        if self.entries.len() < MAX_ENTRIES {
            self.entries.push(entry);
        }
    }
}

/// Reads a section, line by line.
#[derive(Debug, Default)]
pub(super) struct Section {
    told: Option<Told>,
    /// The thread whose lines are being read.
    entry: Option<Entry>,
    /// Its stacks follow, which were printed before.
    repeats: bool,
}

impl Section {
    /// Whether a line begins a section.
    pub(super) fn begins(text: &[u8]) -> bool {
        text.starts_with(b"Found one Java-level deadlock") || text.starts_with(b"FOUND A JAVA LEVEL DEADLOCK")
    }

    /// A section begins.
    pub(super) fn new(line: &Text<'_>) -> Self {
        Self { told: Some(Told { entries: Vec::new(), locator: line.place }), entry: None, repeats: false }
    }

    /// Takes a line.
    pub(super) fn read(&mut self, line: &Text<'_>, symbols: &mut Symbols) {
        let text = line.bytes.trim_ascii();
        if text.starts_with(b"Java stack information for the threads") {
            self.end_entry();
            self.repeats = true;
        }
        let (Some(told), false) = (&mut self.told, self.repeats) else { return };
        told.locator.bytes.end = told.locator.bytes.end.max(line.place.bytes.end);
        told.locator.lines.last = told.locator.lines.last.max(line.place.lines.last);
        if let Some(name) = text.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\":")) {
            self.end_entry();
            let name = symbols.text(name);
            let none = TextId::EMPTY;
            self.entry = Some(Entry { name, lock: none, class: none, holder: none, line: line.place.lines.first });
        }
        let Some(entry) = &mut self.entry else { return };
        if let Some((lock, class)) = parse_wanted(text) {
            (entry.lock, entry.class) = (symbols.text(lock), symbols.text(class));
        }
        const HELD: &[u8] = b"which is held by \"";
        if let Some(at) = memmem::find(text, HELD) {
            let rest = &text[at + HELD.len()..];
            let end = memchr::memrchr(b'"', rest).unwrap_or(rest.len());
            entry.holder = symbols.text(&rest[..end]);
        }
    }

    /// The cycle, where there is one.
    pub(super) fn finish(mut self) -> Option<Told> {
        self.end_entry();
        self.told.filter(|told| !told.entries.is_empty())
    }

    fn end_entry(&mut self) {
        if let (Some(entry), Some(told)) = (self.entry.take(), &mut self.told)
            && !entry.lock.is_empty()
        {
            told.push(entry);
        }
    }
}

/// `waiting to lock monitor 0x… (object 0x…, a X),` or `waiting for ownable synchronizer 0x…, (a X),`
fn parse_wanted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let until = |rest: &'_ [u8], stop: u8| memchr::memchr(stop, rest);
    if let Some(rest) = text.strip_prefix(b"waiting for ownable synchronizer ") {
        let lock = &rest[..until(rest, b',')?];
        let class = &rest[memmem::find(rest, b"(a ")? + 3..];
        return Some((lock, &class[..until(class, b')').unwrap_or(class.len())]));
    }
    let rest = text.strip_prefix(b"waiting to lock ")?;
    let rest = rest.strip_prefix(b"monitor ").or_else(|| rest.strip_prefix(b"Monitor@"))?;
    // Tools that look at the machine from outside (jhsdb) write `(Object@0x…, a java/lang/Object)`.
    let object = [&b"(object "[..], b"(Object@"].iter().find_map(|word| Some(memmem::find(rest, word)? + word.len()));
    if let Some(at) = object {
        let rest = &rest[at..];
        let comma = until(rest, b',')?;
        let class = rest[comma + 1..].trim_ascii_start();
        let class = class.strip_prefix(b"a ").unwrap_or(class);
        return Some((&rest[..comma], &class[..until(class, b')').unwrap_or(class.len())]));
    }
    // A monitor of the machine itself has no object.
    let end = rest.iter().position(|byte| matches!(byte, b' ' | b',')).unwrap_or(rest.len());
    Some((&rest[..end], &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read() {
        for (text, want) in [
            ("waiting to lock monitor 0x01 (object 0x0e, a java.lang.Object),", Some(("0x0e", "java.lang.Object"))),
            ("waiting to lock Monitor@0x01 (Object@0x0e, a java/lang/Object),", Some(("0x0e", "java/lang/Object"))),
            ("waiting for ownable synchronizer 0x0f, (a x.Lock$Sync),", Some(("0x0f", "x.Lock$Sync"))),
            ("waiting to lock monitor 0x02 (a JVM raw monitor),", Some(("0x02", ""))),
            ("which is held by \"b\"", None),
        ] {
            let want = want.map(|(lock, class)| (lock.as_bytes(), class.as_bytes()));
            assert_eq!(parse_wanted(text.as_bytes()), want, "{text}");
        }
    }
}
