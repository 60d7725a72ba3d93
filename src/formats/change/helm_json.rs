//! `helm history -o json` and `helm list -o json`.
//!
//! ```text
//! [{"revision":2,"updated":"2023-07-23T21:58:11.123456+08:00","status":"deployed","chart":"payment-1.2.3","app_version":"1.2.3",
//!   "description":"Upgrade complete"}]
//! [{"name":"payment","namespace":"shop","revision":"7","updated":"2023-07-23 21:58:11.123456 +0800 CST","status":"deployed",…}]
//! ```
//! Each object is a change; several on one line are one record. An input that ends inside gives what came before, and says so.
//!
//! Source: helm/helm `pkg/cmd/history.go`, `pkg/cmd/list.go`. Not supported: other lists with the same keys.

use super::super::metrics::json::{Broken, Reader, unescape};
use super::super::time::parse_iso;
use super::super::whole::{Places, WholeParser};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{note, say};
use crate::evidence::Block;
use crate::model::{ByteRange, EvidenceId, IssueCode, Level, LineRange, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "helm-json", family: Family::Change, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let text = head.bytes.trim_ascii_start();
    let Some(inside) = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start).filter(|inside| inside.starts_with(b"{"))
    else {
        return 0;
    };
    let reach = &inside[..inside.len().min(2000)];
    let has = |key: &str| crate::model::memmem::find(reach, key.as_bytes()).is_some();
    if has("\"revision\"") && has("\"updated\"") && has("\"chart\"") { 96 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    WholeParser::boxed(evidence, read_whole)
}

#[derive(Default)]
struct Release<'a> {
    name: &'a [u8],
    namespace: &'a [u8],
    revision: &'a [u8],
    updated: &'a [u8],
    status: &'a [u8],
    chart: &'a [u8],
    app_version: &'a [u8],
    description: &'a [u8],
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    super::super::log::report_bytes(&Block { bytes, offset: 0, first_line: 1 }, out);
    let mut at = Places::new(bytes);
    let mut reader = Reader::new(bytes, 0);
    let is_blank = bytes.trim_ascii().is_empty();
    let is_broken = !is_blank && releases(evidence, &mut reader, &mut at, out).is_err();
    let last = bytes.trim_ascii_end().len().saturating_sub(1);
    at.account(is_broken.then(|| reader.at.min(last)), out);
    out.wall_kind = if out.records.is_empty() { WallKind::Unclocked } else { WallKind::Utc };
}

fn releases(
    evidence: EvidenceId,
    reader: &mut Reader<'_>,
    at: &mut Places<'_>,
    out: &mut Parsed,
) -> Result<(), Broken> {
    reader.expect(b'[')?;
    let mut is_first = true;
    while reader.has_item(is_first, b']')? {
        is_first = false;
        reader.peek()?;
        let start = reader.at;
        let release = read_release(reader)?;
        emit(evidence, &release, (start, reader.at), at, out);
    }
    Ok(())
}

fn emit(
    evidence: EvidenceId,
    release: &Release<'_>,
    (start, end): (usize, usize),
    at: &mut Places<'_>,
    out: &mut Parsed,
) {
    let (first, last) = (at.line_of(start), at.line_of(end));
    let wall = parse_iso(release.updated).and_then(super::super::time::Stamp::utc).unwrap_or_else(|| {
        out.issues.add(IssueCode::BadTime, first, start as u64);
        WallTime::NONE
    });
    let who = if release.chart.is_empty() { release.name } else { release.chart };
    if out.records.last().is_none_or(|last| last.line < first) {
        out.records.push(first, wall, Level::None, who);
    }
    let bytes = ByteRange { start: start as u64, end: end as u64 };
    let mut note = note(evidence, wall, who, (bytes, LineRange { first, last }));
    let description = unescape(release.description);
    let parts = [release.namespace, release.revision, release.status, release.app_version, description.as_bytes()];
    say(&mut note, &parts);
    out.notes.push(note);
}

fn read_release<'a>(reader: &mut Reader<'a>) -> Result<Release<'a>, Broken> {
    let (mut release, mut is_first) = (Release::default(), true);
    reader.expect(b'{')?;
    while reader.has_item(is_first, b'}')? {
        is_first = false;
        let field = match reader.key()? {
            b"name" => &mut release.name,
            b"namespace" => &mut release.namespace,
            b"revision" => &mut release.revision,
            b"updated" => &mut release.updated,
            b"status" => &mut release.status,
            b"chart" => &mut release.chart,
            b"app_version" => &mut release.app_version,
            b"description" => &mut release.description,
            _ => {
                reader.skip()?;
                continue;
            }
        };
        if matches!(reader.peek()?, b'{' | b'[') {
            reader.skip()?;
        } else {
            *field = reader.scalar()?;
        }
    }
    Ok(release)
}
