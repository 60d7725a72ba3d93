//! Stack dumps: what every task of a process or a kernel was doing at one moment, whoever printed it.
//!
//! A dump of twenty thousand goroutines says the same few hundred stacks again and again: texts, frames and whole stacks are interned
//! once per evidence ([`Symbols`]) and tasks hold numbers. Nothing here is inferred: a state, a wait, a lock or an owner stands in the dump.

use serde::{Deserialize, Serialize};

use super::citation::{ByteRange, Locator};
use super::packed;
pub use super::symbols::{FrameId, StackFrame, StackId, Symbols, TextId};
use super::time::WallTime;

/// Who printed a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DumpKind {
    /// The Go runtime: a crash, SIGQUIT, `goroutine?debug=2`.
    Go,
    /// A Go profile in text (`goroutine?debug=1`): stacks with counts; no ids, no states, no waits.
    GoProfile,
    /// A Java virtual machine: jstack, `kill -3`, jcmd, JMX.
    Jvm,
    /// The Linux kernel: crash, sysrq, hung tasks, `/proc/PID/stack`.
    Kernel,
    /// A debugger: gdb, pstack, eu-stack.
    Native,
    /// faulthandler, py-spy.
    Python,
    /// SOS, dotnet-stack.
    Dotnet,
    /// A diagnostic report.
    Node,
    /// A panic with its backtrace.
    Rust,
}

impl DumpKind {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::GoProfile => "go_profile",
            Self::Jvm => "jvm",
            Self::Kernel => "kernel",
            Self::Native => "native",
            Self::Python => "python",
            Self::Dotnet => "dotnet",
            Self::Node => "node",
            Self::Rust => "rust",
        }
    }

    /// What its tasks are called where no language is spoken.
    #[must_use]
    pub const fn task_word(self) -> &'static str {
        match self {
            Self::Go | Self::GoProfile => "goroutine",
            Self::Kernel => "task",
            _ => "thread",
        }
    }
}

/// What a task waits for, in terms that all kinds of dumps share. From the state as written and, where that says less than the stack
/// (Go's old `semacquire`, Java's `RUNNABLE` in `epollWait`), from the innermost frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitClass {
    /// The dump does not say, or says what we do not know.
    #[default]
    Unknown,
    /// On a processor, or waiting for one.
    Running,
    /// In a system call of which no more is known.
    Syscall,
    /// For a socket, a pipe, a disk.
    Io,
    /// For a mutex, a monitor, a read-write lock, a semaphore used as one.
    Lock,
    /// For somebody to signal a condition.
    Condition,
    /// For a channel or a queue.
    Channel,
    /// For others to end (a wait group, a join, a child, a completion).
    Join,
    /// For time to pass.
    Sleep,
    /// The runtime's own worker without work.
    Idle,
}

impl WaitClass {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Running => "running",
            Self::Syscall => "syscall",
            Self::Io => "io",
            Self::Lock => "lock",
            Self::Condition => "condition",
            Self::Channel => "channel",
            Self::Join => "join",
            Self::Sleep => "sleep",
            Self::Idle => "idle",
        }
    }
}

/// One task of a dump: a goroutine, a thread, a kernel task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Goroutine id, Java's `#n`, PID of a kernel task, LWP; 0 where none is printed.
    pub id: u64,
    /// The system's id of its thread, where it is another number (Java's `nid`); 0 where none is printed.
    pub thread: u64,
    /// How many tasks a profile says have this stack; 1 elsewhere.
    pub count: u32,
    /// Its name (Java) or command (kernel, cut at 15 characters); empty where none is printed.
    pub name: TextId,
    /// The state as written (`chan receive (nil chan)`, `BLOCKED (on object monitor)`, `D`); empty where none is printed.
    pub state: TextId,
    /// What it waits for.
    pub wait: WaitClass,
    /// How long it has waited at least, in seconds, where the dump says so. Go prints whole minutes from the first on.
    pub waited_s: Option<u32>,
    /// Its frames, innermost first.
    pub stack: StackId,
    /// Who started it (`created by …`).
    pub created_by: Option<FrameId>,
    /// The task that started it; 0 where none is printed.
    pub parent: u64,
    /// Labels as written; empty where it has none.
    pub labels: TextId,
    /// The innermost system call with what it is about (its first argument: a descriptor; of waits for a process, the process), where
    /// numbers are printed: among Go's arguments, in the kernel's registers. `u32::MAX` where that is not known.
    pub syscall: Option<(u32, u32)>,
    /// Bound to its thread.
    pub is_locked_to_thread: bool,
    /// The stack is not whole: elided, unavailable, cut off.
    pub is_cut: bool,
    /// Its arguments that look like places in memory: `StackDump::args[start..end]`.
    pub args: (u32, u32),
    /// What it states about locks: `StackDump::locks[start..end]`.
    pub locks: (u32, u32),
    /// Its lines.
    pub locator: Locator,
}

impl Task {
    /// A task of which nothing is known but where it stands.
    #[must_use]
    pub const fn new(id: u64, locator: Locator) -> Self {
        Self {
            id,
            thread: 0,
            count: 1,
            name: TextId::EMPTY,
            state: TextId::EMPTY,
            wait: WaitClass::Unknown,
            waited_s: None,
            stack: StackId::EMPTY,
            created_by: None,
            parent: 0,
            labels: TextId::EMPTY,
            syscall: None,
            is_locked_to_thread: false,
            is_cut: false,
            args: (0, 0),
            locks: (0, 0),
            locator,
        }
    }
}

/// An argument of a frame that looks like a place in memory, packed: a dump prints them by the hundred thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StackArg(u64);

impl StackArg {
    const ADDRESS_BITS: u32 = 47;
    const STALE: u64 = 1 << Self::ADDRESS_BITS;
    const LAST: usize = 255;

    /// Packs an argument; `None` where the address is beyond what user space has. Frames and positions beyond 255 count as 255.
    #[must_use]
    pub const fn new(address: u64, frame: usize, position: usize, is_stale: bool) -> Option<Self> {
        if address >> Self::ADDRESS_BITS != 0 {
            return None;
        }
        let frame = if frame > Self::LAST { Self::LAST } else { frame } as u64;
        let position = if position > Self::LAST { Self::LAST } else { position } as u64;
        let stale = if is_stale { Self::STALE } else { 0 };
        Some(Self(frame << 56 | position << 48 | stale | address))
    }

    /// As one number.
    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    /// From that number.
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The address.
    #[must_use]
    pub const fn address(self) -> u64 {
        self.0 & (Self::STALE - 1)
    }

    /// Index of the frame in the stack.
    #[must_use]
    pub const fn frame(self) -> usize {
        (self.0 >> 56) as usize
    }

    /// Which argument, from 0; words inside braces count one each.
    #[must_use]
    pub const fn position(self) -> usize {
        (self.0 >> 48 & 0xff) as usize
    }

    /// Whether the value may be out of date (Go prints `?`).
    #[must_use]
    pub const fn is_stale(self) -> bool {
        self.0 & Self::STALE != 0
    }
}

/// What a task states about a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockRelation {
    /// It holds it (`- locked`, an ownable synchronizer, lockdep).
    Holds,
    /// It is blocked on entering it (`- waiting to lock`, the kernel's "blocked on a mutex").
    WaitsToLock,
    /// It is parked until a synchronizer lets it pass (`- parking to wait for`).
    Parks,
    /// It gave the monitor back and waits to be notified (`- waiting on`): it does not hold it, whatever `- locked` says further out.
    WaitsForNotify,
    /// It was notified and waits to enter again.
    WaitsToRelock,
    /// The compiler removed the lock.
    Eliminated,
}

/// One statement of a dump about a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockFact {
    /// What.
    pub relation: LockRelation,
    /// The lock as the dump names it (`0x00000000e1a0b2c8`, `rtnl_mutex`); empty where it does not.
    pub lock: TextId,
    /// Its class or kind (`com.example.Pool`, `mutex`); empty where none is printed.
    pub class: TextId,
    /// Index of the frame it stands under.
    pub frame: u16,
    /// Id of the task that the dump itself names as the owner ("likely owned by task cat:114", "which is held by"); 0 where it names none.
    pub owner: u64,
    /// Whether the dump hedges ("likely", "last held by").
    pub is_hedged: bool,
    /// Its line.
    pub line: u32,
}

/// How the owner of a lock is known, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerClass {
    /// The dump says so.
    Stated,
    /// An address that the dump prints shows it.
    Derived,
    /// Time and place point at it.
    Suspected,
}

impl OwnerClass {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Suspected => "suspected",
        }
    }
}

/// A cycle that the dump itself reports ("Found one Java-level deadlock").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedDeadlock {
    /// Indices of its tasks in [`StackDump::tasks`], in the order told.
    pub tasks: Vec<u32>,
    /// Where it stands.
    pub locator: Locator,
}

/// One dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackDump {
    /// Who printed it.
    pub kind: DumpKind,
    /// What it says of itself (`fatal error: all goroutines are asleep - deadlock!`, `Full thread dump …`); empty where nothing.
    pub title: TextId,
    /// The process as its envelope names it (`kubelet`); empty where it does not.
    pub process: TextId,
    /// Its pid, where the envelope or the dump says it.
    pub pid: Option<u32>,
    /// The host, as the envelope names it; empty where it does not.
    pub host: TextId,
    /// When, in the evidence's clock: the time of the record it stands in.
    pub wall: WallTime,
    /// How many tasks it says it has (`goroutine profile: total 812`).
    pub stated_total: Option<u32>,
    /// Tasks, in file order.
    pub tasks: Vec<Task>,
    /// Arguments of all tasks.
    #[serde(with = "packed")]
    pub args: Vec<StackArg>,
    /// Statements about locks of all tasks.
    pub locks: Vec<LockFact>,
    /// Cycles it reports.
    pub deadlocks: Vec<StatedDeadlock>,
    /// It breaks off.
    pub is_cut: bool,
    /// From its title or first task to its last.
    pub locator: Locator,
}

impl StackDump {
    /// A dump without tasks that begins at a place.
    #[must_use]
    pub const fn new(kind: DumpKind, locator: Locator) -> Self {
        Self {
            kind,
            title: TextId::EMPTY,
            process: TextId::EMPTY,
            pid: None,
            host: TextId::EMPTY,
            wall: WallTime::NONE,
            stated_total: None,
            tasks: Vec::new(),
            args: Vec::new(),
            locks: Vec::new(),
            deadlocks: Vec::new(),
            is_cut: false,
            locator,
        }
    }

    /// How many tasks there are, counting what a profile folded.
    #[must_use]
    pub fn n_tasks(&self) -> u64 {
        self.tasks.iter().map(|task| u64::from(task.count)).sum()
    }

    /// Arguments of a task.
    #[must_use]
    pub fn args_of(&self, task: &Task) -> &[StackArg] {
        self.args.get(task.args.0 as usize..task.args.1 as usize).unwrap_or(&[])
    }

    /// What a task states about locks.
    #[must_use]
    pub fn locks_of(&self, task: &Task) -> &[LockFact] {
        self.locks.get(task.locks.0 as usize..task.locks.1 as usize).unwrap_or(&[])
    }

    /// Stretches the dump over a place.
    pub fn cover(&mut self, place: &Locator) {
        let ByteRange { start, end } = place.bytes;
        self.locator.bytes.end = self.locator.bytes.end.max(end);
        self.locator.bytes.start = self.locator.bytes.start.min(start);
        self.locator.lines.first = self.locator.lines.first.min(place.lines.first);
        self.locator.lines.last = self.locator.lines.last.max(place.lines.last);
    }
}

/// The dumps of one evidence, in the order in which they end. At most [`Dumps::KEPT`] are kept; all are counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Dumps {
    /// The first ones.
    pub kept: Vec<StackDump>,
    /// How many there are.
    pub n_seen: u32,
    /// How many tasks they have.
    pub n_tasks: u64,
    /// Their texts, frames and stacks.
    pub symbols: Symbols,
}

impl Dumps {
    /// How many dumps are kept: a service that logs every panic prints one after the other.
    pub const KEPT: usize = 1_000;

    /// Counts a dump and keeps it while there is room.
    pub fn push(&mut self, dump: StackDump) {
        self.n_seen = self.n_seen.saturating_add(1);
        self.n_tasks = self.n_tasks.saturating_add(dump.n_tasks());
        if self.kept.len() < Self::KEPT {
            self.kept.push(dump);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_keeps_its_place_and_whether_it_is_stale() {
        let arg = StackArg::new(0xc0_003f_2040, 3, 1, true).expect("a heap address");
        assert_eq!((arg.address(), arg.frame(), arg.position(), arg.is_stale()), (0xc0_003f_2040, 3, 1, true));
        let far = StackArg::new(0x7fff_ffff_ffff, 4_000, 900, false).expect("the last address of user space");
        assert_eq!((far.address(), far.frame(), far.position(), far.is_stale()), (0x7fff_ffff_ffff, 255, 255, false));
        assert_eq!(StackArg::new(0xffff_8809_51f7_0fd0, 0, 0, false), None);
    }
}
