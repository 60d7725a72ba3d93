//! Limits as pam_limits sets them at login: `/etc/security/limits.conf` and `/etc/security/limits.d/*.conf`.
//!
//! ```text
//! *          soft    nproc     204800
//! @dbadmins  hard    nofile    65536
//! 1000:2020  -       nproc     unlimited        # `-` is both; ranges of uids, and of gids with `@`
//! ```
//! Yields `ulimit -u` (`nproc`) and `ulimit -n` (`nofile`) of the domain, written down and not in force. Other items are understood and
//! yield nothing. Files of `limits.d` are read in the order of their names and a later line wins: the citation shows which file it was.
//!
//! Spec: limits.conf(5), pam_limits(8). Not supported: which domain matches a given user is left to people.

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_limit, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Limit, LimitName, LimitOrigin, Scope, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "limits-conf", family: Family::Host, sniff, parser };

/// Items that limits.conf(5) lists.
const ITEMS: &[&[u8]] = &[
    b"as",
    b"chroot",
    b"core",
    b"cpu",
    b"data",
    b"fsize",
    b"locks",
    b"maxlogins",
    b"maxsyslogins",
    b"memlock",
    b"msgqueue",
    b"nice",
    b"nofile",
    b"nonewprivs",
    b"nproc",
    b"priority",
    b"rss",
    b"rtprio",
    b"sigpending",
    b"stack",
];

fn sniff(head: &Head<'_>) -> u8 {
    match head.share(50, |line| parse_row(line).is_some()) {
        share @ 60.. => 55 + share * 2 / 5,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LimitsConf { evidence })
}

struct LimitsConf {
    evidence: EvidenceId,
}

/// A line's domain, which of soft and hard it sets, and what to.
struct Row<'a> {
    domain: &'a [u8],
    soft: bool,
    hard: bool,
    name: Option<LimitName>,
    value: Option<u64>,
}

fn parse_row(text: &[u8]) -> Option<Row<'_>> {
    let text = text.split(|&byte| byte == b'#').next().unwrap_or(text);
    let mut fields = words(text);
    let (domain, kind, item, value) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let (soft, hard) = match kind {
        b"soft" => (true, false),
        b"hard" => (false, true),
        b"-" => (true, true),
        _ => return None,
    };
    if fields.next().is_some() || !ITEMS.contains(&item) {
        return None;
    }
    let name = match item {
        b"nproc" => Some(LimitName::UlimitProcesses),
        b"nofile" => Some(LimitName::UlimitFiles),
        _ => None,
    };
    // Other items hold paths and negative numbers; only the values of limits that are yielded must be read.
    let value = if name.is_some() { parse_limit(value)? } else { None };
    Some(Row { domain, soft, hard, name, value })
}

impl LimitsConf {
    fn read(&self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes.trim_ascii();
        if text.starts_with(b"#") {
            return Fate::Skipped;
        }
        let Some(row) = parse_row(text) else {
            // `domain -` frees the domain of all limits; a prompt stands before what it printed.
            let mut fields = words(text);
            let frees = (fields.next().is_some(), fields.next(), fields.next()) == (true, Some(b"-"), None);
            let prompt = parse_prompt(text).is_some_and(|prompt| prompt.is_certain);
            return if frees {
                Fate::Parsed
            } else if prompt {
                Fate::Skipped
            } else {
                Fate::Failed
            };
        };
        let Some(name) = row.name else { return Fate::Parsed };
        for soft in [true, false] {
            if if soft { row.soft } else { row.hard } {
                let scope = Scope::User(text_of(row.domain));
                let locator = locator_of(self.evidence, line);
                out.limits.push(Limit {
                    name,
                    scope,
                    value: row.value,
                    origin: LimitOrigin::Configured,
                    soft,
                    locator,
                });
            }
        }
        Fate::Parsed
    }
}

impl Parser for LimitsConf {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.wall_kind = WallKind::Unclocked;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn domains_and_types() {
        let text = "# limits\n* soft nproc 204800\n@dba - nofile 65536 # both\n1000:2020\thard\tnproc\tunlimited\n\
                    root soft core 0\nftp - chroot /ftp\nguest -\n* soft nproc many\n";
        let parsed = parse_text(&FORMAT, "unknown", text);
        let limits: Vec<_> = parsed.limits.iter().map(|limit| (&limit.scope, limit.value, limit.soft)).collect();
        let user = |name: &str| Scope::User(name.to_owned());
        let expected = [
            (&user("*"), Some(204_800), true),
            (&user("@dba"), Some(65_536), true),
            (&user("@dba"), Some(65_536), false),
            (&user("1000:2020"), None, false),
        ];
        assert_eq!(limits, expected);
        assert_eq!((parsed.lines.parsed, parsed.lines.skipped, parsed.lines.failed), (6, 1, 1));
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 80);
    }
}
