//! `debrief stacks`: dumps as text for a terminal and as JSON.

use serde::Serialize;

use super::evidence_json::{EvidenceJson, evidence_json};
use super::json::{TOOL, to_text as json_text};
use super::terminal::{Page, cell};
use crate::model::{EvidenceMeta, OwnerClass};
use crate::text::Texts;
use crate::text::format::{decimal, integer};
use crate::view::stacks::{ChangeView, DiffView, DumpView, GroupView, OwnerView, telling};

/// Groups, queues and changes that a report lists; JSON has all.
const SHOWN: usize = 20;
/// Names of a group that a report shows.
const NAMES: usize = 6;
/// Frames of a group that a report shows.
const FRAMES: usize = 8;

#[derive(Serialize)]
struct StacksJson<'a> {
    schema: &'static str,
    tool: &'static str,
    evidence: Vec<EvidenceJson<'a>>,
    dumps: &'a [DumpView],
    diff: Option<&'a DiffView>,
}

/// The answer as JSON.
#[must_use]
pub fn to_json(dumps: &[DumpView], diff: Option<&DiffView>, evidence: &[EvidenceMeta]) -> String {
    let evidence = evidence.iter().map(evidence_json).collect();
    json_text(&StacksJson { schema: "debrief/stacks/1", tool: TOOL, evidence, dumps, diff })
}

/// The answer as text: the verdict first, then who holds what, then groups.
#[must_use]
pub fn to_text(dumps: &[DumpView], diff: Option<&DiffView>, texts: &Texts) -> String {
    let mut page = Page::default();
    for dump in dumps {
        write_dump(&mut page, dump, texts);
    }
    if dumps.is_empty() {
        page.paragraph(0, "", &texts.get("cli-no-stacks"));
    }
    if let Some(diff) = diff {
        write_diff(&mut page, diff, texts);
    }
    page.finish()
}

fn write_dump(page: &mut Page, dump: &DumpView, texts: &Texts) {
    let at = dump.at.as_deref().unwrap_or("-");
    page.heading(&format!("{}:{} · {} · {at}", dump.path, dump.line, dump.kind));
    if !dump.title.is_empty() {
        page.paragraph(2, "", &dump.title);
    }
    page.paragraph(2, "", &dump.verdict);
    if let Some(onset) = &dump.onset {
        page.paragraph(2, "", &texts.with("cli-stacks-onset", &[("at", onset.as_str().into())]));
    }
    if dump.is_cut {
        page.paragraph(2, "", &texts.get("cli-stacks-cut"));
    }
    for owner in dump.owners.iter().take(SHOWN) {
        write_owner(page, owner, texts);
    }
    for group in dump.groups.iter().filter(|group| group.idle.is_none()).take(SHOWN) {
        write_group(page, group, texts);
    }
    let left = dump.groups.iter().filter(|group| group.idle.is_none()).count().saturating_sub(SHOWN);
    if left > 0 {
        page.paragraph(2, "", &texts.with("cli-stacks-more", &[("count", left.into())]));
    }
    let idle: Vec<&GroupView> = dump.groups.iter().filter(|group| group.idle.is_some()).collect();
    if !idle.is_empty() {
        let count: u64 = idle.iter().map(|group| group.count).sum();
        page.paragraph(2, "", &texts.with("cli-stacks-idle", &[("count", count.into())]));
        let rows = idle.iter().take(SHOWN).map(|group| {
            let frame = group.frames.iter().last().map(String::as_str).unwrap_or_default();
            // Java's threads all begin alike: their names tell more.
            let names = alike(&group.names);
            let frame = if names.is_empty() { frame } else { &names };
            let reason = group.idle.clone().unwrap_or_default();
            vec![integer(group.count as i64), cell(&reason, 40), cell(frame, 44)]
        });
        page.columns(4, &rows.collect::<Vec<_>>(), &[0]);
    }
}

fn write_owner(page: &mut Page, owner: &OwnerView, texts: &Texts) {
    let mut args = vec![
        ("count", owner.waiters.into()),
        ("lock", owner.lock.as_str().into()),
        ("holder", owner.holder.clone().unwrap_or_else(|| texts.get("cli-stacks-not-visible")).into()),
    ];
    args.extend(owner.longest.map(|minutes| ("longest", integer(minutes.into()).into())));
    // Java and some kernels say who waits and not for how long.
    let id = if owner.longest.is_some() { "cli-stacks-owner" } else { "cli-stacks-owner-unsaid" };
    page.paragraph(2, "• ", &texts.with(id, &args));
    for candidate in &owner.candidates {
        let reasons = candidate.reasons.join("; ");
        let class = candidate.class.as_str();
        // What the dump states was not scored.
        let score =
            if candidate.class == OwnerClass::Stated { String::new() } else { format!(" · {}", candidate.score) };
        page.paragraph(6, "", &format!("{} · {class}{score} · {reasons}", candidate.task));
    }
}

fn write_group(page: &mut Page, group: &GroupView, texts: &Texts) {
    let states: Vec<String> = group
        .states
        .iter()
        .map(|(state, count)| {
            format!("{count} × {}", if state.is_empty() { group.class.as_str() } else { state.as_str() })
        })
        .collect();
    let wait = group.wait.as_ref().map(|wait| {
        let args = [("min", wait.min), ("median", wait.median), ("max", wait.max)];
        let args = args.map(|(name, minutes)| (name, decimal(minutes).into()));
        format!(" · {}", texts.with("cli-stacks-wait", &args))
    });
    page.paragraph(2, "", &format!("{} · {}{}", group.count, states.join(", "), wait.unwrap_or_default()));
    if !group.names.is_empty() {
        page.paragraph(6, "", &alike(&group.names));
    }
    for frame in group.frames.iter().take(FRAMES) {
        page.verbatim(6, frame);
    }
    if let Some(creator) = &group.created_by {
        page.verbatim(6, &format!("created by {creator}"));
    }
}

/// Names of threads, those that differ in a number at their end as one: `pool-1-thread-*, main`.
fn alike(names: &[String]) -> String {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        // Numbers that stand for names end in digits by chance.
        let is_numbered = stem.len() < name.len() && !name.starts_with("0x");
        let shown = if is_numbered && names.len() > 1 { format!("{stem}*") } else { name.clone() };
        if !known.contains(&shown) {
            if known.len() == NAMES {
                known.push("…".to_owned());
                break;
            }
            known.push(shown);
        }
    }
    known.join(", ")
}

fn write_diff(page: &mut Page, diff: &DiffView, texts: &Texts) {
    let (before, after) =
        (format!("{}:{}", diff.before.0, diff.before.1), format!("{}:{}", diff.after.0, diff.after.1));
    page.heading(&format!("{before} → {after}"));
    let args = [("persistent", diff.persistent.into()), ("new", diff.new.into()), ("gone", diff.gone.into())];
    page.paragraph(2, "", &texts.with("cli-stacks-ids", &args));
    if let Some(rate) = diff.spawned_per_hour {
        page.paragraph(2, "", &texts.with("cli-stacks-spawned", &[("rate", decimal(rate.round()).into())]));
    }
    let row = |it: &ChangeView| {
        vec![it.change.clone(), integer(it.before as i64), integer(it.after as i64), cell(telling(&it.frames), 64)]
    };
    page.columns(2, &diff.groups.iter().take(SHOWN).map(row).collect::<Vec<_>>(), &[1, 2]);
}
