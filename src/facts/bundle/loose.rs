//! Logs of containers outside any bundle: as the node keeps them, and as people collect them by hand.
//!
//! ```text
//! var/log/pods/shop_web-1_0b6d…/web/3.log            the run's number; var/log/pods/…/0.log.20240820-055823.gz when rotated
//! var/log/containers/web-1_shop_web-8e8c01….log      links to those
//! incident/pods/shop/web-1/web/{current,previous}.log
//! ```

/// Ends of paths.
pub(super) static LOGS: &[&str] = &[
    "log/pods/NS_POD_*/CTR/*.log*",
    "log/pods/NS_POD_*/CTR/*.log",
    "log/containers/POD_NS_CTR-*.log",
    "pods/NS/POD/CTR/previous.log",
    "pods/NS/POD/CTR/*.log",
];
