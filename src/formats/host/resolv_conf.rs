//! `/etc/resolv.conf`: which servers and domains names are looked up with.
//!
//! ```text
//! search a.b.com b.c.com
//! options timeout:2 attempts:2
//! nameserver 10.160.224.51
//! ```
//! Yields a table. Spec: resolv.conf(5).

use super::grid::{Columns, Spec, Start, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::words;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "resolv-conf", family: Family::Host, sniff, parser };

static SPECS: [Spec; 1] = [Spec { title: "resolv.conf", start: Start::Row(&["keyword", "value"]), row }];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, no_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

fn row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut fields = words(line);
    let (keyword, first) = (fields.next()?, fields.next()?);
    let is_row = match keyword {
        b"nameserver" => {
            first.iter().any(u8::is_ascii_digit)
                && first.iter().all(|byte| byte.is_ascii_alphanumeric() || b".:%".contains(byte))
                && fields.next().is_none()
        }
        b"search" | b"domain" => {
            line.contains(&b'.') && line.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_ \t".contains(byte))
        }
        b"options" => {
            ["ndots:", "timeout:", "attempts:", "rotate", "edns0", "trust-ad", "single-request", "use-vc", "inet6"]
                .iter()
                .any(|option| first.starts_with(option.as_bytes()))
        }
        b"sortlist" => true,
        _ => false,
    };
    is_row.then(|| cut_words(2, 2, line))?
}
