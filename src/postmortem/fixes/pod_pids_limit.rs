//! `kubelet-pod-pids-limit`: no pod may take the node's whole PID space. Kubernetes has no such limit by default.
//!
//! The value: OpenShift's default (4096), lowered to its former one (1024) where 4096 would be more than an eighth of the node's ceiling;
//! raised to twice what a container is known to have used while it was healthy.

use super::head::Head;
use super::known::{Known, grouped};
use super::quote::shell;
use super::{ActionKind, Cite, Fix, Message};
use crate::text::format;

/// OpenShift's default since 4.11, and the one before.
const DEFAULTS: [u64; 2] = [4096, 1024];
/// The part of the node's ceiling that one pod may take at the default.
const SHARE: u64 = 8;

/// The proposed limit, how it was reached, and where its figures stand.
pub(super) struct Proposal {
    pub(super) limit: u64,
    pub(super) from: Vec<String>,
    pub(super) cites: Vec<Cite>,
}

pub(super) fn propose(known: &Known<'_>) -> Proposal {
    let ceiling = known.tightest();
    let fits = |limit: u64| ceiling.is_none_or(|ceiling| limit <= ceiling.value / SHARE);
    let default = if fits(DEFAULTS[0]) { DEFAULTS[0] } else { DEFAULTS[1] };
    let healthy = known.healthy_threads();
    let needed = healthy.as_ref().map_or(0, |(threads, _)| threads.saturating_mul(2).min(1 << 22).next_power_of_two());
    let limit = default.max(needed);

    let mut from = Vec::new();
    let mut cites = Vec::new();
    if let Some((threads, places)) = healthy {
        from.push(format!("the leaking container used {} threads while it was healthy.", grouped(threads)));
        cites.extend(places);
    }
    if let Some(ceiling) = ceiling {
        let share = format::percent(limit as f64 / ceiling.value as f64);
        from.push(format!("{}; one pod can then take {share} of it.", ceiling.describe()));
        cites.extend(ceiling.ceiling.cites.iter().copied());
    }
    Proposal { limit, from, cites }
}

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let Proposal { limit, from, cites } = propose(known);
    let node = known.node();
    let apply = "sudo install -m 0644 90-pod-pids-limit.conf /etc/kubernetes/kubelet.conf.d/90-pod-pids-limit.conf && sudo systemctl restart kubelet";
    let verify = format!(
        "kubectl get --raw /api/v1/nodes/{}/proxy/configz | grep -o '\"podPidsLimit\":[^,]*'",
        shell(node.unwrap_or("REPLACE-ME-node"))
    );
    let head = Head {
        what: "A limit on the PIDs (threads) of each pod; a drop-in for kubelet's --config-dir (Kubernetes 1.28 or later).",
        from,
        check: vec![
            "no healthy pod needs more: max by (namespace, pod) (max_over_time(sum by (namespace, pod) (container_threads{container!=\"\"})[30d:5m]))".to_owned(),
            "kubelet runs with --config-dir=/etc/kubernetes/kubelet.conf.d; else put the field into its --config file.".to_owned(),
        ],
        apply,
        verify: &verify,
        undo: "remove the file and restart kubelet",
    };
    let text = format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n# A default: {} is OpenShift's ({} before 4.11), or \
         twice the healthy use where that is more.\npodPidsLimit: {limit}\n",
        DEFAULTS[0], DEFAULTS[1],
    );
    let mut assumed =
        vec![Message::new("fix-assume-pod-pids-limit").with("limit", limit), Message::new("fix-assume-config-dir")];
    if node.is_none() {
        assumed.push(Message::new("fix-assume-node").with("name", "REPLACE-ME-node"));
    }
    Some(Fix {
        id: "kubelet-pod-pids-limit",
        title: Message::new("fix-kubelet-pod-pids-limit"),
        kind: ActionKind::Prevent,
        file_name: "90-pod-pids-limit.conf",
        language: "yaml",
        text: head.render(known) + &text,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-kubelet-restart"), Message::new("fix-risk-new-pods-only")],
        cites,
        assumed,
        from_case: known.ran_out_of_tasks(),
    })
}
