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
use crate::model::words::holds;

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

/// What the column of devices is called: in English, Chinese, German, Japanese, French, Spanish, Portuguese, Russian.
const FIRST: [&str; 10] = [
    "Filesystem",
    "文件系统",
    "檔案系統",
    "Dateisystem",
    "ファイルシス",
    "Sys. de fichiers",
    "S.ficheros",
    "Sist. Arq.",
    "Файл.система",
    "Файловая система",
];

/// What a name holds that counts inodes.
const INODES: [&str; 4] = ["nod", "Nod", "nœud", "нод"];

fn is_share_name(name: &str) -> bool {
    name.ends_with('%') || name == "Capacity"
}

fn header(line: &[u8], of_inodes: bool) -> Option<Columns> {
    let text = std::str::from_utf8(line).ok()?;
    let (first, rest) = FIRST.iter().find_map(|name| Some((*name, text.strip_prefix(name)?)))?;
    if !rest.starts_with(' ') || INODES.iter().any(|part| holds(rest, part)) != of_inodes {
        return None;
    }
    let mut names = vec![first.to_owned()];
    let mut left = rest.split_whitespace();
    for name in left.by_ref() {
        names.push(name.to_owned());
        if is_share_name(name) {
            break;
        }
    }
    // Behind the share stands one name, of two words in many languages; on a Mac inodes follow.
    let last: Vec<&str> = left.collect();
    names.push(last.join(" "));
    let has_share = names.len() > 2 && names.iter().rev().nth(1).is_some_and(|name| is_share_name(name));
    (has_share && last.len() <= 3 && (5..=8).contains(&names.len())).then_some(Columns { names, starts: Vec::new() })
}

fn row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_share = |word: &[u8]| word == b"-" || word.ends_with(b"%");
    let at = columns.names.iter().position(|name| is_share_name(name))?;
    if !words(line).nth(at).is_some_and(is_share) {
        return None;
    }
    cut_words(columns.names.len(), columns.names.len(), line)
}
