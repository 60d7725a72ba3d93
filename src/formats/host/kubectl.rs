//! What kubectl was asked for, where its output does not say it again.
//!
//! ```text
//! $ kubectl -n shop get pods                      a table without a column NAMESPACE
//! $ kubectl logs web-1 -n shop -c web --previous  lines that name no pod
//! ```
//! Not supported: logs of several pods at once (`-l app=web`, `deploy/web`), and what a filter behind a pipe left of one.

use super::prompt::Prompt;
use super::tally::words;
use crate::formats::Parsed;
use crate::model::{ByteRange, EvidenceId, KubeEvent, KubeObject, LineRange, Locator, PrintedLog};

/// Options whose next word is no name; what others take is taken for one, and then no log is known.
const VALUED: [&[u8]; 3] = [b"--tail", b"--since", b"--context"];

/// Kinds of objects that are in no namespace.
const OF_CLUSTER: [&str; 4] = ["Node", "Namespace", "PersistentVolume", "StorageClass"];

/// What a command asks for.
#[derive(Default)]
pub(super) struct Asked {
    /// The one namespace; empty where it says none.
    pub(super) namespace: String,
    /// The pod, as `/name` where its namespace is not said, and the container whose log it prints, and whether that of the run before.
    log: Option<(String, String, bool)>,
}

/// The words of a command, as far as they say what is asked for.
#[derive(Default)]
struct Call<'a> {
    namespace: &'a [u8],
    container: Option<&'a [u8]>,
    is_previous: bool,
    is_of_many: bool,
    /// The verb and what follows it.
    names: Vec<&'a [u8]>,
}

impl<'a> Call<'a> {
    fn of(prompt: &Prompt<'a>) -> Self {
        let mut call = Self::default();
        let mut typed = prompt.words();
        if !matches!(typed.next(), Some(b"kubectl" | b"oc")) {
            return call;
        }
        while let Some(word) = typed.next() {
            let at = word.iter().position(|byte| *byte == b'=').filter(|_| word.starts_with(b"--"));
            let (option, value) = at.map_or((word, None), |at| (&word[..at], Some(&word[at + 1..])));
            match option {
                b"|" | b">" | b"--" => break,
                b"-n" | b"--namespace" => call.namespace = value.or_else(|| typed.next()).unwrap_or_default(),
                b"-c" | b"--container" => call.container = value.or_else(|| typed.next()),
                b"-p" | b"--previous" => call.is_previous = value != Some(b"false"),
                b"-l" | b"--selector" | b"--all-containers" => call.is_of_many = true,
                _ if VALUED.contains(&option) && value.is_none() => drop(typed.next()),
                [b'-', b'n', short @ ..] if !short.is_empty() => call.namespace = short,
                [b'-', ..] => {}
                _ => call.names.push(word),
            }
        }
        call
    }
}

/// What kubectl is to do: options may stand before it.
pub(super) fn verb_of<'a>(prompt: &Prompt<'a>) -> &'a [u8] {
    Call::of(prompt).names.first().copied().unwrap_or_default()
}

impl Asked {
    pub(super) fn of(prompt: &Prompt<'_>) -> Self {
        if prompt.command.iter().any(|byte| matches!(byte, b';' | b'&')) {
            return Self::default();
        }
        let Call { namespace, container, is_previous, is_of_many, names } = Call::of(prompt);
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        let is_name = |word: &&[u8]| {
            word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        };
        // The end of a log is what matters of it.
        let ends = |filter: &[u8]| words(filter).next() == Some(b"tail");
        let is_whole = !is_of_many && prompt.command.split(|byte| *byte == b'|').skip(1).all(ends);
        let namespace = Some(namespace).filter(is_name).unwrap_or_default();
        let log = match names[..] {
            [b"logs", pod, ref more @ ..] if is_whole && more.len() < 2 => {
                let pod = pod.strip_prefix(b"pod/").unwrap_or(pod);
                let container = more.first().copied().or(container).unwrap_or_default();
                let log = || (text(&[namespace, b"/", pod].concat()), text(container), is_previous);
                is_name(&pod).then(log)
            }
            _ => None,
        };
        Self { namespace: text(namespace), log }
    }

    /// Notes the log that was printed, from the first of its lines to the last.
    pub(super) fn note(&mut self, evidence: EvidenceId, from: (u64, u32), to: (u64, u32), out: &mut Parsed) {
        out.logs.extend(self.log.take().map(|(pod, container, is_previous)| {
            let lines = LineRange { first: from.1, last: to.1.max(from.1) };
            let locator = Locator { evidence, bytes: ByteRange { start: from.0, end: to.0 }, lines };
            PrintedLog { pod, container, is_previous, locator }
        }));
    }

    /// Gives what the command printed its namespace, where the output does not name one.
    pub(super) fn name(&self, objects: &mut [KubeObject], events: &mut [KubeEvent]) {
        let objects = objects.iter_mut().filter(|object| !OF_CLUSTER.contains(&object.kind.as_str()));
        let all = objects.map(|it| &mut it.namespace).chain(events.iter_mut().map(|it| &mut it.namespace));
        all.filter(|namespace| namespace.is_empty()).for_each(|namespace| namespace.clone_from(&self.namespace));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_asks_for() {
        for (command, want) in [
            ("kubectl get pods", ("", None)),
            ("kubectl -n shop get pods -o wide", ("shop", None)),
            ("kubectl get pods --namespace=shop", ("shop", None)),
            ("kubectl get pods -nshop", ("shop", None)),
            ("kubectl get pods -n a; kubectl get pods -n b", ("", None)),
            ("kubectl get pods -n $NS", ("", None)),
            ("kubectl -n shop logs web-1 --previous", ("shop", Some(("shop/web-1", "", true)))),
            ("oc logs -p --tail 20 pod/web-1 -c web", ("", Some(("/web-1", "web", true)))),
            ("kubectl logs web-1 web --tail=20 -n shop | tail -5", ("shop", Some(("shop/web-1", "web", false)))),
            ("kubectl logs web-1 | grep ERROR", ("", None)),
            ("kubectl logs deploy/web", ("", None)),
            ("kubectl logs -l app=web", ("", None)),
            ("docker logs web-1", ("", None)),
        ] {
            let Asked { namespace, log } = Asked::of(&Prompt::without(command.as_bytes()));
            let log =
                log.as_ref().map(|(pod, container, is_previous)| (pod.as_str(), container.as_str(), *is_previous));
            assert_eq!((namespace.as_str(), log), want, "{command}");
        }
    }
}
