//! What syslog writes between the time and the message: ` node-xx kubelet[1123]: `.

use memchr::{memchr, memchr3};

/// The parts behind the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Envelope<'a> {
    /// Host; empty where the journal was printed with `--no-hostname`.
    pub(in crate::formats) host: &'a [u8],
    /// Identifier without pid; empty where there is none (`last message repeated 3 times`).
    pub(in crate::formats) source: &'a [u8],
    /// The rest.
    pub(in crate::formats) message: &'a [u8],
}

/// Reads the text behind the time, its leading blank included.
pub(in crate::formats) fn read_envelope(text: &[u8]) -> Option<Envelope<'_>> {
    let text = text.strip_prefix(b" ").filter(|text| text.first().is_some_and(|first| *first != b' '))?;
    let host_len = memchr(b' ', text).unwrap_or(text.len());
    let (host, after) = if text[..host_len].ends_with(b":") {
        (&text[..0], text)
    } else {
        (&text[..host_len], text.get(host_len + 1..).unwrap_or(&[]))
    };
    // The identifier ends at its pid or its colon; a blank before either means there is none.
    let end = memchr3(b'[', b':', b' ', after).unwrap_or(after.len());
    let (source, rest) = match after.get(end) {
        Some(b':') => (&after[..end], &after[end + 1..]),
        Some(b'[') => match memchr(b']', &after[end..]) {
            Some(close) => {
                let rest = &after[end + close + 1..];
                (&after[..end], rest.strip_prefix(b":").unwrap_or(rest))
            }
            None => (&after[..0], after),
        },
        _ => (&after[..0], after),
    };
    Some(Envelope { host, source, message: rest.strip_prefix(b" ").unwrap_or(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_with_and_without_pid_or_host() {
        for (text, want) in [
            (" node-xx kubelet[1123]: E0723", ("node-xx", "kubelet", "E0723")),
            (" node-xx kernel: cgroup: fork rejected", ("node-xx", "kernel", "cgroup: fork rejected")),
            (" node-xx jabberd/sm[11057]: x: y", ("node-xx", "jabberd/sm", "x: y")),
            (" node-xx last message repeated 3 times", ("node-xx", "", "last message repeated 3 times")),
            (" kubelet[1123]: text", ("", "kubelet", "text")),
            (" mac com.apple.xpc.launchd[1] (a): b", ("mac", "com.apple.xpc.launchd", "(a): b")),
            (" node-xx kubelet[1123]:", ("node-xx", "kubelet", "")),
            (" node-xx", ("node-xx", "", "")),
        ] {
            let read = read_envelope(text.as_bytes());
            let (host, source, message) = want;
            let want = Envelope { host: host.as_bytes(), source: source.as_bytes(), message: message.as_bytes() };
            assert_eq!(read, Some(want), "{text}");
        }
        assert_eq!(read_envelope(b"node"), None);
        assert_eq!(read_envelope(b"  node"), None);
    }
}
