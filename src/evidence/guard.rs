//! Bounds on what hostile or broken inputs may cost.

/// A line is parsed up to this many bytes; the rest of it is skipped and counted (`line-too-long`).
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// A document that a parser must hold whole (JSON without lines, `kubectl describe`) ends here (`too-large`).
pub const MAX_DOCUMENT_BYTES: usize = 512 * 1024 * 1024;

/// A text in UTF-16 is transcoded in memory up to this many bytes.
pub const MAX_TRANSCODED_BYTES: u64 = 512 * 1024 * 1024;

/// Bytes of the head that formats look at.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Bytes read per turn: the worker answers queries between two turns.
pub const SLICE_BYTES: usize = 8 * 1024 * 1024;

/// NULs that a text may begin with.
pub const MAX_LOST_BYTES: u64 = 64 * 1024 * 1024;

/// Inputs from this size on are indexed: what is kept of their records would take more memory than a phone gives a page.
pub const INDEX_FROM_BYTES: u64 = 2 << 30;

/// Of an indexed input, the records that are kept: one in so many, and those that tell something.
pub const INDEX_STRIDE: usize = 64;

/// Lines and characters of an excerpt.
pub const EXCERPT_LINES: u32 = 5;
/// Characters of one excerpt line.
pub const EXCERPT_CHARS: usize = 400;

/// A profile of pprof larger than this is not read: it is held whole while it becomes text.
pub const MAX_PROFILE_BYTES: u64 = 64 * 1024 * 1024;
