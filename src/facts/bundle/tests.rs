//! Paths as bundles have them, and what they say.

use super::*;

#[test]
fn paths_say_whose_log_it_is() {
    for (path, want) in [
        (
            "b.tar.gz/b/cluster-resources/pods/logs/velero/velero-6996/velero-previous.log",
            "velero/velero-6996/velero before",
        ),
        ("cluster-resources/pods/logs/default/run/collector.log", "default/run/collector"),
        ("mg/namespaces/shop/pods/web-1/web/web/logs/previous.log", "shop/web-1/web before"),
        ("mg/namespaces/shop/pods/web-1/web/web/logs/current.log", "shop/web-1/web"),
        ("mg/namespaces/shop/pods/web-1/web/web/logs/rotated/0.log.20240820-055823.gz", "shop/web-1/web"),
        ("sos/var/log/pods/shop_web-1_0b6d/web/3.log", "shop/web-1/web"),
        ("var/log/pods/shop_web-1_0b6d/web/0.log.20240820-055823.gz", "shop/web-1/web"),
        ("var/log/containers/web-1_shop_web-8e8c01.log", "shop/web-1/web"),
        ("incident/pods/shop/web-1/web/previous.log", "shop/web-1/web before"),
        ("incident/pods/shop/web-1/web/current.log", "shop/web-1/web"),
        ("supportbundle/logs/shop/web-1/web.log", "shop/web-1/web"),
        ("dump/kube-system/coredns-1/logs.txt", "kube-system/coredns-1/?"),
        ("io/config/pod/openshift-dns/logs/dns-1/dns_previous.log", "openshift-dns/dns-1/dns before"),
        ("logs/kubelet.log", "none"),
        ("kubelet.log", "none"),
        ("var/log/messages", "none"),
    ] {
        let shown = container_log(path).map_or_else(
            || "none".to_owned(),
            |it| {
                let before = if it.is_previous { " before" } else { "" };
                format!("{}/{}/{}{before}", it.namespace, it.pod, it.container.unwrap_or("?"))
            },
        );
        assert_eq!(shown, want, "{path}");
    }
}

#[test]
fn paths_say_which_node_it_is() {
    for (path, want) in [
        ("b/node-metrics/primary-node.json", Some("primary-node")),
        ("b/sysctl/primary-node", Some("primary-node")),
        ("s.zip/nodes/node-5.zip/logs/kubelet.log", Some("node-5")),
        ("mg/cluster-scoped-resources/core/nodes/node-5.yaml", Some("node-5")),
        ("b/host-collectors/run-host/node-5/ps.txt", Some("node-5")),
        ("b/host-collectors/run-host/ps.txt", None),
        ("b/host-collectors/run-host/router/pods/web-1.txt", None),
        ("nodes.json", None),
    ] {
        assert_eq!(node_of(path), want, "{path}");
    }
}

#[test]
fn a_name_may_say_when() {
    let shown = |name: &str| instant_of_name(name).map(|(at, is_utc)| (at.to_rfc3339(), is_utc));
    let at = |is_utc| Some(("2024-08-20T14:00:01Z".to_owned(), is_utc));
    assert_eq!(shown("x/support-bundle-2024-08-20T14_00_01/version.yaml"), at(false));
    assert_eq!(shown("supportbundle_0b6d_2024-08-20T14-00-01Z.zip"), at(true));
    for name in ["sosreport-node5-2023-07-23-abcdefg", "bundle-2024-13-20T14_00_01", "20", "2024-08-20T14_00"] {
        assert_eq!(shown(name), None, "{name}");
    }
}
