//! Plain data with public fields: what evidence becomes, and what the engine says about it.
//!
//! Nothing here reads, derives or renders; every other module speaks in these types. The design's section 4 says them in words.

pub mod analysis;
pub mod bundle;
pub mod citation;
pub mod evidence;
pub mod few;
pub mod finding;
pub mod gather;
pub mod guess;
pub mod instants;
pub mod issue;
pub mod kube;
pub mod limit;
pub mod memmem;
pub mod message;
mod narrow;
pub mod note;
mod packed;
pub mod packing;
pub mod parsed;
pub mod process;
pub mod record;
pub mod redaction;
pub mod series;
pub mod sighting;
pub mod sort;
pub mod stack;
pub mod steps;
mod symbols;
pub mod table;
pub mod time;
pub mod timeline;
pub mod values;
pub mod words;
pub mod zone;

pub use analysis::{
    Analysis, Ceiling, ChangeKind, ChangePoint, Coverage, Exhaustion, ForkReport, Gap, GrowthReport, GrowthShare,
    MissingEvidence, Reconciliation, SpreadDimension, SpreadRow, ThreadHistory, ThreadSource, Workload, WorkloadOwner,
    in_trouble,
};
pub use bundle::{Bundle, BundleKind, Collected, CollectedBy};
pub use citation::{ByteRange, Citation, Cite, EvidenceId, LineRange, Locator, Role};
pub use evidence::{Counts, Encoding, EvidenceMeta, EvidenceState, LineCounts, Origin};
pub use few::Few;
pub use finding::{Confidence, Finding, Outcome, RuleOutcome, Severity, Statement, WhySuggestion};
pub use guess::{Guess, GuessKind, Setting};
pub use instants::{Instants, Times};
pub use issue::{Issue, IssueCode, IssueSeverity, Issues};
pub use kube::{ContainerState, KubeCondition, KubeContainer, KubeEvent, KubeField, KubeObject, KubeOwner, full_name};
pub use limit::{Limit, LimitName, LimitOrigin, LimitUse, Scope};
pub use message::{Arg, Message};
pub use note::{Note, NoteKind, Notes};
pub use packing::{Packing, is_export};
pub use parsed::{CollectorError, Parsed, PrintedLog};
pub use process::{HeldMemory, Process, ProcessSnapshot};
pub use record::{Level, Record, RecordTable};
pub use redaction::{RedactionChoices, RedactionClass, Replacement};
pub use series::{Column, Frame, RowAt, Unit};
pub use sighting::{EvictionLine, EvictionStep, OomLine, OomStep, Sighting, SightingKind, Sightings};
pub use stack::{
    DumpKind, Dumps, FrameId, LockFact, LockRelation, OwnerClass, StackArg, StackDump, StackFrame, StackId,
    StatedDeadlock, Symbols, Task, TextId, WaitClass,
};
pub use steps::{Stepped, Steps};
pub use table::{Row, Table};
pub use time::{Clock, ClockOrigin, TimeBasis, TimeRange, Timestamp, WallKind, WallTime};
pub use timeline::{EventSource, Phase, TimelineEvent};
pub use values::{Narrow, Values};
pub use zone::Zone;
