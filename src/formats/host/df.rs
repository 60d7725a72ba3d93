//! `df`: how full file systems are, in bytes or in inodes. Full inodes give `No space left on device` too.
//!
//! ```text
//! Filesystem        Inodes  IUsed     IFree IUse% Mounted on            df -i; without it Size/1K-blocks, Used, Avail, Use%
//! /dev/mapper/vg_lxcrhel6sat56-lv_root
//!                  6275072 124955   6150117    2% /                     a name that is too long stands on a line of its own
//! /dev/sdb1        1499684      6   1499678    1% /V M T o o l s        a mount point may hold blanks
//! 文件系统        容量  已用  可用 已用% 挂载点                             another language
//! ```
//! Yields a table, `df` or `df -i`. Spec: df(1). Not supported: `--output` without a column of percent.

use super::grid::{Columns, Spec, Start, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::words;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "df", family: Family::Host, sniff, parser };

static SPECS: [Spec; 2] = [
    Spec { title: "df -i", start: Start::Header(|line| header(line, true)), row },
    Spec { title: "df", start: Start::Header(|line| header(line, false)), row },
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, no_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

fn header(line: &[u8], of_inodes: bool) -> Option<Columns> {
    let text = std::str::from_utf8(line).ok()?;
    let is_known = ["Filesystem ", "文件系统 ", "檔案系統 ", "Dateisystem ", "ファイルシス "]
        .iter()
        .any(|word| text.starts_with(word));
    let has_share = text.contains('%') || text.contains("Capacity");
    let counts_inodes = text.contains("Inodes") || text.contains("Inode");
    if !is_known || !has_share || counts_inodes != of_inodes {
        return None;
    }
    // Only the last name is two words.
    let text = text.replace("Mounted on", "Mounted_on").replace("Eingehängt auf", "Eingehängt_auf");
    let names: Vec<String> = text.split_whitespace().map(|name| name.replace('_', " ")).collect();
    (5..=8).contains(&names.len()).then_some(Columns { names, starts: Vec::new() })
}

fn row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_share = |word: &[u8]| word == b"-" || word.ends_with(b"%");
    let at = columns.names.iter().position(|name| name.ends_with('%') || name == "Capacity")?;
    if !words(line).nth(at).is_some_and(is_share) {
        return None;
    }
    cut_words(columns.names.len(), columns.names.len(), line)
}
