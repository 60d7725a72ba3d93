//! Issues: our own trouble in reading, counted, from a fixed registry. Not to be confused with findings, which are about the incident.

use serde::{Deserialize, Serialize};

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueSeverity {
    /// Nothing is lost; worth knowing.
    Info,
    /// Something was assumed.
    Notice,
    /// Part of the input is not in the analysis.
    DataLoss,
    /// The input could not be used.
    Error,
}

macro_rules! issue_registry {
    ($($variant:ident = $code:literal, $severity:ident, $doc:literal;)*) => {
        /// The registry of issues. The code is stable; its texts are `issue-<code>` (title) and `issue-<code>.help` (what to do) in `locales/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum IssueCode { $(#[doc = $doc] $variant,)* }

        impl IssueCode {
            /// Every issue there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// How much it matters.
            #[must_use]
            pub const fn severity(self) -> IssueSeverity { match self { $(Self::$variant => IssueSeverity::$severity,)* } }
        }
    };
}

issue_registry! {
    Empty = "empty", Error, "The input has no bytes.";
    Binary = "binary", Error, "The input is not text and no format that is read yet.";
    Compressed = "compressed", Error, "Packed in a way that is not read: it must be unpacked first.";
    Encrypted = "encrypted", Error, "A member of an archive is encrypted.";
    ArchiveCut = "archive-cut", DataLoss, "An archive or a compressed file ends before it is complete: what came before is there.";
    ArchiveDamaged = "archive-damaged", DataLoss, "What was unpacked is not what was packed, or the archive cannot be followed further.";
    TooDeep = "too-deep", DataLoss, "An archive lies inside more archives than are opened.";
    UnpackRatio = "unpack-ratio", DataLoss, "Unpacking grew beyond what text can be packed to, and was ended.";
    UnpackBytes = "unpack-bytes", DataLoss, "Unpacking gave more bytes than are taken, and was ended.";
    UnpackEntries = "unpack-entries", DataLoss, "An archive has more entries than are taken.";
    UnpackStopped = "unpack-stopped", DataLoss, "A person stopped unpacking.";
    ReadFailed = "read-failed", Error, "The browser or the system refused to read on.";
    ReaderDied = "reader-died", Error, "Reading the input ended in an error of the program: nothing of it takes part.";
    TooLarge = "too-large", DataLoss, "A document that must be held whole is larger than the guard allows.";
    Indexed = "indexed", Notice, "A very large input: all of it was read and searched, but only some records keep their time and level.";
    NotUtf8 = "not-utf8", Notice, "Bytes that are not UTF-8 are shown as replacement characters.";
    NulBytes = "nul-bytes", Notice, "The text holds NUL bytes.";
    LineTooLong = "line-too-long", DataLoss, "A line is longer than the guard: only its beginning was parsed.";
    PlainText = "plain-text", Notice, "No format was recognised: kept as a plain log.";
    UnparsedLines = "unparsed-lines", DataLoss, "Lines of a known format that were not understood.";
    TruncatedDocument = "truncated-document", DataLoss, "The document ends before it is complete.";
    BadNumber = "bad-number", DataLoss, "A cell that should hold a number does not.";
    BadTime = "bad-time", DataLoss, "A time that could not be read.";
    UnsortedTimes = "unsorted-times", Info, "Rows were not in the order of time and have been sorted.";
    DuplicateTimes = "duplicate-times", Info, "Several rows have the same time.";
    ZoneAssumed = "zone-assumed", Notice, "The times have no zone.";
    YearInferred = "year-inferred", Notice, "The times have no year.";
    SameContent = "same-content", Info, "The same content is in the case already.";
    QuantityAssumed = "quantity-assumed", Notice, "What the numbers count was taken from the file's name.";
    SnapshotWithoutTime = "snapshot-without-time", Notice, "The output does not say when it was taken.";
    NoThreadRows = "no-thread-rows", Notice, "The listing has processes, not threads, or only some of them.";
    InnerListing = "inner-listing", Notice, "The listing was made inside of a container: its threads are not all of the node's.";
    DayInferred = "day-inferred", Notice, "The times have no date: the day was taken from the other evidence.";
    Redacted = "redacted", Info, "Whoever collected the input hid values in it.";
    DayUnknown = "day-unknown", Notice, "The times have no date, and nothing says which day they are of.";
    TimesDisagree = "times-disagree", Notice, "Two columns of times do not tell the same instants.";
    NoRows = "no-rows", Notice, "A table has a header and no row, or an answer no series.";
    TooManySeries = "too-many-series", DataLoss, "More series than are kept.";
    LevelsDerived = "levels-derived", Info, "Lines state no level: what they report was read as one.";
    NotKept = "not-kept", Error, "The browser did not keep the input over a reload: it must be given again.";
    SharedLine = "shared-line", Info, "Several entries of a document share one line: they have its number, and each its bytes in it.";
    Document = "document", Info, "A document that no format reads, of JSON or of a bundle: kept as a plain log, as was to be expected.";
    NewestFirst = "newest-first", DataLoss, "A dump stands newest line first: it is not read.";
    OrderGuessed = "order-guessed", Notice, "Dates whose day and month could be swapped: no row tells which comes first.";
    StepsBack = "steps-back", Notice, "The clock of a log steps back by more than a day.";
    FarDown = "far-down", DataLoss, "A document that must be held whole stands too far down in an input.";
}

/// One kind of trouble in one evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Which.
    pub code: IssueCode,
    /// How often.
    pub count: u64,
    /// Line of the first, from 1; 0 where a line makes no sense.
    pub first_line: u32,
    /// Byte of the first.
    pub first_byte: u64,
}

/// What parsers report to: counts by code, with the first place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issues {
    /// Sorted by code.
    pub list: Vec<Issue>,
}

impl From<IssueCode> for Issues {
    /// One issue, of the input as a whole.
    fn from(code: IssueCode) -> Self {
        Self { list: vec![Issue { code, count: 1, first_line: 0, first_byte: 0 }] }
    }
}

impl Issues {
    /// Counts one more.
    pub fn add(&mut self, code: IssueCode, line: u32, byte: u64) {
        self.add_many(code, 1, line, byte);
    }

    /// Counts `count` more, the first of them at the place given.
    pub fn add_many(&mut self, code: IssueCode, count: u64, line: u32, byte: u64) {
        match self.list.binary_search_by_key(&code, |issue| issue.code) {
            Ok(index) => self.list[index].count += count,
            Err(index) => self.list.insert(index, Issue { code, count, first_line: line, first_byte: byte }),
        }
    }

    /// Takes one back: what was missing stands elsewhere.
    pub fn take_back(&mut self, code: IssueCode) {
        if let Ok(index) = self.list.binary_search_by_key(&code, |issue| issue.code) {
            self.list[index].count -= 1;
            if self.list[index].count == 0 {
                self.list.remove(index);
            }
        }
    }

    /// Whether anything of the input is not in the analysis.
    #[must_use]
    pub fn lost_data(&self) -> bool {
        self.list.iter().any(|issue| issue.code.severity() >= IssueSeverity::DataLoss)
    }
}
