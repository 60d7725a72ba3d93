//! What kubectl was asked for, where its output does not say it again.
//!
//! ```text
//! $ kubectl -n shop get pods                      a table without a column NAMESPACE
//! $ kubectl logs web-1 -n shop -c web --previous  lines that name no pod
//! ```
//! Not supported: logs of several pods at once (`-l app=web`, `deploy/web`), what a filter behind a pipe or `--limit-bytes` left of one, and
//! several commands at once.

use super::prompt::Prompt;
use super::tally::words;
use crate::formats::Parsed;
use crate::formats::bundle::kubectl_errors;
use crate::model::memmem::find;
use crate::model::words::before;
use crate::model::{ByteRange, EvidenceId, KubeEvent, KubeObject, LineRange, Locator, PrintedLog};

/// Options whose next word is no name; what others take is taken for one, and then no log is known.
const VALUED: [&[u8]; 4] = [b"--tail", b"--since", b"--context", b"--kubeconfig"];

/// Kinds of objects that are in no namespace.
const OF_CLUSTER: [&str; 4] = ["Node", "Namespace", "PersistentVolume", "StorageClass"];

/// Logs that are noted of one input at most.
const MAX_LOGS: usize = 4096;

/// What stands between several commands, or before one inside of another.
const OTHERS: [&[u8]; 3] = [b"||", b"xargs", b" kubectl"];

/// How lines begin that stand in place of a log, besides the errors that every command of kubectl may print.
const NO_LOG: [&[u8]; 3] = [b"unable to retrieve container logs", b"failed to try resolving symlinks", b"zsh:"];

/// What a command asks for.
#[derive(Default, PartialEq)]
pub(super) struct Asked {
    /// The one namespace of the rows that it prints; empty where it says none.
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
    /// The log is of several pods, or its end is not shown.
    is_unsure: bool,
    /// The verb and what follows it.
    names: Vec<&'a [u8]>,
}

impl<'a> Call<'a> {
    fn of(prompt: &Prompt<'a>) -> Self {
        let mut call = Self::default();
        let command = prompt.command.split(|byte| *byte == b'|').next().unwrap_or_default();
        let mut typed = Prompt { command, ..*prompt }.words();
        if !matches!(typed.next(), Some(b"kubectl" | b"oc")) {
            return call;
        }
        while let Some(word) = typed.next() {
            if word.iter().any(|byte| matches!(byte, b'<' | b'>')) {
                call.is_unsure |= !word.starts_with(b"2");
                continue;
            }
            let at = word.iter().position(|byte| *byte == b'=').filter(|_| word.starts_with(b"--"));
            let (option, value) = at.map_or((word, None), |at| (&word[..at], Some(&word[at + 1..])));
            match option {
                b"--" => break,
                b"-n" | b"--namespace" => call.namespace = value.or_else(|| typed.next()).unwrap_or_default(),
                b"-c" | b"--container" => call.container = value.or_else(|| typed.next()),
                b"-p" | b"--previous" => call.is_previous = value != Some(b"false"),
                b"-l" | b"--selector" | b"--all-containers" | b"--limit-bytes" => call.is_unsure = true,
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
        let Call { namespace, container, is_previous, is_unsure, names } = Call::of(prompt);
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        let is_name = |word: &&[u8]| {
            word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        };
        let is_of_several = prompt.command.iter().any(|byte| matches!(byte, b';' | b'&' | b'(' | b'`'))
            || OTHERS.iter().any(|other| find(prompt.command, other).is_some());
        if is_of_several || !is_name(&namespace) {
            return Self::default();
        }
        // The end of a log is what matters of it.
        let ends = |filter: &[u8]| words(filter).next() == Some(b"tail");
        let is_whole = !is_unsure && prompt.command.split(|byte| *byte == b'|').skip(1).all(ends);
        let log = match names[..] {
            [b"logs", pod, ref more @ ..] if is_whole && more.len() < 2 => {
                let pod = pod.strip_prefix(b"pod/").unwrap_or(pod);
                let container = more.first().copied().or(container).unwrap_or_default();
                let log = || (text(&[namespace, b"/", pod].concat()), text(container), is_previous);
                is_name(&pod).then(log)
            }
            [b"get" | b"describe" | b"top" | b"events", ..] => return Self { namespace: text(namespace), log: None },
            _ => None,
        };
        Self { namespace: String::new(), log }
    }

    /// Looks at a line of the output: where it is said instead of a log, there is none.
    pub(super) fn hear(&mut self, line: &[u8]) {
        let is_none = |_: &mut _| kubectl_errors::is_error(line) || NO_LOG.iter().any(|start| line.starts_with(start));
        self.log.take_if(is_none);
    }

    /// Notes the log that was printed, from the first of its lines to the last.
    pub(super) fn note(&mut self, evidence: EvidenceId, from: (u64, u32), to: (u64, u32), out: &mut Parsed) {
        let log = self.log.take().filter(|_| out.logs.len() < MAX_LOGS);
        out.logs.extend(log.map(|(pod, container, is_previous)| {
            let lines = LineRange { first: from.1, last: to.1.max(from.1) };
            let locator = Locator { evidence, bytes: ByteRange { start: from.0, end: to.0 }, lines };
            PrintedLog { pod, container, is_previous, locator }
        }));
    }

    /// Gives what the command printed its namespace, where the output does not name one.
    pub(super) fn name(&self, objects: &mut [KubeObject], events: &mut [KubeEvent]) {
        let is_inside = |kind: &str| !OF_CLUSTER.iter().any(|it| it.eq_ignore_ascii_case(kind));
        let objects = objects.iter_mut().filter(|object| is_inside(&object.kind));
        let events = events.iter_mut().filter(|event| {
            event.object.bytes().position(|byte| byte == b'/').is_none_or(|at| is_inside(before(&event.object, at)))
        });
        let all = objects.map(|it| &mut it.namespace).chain(events.map(|it| &mut it.namespace));
        all.filter(|namespace| namespace.is_empty()).for_each(|namespace| namespace.clone_from(&self.namespace));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::super::terminal;
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
            ("kubectl get pods |head -n 5", ("", None)),
            ("kubectl get pods -n shop |tail -n 20", ("shop", None)),
            ("kubectl get pods -n a || kubectl get pods -n b", ("", None)),
            ("kubectl get pods -n a -o name | xargs kubectl describe -n b", ("", None)),
            ("kubectl get pods > pods.txt -n a", ("a", None)),
            ("kubectl exec -n tools toolbox -- kubectl get pods -n shop", ("", None)),
            ("kubectl exec -n tools toolbox -- df -h", ("", None)),
            ("kubectl --kubeconfig k.yaml top pods -n shop", ("shop", None)),
            ("kubectl logs web-1 -n shop |tail -n 50", ("", Some(("shop/web-1", "", false)))),
            ("kubectl logs web-1 2>/dev/null", ("", Some(("/web-1", "", false)))),
            ("kubectl logs web-1 > web.log", ("", None)),
            ("kubectl logs web-1 -n $NS", ("", None)),
            ("kubectl logs web-1 --limit-bytes 500", ("", None)),
            ("kubectl logs web-1 --limit-bytes=500", ("", None)),
            ("kubectl -n shop logs web-1 --previous", ("", Some(("shop/web-1", "", true)))),
            ("oc logs -p --tail 20 pod/web-1 -c web", ("", Some(("/web-1", "web", true)))),
            ("kubectl logs web-1 web --tail=20 -n shop | tail -5", ("", Some(("shop/web-1", "web", false)))),
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
        for (line, is_log) in [
            ("INFO starting", true),
            ("sh: 1: node: not found", true),
            ("Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout", false),
            (
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
                false,
            ),
            ("unable to retrieve container logs for containerd://5a1c", false),
            ("failed to try resolving symlinks in path \"/var/log/pods/x/0.log\": no such file or directory", false),
            ("zsh: command not found: kubectl", false),
        ] {
            let mut asked = Asked::of(&Prompt::without(b"kubectl logs web-1"));
            asked.hear(line.as_bytes());
            assert_eq!(asked.log.is_some(), is_log, "{line}");
        }
    }

    #[test]
    fn tables_of_several_namespaces_name_none() {
        let table = "NAME    CPU(cores)   MEMORY(bytes)\nweb-1   10m          20Mi\n";
        let date = "$ date\nSat Nov 28 02:10:11 UTC 2026\n";
        for (first, second, want) in [("-n a", "-n a", "a"), ("-n a", "-n b", ""), ("", "-n b", "")] {
            for between in ["", date] {
                let text = format!(
                    "{between}$ kubectl top pods {first}\n{table}{between}$ kubectl top pods {second}\n{table}"
                );
                let objects = parse_text(&terminal::FORMAT, "unknown", &text).objects;
                assert_eq!(objects.len(), 2, "{text}");
                assert_eq!(objects[1].namespace, want, "{text}");
            }
        }
    }
}
