//! `probe-patch`: a startup probe that waits for slow starts, and a liveness probe that does not kill under load.
//!
//! Arithmetic: liveness kills between `delay + (F-1) x period` and `delay + F x period + timeout`; a startup probe allows `F x period`
//! first. The budget should be twice the slowest measured start, from the first line of the log to the line that says ready.

use super::head::Head;
use super::known::Known;
use super::target::Target;
use super::{ActionKind, Fix, Message};

const FILE: &str = "probe-patch.yaml";

/// A probe's figures, in seconds and counts.
struct Probe {
    period_s: u32,
    timeout_s: u32,
    failures: u32,
}

/// Five minutes to start: a default.
const STARTUP: Probe = Probe { period_s: 10, timeout_s: 5, failures: 30 };
/// Relaxed against Kubernetes' own 10, 1 and 3.
const LIVENESS: Probe = Probe { period_s: 10, timeout_s: 5, failures: 6 };

impl Probe {
    fn fields(&self) -> String {
        let Self { period_s, timeout_s, failures } = self;
        format!(
            "            periodSeconds: {period_s}\n            timeoutSeconds: {timeout_s}\n            failureThreshold: {failures}\n"
        )
    }
}

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let killed = known.killed_by_probe();
    let target = killed.map(Target::of_workload).unwrap_or_default();
    let apply = target.patch_command(FILE);
    let verify =
        format!("{} get events --field-selector reason=Unhealthy; restarts stay where they are", target.kubectl());
    let undo = format!("{} rollout undo deployment {}", target.kubectl(), target.deployment());
    let mut check = target.check();
    check.push("the startup probe's handler: copy the liveness probe's (path and port are placeholders).".to_owned());
    check.push("failureThreshold x periodSeconds of the startup probe is twice the slowest measured start.".to_owned());
    let head = Head {
        what: "Time to start, and a liveness probe that outlasts a slow answer.",
        from: target
            .from()
            .into_iter()
            .map(|pod| format!("{pod} ended with exit code 137 and reason Error: killed from outside, most often by a liveness probe."))
            .collect(),
        check,
        apply: &apply,
        verify: &verify,
        undo: &undo,
    };
    let budget_s = STARTUP.failures * STARTUP.period_s;
    let first_s = (LIVENESS.failures - 1) * LIVENESS.period_s;
    let last_s = LIVENESS.failures * LIVENESS.period_s + LIVENESS.timeout_s;
    let fields = format!(
        "          # Defaults: up to {} x {} s = {budget_s} s to start; liveness does not count before.\n          startupProbe:\n            \
         httpGet:\n              path: /REPLACE-ME-path\n              port: REPLACE-ME-port\n{}          # Defaults: kills after \
         {first_s} to {last_s} s without an answer. The handler stays as it is.\n          livenessProbe:\n            \
         initialDelaySeconds: 0\n{}",
        STARTUP.failures,
        STARTUP.period_s,
        STARTUP.fields(),
        LIVENESS.fields(),
    );
    let mut assumed = target.assumed();
    assumed.push(Message::new("fix-assume-probe-handler"));
    assumed
        .push(Message::new("fix-assume-probe-budget").with("seconds", crate::model::Arg::Seconds(f64::from(budget_s))));
    Some(Fix {
        id: "probe-patch",
        title: Message::new("fix-probe-patch"),
        kind: ActionKind::Mitigate,
        file_name: FILE,
        language: "yaml",
        text: head.render(known) + &target.patch() + &fields,
        apply,
        risks: vec![Message::new("fix-risk-rollout"), Message::new("fix-risk-slow-detection")],
        cites: target.cites,
        assumed,
        from_case: killed.is_some() || known.is_about(&["probe", "liveness"]) && !known.ran_out_of_tasks(),
    })
}
