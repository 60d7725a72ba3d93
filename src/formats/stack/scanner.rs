//! Finds dumps in any text, tells the streams of several processes apart and hands each its clean lines.

use crate::model::memmem;
use memchr::{memchr, memchr_iter, memrchr};

use super::super::Head;
use super::super::metrics::json::unescape_into;
use super::super::words::Hit;
use super::envelope::{Peeled, Peeler};
use super::margin::Margin;
use super::{ALONE, Above, KINDS, Kind, Opening, Parsed, Reader, TOOLS, Taken, Text};
use crate::evidence::guard::MAX_LINE_BYTES;
use crate::evidence::{Block, Line};
use crate::model::{ByteRange, EvidenceId, LineRange, Locator, TextId, WallKind, WallTime};

/// Streams with an open dump; one more closes the one that was silent for longest.
const MAX_STREAMS: usize = 64;
/// Lines in a row of a stream that are not of its dump before the dump is over.
const MAX_FOREIGN: u32 = 200;
/// Lines of others before a dump is over.
const MAX_IDLE: u32 = 2_000;
/// Lines of a log in which what tools print is looked for.
const FIRST_LINES: usize = 100;
/// How far above a dump its title is looked for.
const TITLE_BYTES: usize = 4096;
const TITLE_LINES: usize = 40;
/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;
/// Remarks on dropped messages that are kept.
const MAX_DROPPED: usize = 64;

/// What became of a line.
pub(super) struct Fate<'a> {
    pub(super) taken: Taken,
    pub(super) is_blank: bool,
    pub(super) process: &'a [u8],
    pub(super) wall: WallTime,
    pub(super) kind: WallKind,
}

/// Told what became of every line.
pub(super) type Tell<'a> = &'a mut dyn FnMut(&Line<'_>, &Fate<'_>, &mut Parsed);

/// An open dump.
struct Stream {
    /// What its envelopes say; 0 where it has none.
    key: u64,
    margin: Margin,
    reader: Box<dyn Reader>,
    /// The beginning of a line that its envelope says goes on.
    part: Vec<u8>,
    /// Lines in a row that were not of the dump.
    foreign: u32,
    /// Numbers of its first and last lines.
    first_line: u32,
    last_line: u32,
}

/// Reads the dumps of one evidence beside its parser.
pub struct DumpScanner {
    evidence: EvidenceId,
    kinds: Vec<&'static Kind>,
    peeler: Peeler,
    streams: Vec<Stream>,
    /// The stream whose dump was last told something: lines without an envelope go on there.
    current: usize,
    /// The last bytes before the block.
    recent: Vec<u8>,
    /// Lines in which journald says that it dropped messages of a unit, while a dump was open.
    dropped: Vec<(u32, Vec<u8>)>,
}

impl DumpScanner {
    /// Of a log that begins so.
    pub(in super::super) fn of_log(evidence: EvidenceId, head: &Head<'_>) -> Self {
        let mut peeler = Peeler::default();
        let mut is_in =
            |kind: &&'static Kind| head.lines().take(FIRST_LINES).any(|line| (kind.opens)(peeler.peel(line).text));
        let tools = TOOLS.iter().copied().filter(|kind| is_in(kind));
        Self::with(evidence, KINDS.iter().copied().chain(tools).collect())
    }

    /// Of an input that is dumps and hardly anything else.
    pub(super) fn of_dumps(evidence: EvidenceId) -> Self {
        Self::with(evidence, [KINDS, TOOLS, ALONE].concat())
    }

    fn with(evidence: EvidenceId, kinds: Vec<&'static Kind>) -> Self {
        Self {
            evidence,
            kinds,
            peeler: Peeler::default(),
            streams: Vec::new(),
            current: 0,
            recent: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// The words, one of which is in every line that may begin a dump of those that stand in any log.
    pub(in super::super) fn common_anchors() -> impl Iterator<Item = &'static str> {
        KINDS.iter().flat_map(|kind| kind.anchors).copied()
    }

    /// The words of what only tools print, where this log begins with it.
    pub(in super::super) fn tools_anchors(&self) -> Vec<&'static str> {
        self.kinds[KINDS.len()..].iter().flat_map(|kind| kind.anchors).copied().collect()
    }

    /// Takes the next whole lines of a log, after the log's parser, and where the anchors stand in them, in order.
    pub(in super::super) fn scan(&mut self, block: &Block<'_>, hits: impl Iterator<Item = Hit>, out: &mut Parsed) {
        let first = block.first_line - 1;
        let hits = hits.map(|hit| ((hit.at - block.offset) as usize, hit.line.saturating_sub(first)));
        self.scan_lines(block, hits, out, None);
    }

    /// The same, and tells of every line what became of it, but for those that a reader foresaw, which are parts of its dump: gives their
    /// number.
    pub(super) fn scan_every_line(&mut self, block: &Block<'_>, out: &mut Parsed, tell: Tell<'_>) -> u64 {
        self.scan_lines(block, std::iter::empty(), out, Some(tell))
    }

    /// The input has ended.
    pub fn finish(&mut self, out: &mut Parsed) {
        for stream in &mut self.streams {
            stream.reader.finish(out);
        }
        self.streams.clear();
        for dump in &mut out.dumps.kept {
            let process = out.dumps.symbols.text_of(dump.process).as_bytes();
            let lines = dump.locator.lines;
            let is_of = |(line, unit): &(u32, Vec<u8>)| {
                // What was dropped at the end was dropped behind the last line that came.
                (lines.first..=lines.last.saturating_add(2)).contains(line) && memmem::find(unit, process).is_some()
            };
            dump.is_cut |= self.dropped.iter().any(is_of);
        }
    }

    /// The first line of the dumps that are open.
    #[must_use]
    pub fn open_since(&self) -> Option<u32> {
        self.streams.iter().map(|stream| stream.first_line).min()
    }

    fn scan_lines(
        &mut self,
        block: &Block<'_>,
        mut hits: impl Iterator<Item = (usize, u32)>,
        out: &mut Parsed,
        mut tell: Option<Tell<'_>>,
    ) -> u64 {
        let mut n_foreseen = 0;
        let text = block.bytes;
        let (mut hit, mut n_line_ends) = hits.next().unwrap_or((text.len(), 0));
        let (mut at, mut number) = (0, block.first_line);
        while at < text.len() {
            while hit < at {
                (hit, n_line_ends) = hits.next().unwrap_or((text.len(), 0));
            }
            if self.streams.is_empty() && tell.is_none() {
                if hit == text.len() {
                    break;
                }
                at = memrchr(b'\n', &text[at..hit]).map_or(at, |end| at + end + 1);
                number = block.first_line.saturating_add(n_line_ends);
            }
            let place = |at: usize, number| {
                let start = block.offset + at as u64;
                let bytes = ByteRange { start, end: start };
                Locator { evidence: self.evidence, bytes, lines: LineRange::one(number) }
            };
            if let [stream] = &mut self.streams[..]
                && stream.is_bare()
            {
                let (n_bytes, n_lines) =
                    stream.reader.read_foreseen(&text[at..], place(at, number), &mut out.dumps.symbols);
                if n_lines > 0 {
                    (at, number) = (at + n_bytes, number.saturating_add(n_lines));
                    (stream.foreign, stream.last_line) = (0, number - 1);
                    n_foreseen += u64::from(n_lines);
                    continue;
                }
            }
            let end = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
            let shown = text[at..end].strip_suffix(b"\r").unwrap_or(&text[at..end]);
            let bytes = &shown[..shown.len().min(MAX_LINE_BYTES)];
            let line = Line { bytes, offset: block.offset + at as u64, number, full_len: shown.len() };
            // What is nothing but dumps is small: there, every line may begin one.
            let may_open = hit < end || tell.is_some();
            self.line(&line, may_open, &text[..at], out, &mut tell);
            at = (end + 1).min(text.len());
            number = number.saturating_add(1);
        }
        self.remember(text);
        n_foreseen
    }

    /// Keeps the last bytes, whatever the size of the blocks.
    fn remember(&mut self, text: &[u8]) {
        let kept = TITLE_BYTES.saturating_sub(text.len()).min(self.recent.len());
        self.recent.drain(..self.recent.len() - kept);
        self.recent.extend_from_slice(&text[text.len() - text.len().min(TITLE_BYTES)..]);
    }

    fn line(&mut self, line: &Line<'_>, may_open: bool, before: &[u8], out: &mut Parsed, tell: &mut Option<Tell<'_>>) {
        let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
        let place = Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) };
        let Self { kinds, peeler, streams, current, .. } = self;
        let peeled = peeler.peel(line.bytes);
        if !streams.is_empty()
            && self.dropped.len() < MAX_DROPPED
            && let Some(unit) = dropped_unit(peeled.text)
        {
            self.dropped.push((line.number, unit.to_vec()));
        }
        let (mut taken, mut is_blank) = (None, peeled.text.trim_ascii().is_empty());
        if let Some(index) = stream_of(streams, *current, &peeled) {
            let stream = &mut streams[index];
            taken = stream.take(&peeled, place, out);
            match taken {
                Some(Taken::Foreign) => stream.foreign += 1,
                Some(_) => (stream.foreign, *current) = (0, index),
                None => is_blank = true,
            }
            stream.last_line = line.number;
        }
        let mut fate = Fate {
            taken: taken.unwrap_or(if is_blank { Taken::Part } else { Taken::Foreign }),
            is_blank,
            process: peeled.process,
            wall: peeled.wall,
            kind: peeled.kind,
        };
        let is_open = fate.taken != Taken::Foreign || peeled.is_part;
        let opened = if is_open || !may_open { None } else { Opened::of(kinds, &peeled) };
        let is_known = || kinds.iter().any(|kind| (kind.above)(peeled.text) != Above::Other);
        if opened.is_some() {
            fate.taken = Taken::Head;
        } else if fate.taken == Taken::Foreign && tell.is_some() && is_known() {
            fate.taken = Taken::Part;
        }
        // The record has to be there before the dump that takes its time from it.
        if let Some(tell) = tell {
            tell(line, &fate, out);
        }
        if let Some(opened) = opened {
            let (stream, process, pid) = (peeled.stream, out.dumps.symbols.text(peeled.process), peeled.pid);
            let host = out.dumps.symbols.text(peeled.host);
            let opening = Opening { title: TextId::EMPTY, process, pid, host };
            self.open(opened, stream, opening, place, before, out);
        }
        self.close_silent(line.number, out);
    }

    fn open(
        &mut self,
        opened: Opened,
        key: u64,
        mut opening: Opening,
        place: Locator,
        before: &[u8],
        out: &mut Parsed,
    ) {
        let Opened { kind, margin, lines, is_soft } = opened;
        let title = match &lines {
            Lines::One(_) => self.title_above(kind, key, &margin, before),
            Lines::Unescaped { title, .. } => title.clone(),
        };
        opening.title = out.dumps.symbols.text(&title[..title.len().min(MAX_TITLE)]);
        let mut reader = (kind.reader)(opening);
        match lines {
            Lines::One(text) => {
                // A first line that mail broke is read when the rest of it has come.
                let part = if is_soft { text.clone() } else { Vec::new() };
                if !is_soft {
                    reader.read(&Text { bytes: &text, place }, out);
                }
                // Another dump of this stream that was open is over.
                let is_same = |other: &Margin| *other == margin || other.is_blank() && margin.is_blank();
                if let Some(old) = self.streams.iter().position(|stream| stream.key == key && is_same(&stream.margin)) {
                    self.streams.remove(old).reader.finish(out);
                }
                if self.streams.len() >= MAX_STREAMS {
                    self.streams.remove(0).reader.finish(out);
                }
                self.current = self.streams.len();
                let LineRange { first: first_line, last: last_line } = place.lines;
                self.streams.push(Stream { key, margin, reader, part, foreign: 0, first_line, last_line });
            }
            Lines::Unescaped { text, .. } => {
                for line in text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
                    reader.read(&Text { bytes: line, place }, out);
                }
                reader.finish(out);
            }
        }
    }

    /// The nearest line above that says what happened, before any other dump.
    fn title_above(&mut self, kind: &Kind, key: u64, margin: &Margin, before: &[u8]) -> Vec<u8> {
        let start = before.len().saturating_sub(TITLE_BYTES);
        let from_recent = TITLE_BYTES.saturating_sub(before.len()).min(self.recent.len());
        let text = [&self.recent[self.recent.len() - from_recent..], &before[start..]].concat();
        for line in text.rsplit(|byte| *byte == b'\n').skip(1).take(TITLE_LINES) {
            let peeled = self.peeler.peel(line.strip_suffix(b"\r").unwrap_or(line));
            // Of a record of several lines only the first has an envelope.
            if peeled.stream != key && key != 0 {
                continue;
            }
            let text = margin.strip(peeled.text);
            if (kind.opens)(text) {
                break;
            }
            if (kind.above)(text) == Above::Title {
                return text.to_vec();
            }
        }
        Vec::new()
    }

    /// Ends dumps of which nothing came for long.
    fn close_silent(&mut self, line: u32, out: &mut Parsed) {
        let is_over = |stream: &Stream| stream.foreign > MAX_FOREIGN || line - stream.last_line.min(line) > MAX_IDLE;
        while let Some(index) = self.streams.iter().position(is_over) {
            self.streams.remove(index).reader.finish(out);
            self.current = self.current.min(self.streams.len().saturating_sub(1));
        }
    }
}

/// Which open dump a line belongs to: that of its stream, and without an envelope the one that has such a margin or spoke last.
fn stream_of(streams: &[Stream], current: usize, peeled: &Peeled<'_>) -> Option<usize> {
    if peeled.stream != 0 {
        return streams.iter().position(|stream| stream.key == peeled.stream);
    }
    let has_margin = |stream: &Stream| stream.key == 0 && stream.margin.strip(peeled.text).len() < peeled.text.len();
    let by_margin = streams.iter().position(has_margin).filter(|_| streams.len() > 1);
    by_margin.or_else(|| (current < streams.len()).then_some(current))
}

impl Stream {
    /// Whether its lines stand there as they were printed.
    fn is_bare(&self) -> bool {
        self.key == 0 && self.part.is_empty() && self.margin == Margin::default()
    }

    /// Hands a line to the reader; `None` for a blank one.
    fn take(&mut self, peeled: &Peeled<'_>, place: Locator, out: &mut Parsed) -> Option<Taken> {
        let joined;
        let mut text = peeled.text;
        if peeled.is_part || peeled.is_soft || !self.part.is_empty() {
            let room = MAX_LINE_BYTES.saturating_sub(self.part.len());
            self.part.extend_from_slice(&text[..text.len().min(room)]);
            if peeled.is_part || peeled.is_soft {
                return Some(Taken::Part);
            }
            joined = std::mem::take(&mut self.part);
            text = &joined;
        }
        let bytes = self.margin.strip(text);
        (!bytes.trim_ascii().is_empty()).then(|| self.reader.read(&Text { bytes, place }, out))
    }
}

/// The unit of `Suppressed 1203 messages from kubelet.service`.
fn dropped_unit(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"Suppressed ")?;
    let at = memmem::find(rest, b" messages from ")?;
    Some(&rest[at + 15..])
}

/// How a dump begins.
struct Opened {
    kind: &'static Kind,
    margin: Margin,
    lines: Lines,
    /// Its line goes on in the next one.
    is_soft: bool,
}

enum Lines {
    /// With this line.
    One(Vec<u8>),
    /// It stands in this line, its line ends escaped.
    Unescaped { title: Vec<u8>, text: Vec<u8> },
}

impl Opened {
    /// Whether and how a line that holds an anchor begins a dump.
    fn of(kinds: &[&'static Kind], peeled: &Peeled<'_>) -> Option<Self> {
        let text = peeled.text;
        let is_soft = peeled.is_soft;
        let behind = |at: usize| Margin::behind(&text[..at], &text[at..]);
        let one = |kind: &'static Kind, at: usize, margin| {
            let lines = Lines::One(behind(at).to_vec());
            Self { kind, margin, lines, is_soft }
        };
        if let Some(kind) = kinds.iter().find(|kind| (kind.opens)(text)) {
            return Some(one(kind, 0, Margin::default()));
        }
        let hits = kinds.iter().flat_map(|kind| kind.anchors.iter().map(move |anchor| (*kind, anchor.as_bytes())));
        for (kind, anchor) in hits {
            let Some(at) = memmem::find(text, anchor) else { continue };
            if memmem::find(&text[at..], b"\\n").is_some() {
                match Self::escaped(kind, text, at) {
                    Some(opened) => return Some(opened),
                    None => continue,
                }
            }
            // The anchor may stand inside the line that begins a dump: the margin ends at a word.
            // Java's begins with a name in quotes, far in front of it.
            let quote = memchr(b'"', &text[..at]);
            let words = memchr_iter(b' ', &text[..at.min(Margin::MAX)]).map(|blank| blank + 1);
            // Where blanks in front of a head do not matter, they are no part of the margin.
            for at in words.chain(quote).chain(std::iter::once(at)) {
                if (kind.opens)(behind(at))
                    && let Some(margin) = Margin::learn(&text[..at])
                {
                    return Some(one(kind, at, margin));
                }
            }
        }
        None
    }

    /// A dump in a quoted value: `msg="=== BEGIN goroutine stack dump ===\ngoroutine 11 [running]:\n…"`.
    fn escaped(kind: &'static Kind, text: &[u8], at: usize) -> Option<Self> {
        let is_quote = |at: usize| text[at] == b'"' && (at == 0 || text[at - 1] != b'\\');
        let start = (0..at).rev().find(|at| is_quote(*at)).map_or(0, |quote| quote + 1);
        let end = (at..text.len()).find(|at| is_quote(*at)).unwrap_or(text.len());
        let mut plain = Vec::new();
        unescape_into(&text[start..end], &mut plain);
        let mut offset = 0;
        for line in plain.split(|byte| *byte == b'\n') {
            if (kind.opens)(line) {
                let mut above =
                    plain[..offset].split(|byte| *byte == b'\n').filter(|line| (kind.above)(line) == Above::Title);
                let title = above.next_back().unwrap_or_default().to_vec();
                let text = plain[offset..].to_vec();
                let lines = Lines::Unescaped { title, text };
                return Some(Self { kind, margin: Margin::default(), lines, is_soft: false });
            }
            offset += line.len() + 1;
        }
        None
    }
}
