//! The list of formats. Order does not matter: the score decides, then the id.

use super::{Format, bundle, host, kube, log, metrics, stack};

/// Every format that is recognised and read.
pub static FORMATS: &[&Format] = &[
    &bundle::collector_errors::FORMAT,
    &host::limits_conf::FORMAT,
    &host::loadavg::FORMAT,
    &host::pidstat::FORMAT,
    &host::proc_sys::FORMAT,
    &host::ps::FORMAT,
    &host::sadf::FORMAT,
    &host::sadf_json::FORMAT,
    &host::sadf_xml::FORMAT,
    &host::sar::FORMAT,
    &host::sysctl::FORMAT,
    &host::top::FORMAT,
    &host::ulimit::FORMAT,
    &kube::describe::FORMAT,
    &kube::get_events::FORMAT,
    &kube::get_table::FORMAT,
    &kube::kube_json::FORMAT,
    &kube::kube_yaml::FORMAT,
    &log::alerts::FORMAT,
    &log::chat::FORMAT,
    &log::go_runtime::FORMAT,
    &log::journal_iso::FORMAT,
    &log::journal_short::FORMAT,
    &log::klog::FORMAT,
    &log::plain::FORMAT,
    &metrics::csv_table::FORMAT,
    &metrics::grafana_csv::FORMAT,
    &metrics::kubelet_summary::FORMAT,
    &metrics::prometheus_json::FORMAT,
    &metrics::prometheus_text::FORMAT,
    &metrics::promtool::FORMAT,
    &metrics::victoria_json::FORMAT,
    &stack::go_goroutine::FORMAT,
];

/// The format of an id.
#[must_use]
pub fn format_of(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}
