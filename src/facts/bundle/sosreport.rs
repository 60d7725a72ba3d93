//! `sos report`, and the archives of Red Hat's Insights client. Unverified: no foreign sample was read as a whole.
//!
//! ```text
//! sosreport-HOST-2023-07-23-abcdefg/sos_commands/process/ps_-elfL        outputs of commands, by plugin
//! …/proc/…, …/etc/…, …/var/log/…, …/sys/fs/cgroup/…                      files as they lie on the host
//! …/sos_logs/, …/sos_reports/                                            what sos did
//! insights-HOST-20230723140001/data/insights_commands/…                  the same by the Insights client; data/ is missing in old ones
//! ```
//! Plugins and commands that timed out stand in `sos_logs/` and `sos_reports/manifest.json`, which formats of their own read; a plugin that
//! broke leaves its traceback in `sos_logs/PLUGIN-plugin-errors.txt`. The host's time is in `sos_commands/date/date`, older: `sos_commands/general/date`, and in the file `date` at the top.
//! One report is of one host: of several, each is judged by itself, under the name that its `uname -a` says (`hosts_of`).
//!
//! Source: <https://github.com/sosreport/sos> `sos/report/`, <https://github.com/RedHatInsights/insights-core> `insights/specs/sos_archive.py`.

use super::Layout;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::Sosreport,
    verified: false,
    marks: &[("sos_commands/*/*", 2), ("sos_logs/*", 1), ("sos_reports/*", 1), ("insights_commands/*", 2)],
    logs: &[],
    nodes: &[],
    troubles: &["sos_logs/CTR-plugin-errors.txt"],
    clocks: &[
        "sos_commands/date/date",
        "sos_commands/general/date",
        "sos_commands/date/date_--utc",
        "insights_commands/date",
    ],
    command: "sos report --batch",
};
