//! `allow-dns`: lets the pods of a namespace reach the cluster's name service behind a policy that denies all egress.

use super::head::Head;
use super::known::Known;
use super::quote::yaml;
use super::target::Target;
use super::{ActionKind, Fix, Message};

const SPEC: &str = "spec:
  podSelector: {}
  policyTypes:
    - Egress
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
";

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let is_dns = known.is_about(&["dns"]);
    let target = known.workloads().first().copied().filter(|_| is_dns).map(Target::of_workload).unwrap_or_default();
    let apply = "kubectl apply --filename allow-dns.yaml";
    let verify = format!("{} exec deploy/{} -- nslookup kubernetes.default.svc", target.kubectl(), target.deployment());
    let undo = format!("{} delete networkpolicy allow-dns", target.kubectl());
    let head = Head {
        what: "Egress to the cluster's name service (UDP and TCP 53) for every pod of the namespace.",
        from: target.from().into_iter().map(|pod| format!("{pod} restarted.")).collect(),
        check: vec![
            format!("{} get networkpolicy shows a policy that denies egress; without one, this policy is what denies everything else.", target.kubectl()),
            "the name service has these labels: kubectl --namespace kube-system get pods --selector k8s-app=kube-dns. NodeLocal DNSCache needs an ipBlock of its address (169.254.20.10/32) instead.".to_owned(),
        ],
        apply,
        verify: &verify,
        undo: &undo,
    };
    let text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-dns\n  namespace: {}\n{SPEC}",
        yaml(target.namespace())
    );
    let mut assumed = target.assumed_namespace_of_pod();
    assumed.push(Message::new("fix-assume-dns-labels"));
    Some(Fix {
        id: "allow-dns",
        title: Message::new("fix-allow-dns"),
        kind: ActionKind::Mitigate,
        file_name: "allow-dns.yaml",
        language: "yaml",
        text: head.render(known) + &text,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-egress-isolation")],
        cites: target.cites,
        assumed,
        from_case: is_dns,
    })
}
