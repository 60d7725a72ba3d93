//! Every limit has its own case: seeded evidence in which exactly one is reached, amid metrics of all the others. Names, values, zones,
//! steps and shapes differ by seed; the right rule must speak, and no other.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Timestamp};

const CASES: [(&str, &str); 7] = [
    ("conntrack", "host/conntrack-table-full"),
    ("files", "host/open-files-exhausted"),
    ("inotify", "host/inotify-exhausted"),
    ("node", "host/pid-space-exhausted"),
    ("unit", "host/unit-tasks-exhausted"),
    ("user", "host/user-processes-exhausted"),
    ("pod", "kube/pod-pids-exhausted"),
];
const N: i64 = 90;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as i64) as usize]
    }
}

/// One incident.
struct Evidence {
    dice: Dice,
    start: i64,
    step: i64,
    offset_s: i32,
    /// Sample at which use begins to rise, and at which the limit is reached.
    rise: (i64, i64),
    is_step: bool,
    columns: Vec<(String, Vec<i64>)>,
}

impl Evidence {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        dice.below(2);
        let step = [15, 30, 60][dice.below(3) as usize];
        let start = 1_600_000_000 + dice.below(200_000_000) / 60 * 60;
        let offset_s = [0, 28_800, -18_000, 19_800][dice.below(4) as usize];
        let from = 25 + dice.below(15);
        let rise = (from, from + 12 + dice.below(20));
        let is_step = dice.below(4) == 0;
        Self { dice, start, step, offset_s, rise, is_step, columns: Vec::new() }
    }

    /// A use from `low`, to `high` where it is the case's own.
    fn column(&mut self, selector: &str, low: i64, high: Option<i64>) {
        let (from, to) = self.rise;
        let values = (0..N).map(|index| {
            let noise = self.dice.below(1 + low / 100);
            let share = match high {
                None => 0.0,
                Some(_) if self.is_step => f64::from(u8::from(index > from)),
                Some(_) => ((index - from) as f64 / (to - from) as f64).clamp(0.0, 1.0),
            };
            let top = high.unwrap_or(low);
            (low + noise + ((top - low) as f64 * share) as i64).min(top.max(low + low / 100))
        });
        let values = values.collect();
        self.columns.push((selector.to_owned(), values));
    }

    fn constant(&mut self, selector: &str, value: i64) {
        self.columns.push((selector.to_owned(), vec![value; N as usize]));
    }

    fn table(&self) -> String {
        let mut text = String::from("\"Time\"");
        for (selector, _) in &self.columns {
            let _ = write!(text, ",\"{}\"", selector.replace('"', "\"\""));
        }
        for index in 0..N {
            let _ = write!(text, "\n{}", (self.start + index * self.step) * 1000);
            for (_, values) in &self.columns {
                let _ = write!(text, ",{}", values[index as usize]);
            }
        }
        text + "\n"
    }

    /// A line of a journal shortly after the limit was reached.
    fn line(&self, after_s: i64, text: &str) -> String {
        let at = Timestamp::from_seconds(self.start + (self.rise.1 + 1) * self.step + after_s);
        let at = at.to_local(self.offset_s);
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = months[at[5..7].parse::<usize>().expect("a month") - 1];
        format!("{month} {} {} n1 {text}\n", &at[8..10], &at[11..19])
    }
}

fn analyse(kind: &str, seed: u64) -> Analysis {
    let mut it = Evidence::new(seed);
    let own = |is: &str, limit: i64| (kind == is).then_some(limit);
    let (app, other) = (it.dice.pick(&["api", "sync", "gateway", "ledger"]), it.dice.pick(&["db", "cache", "proxy"]));
    let unit = format!("{}.service", it.dice.pick(&["icinga2", "haproxy", "collector"]));

    let pid_max = if kind == "node" { [32_768, 49_152, 65_536][it.dice.below(3) as usize] } else { 4_194_304 };
    let pod_max = [1024, 2048, 4096][it.dice.below(3) as usize];
    let labels = |name: &str| format!("container=\"{name}\", namespace=\"shop\", node=\"n1\", pod=\"{name}-0\"");
    let high = own("node", pid_max - 300 - 900).or(own("pod", pod_max));
    it.column(&format!("container_threads{{{}}}", labels(app)), 150 + seed as i64, high);
    it.column(&format!("container_threads{{{}}}", labels(other)), 900, None);
    it.constant(&format!("container_threads_max{{{}}}", labels(app)), if kind == "pod" { pod_max } else { 0 });
    it.constant(&format!("container_threads_max{{{}}}", labels(other)), 100_000);
    for (name, limit, low) in [("filefd", 800_000 + 1000 * it.dice.below(50), 40_000), ("conntrack", 65_536, 12_000)] {
        let (used, most) = match name {
            "filefd" => ("node_filefd_allocated", "node_filefd_maximum"),
            _ => ("node_nf_conntrack_entries", "node_nf_conntrack_entries_limit"),
        };
        let is = if name == "filefd" { "files" } else { name };
        it.column(&format!("{used}{{instance=\"n1\"}}"), low, own(is, limit));
        it.constant(&format!("{most}{{instance=\"n1\"}}"), limit);
    }
    let tasks_max = 4915 + it.dice.below(400);
    it.column(
        &format!("node_systemd_unit_tasks_current{{instance=\"n1\", name=\"{unit}\"}}"),
        300,
        own("unit", tasks_max),
    );
    it.constant(&format!("node_systemd_unit_tasks_max{{instance=\"n1\", name=\"{unit}\"}}"), tasks_max);

    let eagain = "kubelet[1123]: fork/exec /usr/bin/nice: resource temporarily unavailable";
    let lines: Vec<&str> = match kind {
        "conntrack" => vec!["kernel: nf_conntrack: nf_conntrack: table full, dropping packet"],
        "files" => vec![
            "kernel: VFS: file-max limit 800000 reached",
            "nginx[9]: accept4() failed (23: Too many open files in system)",
        ],
        "inotify" => vec!["kubelet[1123]: failed to create fsnotify watcher: too many open files"],
        "node" => vec!["kubelet[1123]: runtime: failed to create new OS thread (have 5 already; errno=11)", eagain],
        "unit" => vec!["su[7]: -bash: fork: retry: Resource temporarily unavailable"],
        "user" => vec!["su[7]: -bash: fork: retry: Resource temporarily unavailable", eagain],
        _ => vec!["kernel: cgroup: fork rejected by pids controller in /kubepods/burstable/pod1f9e8b0c", eagain],
    };
    let mut journal = it.line(-600, "systemd[1]: Started Session 4 of user root.");
    for (index, line) in lines.iter().enumerate() {
        journal += &it.line(index as i64, line);
    }
    let mut files = vec![
        ("metrics.csv".to_owned(), it.table()),
        ("journal.log".to_owned(), journal),
        ("sysctl.txt".to_owned(), format!("kernel.pid_max = {pid_max}\nkernel.threads-max = 1545366\n")),
    ];
    if kind == "user" {
        let of_user = 4096 - it.dice.below(40);
        let at = Timestamp::from_seconds(it.start + it.rise.1 * it.step).to_local(it.offset_s);
        let mut text = String::from("USER         PID    PPID NLWP STIME COMMAND\n");
        let _ = writeln!(text, "root           1       0  400 Jul01 /usr/lib/systemd/systemd");
        let _ = writeln!(text, "{app}        2000       1 {} Jul01 /usr/bin/java -jar {app}.jar", of_user - 90);
        let _ = writeln!(text, "{app}        2001       1   90 Jul01 /usr/bin/java -jar {app}-agent.jar");
        let _ = writeln!(text, "root       60000       1    1 {} ps -eo user,pid,ppid,nlwp,stime,args", &at[11..16]);
        files.push(("ps.txt".to_owned(), text));
        files.push((
            "ulimit.txt".to_owned(),
            "core file size          (blocks, -c) 0\nmax user processes              (-u) 4096\nopen files                      (-n) 65536\n".to_owned(),
        ));
    }
    let mut case = Case::new(it.offset_s, Timestamp::from_seconds(it.start + 86_400));
    for (name, text) in files {
        case.add(&name, Box::new(MemorySource(text.into_bytes())), Default::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

#[test]
fn each_limits_case_is_found_by_its_rule_and_by_no_other() {
    let mut faults = Vec::new();
    for seed in 1..21 {
        for (kind, rule) in CASES {
            let analysis = analyse(kind, seed);
            let found: Vec<&str> = analysis.findings.iter().map(|finding| finding.rule.as_str()).collect();
            if found != [rule] {
                let outcomes: Vec<_> = analysis
                    .outcomes
                    .iter()
                    .map(|it| (&it.rule, &it.outcome, it.why.as_ref().map(|why| &why.id)))
                    .collect();
                faults.push(format!("{kind}, seed {seed}: {found:?} {outcomes:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
}
