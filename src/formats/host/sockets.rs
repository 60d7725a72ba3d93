//! `ss` and `netstat`: sockets, and the counters of `netstat -s`.
//!
//! ```text
//! Netid  State      Recv-Q Send-Q Local Address:Port               Peer Address:Port            ss
//! tcp    LISTEN     0      128      *:22                    *:*                    users:(("sshd",1231,3))
//! Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name        netstat -an
//! tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      1231/sshd
//! Ip:                                                                                           netstat -s
//!     3405107 total packets received
//! ```
//! Yields tables. Spec: ss(8), netstat(8). Not supported: `ss -i`'s second lines, `ss -s`.

use super::grid::{Columns, Spec, Start, begins_with, cut_words, parser as grid, sniff as sniff_grid};
use super::tally::{parse_whole, text_of, words};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sockets", family: Family::Host, sniff, parser };

static SPECS: [Spec; 3] = [
    Spec { title: "ss", start: Start::Header(ss_header), row: ss_row },
    Spec { title: "netstat", start: Start::Header(netstat_header), row: netstat_row },
    Spec { title: "netstat -s", start: Start::Header(counters_header), row: counter },
];

/// Sections of `netstat -s`.
const SECTIONS: &[&[u8]] = &[
    b"Ip:",
    b"Icmp:",
    b"IcmpMsg:",
    b"Tcp:",
    b"Udp:",
    b"UdpLite:",
    b"TcpExt:",
    b"IpExt:",
    b"Sctp:",
    b"MPTcpExt:",
    b"Ip6:",
    b"Icmp6:",
    b"Udp6:",
    b"UdpLite6:",
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, noise, evidence)
}

fn noise(line: &[u8]) -> bool {
    // Also in German and Chinese.
    ["Active ", "Aktive ", "激活"].iter().any(|word| line.starts_with(word.as_bytes()))
}

fn ss_header(line: &[u8]) -> Option<Columns> {
    let has_netid = begins_with(line, &["Netid", "State", "Recv-Q", "Send-Q"]);
    let is_ss = has_netid || begins_with(line, &["State", "Recv-Q", "Send-Q"]);
    let names = ["Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process"];
    is_ss.then(|| Columns::named(&names[usize::from(!has_netid)..]))
}

fn ss_row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let n = columns.names.len();
    let queues = words(line).skip(n - 5).take(2);
    (queues.filter_map(parse_whole).count() == 2).then(|| cut_words(n, n - 1, line))?
}

fn netstat_header(line: &[u8]) -> Option<Columns> {
    let names = ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State", "PID/Program name"];
    begins_with(line, &["Proto", "Recv-Q", "Send-Q", "Local"]).then(|| Columns::named(&names))
}

fn netstat_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut fields = words(line);
    let has_queues = fields.next().is_some() && fields.by_ref().take(2).filter_map(parse_whole).count() == 2;
    // A socket of UDP has no state: what stands there is its program.
    let state = fields.nth(2).unwrap_or_default();
    let has_state =
        !state.is_empty() && state.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'));
    let mut cells = cut_words(if has_state { 7 } else { 6 }, 5, line).filter(|_| has_queues)?;
    if !has_state {
        cells.insert(5, String::new());
    }
    Some(cells)
}

fn counters_header(line: &[u8]) -> Option<Columns> {
    let section = line.trim_ascii_end();
    let name = section.strip_suffix(b":").filter(|_| SECTIONS.contains(&section))?;
    Some(Columns::named(&[format!("{} counter", text_of(name)).as_str(), "value"]))
}

/// `    3405107 total packets received`, `    TCPLossProbes: 41`, `    ICMP input histogram:`.
fn counter(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    if !line.first().is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    let text = std::str::from_utf8(line).ok()?.trim();
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    if first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(vec![rest.to_owned(), first.to_owned()]);
    }
    let (name, value) = text.rsplit_once(':').unwrap_or((text, ""));
    Some(vec![name.to_owned(), value.trim().to_owned()])
}
