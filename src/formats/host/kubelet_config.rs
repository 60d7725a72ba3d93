//! kubelet's configuration: the file, in YAML or JSON, and what `configz` answers.
//!
//! ```text
//! kind: KubeletConfiguration                                   /var/lib/kubelet/config.yaml
//! podPidsLimit: 4096
//! evictionHard:
//!   pid.available: 10%
//! {"kubeletconfig":{"maxPods":250,"podPidsLimit":-1,…}}        kubectl get --raw /api/v1/nodes/NODE/proxy/configz
//! ```
//! Yields `podPidsLimit` (0 and less are none: kubelet sets only what is above) and `maxPods` (0 is unset: kubelet takes its default, which the file does not say), in force where `configz` says so and written down in a file, and a
//! table of these and of what is reserved of PIDs. Without `pid.available` the condition PIDPressure can never be true.
//!
//! Spec: <https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>. Not supported: flags (`--pod-max-pids`).

use super::tally::{Fate, locator_of, parse_whole, tally, text_of};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Limit, LimitName, LimitOrigin, Scope, Table, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kubelet-config", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let bytes = &head.bytes[..head.bytes.len().min(16 * 1024)];
    let has = |needle: &[u8]| crate::model::memmem::find(bytes, needle).is_some();
    let is_configz = bytes.trim_ascii_start().starts_with(b"{") && has(b"\"kubeletconfig\"");
    // Inside an object of the cluster (a ConfigMap) it stands indented and is that object's.
    let is_file = has(b"\"KubeletConfiguration\"")
        || head.lines().any(|line| line.trim_ascii_end() == b"kind: KubeletConfiguration");
    if is_configz || is_file { 97 } else { 0 }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let is_configz = crate::model::memmem::find(head.bytes, b"\"kubeletconfig\"").is_some();
    let origin = if is_configz { LimitOrigin::Live } else { LimitOrigin::Configured };
    Box::new(KubeletConfig { evidence, origin, section: "", table: new_table() })
}

fn new_table() -> Table {
    Table::new("kubelet", ["setting", "value"].map(str::to_owned).to_vec())
}

/// Settings whose own parts follow.
const SECTIONS: &[&str] =
    &["evictionHard", "evictionSoft", "evictionSoftGracePeriod", "systemReserved", "kubeReserved"];

struct KubeletConfig {
    evidence: EvidenceId,
    origin: LimitOrigin,
    section: &'static str,
    table: Table,
}

/// Keys with their values, wherever they stand in a line: `podPidsLimit: 4096`, `"podPidsLimit":-1,`.
fn pairs(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let colon = at + memchr::memchr(b':', line.get(at..)?)?;
        let before = line[..colon].trim_ascii_end();
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        let key_len =
            before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
        let after = line[colon + 1..].trim_ascii_start();
        let after = after.strip_prefix(b"\"").unwrap_or(after);
        let value_len = after.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".%-".contains(byte)).count();
        at = colon + 1;
        Some((&before[before.len() - key_len..], &after[..value_len]))
    })
}

impl KubeletConfig {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes;
        if text.trim_ascii_start().starts_with(b"#") {
            return Fate::Skipped;
        }
        let is_top = text.first().is_some_and(|byte| byte.is_ascii_alphabetic());
        for (key, value) in pairs(text) {
            if is_top {
                self.section = "";
            }
            if let Some(section) = SECTIONS.iter().find(|section| section.as_bytes() == key) {
                self.section = section;
                continue;
            }
            let setting = match key {
                b"podPidsLimit" | b"maxPods" => text_of(key),
                b"pid.available" | b"pid" if !self.section.is_empty() => format!("{}.{}", self.section, text_of(key)),
                _ => continue,
            };
            let locator = locator_of(self.evidence, line);
            self.table.push(vec![setting, text_of(value)], locator);
            let name = match key {
                b"podPidsLimit" => LimitName::PodPidsLimit,
                b"maxPods" => LimitName::MaxPods,
                _ => continue,
            };
            let value = if value.starts_with(b"-") { Some(0) } else { parse_whole(value) };
            let Some(value) = value else { return Fate::Failed };
            if value == 0 && name == LimitName::MaxPods {
                continue;
            }
            let value = Some(value).filter(|value| *value > 0);
            out.limits.push(Limit { name, scope: Scope::Node, value, origin: self.origin, soft: true, locator });
        }
        Fate::Parsed
    }
}

impl Parser for KubeletConfig {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        let table = std::mem::replace(&mut self.table, new_table());
        out.tables.extend((table.n_rows > 0).then_some(table));
        out.wall_kind = WallKind::Unclocked;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn a_file_is_written_down_and_configz_is_in_force() {
        let yaml = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\npodPidsLimit: 4096\nevictionHard:\n  \
                    memory.available: 100Mi\n  pid.available: 10%\nsystemReserved:\n  pid: \"1000\"\nmaxPods: 250\n";
        let json = "{\"kubeletconfig\":{\"maxPods\":250,\"podPidsLimit\":-1,\"evictionHard\":{\"pid.available\":\"10%\"},\"kubeReserved\":{\"pid\":\"500\"}}}\n";
        let zero = yaml.replace("4096", "0").replace("250", "0");
        for (text, pids, origin) in [
            (yaml, Some(4096), LimitOrigin::Configured),
            (&zero, None, LimitOrigin::Configured),
            (json, None, LimitOrigin::Live),
        ] {
            assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 95);
            let parsed = parse_text(&FORMAT, "unknown", text);
            let of = |name: LimitName| {
                parsed.limits.iter().find(|limit| limit.name == name).map(|limit| (limit.value, limit.origin))
            };
            assert_eq!(of(LimitName::PodPidsLimit), Some((pids, origin)), "{text}");
            assert_eq!(of(LimitName::MaxPods), Some((Some(250), origin)).filter(|_| text != zero));
            assert!(
                parsed.tables[0].rows.iter().any(|row| row.cells == ["evictionHard.pid.available", "10%"]),
                "{text}"
            );
        }
    }
}
