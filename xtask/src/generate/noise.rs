//! What kubelet 1.22 says all day at `--v=4`: the healthy hum around every incident.

use super::rng::Rng;

/// A container as kubelet's log names it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) pod_uid: String,
    pub(crate) container: String,
    pub(crate) container_id: String,
}

/// A klog message: level, place in the source, text.
pub(crate) type Said = (char, &'static str, String);

/// Every two seconds.
pub(crate) fn housekeeping() -> Said {
    ('I', "kubelet.go:2124]", "\"SyncLoop (housekeeping)\"".into())
}

/// Every ten seconds. Without an `evictionHard` threshold for `pid.available` kubelet does not look at ids.
pub(crate) fn eviction() -> Said {
    ('I', "eviction_manager.go:391]", "\"Eviction manager: no resources are starved\"".into())
}

/// Prometheus asks for the containers' metrics, every fifteen seconds.
pub(crate) fn scrape(rng: &mut Rng) -> Said {
    let (ms, us, port) = (rng.between(310, 690), rng.below(1000), rng.between(32_768, 60_999));
    let text = format!(
        "\"HTTP\" verb=\"GET\" URI=\"/metrics/cadvisor\" latency=\"{ms}.{us:03}ms\" userAgent=\"Prometheus/2.37.0\" srcIP=\"10.20.0.31:{port}\" resp=200"
    );
    ('I', "httplog.go:94]", text)
}

/// Whatever else comes by, about some container.
pub(crate) fn hum(rng: &mut Rng, subjects: &[Subject]) -> Said {
    let Subject { namespace, pod, pod_uid, container, container_id } = rng.pick(subjects);
    match rng.below(1000) {
        0..430 => {
            let kind = if rng.per_mille(450) { "Liveness" } else { "Readiness" };
            let text = format!(
                "\"Probe succeeded\" probeType=\"{kind}\" pod=\"{namespace}/{pod}\" podUID={pod_uid} containerName=\"{container}\""
            );
            ('I', "prober.go:125]", text)
        }
        430..660 => {
            let others: Vec<String> = (0..rng.between(1, 3))
                .map(|_| rng.pick(subjects))
                .map(|other| format!("{}/{}", other.namespace, other.pod))
                .collect();
            let text = format!("\"SyncLoop (SYNC) pods\" total={} pods=[{}]", others.len(), others.join(" "));
            ('I', "kubelet.go:2097]", text)
        }
        660..710 => {
            let volume = format!("kube-api-access-{}", &container_id[..5]);
            let text = format!(
                "MountVolume.SetUp succeeded for volume \"{volume}\" (UniqueName: \"kubernetes.io/projected/{pod_uid}-{volume}\") pod \"{pod}\" (UID: \"{pod_uid}\") "
            );
            ('I', "operation_generator.go:698]", text)
        }
        710..750 => {
            let text = format!(
                "Setting up volume config for pod {pod_uid} at /var/lib/kubelet/pods/{pod_uid}/volumes/kubernetes.io~configmap/config"
            );
            ('I', "configmap.go:183]", text)
        }
        750..870 => {
            let (what, n) = (*rng.pick(&["ConfigMap", "Secret"]), rng.between(5, 11));
            let text = format!(
                "object-\"{namespace}\"/\"{container}-config\": Watch close - *v1.{what} total {n} items received"
            );
            ('I', "reflector.go:536]", text)
        }
        870..940 => {
            ('I', "kubelet_getters.go:176]", format!("\"Pod status updated\" pod=\"{namespace}/{pod}\" status=Running"))
        }
        940..965 => {
            let text = "\"Nameserver limits exceeded\" err=\"Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.20.0.2 10.20.0.3 10.20.0.4\"";
            ('E', "dns.go:153]", text.into())
        }
        965..980 => {
            let text = format!(
                "Failed to process watch event {{EventType:0 Name:/kubepods/burstable/pod{pod_uid}/{container_id} WatchSource:0}}: task {container_id} not found: not found"
            );
            ('W', "manager.go:1176]", text)
        }
        980..992 => {
            let text = format!(
                "\"Added volume to desired state\" pod=\"{namespace}/{pod}\" volumeName=\"config\" volumeSpecName=\"config\""
            );
            ('I', "desired_state_of_world_populator.go:361]", text)
        }
        _ => {
            let text = format!(
                "\"Partial failure issuing cadvisor.ContainerInfoV2\" err=\"partial failures: [\\\"/kubepods/burstable/pod{pod_uid}\\\": RecentStats: unable to find data in memory cache]\""
            );
            ('E', "cadvisor_stats_provider.go:415]", text)
        }
    }
}
