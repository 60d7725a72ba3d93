//! Whose log a file is, by where it stands in a bundle. The layouts are known by their structure, not by the bundle's name.
//!
//! | layout | path | seen |
//! |---|---|---|
//! | Troubleshoot | `cluster-resources/pods/logs/NS/POD/CONTAINER[-previous].log` | yes |
//! | must-gather | `namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/{current,previous}.log` | unverified |
//! | node, sosreport | `var/log/pods/NS_POD_UID/CONTAINER/RUN.log` | unverified |
//! | node, sosreport | `var/log/containers/POD_NS_CONTAINER-ID.log` | unverified |
//! | collected by hand | `pods/NS/POD/CONTAINER/{current,previous}.log` | unverified |
//! | Rancher | `logs/NS/POD/CONTAINER.log` | unverified |
//! | cluster-info dump | `NS/POD/logs.txt` | unverified |

/// The container whose log a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerLog<'a> {
    /// Namespace.
    pub namespace: &'a str,
    /// Pod.
    pub pod: &'a str,
    /// Container, where the path says it.
    pub container: Option<&'a str>,
    /// Whether it is the run before the last.
    pub is_previous: bool,
}

/// Reads a path from its end; `None` where it has none of the shapes.
#[must_use]
pub fn container_log(path: &str) -> Option<ContainerLog<'_>> {
    let mut parts = path.rsplit('/');
    let mut next = || parts.next().unwrap_or("");
    let (file, p1, p2, p3, p4, p5, p6) = (next(), next(), next(), next(), next(), next(), next());
    let log = |namespace, pod, container, is_previous| {
        let is_named = !str::is_empty(namespace) && !str::is_empty(pod);
        is_named.then_some(ContainerLog { namespace, pod, container, is_previous })
    };
    // A rotated log is still its container's: `0.log.20240820-055823.gz`.
    let stem = file.split_once(".log").map(|(stem, _)| stem);
    if file == "logs.txt" && !p2.is_empty() {
        return log(p2, p1, None, false);
    }
    let stem = stem?;
    let is_previous = stem == "previous" || stem == "previous.insecure";
    if p1 == "logs" && p2 == p3 && p5 == "pods" {
        return log(p6, p4, Some(p2), is_previous);
    }
    if p3 == "pods" && p4 == "log" {
        let mut words = p2.split('_');
        return log(words.next()?, words.next()?, Some(p1), false);
    }
    if p1 == "containers" && p2 == "log" {
        let (names, container) = stem.rsplit_once('_')?;
        let (pod, namespace) = names.rsplit_once('_')?;
        let container = container.rsplit_once('-').map_or(container, |(name, _)| name);
        return log(namespace, pod, Some(container), false);
    }
    if p3 == "logs" {
        let (container, is_previous) = match stem.strip_suffix("-previous") {
            Some(container) => (container, true),
            None => (stem, false),
        };
        return log(p2, p1, Some(container), is_previous);
    }
    if p4 == "pods" {
        return log(p3, p2, Some(p1), is_previous);
    }
    None
}

#[cfg(test)]
mod tests {
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
            ("sos/var/log/pods/shop_web-1_0b6d/web/3.log", "shop/web-1/web"),
            ("var/log/pods/shop_web-1_0b6d/web/0.log.20240820-055823.gz", "shop/web-1/web"),
            ("var/log/containers/web-1_shop_web-8e8c01.log", "shop/web-1/web"),
            ("incident/pods/shop/web-1/web/previous.log", "shop/web-1/web before"),
            ("supportbundle/logs/shop/web-1/web.log", "shop/web-1/web"),
            ("dump/kube-system/coredns-1/logs.txt", "kube-system/coredns-1/?"),
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
}
