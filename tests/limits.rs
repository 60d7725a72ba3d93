//! Every limit has its own case: seeded evidence in which exactly one is reached, amid metrics of all the others. Names, values, zones,
//! steps, shapes, numbers of nodes and forms of export differ by seed; the right rule must speak, with the right figures, and no other.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Arg, Finding, LimitName, Statement, Timestamp};
use debrief::text::{Lang, Texts};

const CASES: [(&str, &str, Option<LimitName>); 7] = [
    ("conntrack", "host/conntrack-table-full", Some(LimitName::ConntrackMax)),
    ("files", "host/open-files-exhausted", Some(LimitName::FileMax)),
    ("inotify", "host/inotify-exhausted", None),
    ("node", "host/pid-space-exhausted", Some(LimitName::PidMax)),
    ("unit", "host/unit-tasks-exhausted", Some(LimitName::TasksMax)),
    ("user", "host/user-processes-exhausted", Some(LimitName::UlimitProcesses)),
    ("pod", "kube/pod-pids-exhausted", Some(LimitName::PidsMax)),
];
const SEEDS: std::ops::Range<u64> = 1..21;
const N: i64 = 90;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as i64) as usize]
    }
}

/// How a use comes to its highest.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// Evenly, and stays there.
    Linear,
    /// From one sample to the next.
    Step,
    /// From the first sample on: nobody can say since when.
    Drift,
    /// To two thirds and back by a restart, twice before.
    Sawtooth,
    /// Evenly, until a restart some samples later.
    Restart,
    /// Never: it stays about four fifths of it.
    Noisy,
}

impl Shape {
    /// How much of the way up has been gone at a sample.
    fn share(self, index: i64, (from, to): (i64, i64)) -> f64 {
        let ramp = |from: i64, to: i64| ((index - from) as f64 / (to - from) as f64).clamp(0.0, 1.0);
        match self {
            Self::Linear => ramp(from, to),
            Self::Step => f64::from(u8::from(index > from)),
            Self::Drift => ramp(0, to),
            Self::Sawtooth if index < from => (index % (from / 2)) as f64 / (from / 2) as f64 * 0.66,
            Self::Sawtooth => ramp(from, to),
            Self::Restart if index > to + 6 => 0.0,
            Self::Restart => ramp(from, to),
            Self::Noisy => 0.8 + 0.02 * ((index * 7 % 11) as f64 / 5.0 - 1.0),
        }
    }

    /// Whether it has a beginning.
    const fn begins(self) -> bool {
        matches!(self, Self::Linear | Self::Step | Self::Restart)
    }
}

type Labels = Vec<(&'static str, String)>;

/// One incident.
#[derive(Debug)]
struct Evidence {
    kind: &'static str,
    shape: Shape,
    start: i64,
    step: i64,
    offset_s: i32,
    /// Sample at which use begins to rise, and at which the limit is reached.
    rise: (i64, i64),
    node: &'static str,
    /// Another node, larger in everything.
    other_node: Option<&'static str>,
    /// Two containers grow alike.
    is_shared: bool,
    app: &'static str,
    unit: String,
    /// The value of the limit that is reached.
    limit: i64,
    columns: Vec<(String, Labels, Vec<i64>)>,
    files: Vec<(String, String)>,
}

impl Evidence {
    fn new(kind: &'static str, seed: u64, is_noisy: bool) -> Self {
        let mut dice = Dice(seed);
        dice.below(2);
        let step = dice.pick(&[15, 30, 60]);
        let start = 1_600_000_000 + dice.below(200_000_000) / 60 * 60;
        let offset_s = dice.pick(&[0, 28_800, -18_000, 19_800]);
        let from = 26 + dice.below(14);
        let shapes = [Shape::Linear, Shape::Step, Shape::Drift, Shape::Sawtooth, Shape::Restart];
        let mut this = Self {
            kind,
            shape: if is_noisy { Shape::Noisy } else { shapes[(seed % 5) as usize] },
            start,
            step,
            offset_s,
            rise: (from, from + 12 + dice.below(20)),
            node: dice.pick(&["n1", "worker-03", "ip-10-0-3-17"]),
            other_node: dice.pick(&[None, Some("n9"), Some("worker-30")]),
            is_shared: kind == "node" && seed.is_multiple_of(4),
            app: dice.pick(&["api", "sync", "gateway", "ledger"]),
            unit: format!("{}.service", dice.pick(&["icinga2", "haproxy", "collector"])),
            limit: 0,
            columns: Vec::new(),
            files: Vec::new(),
        };
        this.fill(&mut dice, seed);
        this
    }

    /// A use from `low`, to `high` where it is the case's own.
    fn column(&mut self, dice: &mut Dice, name: &str, labels: Labels, low: i64, high: Option<i64>) {
        let values = (0..N).map(|index| {
            let noise = dice.below(1 + low / 100);
            let Some(top) = high else { return low + noise };
            let grown = if self.shape == Shape::Noisy {
                top as f64 * self.shape.share(index, self.rise)
            } else {
                low as f64 + (top - low) as f64 * self.shape.share(index, self.rise)
            };
            (grown as i64 + noise).min(top)
        });
        self.columns.push((name.to_owned(), labels, values.collect()));
    }

    fn constant(&mut self, name: &str, labels: Labels, value: i64) {
        self.columns.push((name.to_owned(), labels, vec![value; N as usize]));
    }

    fn fill(&mut self, dice: &mut Dice, seed: u64) {
        let (node, app, unit) = (self.node, self.app, self.unit.clone());
        let own = |this: &mut Self, is: &str, limit: i64| {
            let is_own = this.kind == is;
            if is_own {
                this.limit = limit;
            }
            is_own.then_some(limit)
        };
        let neighbour = dice.pick(&["db", "cache", "proxy"]);
        let pid_max = if self.kind == "node" { dice.pick(&[32_768, 49_152, 65_536]) } else { 4_194_304 };
        let pod_max = dice.pick(&[1024, 2048, 4096]);
        let of_container = |node: &str, name: &str| -> Labels {
            let pod = format!("{name}-0");
            vec![("container", name.to_owned()), ("namespace", "shop".into()), ("node", node.into()), ("pod", pod)]
        };
        let of_node = |node: &str| -> Labels { vec![("instance", format!("{node}:9100"))] };
        let of_unit = |node: &str| -> Labels { vec![("instance", format!("{node}:9100")), ("name", unit.clone())] };

        let of_all = own(self, "node", pid_max).map(|limit| limit - 300 - 900);
        let high = of_all.or(own(self, "pod", pod_max));
        let (parts, low) = (if self.is_shared { 2 } else { 1 }, 150 + seed as i64);
        self.column(dice, "container_threads", of_container(node, app), low, high.map(|high| high / parts));
        if self.is_shared {
            self.column(dice, "container_threads", of_container(node, "twin"), low, high.map(|high| high / 2));
        }
        self.column(dice, "container_threads", of_container(node, neighbour), 900, None);
        let stated = if self.kind == "pod" { pod_max } else { 0 };
        if self.kind == "pod" && seed.is_multiple_of(3) {
            // kubelet limits the pod's own control group, the container's is unlimited.
            let pod: Labels = of_container(node, app).split_off(1);
            self.column(dice, "container_threads", pod.clone(), 152 + seed as i64, Some(pod_max));
            self.constant("container_threads_max", pod, pod_max);
            self.constant("container_threads_max", of_container(node, app), 0);
        } else {
            self.constant("container_threads_max", of_container(node, app), stated);
        }
        self.constant("container_threads_max", of_container(node, neighbour), 100_000);
        let file_max = 800_000 + 1000 * dice.below(50);
        let tasks_max = 4915 + dice.below(400);
        for (is, used, most, limit, low, labels) in [
            ("files", "node_filefd_allocated", "node_filefd_maximum", file_max, 40_000, of_node(node)),
            (
                "conntrack",
                "node_nf_conntrack_entries",
                "node_nf_conntrack_entries_limit",
                65_536,
                12_000,
                of_node(node),
            ),
            ("unit", "node_systemd_unit_tasks_current", "node_systemd_unit_tasks_max", tasks_max, 300, of_unit(node)),
        ] {
            let high = own(self, is, limit);
            self.column(dice, used, labels.clone(), low, high);
            self.constant(most, labels, limit);
            if let Some(other) = self.other_node {
                // More than the first node's limit, and far from its own.
                let labels = if is == "unit" { of_unit(other) } else { of_node(other) };
                self.column(dice, used, labels.clone(), limit * 6 / 5, None);
                self.constant(most, labels, limit * 4);
            }
        }
        if let Some(other) = self.other_node {
            self.column(dice, "container_threads", of_container(other, "batch"), 700, None);
            self.constant("container_threads_max", of_container(other, "batch"), 1000);
        }
        self.logs();
        // Of the node that has the pod whose limit is reached nothing but the series tells.
        let stated = self.other_node.filter(|_| self.kind == "pod" && seed.is_multiple_of(2)).unwrap_or(node);
        self.files.push((
            format!("{stated}/sysctl.txt"),
            format!("kernel.pid_max = {pid_max}\nkernel.threads-max = 1545366\n"),
        ));
        if self.kind == "user" {
            self.user(dice);
        }
        let metrics = match dice.below(4) {
            0 => ("metrics.csv", self.table(|at| format!("{}", at * 1000))),
            1 => ("zoned.csv", self.table(|at| self.written(at))),
            2 => ("answer.json", self.answer()),
            _ => ("export.jsonl", self.lines()),
        };
        self.files.push((metrics.0.to_owned(), metrics.1));
    }

    /// `2023-07-23T22:00:00+08:00`
    fn written(&self, at: i64) -> String {
        let minutes = self.offset_s / 60;
        let zone =
            format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60);
        Timestamp::from_seconds(at).to_local(self.offset_s).replace(' ', "T") + &zone
    }

    fn table(&self, time: impl Fn(i64) -> String) -> String {
        let mut text = String::from("\"Time\"");
        for (name, labels, _) in &self.columns {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"\"{value}\"\"")).collect();
            let _ = write!(text, ",\"{{__name__=\"\"{name}\"\", {}}}\"", labels.join(", "));
        }
        for index in 0..N {
            let _ = write!(text, "\n{}", time(self.start + index * self.step));
            for (_, _, values) in &self.columns {
                let _ = write!(text, ",{}", values[index as usize]);
            }
        }
        text + "\n"
    }

    fn metric(name: &str, labels: &Labels) -> String {
        let labels: String = labels.iter().map(|(key, value)| format!(",\"{key}\":\"{value}\"")).collect();
        format!("{{\"__name__\":\"{name}\"{labels}}}")
    }

    fn answer(&self) -> String {
        let series = self.columns.iter().map(|(name, labels, values)| {
            let at = |index: usize| self.start + index as i64 * self.step;
            let values: Vec<String> =
                values.iter().enumerate().map(|(index, value)| format!("[{}, \"{value}\"]", at(index))).collect();
            format!("{{\"metric\":{},\"values\":[{}]}}", Self::metric(name, labels), values.join(","))
        });
        let series: Vec<String> = series.collect();
        format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}\n", series.join(","))
    }

    fn lines(&self) -> String {
        let times: Vec<String> = (0..N).map(|index| format!("{}", (self.start + index * self.step) * 1000)).collect();
        let line = |(name, labels, values): &(String, Labels, Vec<i64>)| {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            let metric = Self::metric(name, labels);
            format!("{{\"metric\":{metric},\"values\":[{}],\"timestamps\":[{}]}}\n", values.join(","), times.join(","))
        };
        self.columns.iter().map(line).collect()
    }

    /// A line of a journal shortly after the limit was reached.
    fn line(&self, after_s: i64, text: &str) -> String {
        let at = Timestamp::from_seconds(self.start + (self.rise.1 + 1) * self.step + after_s);
        let at = at.to_local(self.offset_s);
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = months[at[5..7].parse::<usize>().expect("a month") - 1];
        format!("{month} {} {} {} {text}\n", &at[8..10], &at[11..19], self.node)
    }

    fn logs(&mut self) {
        let eagain = "kubelet[1123]: fork/exec /usr/bin/nice: resource temporarily unavailable";
        let lines: &[&str] = match self.kind {
            _ if self.shape == Shape::Noisy => &[],
            "conntrack" => &["kernel: nf_conntrack: nf_conntrack: table full, dropping packet"],
            "files" => &[
                "kernel: VFS: file-max limit 800000 reached",
                "nginx[9]: accept4() failed (23: Too many open files in system)",
            ],
            "inotify" => &["kubelet[1123]: failed to create fsnotify watcher: too many open files"],
            "node" => &["kubelet[1123]: runtime: failed to create new OS thread (have 5 already; errno=11)", eagain],
            "unit" => &["su[7]: -bash: fork: retry: Resource temporarily unavailable"],
            "user" => &["su[7]: -bash: fork: retry: Resource temporarily unavailable", eagain],
            _ => &["kernel: cgroup: fork rejected by pids controller in /kubepods/burstable/pod1f9e8b0c", eagain],
        };
        let mut journal = self.line(-600, "systemd[1]: Started Session 4 of user root.");
        for (index, line) in lines.iter().enumerate() {
            journal += &self.line(index as i64, line);
        }
        self.files.push((format!("{}/journal.log", self.node), journal));
    }

    /// A listing at the time, and the limit.
    fn user(&mut self, dice: &mut Dice) {
        self.limit = 4096;
        let of_user = if self.shape == Shape::Noisy { 3300 } else { 4096 - dice.below(40) };
        let at = Timestamp::from_seconds(self.start + self.rise.1 * self.step).to_local(self.offset_s);
        let app = self.app;
        let mut text = String::from("USER         PID    PPID NLWP STIME COMMAND\n");
        let _ = writeln!(text, "root           1       0  400 Jul01 /usr/lib/systemd/systemd");
        let _ = writeln!(text, "{app}        2000       1 {} Jul01 /usr/bin/java -jar {app}.jar", of_user - 90);
        let _ = writeln!(text, "{app}        2001       1   90 Jul01 /usr/bin/java -jar {app}-agent.jar");
        let _ = writeln!(text, "root       60000       1    1 {} ps -eo user,pid,ppid,nlwp,stime,args", &at[11..16]);
        let ulimit = "core file size          (blocks, -c) 0\nmax user processes              (-u) 4096\nopen files                      (-n) 65536\n";
        self.files.push(("ps.txt".to_owned(), text));
        self.files.push(("ulimit.txt".to_owned(), ulimit.to_owned()));
    }

    fn analyse(&self) -> Analysis {
        let mut case = Case::new(self.offset_s, Timestamp::from_seconds(self.start + 86_400));
        for (name, text) in &self.files {
            case.add(name, Box::new(MemorySource(text.clone().into_bytes())), Default::default(), false);
        }
        case.read_all();
        case.analysis().clone()
    }

    /// What is wrong with the answer.
    fn faults(&self, analysis: &Analysis, rule: &str, name: Option<LimitName>) -> Vec<String> {
        let mut faults = Vec::new();
        let found: Vec<&str> = analysis.findings.iter().map(|finding| finding.rule.as_str()).collect();
        if found != [rule] {
            let told = analysis.outcomes.iter().map(|it| (&it.rule, &it.outcome, it.why.as_ref().map(|why| &why.id)));
            return vec![format!("{found:?} {:?}", told.collect::<Vec<_>>())];
        }
        let finding = &analysis.findings[0];
        if let Some(name) = name {
            let own = analysis.ceilings.iter().find(|it| it.name == name && it.limit == Some(self.limit as u64));
            match own {
                Some(own) if own.ratio.is_some_and(|ratio| (0.95..1.01).contains(&ratio)) => {}
                _ => faults.push(format!("its ceiling: {own:?}")),
            }
        }
        let others =
            analysis.ceilings.iter().filter(|it| Some(it.name) != name && it.ratio.is_some_and(|it| it > 0.75));
        faults.extend(others.map(|other| format!("another ceiling: {other:?}")));
        let subject = match self.kind {
            "unit" => &self.unit,
            "user" | "pod" if finding.subject.starts_with('/') => "/kubepods/burstable/pod1f9e8b0c",
            "user" | "pod" => self.app,
            "node" => self.node,
            _ => "node",
        };
        if !finding.subject.contains(subject) {
            faults.push(format!("{} is not {subject}", finding.subject));
        }
        let culprit = finding.culprit.as_deref();
        let expected = (self.kind == "node" && !self.is_shared && self.shape.begins()).then_some(self.app);
        if culprit.is_some_and(|it| self.is_shared || !it.contains(self.app)) || expected.is_some() && culprit.is_none()
        {
            faults.push(format!("culprit {culprit:?}"));
        }
        faults.extend(self.since(finding));
        faults
    }

    /// What is wrong with the time that the use is said to have grown since.
    fn since(&self, finding: &Finding) -> Option<String> {
        let topic = if self.kind == "node" { "onset" } else { "growth" };
        let is_measured = !matches!(self.kind, "inotify" | "user");
        let told: Option<&Statement> = finding.statements.iter().find(|it| it.topic == topic);
        let Some(told) = told else {
            return (is_measured && self.shape.begins()).then(|| "nobody says since when".to_owned());
        };
        let said = Texts::new(Lang::En, 0).say(&told.text);
        let range =
            told.text.args.iter().find_map(|(_, arg)| if let Arg::Range(range) = arg { Some(*range) } else { None });
        let range = range.expect("a range");
        let at = Timestamp::from_seconds(self.start + self.rise.0 * self.step);
        let holds = range.start.plus_seconds(-self.step) <= at && at <= range.end.plus_seconds(self.step);
        let is_narrow = range.seconds() <= 4.0 * self.step as f64;
        let is_wrong = self.shape.begins() && !(holds && is_narrow) || self.shape == Shape::Drift;
        is_wrong.then(|| format!("{said} The truth is {at:?}"))
    }
}

#[test]
fn each_limits_case_is_found_by_its_rule_and_by_no_other() {
    let mut faults = Vec::new();
    for seed in SEEDS {
        for (kind, rule, name) in CASES {
            let it = Evidence::new(kind, seed, false);
            let own = it.faults(&it.analyse(), rule, name);
            let told = (it.shape, it.step, it.node, it.other_node, it.files.last().map(|(name, _)| name.as_str()));
            faults.extend(own.into_iter().map(|fault| format!("{kind}, seed {seed}, {told:?}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

#[test]
fn what_stays_at_four_fifths_of_a_limit_is_no_finding() {
    for seed in SEEDS {
        for (kind, _, name) in CASES {
            let it = Evidence::new(kind, seed, true);
            let analysis = it.analyse();
            let found: Vec<&str> = analysis.findings.iter().map(|finding| finding.rule.as_str()).collect();
            assert!(found.is_empty(), "{kind}, seed {seed}: {found:?}");
            let own = analysis.ceilings.iter().find(|own| Some(own.name) == name && own.limit == Some(it.limit as u64));
            let is_near = |ratio: f64| (0.7..0.86).contains(&ratio);
            assert!(name.is_none() || own.is_some_and(|own| own.ratio.is_some_and(is_near)), "{kind}, {seed}: {own:?}");
        }
    }
}
