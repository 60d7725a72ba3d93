//! `health-check`: a script that asks what this incident would have needed to be asked. It only reads.

use super::known::Known;
use super::quote::{shell, visible};
use super::target::is_label;
use super::volume_resize::STORAGE_WORDS;
use super::{ActionKind, Fix, Message};
use crate::model::gather::set_of;

/// A check: the shell function's name, and whether this case failed there.
type Check = (&'static str, fn(&Known<'_>) -> bool);

const CHECKS: &[Check] = &[
    ("check_ceilings", |known| known.ran_out_of_tasks()),
    ("check_nodes", |known| known.is_about(&["node", "pressure", "pleg"])),
    ("check_restarts", |known| !known.workloads().is_empty()),
    ("check_probes", |known| known.killed_by_probe().is_some()),
    ("check_storage", |known| known.is_about(STORAGE_WORDS)),
    ("check_dns", |known| known.is_about(&["dns"])),
];

const FUNCTIONS: &str = r#"set -u
worst=0

# say LEVEL TEXT
say() {
  printf '%-4s %s\n' "$1" "$2"
  case $1 in
    bad) worst=2 ;;
    warn) [ "$worst" -ge 1 ] || worst=1 ;;
  esac
}

# grade PERCENT: the level at 80 and at 95 per cent
grade() {
  if [ "$1" -ge 95 ]; then echo bad; elif [ "$1" -ge 80 ]; then echo warn; else echo ok; fi
}

# none COUNT LEVEL TEXT: all is well at 0
none() {
  if [ "$1" -eq 0 ]; then say ok "$3: none"; else say "$2" "$3: $1"; fi
}

cluster() {
  kubectl --request-timeout=20s "$@" 2>/dev/null
}

# What was not asked is not well.
unreached() {
  say warn "$1: not checked, kubectl does not answer"
}

# Threads against the smaller of both limits: run it on the node itself.
check_ceilings() {
  if ! [ -r /proc/sys/kernel/pid_max ]; then
    say skip 'task ceilings: this is no Linux node'
    return
  fi
  threads=$(awk '{ split($4, tasks, "/"); print tasks[2] }' /proc/loadavg)
  pid_max=$(cat /proc/sys/kernel/pid_max)
  threads_max=$(cat /proc/sys/kernel/threads-max)
  ceiling=$pid_max
  [ "$threads_max" -ge "$ceiling" ] || ceiling=$threads_max
  percent=$((threads * 100 / ceiling))
  say "$(grade "$percent")" "threads: $threads of $ceiling ($percent %; pid_max $pid_max, threads-max $threads_max)"
}

check_nodes() {
  nodes=$(cluster get nodes --no-headers) || { unreached nodes; return; }
  none "$(printf '%s\n' "$nodes" | awk 'NF && $2 !~ /^Ready/' | wc -l)" bad 'nodes that are not Ready'
  pressed=$(cluster get nodes --output 'jsonpath={range .items[*]}{range .status.conditions[*]}{.type}={.status}{"\n"}{end}{end}')
  none "$(printf '%s\n' "$pressed" | grep -c 'Pressure=True')" bad 'node conditions under pressure'
}

# check_restarts [NAMESPACE ...]: all namespaces without one
check_restarts() {
  if [ "$#" -eq 0 ]; then set -- ''; fi
  for namespace do
    if [ -n "$namespace" ]; then
      pods=$(cluster get pods --namespace "$namespace" --no-headers) || { unreached pods; return; }
      where=" in $namespace"
    else
      pods=$(cluster get pods --all-namespaces --no-headers) || { unreached pods; return; }
      pods=$(printf '%s\n' "$pods" | awk '{ $1 = ""; print }')
      where=
    fi
    failing=$(printf '%s\n' "$pods" | awk '$3 ~ /CrashLoopBackOff|Error|OOMKilled|ImagePull|Unknown/' | wc -l)
    none "$failing" bad "pods that fail$where"
    often=$(printf '%s\n' "$pods" | awk '$4 + 0 > 3' | wc -l)
    none "$often" warn "pods with more than 3 restarts$where"
  done
}

check_probes() {
  events=$(cluster get events --all-namespaces --field-selector reason=Unhealthy --no-headers) || { unreached events; return; }
  none "$(printf '%s\n' "$events" | grep -c 'Liveness')" bad 'events: liveness probes failed'
  none "$(printf '%s\n' "$events" | grep -c 'Readiness')" warn 'events: readiness probes failed'
}

check_storage() {
  full=$(df -P 2>/dev/null | awk 'NR > 1 && $1 !~ /loop/ && $5 + 0 >= 85 { print $6 " " $5 }')
  if [ -z "$full" ]; then say ok 'file systems here: none over 85 %'; else say bad "file systems here: $full"; fi
  if command -v ceph >/dev/null 2>&1; then
    health=$(ceph health 2>/dev/null)
    case $health in
      HEALTH_OK*) say ok "ceph: $health" ;;
      *) say bad "ceph: ${health:-no answer}" ;;
    esac
  fi
  claims=$(cluster get persistentvolumeclaims --all-namespaces --no-headers) || { unreached claims; return; }
  none "$(printf '%s\n' "$claims" | awk 'NF && $3 != "Bound"' | wc -l)" warn 'claims that are not Bound'
}

check_dns() {
  servers=$(cluster get pods --namespace kube-system --selector k8s-app=kube-dns --no-headers) || { unreached 'name servers'; return; }
  ready=$(printf '%s\n' "$servers" | awk '{ split($2, n, "/"); if (NF && n[1] == n[2]) print }' | wc -l)
  if [ "$ready" -ge 2 ]; then say ok "name servers ready: $ready"; else say bad "name servers ready: $ready"; fi
  policies=$(cluster get networkpolicies --all-namespaces --output 'jsonpath={range .items[*]}{.spec.policyTypes}{"\n"}{end}')
  none "$(printf '%s\n' "$policies" | grep -c 'Egress')" info 'policies on egress; each must allow UDP and TCP 53'
}
"#;

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let workloads = known.workloads();
    let namespaces = workloads.iter().map(|workload| workload.namespace.as_str()).filter(|name| is_label(name));
    let namespaces = set_of(namespaces);
    let words: String = namespaces.iter().map(|name| format!(" {}", shell(name))).collect();
    let call = |name: &str| if name == "check_restarts" { format!("{name}{words}\n") } else { format!("{name}\n") };

    let (failed, other): (Vec<&Check>, Vec<&Check>) = CHECKS.iter().partition(|(_, failed)| failed(known));
    let mut text = String::from("#!/bin/sh\n# Health check after the incident. Written by Debrief. It only reads.\n");
    if let Some(subject) = known.subject() {
        text.push_str(&format!("# Filled from: {subject}.\n"));
    }
    if !namespaces.is_empty() {
        let names: Vec<String> = namespaces.iter().map(|name| visible(name)).collect();
        text.push_str(&format!("# Filled from: workloads that restarted in {}.\n", names.join(", ")));
    }
    text.push_str(
        "# Apply:  sh health-check.sh, on a node for its ceilings and file systems, anywhere with kubectl for the rest\n\
         # Verify: exit status 0 is well, 1 is worth a look, 2 is bad\n# Undo:   nothing to undo\n\n",
    );
    text.push_str(FUNCTIONS);
    for (title, checks) in [("What failed in this case", failed), ("What else to look at", other)] {
        if !checks.is_empty() {
            let calls: String = checks.iter().map(|(name, _)| call(name)).collect();
            text.push_str(&format!("\n# {title}.\n{calls}"));
        }
    }
    text.push_str("exit \"$worst\"\n");
    Some(Fix {
        id: "health-check",
        title: Message::new("fix-health-check"),
        kind: ActionKind::Detect,
        file_name: "health-check.sh",
        language: "sh",
        text,
        apply: "sh health-check.sh".to_owned(),
        risks: vec![Message::new("fix-risk-reads-only")],
        cites: known.workloads().iter().flat_map(|workload| workload.cites.iter().copied()).collect(),
        assumed: vec![Message::new("fix-assume-thresholds")],
        from_case: CHECKS.iter().any(|(_, failed)| failed(known)),
    })
}
