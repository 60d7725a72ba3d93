//! Monitors of a .NET process as SOS lists them (`syncblk`): who owns each, and how many wait.
//!
//! ```text
//! Index         SyncBlock MonitorHeld Recursion Owning Thread Info          SyncBlock Owner
//!    43 00000246E51268B8          603         1 0000024B713F4E30 5634  28   00000249654b14c0 System.Object
//!    44 0000000000000000            0         0 0000000000000000     none    0000000001cb37a0 System.String       -all
//! -----------------------------
//! Total           344
//! ```
//! `MonitorHeld` is one for the owner and two for each that waits. Whom they are is not printed: of the threads in `Monitor.Enter` it
//! follows where only one monitor is left for a thread, since all that are waited for are listed, nobody waits for what he owns himself,
//! and the numbers are exact. Where more than one would do, or more threads are left for one than wait for it, nothing is said. Values that
//! `clrstack -a` prints around the call leave fewer. A monitor that is waited for while nobody owns it (`none`) is one of those.
//!
//! Source: <https://learn.microsoft.com/dotnet/core/diagnostics/debug-deadlock>,
//! <https://github.com/dotnet/diagnostics/blob/main/src/SOS/Strike/strike.cpp> (`SyncBlk`).

use crate::model::memmem;

use super::super::time::number;
use crate::model::sort::Order as _;
use crate::model::{Locator, LockFact, LockRelation, StackDump, Symbols, Task, TextId, WaitClass};

/// Monitors of a listing that are kept.
const MAX_BLOCKS: usize = 10_000;
/// Rounds in which one answer leads to the next.
const MAX_ROUNDS: usize = 64;
/// Monitors between which is chosen: where more are waited for, only what is printed tells.
const MAX_CONTENDED: usize = 256;

/// A monitor that is owned or waited for.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    /// The system's id of the owning thread; `None` where nobody owns it at the moment.
    owner: Option<u64>,
    /// How many wait.
    waiting: u32,
    object: TextId,
    class: TextId,
    address: u64,
    /// Its row.
    pub(super) place: Locator,
}

/// Whether a line is the header of the listing.
pub(super) fn is_header(line: &[u8]) -> bool {
    line.starts_with(b"Index ") && memmem::find(line, b" MonitorHeld ").is_some()
}

/// Whether a line below the header is no monitor and belongs to the listing.
pub(super) fn is_noise(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let is_sum = |name: &&[u8]| {
        text.strip_prefix(*name).is_some_and(|rest| rest.starts_with(b" ") && number(rest.trim_ascii()).is_some())
    };
    text.len() > 8 && text.iter().all(|byte| *byte == b'-')
        || [&b"Total"[..], b"CCW", b"RCW", b"ComClassFactory", b"Free"].iter().any(is_sum)
        || memmem::find(text, b" none ").is_some() && words(text).next().and_then(number).is_some()
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn hex(word: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()
}

/// Owner, waiting, object and class of a row.
type Row<'a> = (Option<u64>, u32, &'a [u8], &'a [u8]);

/// Reads a row.
fn parse_row(line: &[u8]) -> Option<Row<'_>> {
    let text = line.trim_ascii();
    let is_address = |word: &&[u8]| word.len() >= 8 && hex(word).is_some();
    let mut words = words(text);
    number(words.next()?)?;
    words.next().filter(is_address)?;
    let held = number(words.next()?).filter(|held| *held > 0)?;
    number(words.next()?)?;
    words.next().filter(is_address)?;
    // The owner's two ids, or one word for nobody, who counts for nothing in `held`.
    let (owner, waiting) = match words.next()? {
        b"none" => (None, held.div_ceil(2)),
        id => (Some(hex(id).filter(|owner| *owner > 0)?), (held - 1) / 2),
    };
    if owner.is_some() {
        words.next()?;
    }
    let object = words.next().filter(is_address)?;
    let at = memmem::rfind(text, object)? + object.len();
    Some((owner, waiting, object, text[at..].trim_ascii()))
}

/// Whether a line is a monitor that is owned or waited for.
pub(super) fn is_row(line: &[u8]) -> bool {
    parse_row(line).is_some()
}

/// Takes a row; `false` where the line is none.
pub(super) fn push(monitors: &mut Vec<Monitor>, line: &[u8], place: Locator, symbols: &mut Symbols) -> bool {
    let Some((owner, waiting, object, class)) = parse_row(line) else { return false };
    if monitors.len() < MAX_BLOCKS {
        let address = hex(object).unwrap_or(0);
        let (object, class) = (symbols.text(object), symbols.text(class));
        monitors.push(Monitor { owner, waiting, object, class, address, place });
    }
    true
}

/// Gives the threads of a dump what the listing says of them, whole or not. `values` are those printed around a task's innermost calls.
pub(super) fn attach(
    dump: &mut StackDump,
    monitors: &[Monitor],
    is_whole: bool,
    values: &[Vec<u64>],
    symbols: &mut Symbols,
) {
    let mut of_task: Vec<(usize, LockFact)> = Vec::new();
    let index_of = |dump: &StackDump, id: u64| dump.tasks.iter().position(|task| task.id == id);
    for monitor in monitors {
        let Some(id) = monitor.owner else { continue };
        // An owner whose stack is not printed is a thread all the same.
        let owner = index_of(dump, id).unwrap_or_else(|| {
            let name = symbols.text(format!("0x{id:x}").as_bytes());
            dump.tasks.push(Task { name, is_cut: true, ..Task::new(id, monitor.place) });
            dump.cover(&monitor.place);
            dump.tasks.len() - 1
        });
        of_task.push((owner, monitor.fact(LockRelation::Holds)));
    }
    let contended: Vec<&Monitor> = monitors.iter().filter(|monitor| monitor.waiting > 0).collect();
    let mut left: Vec<u32> = contended.iter().map(|monitor| monitor.waiting).collect();
    // Monitors that each thread may wait for.
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    if contended.len() <= MAX_CONTENDED {
        for (index, task) in dump.tasks.iter().enumerate().filter(|(_, task)| enters(task, symbols)) {
            let printed = values.get(index).map_or(&[][..], Vec::as_slice);
            let others = || (0..contended.len()).filter(|at| contended[*at].owner != Some(task.id));
            let named: Vec<usize> = others().filter(|at| printed.contains(&contended[*at].address)).collect();
            let may = if named.len() == 1 { named } else { others().collect() };
            open.push((index, may));
        }
    }
    for _ in 0..MAX_ROUNDS {
        let before = open.len();
        // How many threads have each monitor as the only one left.
        let mut alone = vec![0_u32; contended.len()];
        open.retain_mut(|(_, may)| {
            may.retain(|at| left[*at] > 0);
            if let [only] = may[..] {
                alone[only] += 1;
            }
            !may.is_empty()
        });
        open.retain(|(task, may)| {
            let [only] = may[..] else { return true };
            // More than wait for it: the order of the stacks must not decide who of them does.
            if alone[only] > left[only] {
                return true;
            }
            // Where one monitor alone is waited for, the listing says who holds up everybody; else it is concluded.
            let is_stated = contended.len() == 1 && is_whole;
            let owner = contended[only].owner.filter(|_| is_stated).unwrap_or(0);
            of_task.push((*task, LockFact { owner, ..contended[only].fact(LockRelation::WaitsToLock) }));
            false
        });
        for (left, taken) in left.iter_mut().zip(alone) {
            *left = left.checked_sub(taken).unwrap_or(*left);
        }
        if open.len() == before {
            break;
        }
    }
    // Who waits and is not among the stacks is known by number.
    if open.is_empty() {
        for (monitor, count) in contended.iter().zip(left).filter(|(_, left)| *left > 0) {
            let state = symbols.text(b"Monitor.Enter");
            let task = Task { count, state, wait: WaitClass::Lock, is_cut: true, ..Task::new(0, monitor.place) };
            dump.tasks.push(task);
            dump.cover(&monitor.place);
            let fact = LockFact { owner: monitor.owner.unwrap_or(0), ..monitor.fact(LockRelation::WaitsToLock) };
            of_task.push((dump.tasks.len() - 1, fact));
        }
    }
    // Statements of a task are neighbours.
    of_task.order_by_key(|(task, _)| *task);
    let mut facts = of_task.into_iter().peekable();
    for (index, task) in dump.tasks.iter_mut().enumerate() {
        let start = dump.locks.len() as u32;
        while let Some((_, fact)) = facts.next_if(|(of, _)| *of == index) {
            dump.locks.push(fact);
        }
        task.locks = (start, dump.locks.len() as u32);
    }
}

impl Monitor {
    const fn fact(&self, relation: LockRelation) -> LockFact {
        LockFact {
            relation,
            lock: self.object,
            class: self.class,
            frame: 0,
            owner: 0,
            is_hedged: false,
            line: self.place.lines.first,
        }
    }
}

/// Whether a thread waits to enter a monitor; other locks are in no such listing.
fn enters(task: &Task, symbols: &Symbols) -> bool {
    let mut frames = symbols.frames_of(task.stack).iter().take(4).map(|frame| symbols.function_of(*frame));
    task.wait == WaitClass::Lock && frames.any(|name| memmem::find(name.as_bytes(), b"Monitor.").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_old_and_new_runtimes_are_read() {
        for (line, want) in [
            (
                "   43 00000246E51268B8          603         1 0000024B713F4E30 5634  28   00000249654b14c0 System.Object",
                Some((Some(0x5634), 301, "00000249654b14c0", "System.Object")),
            ),
            (
                "  238 001e40ec            3         1 001e4e60   e04   3   00a7a194 Resource",
                Some((Some(0xe04), 1, "00a7a194", "Resource")),
            ),
            (
                "   11 000002306E5B3AB8            1         1 000002307051F7F0 2ae4 XXX   000002300000edb0 List`1[[A, b]]",
                Some((Some(0x2ae4), 0, "000002300000edb0", "List`1[[A, b]]")),
            ),
            (
                "    1 07FF8F54            2         0 00000000     none    030deb48 Resource",
                Some((None, 1, "030deb48", "Resource")),
            ),
            ("    1 07FF8F54            0         0 00000000     none    030deb48 System.__ComObject", None),
            ("Total           344", None),
            ("-----------------------------", None),
        ] {
            let got = parse_row(line.as_bytes());
            let text = |bytes| std::str::from_utf8(bytes).expect("text");
            assert_eq!(got.map(|it| (it.0, it.1, text(it.2), text(it.3))), want, "{line}");
            assert!(want.is_some() || is_noise(line.as_bytes()), "{line}");
        }
        assert!(is_header(b"Index SyncBlock MonitorHeld Recursion Owning Thread Info  SyncBlock Owner"));
        assert!(!is_noise(b"Total cost 12") && !is_noise(b"none of it"));
    }
}
