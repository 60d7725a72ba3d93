//! `kubectl -n kube-system describe pod calico-node-…` (kubectl 1.22), some 26 minutes after the restart.

use super::kubelet::{RUNC_SPAWN, calico_failures};
use super::node::Node;
use super::rng::Rng;

/// The pod as kubectl prints it.
pub(crate) fn pod(node: &Node<'_>) -> String {
    let calico = node.calico();
    let zone = node.zone;
    let mut rng = Rng::new(node.seed, "describe");
    let created = node.collected - calico.age_days * 86_400 - 777;
    let (id, image) = (rng.hex(64), rng.hex(64));
    let (state, restarts) = if node.variant.healthy {
        (format!("    State:          Running\n      Started:      {}", zone.rfc1123(created + 4)), 0)
    } else {
        let state = format!(
            "    State:          Running
      Started:      {}
    Last State:     Terminated
      Reason:       Error
      Exit Code:    137
      Started:      {}
      Finished:     {}",
            zone.rfc1123(node.calico_started),
            zone.rfc1123(created + 4),
            zone.rfc1123(node.calico_killed + 2)
        );
        (state, 1)
    };
    format!(
        "\
Name:                 {pod}
Namespace:            kube-system
Priority:             2000001000
Priority Class Name:  system-node-critical
Node:                 {host}/10.20.3.41
Start Time:           {created}
Labels:               controller-revision-hash=7f9c6d5b8d
                      k8s-app=calico-node
                      pod-template-generation=3
Annotations:          <none>
Status:               Running
IP:                   10.20.3.41
IPs:
  IP:           10.20.3.41
Controlled By:  DaemonSet/calico-node
Init Containers:
  install-cni:
    Container ID:  docker://{id}
    Image:         docker.io/calico/cni:v3.21.5
    Image ID:      docker-pullable://calico/cni@sha256:{image}
    Port:          <none>
    Host Port:     <none>
    Command:
      /opt/cni/bin/install
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
      Started:      {created}
      Finished:     {init_finished}
    Ready:          True
    Restart Count:  0
    Environment Variables from:
      kubernetes-services-endpoint  ConfigMap  Optional: true
    Environment:
      CNI_CONF_NAME:  10-calico.conflist
      SLEEP:          false
    Mounts:
      /host/etc/cni/net.d from cni-net-dir (rw)
      /host/opt/cni/bin from cni-bin-dir (rw)
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-8vz5c (ro)
Containers:
  calico-node:
    Container ID:   docker://{container}
    Image:          docker.io/calico/node:v3.21.5
    Image ID:       docker-pullable://calico/node@sha256:{image}
    Port:           <none>
    Host Port:      <none>
{state}
    Ready:          True
    Restart Count:  {restarts}
    Requests:
      cpu:      250m
    Liveness:   exec [/bin/calico-node -felix-live -bird-live] delay=10s timeout=10s period=10s #success=1 #failure=6
    Readiness:  exec [/bin/calico-node -felix-ready -bird-ready] delay=0s timeout=10s period=10s #success=1 #failure=3
    Environment Variables from:
      kubernetes-services-endpoint  ConfigMap  Optional: true
    Environment:
      DATASTORE_TYPE:                     kubernetes
      WAIT_FOR_DATASTORE:                 true
      NODENAME:                            (v1:spec.nodeName)
      CALICO_NETWORKING_BACKEND:          bird
      CLUSTER_TYPE:                       k8s,bgp
      IP:                                 autodetect
      IP_AUTODETECTION_METHOD:            interface=bond0
      CALICO_IPV4POOL_IPIP:               Never
      CALICO_IPV4POOL_VXLAN:              Never
      CALICO_DISABLE_FILE_LOGGING:        true
      FELIX_DEFAULTENDPOINTTOHOSTACTION:  ACCEPT
      FELIX_IPV6SUPPORT:                  false
      FELIX_HEALTHENABLED:                true
    Mounts:
      /lib/modules from lib-modules (ro)
      /run/xtables.lock from xtables-lock (rw)
      /var/lib/calico from var-lib-calico (rw)
      /var/run/calico from var-run-calico (rw)
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-8vz5c (ro)
Conditions:
  Type              Status
  Initialized       True 
  Ready             True 
  ContainersReady   True 
  PodScheduled      True 
Volumes:
  lib-modules:
    Type:          HostPath (bare host directory volume)
    Path:          /lib/modules
    HostPathType:  
  var-run-calico:
    Type:          HostPath (bare host directory volume)
    Path:          /var/run/calico
    HostPathType:  
  xtables-lock:
    Type:          HostPath (bare host directory volume)
    Path:          /run/xtables.lock
    HostPathType:  FileOrCreate
  kube-api-access-8vz5c:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    ConfigMapOptional:       <nil>
    DownwardAPI:             true
QoS Class:                   Burstable
Node-Selectors:              kubernetes.io/os=linux
Tolerations:                 :NoSchedule op=Exists
                             :NoExecute op=Exists
                             CriticalAddonsOnly op=Exists
{events}",
        pod = calico.pod,
        host = node.variant.node,
        created = zone.rfc1123(created),
        init_finished = zone.rfc1123(created + 1),
        container = calico.id,
        events = events(node),
    )
}

fn events(node: &Node<'_>) -> String {
    if node.variant.healthy {
        return "Events:                      <none>\n".into();
    }
    let probes = calico_failures(node);
    let age = |at: i64| age(node.collected + 21 - at);
    let seen = |times: &[i64]| match (times.first(), times.last()) {
        (Some(first), Some(last)) if times.len() > 1 => {
            format!("{} (x{} over {})", age(*last), times.len(), age(*first))
        }
        (Some(only), _) => age(*only),
        _ => "<unknown>".into(),
    };
    let rows = [
        ("Warning", "Unhealthy", seen(&probes.readiness), format!("Readiness probe failed: {RUNC_SPAWN}")),
        ("Warning", "Unhealthy", seen(&probes.liveness), format!("Liveness probe failed: {RUNC_SPAWN}")),
        (
            "Normal",
            "Killing",
            age(node.calico_killed),
            "Container calico-node failed liveness probe, will be restarted".into(),
        ),
        (
            "Normal",
            "Pulled",
            age(node.calico_started - 4),
            "Container image \"docker.io/calico/node:v3.21.5\" already present on machine".into(),
        ),
        ("Normal", "Created", age(node.calico_started - 2), "Created container calico-node".into()),
        ("Normal", "Started", age(node.calico_started), "Started container calico-node".into()),
    ];
    let width = rows.iter().map(|row| row.2.len()).max().unwrap_or(0);
    let mut text = format!("Events:\n  Type     Reason     {:<width$}  From     Message\n", "Age");
    text.push_str(&format!("  ----     ------     {:<width$}  ----     -------\n", "-".repeat(4)));
    for (kind, reason, age, message) in rows {
        text.push_str(&format!("  {kind:<7}  {reason:<9}  {age:<width$}  kubelet  {message}\n"));
    }
    text
}

/// An age as kubectl prints it: seconds below two minutes, seconds beside minutes below ten, then whole minutes.
fn age(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0..2, _) => format!("{seconds}s"),
        (minutes @ 2..10, 0) => format!("{minutes}m"),
        (minutes @ 2..10, rest) => format!("{minutes}m{rest}s"),
        (minutes, _) => format!("{minutes}m"),
    }
}
