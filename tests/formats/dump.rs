//! A parsed input as text that people can review.

use std::fmt::Write as _;

use debrief::formats::Parsed;
use debrief::model::{Dumps, Frame, Record, StackDump, Task, Timestamp, WallTime};
use serde::Serialize;

use super::read::{Text, read};

/// Tables up to this many items are shown in full.
const SHOWN: usize = 40;
/// Items shown of each end of a longer one.
const ENDS: usize = 3;

/// Everything: what the input was taken for and what it yielded.
pub(super) fn dump(text: &Text, name: &str) -> String {
    let (ranking, parsed) = read(text, name);
    let mut ranks = format!("format: {} {}", ranking.format.id, ranking.score);
    for (format, score) in &ranking.runners_up {
        write!(ranks, ", then {} {score}", format.id).unwrap();
    }
    format!("{ranks}\n{}", items(text, &parsed))
}

/// What does not depend on how the text was encoded: everything but bytes.
pub(super) fn meaning(text: &Text, name: &str) -> String {
    let dump = dump(text, name);
    let mut rest = dump.as_str();
    let mut meaning = String::new();
    while let Some((before, after)) = rest.split_once("\"bytes\":{") {
        meaning.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    meaning.push_str(rest);
    meaning.lines().map(|line| line.split(" @").next().unwrap_or(line).to_owned() + "\n").collect()
}

/// What an input yielded. Places in bytes stand last on their line, behind ` @`, or in a `"bytes"` field.
pub(super) fn items(text: &Text, parsed: &Parsed) -> String {
    let mut out = String::new();
    let counts = parsed.lines;
    let (offset, year) = (parsed.stated_offset_s, parsed.stated_year);
    writeln!(out, "wall: {:?}, stated offset: {offset:?}, stated year: {year:?}", parsed.wall_kind).unwrap();
    writeln!(out, "lines: {} parsed, {} skipped, {} failed", counts.parsed, counts.skipped, counts.failed).unwrap();
    for issue in &parsed.issues.list {
        let (code, count) = (issue.code.as_str(), issue.count);
        writeln!(out, "issue: {code} x{count}, first in line {} @{}", issue.first_line, issue.first_byte).unwrap();
    }
    let lines: Vec<&[u8]> = text.bytes.split(|byte| *byte == b'\n').collect();
    table(&mut out, "records", parsed.records.len(), |index| {
        let records = &parsed.records;
        let Record { line, wall: written, level, at, .. } = records.get(index).unwrap();
        let line_of = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes)).into_owned()
        };
        let bytes =
            if at > 0 { &text.bytes[at as usize..] } else { lines.get(line as usize - 1).copied().unwrap_or(b"") };
        let shown = line_of(bytes);
        let shown: String = shown.trim_end_matches('\r').chars().take(72).collect();
        format!("{line} {} {} [{}] {}", wall(written), level.as_str(), records.source_name(index), shown.escape_debug())
    });
    for frame in &parsed.frames {
        dump_frame(&mut out, frame);
    }
    for (line, host) in &parsed.hosts {
        writeln!(out, "host from line {line}: {host:?}").unwrap();
    }
    json(&mut out, "limits", &parsed.limits);
    json(&mut out, "uses", &parsed.uses);
    table(&mut out, "objects", parsed.objects.len(), |index| {
        let mut shown = serde_json::to_string(&parsed.objects[index]).unwrap();
        // What an object does not say would drown what it says.
        for unsaid in ["null", "[]", "\"\""] {
            while let Some(end) = shown.find(&format!(":{unsaid},")) {
                let start = shown[..end].rfind([',', '{']).unwrap() + 1;
                shown.replace_range(start..end + unsaid.len() + 2, "");
            }
        }
        shown.replace(",\"memory_limit\":null}", "}").replace(",\"fields\":[]}", "}")
    });
    json(&mut out, "events", &parsed.events);
    json(&mut out, "collector errors", &parsed.collector_errors);
    table(&mut out, "notes", parsed.notes.kept.len(), |index| {
        let note = &parsed.notes.kept[index];
        let (lines, bytes) = (note.locator.lines, note.locator.bytes);
        let (at, end) = (wall(note.wall), wall(note.end));
        let (who, text) = (note.who.escape_debug(), note.text.escape_debug());
        format!(
            "{}-{} {at} to {end} {:?} [{who}] {text} @{}..{}",
            lines.first, lines.last, note.kind, bytes.start, bytes.end
        )
    });
    for snapshot in &parsed.processes {
        let (at, n_threads) = (snapshot.wall.or(snapshot.time_of_day).map(wall), snapshot.n_threads);
        let header = snapshot.locator.lines.first;
        writeln!(out, "listing at {at:?}, {n_threads} threads ({}), header in line {header}", snapshot.counts_threads)
            .unwrap();
        json(&mut out, "processes", &snapshot.processes);
    }
    for one in &parsed.tables {
        writeln!(out, "table of {}: {}", one.title, one.columns.join(" | ")).unwrap();
        table(&mut out, "rows", one.rows.len(), |row| {
            let (cells, at) = (one.rows[row].cells.join(" | "), one.rows[row].locator);
            format!("{}-{} {} @{}..{}", at.lines.first, at.lines.last, cells, at.bytes.start, at.bytes.end)
        });
    }
    for dump in &parsed.dumps.kept {
        dump_stacks(&mut out, dump, &parsed.dumps);
    }
    table(&mut out, "sightings", parsed.sightings.kept.len(), |index| {
        let sighting = &parsed.sightings.kept[index];
        format!("{} {:?} @{}..{}", sighting.line, sighting.kind, sighting.bytes.start, sighting.bytes.end)
    });
    out
}

fn dump_frame(out: &mut String, frame: &Frame) {
    writeln!(out, "frame: {} columns", frame.columns.len()).unwrap();
    for column in &frame.columns {
        let n_numbers = column.values.iter().filter(|value| !value.is_nan()).count();
        writeln!(out, "  {} ({:?}): {n_numbers} numbers", column.selector(), column.unit).unwrap();
    }
    let walls: Vec<_> = frame.wall.iter().collect();
    table(out, "rows", walls.len(), |index| {
        let values: Vec<String> = frame.columns.iter().map(|column| column.values[index].to_string()).collect();
        format!("{} {}", wall(walls[index]), values.join(" "))
    });
    match &frame.rows {
        debrief::model::RowAt::Lines(lines) => writeln!(out, "  in lines {:?}..{:?}", lines.first(), lines.last()),
        debrief::model::RowAt::Bytes { base, offsets } => {
            writeln!(out, "  in the text @{base}+{:?}..{:?}", offsets.first(), offsets.last())
        }
    }
    .unwrap();
}

fn dump_stacks(out: &mut String, dump: &StackDump, dumps: &Dumps) {
    let symbols = &dumps.symbols;
    let (kind, lines) = (dump.kind.as_str(), dump.locator.lines);
    let (title, process) = (symbols.text_of(dump.title), symbols.text_of(dump.process));
    writeln!(
        out,
        "dump: {kind} [{process} {:?}] {} in lines {}-{}",
        dump.pid,
        wall(dump.wall),
        lines.first,
        lines.last
    )
    .unwrap();
    writeln!(out, "  {title:?}, stated {:?}, cut {}", dump.stated_total, dump.is_cut).unwrap();
    table(out, "tasks", dump.tasks.len(), |index| task_text(&dump.tasks[index], dump, dumps));
    for deadlock in &dump.deadlocks {
        writeln!(out, "  deadlock {:?}", deadlock.tasks).unwrap();
    }
}

fn task_text(task: &Task, dump: &StackDump, dumps: &Dumps) -> String {
    let symbols = &dumps.symbols;
    let frame = |id| {
        let frame = symbols.frame_of(id);
        let file = symbols.text_of(frame.file);
        let place = if file.is_empty() { String::new() } else { format!(" {file}:{}", frame.line) };
        format!("{}{place}", symbols.text_of(frame.function))
    };
    let (lines, bytes) = (task.locator.lines, task.locator.bytes);
    let [name, state, labels] = [task.name, task.state, task.labels].map(|id| symbols.text_of(id));
    let mut text = format!("{}-{} {} x{} {name:?} ", lines.first, lines.last, task.id, task.count);
    write!(text, "{state:?} {:?} {:?} {labels:?}", task.wait, task.waited_s).unwrap();
    let marks = [(task.is_locked_to_thread, " locked"), (task.is_cut, " cut")];
    marks.iter().filter(|(is_so, _)| *is_so).for_each(|(_, mark)| text.push_str(mark));
    if let Some(syscall) = task.syscall {
        write!(text, " syscall {syscall:?}").unwrap();
    }
    let frames: Vec<String> = symbols.frames_of(task.stack).iter().map(|id| frame(*id)).collect();
    write!(text, " {}", frames.join(" < ")).unwrap();
    if let Some(creator) = task.created_by {
        write!(text, " by {} of {}", frame(creator), task.parent).unwrap();
    }
    for arg in dump.args_of(task) {
        let stale = if arg.is_stale() { "?" } else { "" };
        write!(text, " {}.{}={:#x}{stale}", arg.frame(), arg.position(), arg.address()).unwrap();
    }
    for fact in dump.locks_of(task) {
        let [lock, class] = [fact.lock, fact.class].map(|id| symbols.text_of(id));
        write!(text, " {:?} {lock} {class} {} {}", fact.relation, fact.frame, fact.owner).unwrap();
    }
    format!("{text} @{}..{}", bytes.start, bytes.end)
}

fn json<T: Serialize>(out: &mut String, title: &str, items: &[T]) {
    table(out, title, items.len(), |index| serde_json::to_string(&items[index]).unwrap());
}

/// A titled table, shortened in the middle when it is long; nothing where it is empty.
fn table(out: &mut String, title: &str, n_items: usize, row: impl Fn(usize) -> String) {
    if n_items == 0 {
        return;
    }
    writeln!(out, "{title}: {n_items}").unwrap();
    for index in 0..n_items {
        if n_items <= SHOWN || index < ENDS || index >= n_items - ENDS {
            writeln!(out, "  {}", row(index)).unwrap();
        } else if index == ENDS {
            writeln!(out, "  …").unwrap();
        }
    }
}

fn wall(wall: WallTime) -> String {
    if wall.is_some() { Timestamp(wall.0).to_local(0) } else { "-".into() }
}
