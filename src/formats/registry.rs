//! The list of formats. Order does not matter: the score decides, then the id.

use super::{Format, bundle, change, host, kube, log, metrics, stack};

/// Every format that is recognised and read.
pub static FORMATS: &[&Format] = &[
    &bundle::analysers::FORMAT,
    &bundle::collector_errors::FORMAT,
    &bundle::kubectl_errors::FORMAT,
    &bundle::sos_log::FORMAT,
    &bundle::sos_manifest::FORMAT,
    &change::git_log::FORMAT,
    &change::helm::FORMAT,
    &change::helm_json::FORMAT,
    &change::rollout_history::FORMAT,
    &host::calico::FORMAT,
    &host::ceph::FORMAT,
    &host::cgroup::FORMAT,
    &host::containers::FORMAT,
    &host::date::FORMAT,
    &host::df::FORMAT,
    &host::host_info::FORMAT,
    &host::host_json::FORMAT,
    &host::iostat::FORMAT,
    &host::iptables_save::FORMAT,
    &host::kubelet_config::FORMAT,
    &host::limits_conf::FORMAT,
    &host::loadavg::FORMAT,
    &host::lsof::FORMAT,
    &host::memory::FORMAT,
    &host::mount::FORMAT,
    &host::pidstat::FORMAT,
    &host::probes::FORMAT,
    &host::proc_status::FORMAT,
    &host::proc_sys::FORMAT,
    &host::proc_tables::FORMAT,
    &host::ps::FORMAT,
    &host::resolv_conf::FORMAT,
    &host::sadf::FORMAT,
    &host::sadf_json::FORMAT,
    &host::sadf_xml::FORMAT,
    &host::sar::FORMAT,
    &host::sockets::FORMAT,
    &host::sysctl::FORMAT,
    &host::systemctl::FORMAT,
    &host::terminal::FORMAT,
    &host::top::FORMAT,
    &host::ulimit::FORMAT,
    &host::vmstat::FORMAT,
    &kube::container_inspect::FORMAT,
    &kube::describe::FORMAT,
    &kube::get_events::FORMAT,
    &kube::get_table::FORMAT,
    &kube::kube_json::FORMAT,
    &kube::kube_yaml::FORMAT,
    &log::access_log::FORMAT,
    &log::alerts::FORMAT,
    &log::apache_error::FORMAT,
    &log::chat::FORMAT,
    &log::coredns::FORMAT,
    &log::cri::FORMAT,
    &log::dmesg::FORMAT,
    &log::dmesg_human::FORMAT,
    &log::docker_json::FORMAT,
    &log::go_runtime::FORMAT,
    &log::java_exception::FORMAT,
    &log::journal_boot::FORMAT,
    &log::journal_epoch::FORMAT,
    &log::journal_fields::FORMAT,
    &log::journal_full::FORMAT,
    &log::journal_iso::FORMAT,
    &log::journal_json::FORMAT,
    &log::journal_short::FORMAT,
    &log::json_export::FORMAT,
    &log::json_lines::FORMAT,
    &log::jul::FORMAT,
    &log::klog::FORMAT,
    &log::log_table::FORMAT,
    &log::logfmt::FORMAT,
    &log::mysql_slow::FORMAT,
    &log::nginx_error::FORMAT,
    &log::plain::FORMAT,
    &log::python_log::FORMAT,
    &log::stamped::FORMAT,
    &log::syslog::FORMAT,
    &log::wevtutil::FORMAT,
    &metrics::csv_table::FORMAT,
    &metrics::grafana_csv::FORMAT,
    &metrics::kubelet_summary::FORMAT,
    &metrics::monitoring_json::FORMAT,
    &metrics::prometheus_json::FORMAT,
    &metrics::prometheus_text::FORMAT,
    &metrics::promtool::FORMAT,
    &metrics::victoria_json::FORMAT,
    &stack::dotnet::FORMAT,
    &stack::go_goroutine::FORMAT,
    &stack::go_profile::FORMAT,
    &stack::java_core::FORMAT,
    &stack::java_dump_file::FORMAT,
    &stack::java_threads::FORMAT,
    &stack::kernel_stack::FORMAT,
    &stack::native::FORMAT,
    &stack::node::FORMAT,
    &stack::python::FORMAT,
    &stack::rust_panic::FORMAT,
];

/// The ids, apart from the formats: who only names them need not hold them.
pub static IDS: [&str; FORMATS.len()] = {
    let mut ids = [""; FORMATS.len()];
    let mut n = 0;
    while n < ids.len() {
        ids[n] = FORMATS[n].id;
        n += 1;
    }
    ids
};

/// The format of an id.
#[must_use]
pub fn format_of(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}
