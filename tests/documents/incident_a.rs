//! Incident A from the example that ships with the page: what the findings suggest, accepted, and what only people know.

use debrief::case::Case;
use debrief::model::{Cite, Phase, Timestamp};
use debrief::postmortem::{Document, DocumentEvent, Field, ItemId, Part, Priority, Wording, suggest};
use debrief::text::{Lang, Texts};

use super::{OFFSET_S, open};

pub(crate) fn case() -> Case {
    // The day after, 10:00 at UTC+8.
    open("public/examples/incident-a", 1_690_164_000)
}

/// 2023-07-23, a time of day at UTC+8.
fn at(hour: i64, minute: i64) -> Option<Timestamp> {
    Some(Timestamp::from_seconds(1_690_041_600 + (hour * 60 + minute) * 60))
}

pub(crate) fn document(case: &mut Case) -> Document {
    let analysis = case.analysis().clone();
    let mut document = suggest::draft(&analysis, &|cites: &[Cite]| case.cite(cites));
    document.offset_s = OFFSET_S;
    for (field, text) in [
        (Field::Title, "Thread leak exhausted the PID space of node-xx; calico-node restarted"),
        (Field::Severity, "SEV2"),
        (Field::Authors, "platform on-call"),
        (Field::Date, "2023-07-25"),
    ] {
        document.fields.insert(field, text.to_owned());
    }
    let own = |text: &str| Wording::Own(text.to_owned()).into();
    for (part, text) in [
        (
            Part::Summary,
            "A thread leak in one pod used up the global PID space of node-xx. calico-node's exec probes could not fork, so kubelet restarted \
             it; its BGP sessions dropped and the pods of the node were unreachable for five minutes. The restart happened to heal it.",
        ),
        (
            Part::Detection,
            "The network team saw “Peer Down” on the switches. No alert of ours fired: nothing collected the host's threads or PIDs.",
        ),
        (Part::Response, "Nobody had to act: the liveness probe restarted calico-node at 22:14."),
        (Part::Well, "The liveness probe brought calico-node back without us."),
        (
            Part::Badly,
            "The network team told us, not our monitoring.\nThe runtime's hint (ulimit -u) cost us the first half hour.",
        ),
        (Part::Lucky, "The leaking pod stopped growing before kubelet itself could no longer fork."),
    ] {
        document.prose.insert(part, own(text));
    }
    let next = document.last_id + 1;
    let event = |id, at, phase, source: &str, text: &str, citations| DocumentEvent {
        id: ItemId(id),
        at,
        phase: Some(phase),
        source: source.to_owned(),
        text: Wording::Own(text.to_owned()),
        citations,
        ..DocumentEvent::default()
    };
    document.events.push(event(
        next,
        at(22, 13),
        Phase::Detection,
        "network team",
        "The switches report Peer Down for node-xx",
        Vec::new(),
    ));
    document.last_id = next;
    // The restart that the evidence shows is what ended it.
    let texts = Texts::new(Lang::En, OFFSET_S);
    let restart =
        document.events.iter_mut().find(|event| event.text.say(&texts).contains("restarts kube-system/calico-node"));
    restart.expect("the restart is proposed").phase = Some(Phase::Resolution);
    let teams = ["platform", "application team", "platform", "observability"];
    let due = ["2023-07-24", "2023-08-04", "2023-08-11", "2023-08-04"];
    for (action, (team, due)) in document.actions.iter_mut().zip(teams.into_iter().zip(due)) {
        (action.owner, action.due, action.priority) = (team.to_owned(), due.to_owned(), Some(Priority::P1));
    }
    if let Some(first) = document.actions.first_mut() {
        first.done = true;
        first.priority = Some(Priority::P0);
        first.check = "sysctl kernel.pid_max prints 262144 after a reboot".to_owned();
    }
    document
}
