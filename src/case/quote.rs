//! Reading lines again: for the log panel, for excerpts, for search. Everything goes through the line index and small reads.

use memchr::memchr;

use super::input::Input;
use crate::evidence::guard::{EXCERPT_CHARS, EXCERPT_LINES};
use crate::evidence::read_full;
use crate::facts::usage::timestamp;
use crate::model::memmem;
use crate::model::words;
use crate::model::{ByteRange, Citation, Cite, Frame, LineRange, Locator, Record, RowAt, Timestamp};

/// Bytes read at once when lines are read again.
const WINDOW_BYTES: usize = 64 * 1024;
/// Bytes of one line that are looked at when it is shown.
const MAX_SHOWN_BYTES: usize = 8 * 1024;

/// Rows of a table that are gone through for one.
const ROWS_LOOKED_AT: usize = 200_000;

/// One line read again: its number, the bytes it spans, how many of them are NULs before its text, and that, cut at [`MAX_SHOWN_BYTES`].
pub(super) struct ReadLine {
    pub(super) number: u32,
    pub(super) bytes: ByteRange,
    pub(super) n_lost: u64,
    pub(super) text: Vec<u8>,
}

/// Calls `visit` for each line from `first` on until it answers false or the text ends. A read error ends it as the end does.
pub(super) fn for_each_line(input: &Input, first: u32, mut visit: impl FnMut(ReadLine) -> bool) {
    if input.index().n_lines() == 0 {
        // Never read as text.
        return;
    }
    let source = input.source();
    let (mut at, mut skip) = input.index().seek(first.max(1));
    let mut number = first.max(1).saturating_sub(skip);
    let mut buffer = vec![0; WINDOW_BYTES];
    let (mut text, mut n_lost) = (Vec::new(), 0);
    let mut line_start = at;
    loop {
        let n = source.read_at(at, &mut buffer).unwrap_or(0);
        if n == 0 {
            break;
        }
        let mut rest = &buffer[..n];
        at += n as u64;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest);
            let piece = &rest[..end.unwrap_or(rest.len())];
            if skip == 0 {
                let full = piece.len();
                let piece = if text.is_empty() { written(piece) } else { piece };
                n_lost += (full - piece.len()) as u64;
                let room = MAX_SHOWN_BYTES.saturating_sub(text.len());
                text.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
            if end.is_none() {
                continue;
            }
            let line_end = at - rest.len() as u64 - 1;
            if skip > 0 {
                skip -= 1;
            } else {
                let line = ReadLine {
                    number,
                    bytes: ByteRange { start: line_start, end: line_end },
                    n_lost: std::mem::take(&mut n_lost),
                    text: take_line(&mut text),
                };
                if !visit(line) {
                    return;
                }
            }
            number = number.saturating_add(1);
            line_start = line_end + 1;
        }
    }
    if skip == 0 && line_start < source.len() {
        visit(ReadLine {
            number,
            bytes: ByteRange { start: line_start, end: source.len() },
            n_lost,
            text: take_line(&mut text),
        });
    }
}

/// What follows the NULs that a crash, or a log that was cut while it was written, left before a line: they say nothing, and may be many.
fn written(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| **byte == 0).count()..]
}

fn take_line(text: &mut Vec<u8>) -> Vec<u8> {
    if text.last() == Some(&b'\r') {
        text.pop();
    }
    std::mem::take(text)
}

/// Fills the half of a locator that its maker did not know: bytes from lines, or lines from bytes.
pub(super) fn complete(input: &Input, locator: Locator) -> Locator {
    let mut full = locator;
    if full.lines.first == 0 {
        let line = line_at(input, full.bytes.start);
        full.lines = LineRange {
            first: line,
            last: line.max(line_at(input, full.bytes.end.saturating_sub(1).max(full.bytes.start))),
        };
    }
    if full.bytes.end == 0 {
        let last = full.lines.last;
        let mut range: Option<ByteRange> = None;
        for_each_line(input, full.lines.first, |line| {
            let start = range.map_or(line.bytes.start, |range| range.start);
            range = Some(ByteRange { start, end: line.bytes.end });
            line.number < last
        });
        full.bytes = range.unwrap_or_default();
    }
    full
}

/// The number of the line that holds a byte.
pub(super) fn line_at(input: &Input, byte: u64) -> u32 {
    let (mut at, mut line) = input.index().seek_byte(byte);
    let mut buffer = vec![0; WINDOW_BYTES];
    while at < byte {
        let want = usize::try_from(byte - at).unwrap_or(WINDOW_BYTES).min(WINDOW_BYTES);
        let n = input.source().read_at(at, &mut buffer[..want]).unwrap_or(0);
        if n == 0 {
            break;
        }
        let ends = memchr::memchr_iter(b'\n', &buffer[..n]).count();
        line = line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        at += n as u64;
    }
    line
}

/// The record that a line stands in; of several on one line that of the cited part, or the last.
pub(super) fn record_of(input: &Input, line: &ReadLine, cited: ByteRange) -> Option<Record> {
    let place = if is_part(line, cited) { cited.start } else { u64::MAX };
    let records = &input.parsed.records;
    records.get(records.at_place(line.number, place)?)
}

/// Whether some bytes are a part of a line, and not all of it.
fn is_part(line: &ReadLine, cited: ByteRange) -> bool {
    let ByteRange { start, end } = line.bytes;
    let is_inside = start <= cited.start && cited.start < cited.end && cited.end <= end;
    is_inside && cited.end - cited.start != end - start
}

/// Freezes a place: at most five lines, each cut; of a very long line the cited bytes with some text around them. Its time is that of the
/// record that begins there, as the clock is now, else the one that it was given, or that of the row that stands there.
pub(super) fn citation(input: &Input, cite: &Cite) -> Citation {
    let locator = complete(input, cite.locator);
    let (mut excerpt, mut at) = (Vec::new(), cite.at);
    for_each_line(input, locator.lines.first, |line| {
        if line.number == locator.lines.first {
            let own = record_of(input, &line, locator.bytes).filter(|record| record.line == line.number);
            at = own.and_then(|record| input.meta.clock.resolve(record.wall)).or(at);
        }
        excerpt.push(cut_around(input, &line, locator.bytes));
        line.number < locator.lines.last && (excerpt.len() as u32) < EXCERPT_LINES
    });
    let at = at.or_else(|| row_time(input, &locator));
    Citation { locator, path: input.meta.path.clone(), role: cite.role, at, excerpt, digest: input.meta.digest.clone() }
}

/// The time of the row that stands at a place, as series have it. Of a table with very many rows none is looked for.
fn row_time(input: &Input, place: &Locator) -> Option<Timestamp> {
    let frames = &input.parsed.frames;
    if frames.iter().map(|frame| frame.wall.len()).sum::<usize>() > ROWS_LOOKED_AT {
        return None;
    }
    let row_of = |frame: &Frame| match &frame.rows {
        RowAt::Lines(lines) => lines.iter().position(|line| line == place.lines.first),
        RowAt::Bytes { base, offsets } => {
            let offset = place.bytes.start.checked_sub(*base)?;
            offsets.iter().position(|at| u64::from(at) == offset)
        }
    };
    let wall = frames.iter().find_map(|frame| frame.wall.get(row_of(frame)?))?;
    input.meta.clock.resolve(wall).map(|at| timestamp(at.as_seconds_f64()))
}

fn cut_around(input: &Input, line: &ReadLine, cited: ByteRange) -> String {
    let line_bytes = line.bytes.end - line.bytes.start;
    // Bytes that are not of this line (a place in another version of the file) are not looked for in it.
    let is_inside = cited.start > line.bytes.start && cited.start < line.bytes.end;
    if line_bytes <= EXCERPT_CHARS as u64 || !is_inside {
        return cut(&line.text, EXCERPT_CHARS);
    }
    let context = (EXCERPT_CHARS / 8) as u64;
    let from = cited.start.saturating_sub(context).max(line.bytes.start);
    let to = line.bytes.end.min(cited.end.saturating_add(context)).min(from.saturating_add(EXCERPT_CHARS as u64));
    piece(input, line, cited, (from, to)).0
}

/// As much of a line as is shown, with some bytes of it in sight, and where those stand in it; `None` where they are not a part of the line.
pub(super) fn marked(input: &Input, line: &ReadLine, cited: ByteRange, room: u64) -> Option<(String, ByteRange)> {
    if !is_part(line, cited) {
        return None;
    }
    let ByteRange { start, end } = line.bytes;
    let from = if cited.end - start <= room { start } else { cited.start.saturating_sub(room / 8).max(start) };
    Some(piece(input, line, cited, (from, end.min(from + room))))
}

/// Some bytes of a line as text, marked where it was cut, and where the cited ones stand in it.
fn piece(input: &Input, line: &ReadLine, cited: ByteRange, (from, to): (u64, u64)) -> (String, ByteRange) {
    let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or(0)];
    let n = read_full(input.source(), from, &mut bytes).unwrap_or(0);
    let place = |byte: u64| usize::try_from(byte.saturating_sub(from)).unwrap_or(n).min(n);
    let (start, end) = (place(cited.start), place(cited.end).max(place(cited.start)));
    let mut text = String::from(if from > line.bytes.start { "… " } else { "" });
    let ends = [0..start, start..end, end..n].map(|part| {
        text += String::from_utf8_lossy(&bytes[part]).trim_matches(char::REPLACEMENT_CHARACTER);
        text.len() as u64
    });
    if to < line.bytes.end {
        text += " …";
    }
    (text, ByteRange { start: ends[0], end: ends[1] })
}

/// Some bytes as text of at most `chars` characters, marked where it was cut.
pub(super) fn text_of(input: &Input, range: ByteRange, chars: usize) -> String {
    let n_bytes = range.end.saturating_sub(range.start).min(4 * chars as u64 + 4);
    let mut bytes = vec![0; usize::try_from(n_bytes).unwrap_or(0)];
    let n = read_full(input.source(), range.start, &mut bytes).unwrap_or(0);
    cut(written(&bytes[..n]), chars)
}

/// Text of at most `chars` characters, marked where it was cut.
pub(super) fn cut(bytes: &[u8], chars: usize) -> String {
    let (text, is_cut) = first_chars(bytes, chars);
    if is_cut { text + " …" } else { text }
}

/// The first `chars` characters, and whether there are more.
pub(super) fn first_chars(bytes: &[u8], chars: usize) -> (String, bool) {
    let text = String::from_utf8_lossy(bytes);
    let (first, has_more) = words::first_chars(&text, chars);
    (first.to_owned(), has_more)
}

/// The next line after (or the last before) `from` that holds `needle`, ASCII case ignored.
pub(super) fn find_line(input: &Input, needle: &str, from: u32, backwards: bool) -> Option<u32> {
    let needle = needle.to_ascii_lowercase();
    let holds = |mut text: Vec<u8>| {
        text.make_ascii_lowercase();
        memmem::find(&text, needle.as_bytes()).is_some()
    };
    let mut found = None;
    if backwards {
        // Stretches of lines, the nearest first, so that a near hit costs little.
        let n_lines = u32::try_from(input.index().n_lines()).unwrap_or(u32::MAX);
        let mut end = from.min(n_lines.saturating_add(1));
        while end > 1 && found.is_none() {
            let start = end.saturating_sub(4096).max(1);
            for_each_line(input, start, |line| {
                if line.number < end && holds(line.text) {
                    found = Some(line.number);
                }
                line.number + 1 < end
            });
            end = start;
        }
    } else {
        for_each_line(input, from.saturating_add(1), |line| {
            if holds(line.text) {
                found = Some(line.number);
            }
            found.is_none()
        });
    }
    found
}
