# English texts of Debrief. Every message here has its twin in zh-CN.ftl; a test fails on a missing or an unused one.

## Page

page-skip = Skip to the panel
page-what = Debrief turns the evidence of an incident into a postmortem that cites it.
page-drop = Drop logs, metrics, listings, an archive or a whole folder here
page-drop-anywhere = Drop to add evidence
page-pick-files = Choose files…
page-pick-folder = Choose a folder…
page-paste-hint = Or paste text or files anywhere on this page. A case file (.debrief) or an export of Debrief opens as a case.
page-example = Open the example incident
page-example-says = : a node that ran out of PIDs, with logs, metrics and limits.
page-example-failed = The example could not be loaded. Reload the page while online and try again.
page-formats-read = Reads support bundles and archives, journals, application and kernel logs, stack dumps of Go, Java, the kernel and others, kubectl output, metrics as CSV, Prometheus or sar, host tables and limits, chat and alerts. Anything else that is text is kept as a plain log.
page-privacy = Nothing leaves this browser: files are read on this machine, there is no server behind this page, and it works offline.
page-panels = Panels
page-panel-findings = Findings
page-panel-trends = Trends
page-panel-stacks = Stacks
page-panel-logs = Logs
page-panel-timeline = Timeline
page-panel-whys = Five Whys
page-panel-postmortem = Postmortem
page-panel-evidence = Evidence
page-panel-workloads = Workloads
page-evidence = Evidence
page-document = Document
page-case-title = Title of the incident
page-untitled = Untitled incident
page-reading = { $done } of { $total } · { $rate }/s
page-reading-paused = { $done } of { $total } · paused
page-time-left = { $left } left
page-reading-label = Reading
page-concluding = Concluding…
page-pause = Pause
page-resume = Resume
page-stop = Stop
page-unpacking = Unpacking { $path }: { $done } of { $total } · { $count ->
    [one] one file
   *[other] { $count } files
}
page-unpacking-paused = Unpacking { $path }: paused · { $count ->
    [one] one file
   *[other] { $count } files
}
page-unpacking-label = Unpacking
page-unpacking-stop = Stop unpacking
page-adding = { $count ->
    [one] Adding one input.
   *[other] Adding { $count } inputs.
}
page-entries-failed = { $count ->
    [one] One entry could not be opened: the browser refused it. Drop it alone to see whether it is readable.
   *[other] { $count } entries could not be opened: the browser refused them. Drop them alone to see whether they are readable.
}
page-saving = saving…
page-saved = saved { $at }
page-not-saved = not saved: { $reason }
page-saved-where = The case is kept in this browser only.
page-storage-full = the browser’s storage is full
page-unsaved = What you do here is not saved ({ $reason }). Save it as a file before you leave.
page-save-file = Save as file
page-inputs-not-kept = This browser has no room for some of the inputs. After a reload they have to be chosen again.
page-history = History
page-undo = Undo
page-redo = Redo
page-undone = Undone: { $what }
page-redone = Done again: { $what }
page-taken-out = { $count ->
    [0] { $path } is out of the analysis. The document cites nothing of it.
    [one] { $path } is out of the analysis. One citation of the document rests on it.
   *[other] { $path } is out of the analysis. { $count } citations of the document rest on it.
}
page-moved = { $count ->
    [one] One event cites { $paths }, whose clock moved by { $by }.
   *[other] { $count } events cite { $paths }, whose clock moved by { $by }.
}
page-move = Move along
page-leave = Leave as is
page-cases = Cases
page-case-copy = { $title } (copy)
page-case-deleted = The case was deleted. This browser holds nothing of it any more.
page-case-busy = This case is open in another tab. Close it there first.
page-case-apart = Another tab changed this case meanwhile. What is on this page goes on as a case of its own, beside it.
page-case-yours = The other tab gave this case up: it can be edited here now.
page-take-over = Edit here instead
page-tab-silent = The other tab does not answer. Close it, and the case can be edited here.
page-older-tab = Another tab runs an older version of Debrief. Close it: the saved cases open as soon as it is gone.
page-newer-tab = A newer version of Debrief runs in another tab. What you wrote here is saved; reload this page to go on.
page-not-left = This case could not be saved, so the page stays with it. Export the document, or make room and try again.
page-persist-refused = The browser did not promise it. Some do once the page is installed or visited more often.
page-keeping = copying { $path } into the browser: { $share }
page-large-not-kept = { $path } could not be copied into the browser: there is not enough room. After a reload it has to be dropped again.
page-zone = Zone of the case
page-zone-help = Zone in which times are shown, and of inputs that do not state one
page-zone-infer = As inferred
page-zone-inferred = { $offset } (inferred)
page-language = Language
page-theme-auto = Colours: as the system
page-theme-light = Colours: light
page-theme-dark = Colours: dark
page-help = Help and keys
page-keys = Keys
page-key-panels = Show a panel
page-key-undo = Undo · redo
page-key-paste = Add pasted text or files as evidence
page-key-cite = Cite what is focused or selected into the document
page-key-trends = On a chart: pan · zoom · show everything
page-key-point = On a chart: cite the point under the crosshair (Shift ← → moves it)
page-key-range = On a chart: cite the shown window · with Alt held, the stretch dragged over
page-key-target = On an event: cite evidence here
page-key-strip = On a mark of the timeline: move the event by 1 min · by 10 s
page-key-search = In logs: search · next · previous
page-key-error = In logs: next · previous error
page-key-line = In logs: go to a line
page-key-why-move = In Five Whys: move a question among the others · take it out · put it under the one above
page-key-why-add = In Five Whys: another answer · ask deeper
page-key-graph = In the graph of causes: go along the edges · write
page-key-graph-edit = In the graph of causes: ask deeper · another answer · cite into it · remove
page-key-close = Close a sheet or a dialog
page-key-help = This list
page-notices = Notices
page-close = Close
page-read-only = Read-only: this case is open in another tab, which does the writing.
page-drop-again = Not kept in this browser; choose again to read on: { $paths }
page-update-ready = A new version of Debrief is ready.
page-update-apply = Switch now
page-update-unprepared = Your latest changes could not be written in the form that a new version reads. They are saved for this version.
page-update-anyway = Switch all the same
page-engine-died-on = The engine stopped while reading { $path }. It was restarted without that input; everything else is unharmed.
page-engine-restarted = The engine stopped and was restarted. Your evidence and document are unharmed.
page-engine-stopped = The engine cannot run. The document is unharmed; reload the page to try again.
page-protocol-mismatch = The page and its engine are of different versions ({ $reason }). Reload the page.
page-digest-failed = The digest could not be computed: the file changed or is gone.
page-language-failed = The texts of that language could not be loaded. Check the connection and try again.

## Evidence and formats
format-analysers = Verdicts of Troubleshoot’s analysers
format-collector-errors = Errors of a bundle’s collectors
format-kubectl-errors = kubectl’s errors instead of answers
format-sos-log = Log of sos report
format-sos-manifest = Manifest of sos report
format-describe = kubectl describe
format-go-runtime = Go crash output
format-journal-iso = Journal or syslog, ISO times
format-journal-short = Journal or syslog
format-kubelet-summary = kubelet summary (/stats/summary)
format-klog = klog (Kubernetes component log)
format-plain = Plain text

evidence-count = { $count ->
    [0] none
    [one] one input
   *[other] { $count } inputs
}
evidence-none = No evidence yet.
evidence-format = { $format } · { $score }
evidence-format-chosen = { $format } · chosen
evidence-records = { $count ->
    [one] 1 record
   *[other] { $count } records
}
evidence-series = { $count } series
evidence-samples = { $count ->
    [one] 1 sample
   *[other] { $count } samples
}
evidence-tasks = { $count ->
    [one] 1 task
   *[other] { $count } tasks
}
evidence-objects = { $count ->
    [one] 1 object
   *[other] { $count } objects
}
evidence-limits = { $count ->
    [one] 1 limit
   *[other] { $count } limits
}
evidence-tables = { $count ->
    [one] 1 table
   *[other] { $count } tables
}
evidence-details = Details
evidence-all = All inputs in detail (8)
evidence-lines-parsed = { $count ->
    [one] 1 line parsed
   *[other] { $count } lines parsed
}
evidence-lines-skipped = { $count } skipped
evidence-lines-failed = { $count } not understood
evidence-zone-in-times = the times state their zone
evidence-zone = zone { $offset }, { $origin }
evidence-year = year { $year }, { $origin }
evidence-shift = shifted by { $shift }
evidence-origin-stated = stated by the input
evidence-origin-person = set by you
evidence-origin-sibling = taken from another input
evidence-origin-nearest = the nearest to { $path }
evidence-origin-default = assumed
evidence-first-byte = First at byte { $byte }
evidence-first-line = First at line { $line }
evidence-correct = Correct…
evidence-correct-format = Format
evidence-guess-delimiter = Cell delimiter
evidence-guess-decimal-mark = Decimal mark
evidence-guess-time-column = Time column
evidence-guess-time-unit = Unit of times
evidence-guess-date-order = Date order
evidence-guess-tab = tab
evidence-guessed = { $reading } (as detected)
evidence-correct-zone = Zone
evidence-correct-year = Year
evidence-correct-day = Day of the first time
evidence-correct-shift = Clock is behind by (s)
evidence-as-detected = As detected
evidence-more = { $count ->
    [one] One more is in the analysis and not listed.
   *[other] { $count } more are in the analysis and not listed.
}
evidence-remove = Remove
evidence-restore = Put back
evidence-state-waiting = waiting
evidence-state-reading = reading
evidence-state-cancelled = stopped: what was read is in the analysis
evidence-state-refused = not read
evidence-state-removed = removed
format-grafana-csv = CSV table over time (Grafana)
format-limits-conf = Login limits (limits.conf, limits.d)
format-proc-sys = Kernel settings (/proc/sys)
format-prometheus-json = Prometheus query answer (JSON)
format-prometheus-text = Prometheus scrape or dump (text, OpenMetrics)
format-monitoring-json = Answer of CloudWatch, Datadog, Grafana or another monitoring service (JSON)
format-promtool = promtool query answer (text)
format-ps = Process listing (ps)
format-sysctl = Kernel settings (sysctl)
format-ulimit = Process limits (ulimit, prlimit, /proc/PID/limits)
format-host-json = A host’s own description (Troubleshoot)
format-iostat = Activity of disks (iostat)
format-vmstat = System activity (vmstat)
format-dmesg = Kernel log (dmesg)
format-cri = Container log
format-terminal = Terminal with several commands
format-systemctl = Units of systemd (status, show, unit files)
format-sockets = Sockets (ss, netstat)
format-resolv-conf = Name servers (resolv.conf)
format-proc-tables = Kernel counters (/proc)
format-proc-status = State of a process (/proc/PID/status)
format-probes = Probes by hand (nslookup, dig, nc, shell errors)
format-mount = Mounts
format-memory = Memory of the host (free, /proc/meminfo)
format-lsof = Open files by process (lsof)
format-kubelet-config = kubelet configuration
format-iptables-save = Packet filter (iptables-save)
format-host-info = Host (uname, uptime, lscpu)
format-date = Date and zone (date, timedatectl)
format-df = Use of file systems (df)
format-container-inspect = A container as its runtime describes it (docker inspect, crictl inspect)
format-containers = Containers of a runtime (docker ps, crictl ps)
format-calico = calicoctl node status
format-ceph = Ceph state (ceph -s, ceph osd tree)
format-cgroup = Control groups (pids.max, memory.max, events)
format-top = Process listing (top)
format-sar = System history (sar)
format-sadf-xml = System history as XML (sadf -x)
format-sadf-json = System history as JSON (sadf -j)
format-sadf = System history (sadf -d, sadf -p)
format-pidstat = Statistics per process (pidstat)
format-loadavg = Load and tasks (/proc/loadavg)
format-victoria-json = VictoriaMetrics export (JSON lines)
format-alerts = Alert list (Alertmanager, amtool)
format-chat = Chat log
format-access-log = Access log (nginx, Apache, proxies, IIS)
format-apache-error = Error log of Apache
format-coredns = CoreDNS log
format-dmesg-human = Kernel log (dmesg -H)
format-docker-json = Container log (Docker JSON)
format-git-log = git log
format-helm = helm history, helm list
format-helm-json = helm history, helm list (JSON)
format-java-exception = Java exceptions without times
format-journal-boot = Journal, seconds since boot
format-journal-epoch = Journal, seconds since 1970
format-journal-export = Journal, export form
format-journal-full = Journal with weekday and zone
format-journal-json = Journal as JSON
format-json-export = Exported log (JSON document)
format-json-lines = Structured log (JSON lines)
format-jul = Java log (java.util.logging)
format-log-table = Exported log (table)
format-logfmt = Structured log (logfmt)
format-mysql-slow = Slow queries of MySQL
format-wevtutil = Windows events (wevtutil)
format-nginx-error = Error log of nginx
format-python-log = Log with levels and no times (Python, .NET)
format-rollout-history = kubectl rollout history
format-stamped = Application log
format-syslog = Syslog with priorities
format-csv-table = CSV or TSV table over time
format-go-goroutine = Go stacks (goroutines)
format-java-core = Javacore (OpenJ9)
format-java-dump-file = Java threads written to a file (jcmd Thread.dump_to_file, Spring)
format-java-threads = Java threads (jstack, jcmd, JMX)
format-kernel-stack = Kernel stacks (crash, sysrq, /proc/PID/stack)
format-dotnet-stack = .NET stacks (SOS, dotnet-stack)
format-go-profile = Go profile (pprof)
format-native-stack = Native stacks (gdb, pstack, eu-stack)
format-node-stack = Node.js report, fatal or uncaught error
format-python-stack = Python stacks (faulthandler, py-spy, pystack)
format-rust-panic = Rust panic
format-get-events = kubectl get events
format-get-table = kubectl get or top, a table
format-kube-json = kubectl get -o json
format-kube-yaml = kubectl get -o yaml
evidence-day = day { $day }, { $origin }

## Issues

issue-empty = The input is empty
    .help = It has no bytes. Check that the command that wrote it produced output, and add it again.
issue-binary = Not text
    .help = The bytes are not text and not a format that is read yet. Export it as text (journalctl, kubectl … -o yaml) and add that.
issue-compressed = Packed in a way that is not read
    .help = Unpack it with the tool that packed it (7z x, unrar x, tar xf for sparse files) and drop the files or the folder.
issue-encrypted = Encrypted
    .help = It cannot be read without its password, which is never asked for here. Unpack it yourself and drop the files; everything else in the archive is read.
issue-archive-cut = The archive ends early
    .help = What lies before the cut is in the analysis. The download or the copy was interrupted: compare the size with the original’s and get it again.
issue-archive-damaged = What was unpacked is damaged
    .help = Bytes or a checksum are not what was packed. What came before is in the analysis; get the file again before you rely on the rest.
issue-too-deep = An archive inside too many others
    .help = Archives are opened four deep. Unpack the outer ones and drop what they hold.
issue-unpack-ratio = Unpacking grew without end
    .help = More than 1,000 bytes came out for each byte that went in, which no log does. Unpacking was ended there; what came before is in the analysis.
issue-unpack-bytes = More is packed than is taken
    .help = Unpacking ends at 16 GiB. Unpack the archive yourself and drop the part you need.
issue-unpack-entries = More entries than are taken
    .help = Unpacking ends at 100,000 entries. Unpack the archive yourself and drop the folders you need.
issue-unpack-stopped = Unpacking was stopped
    .help = What had come out is in the analysis. Drop the archive again for the rest.
issue-read-failed = Reading stopped
    .help = The file changed, moved or lost its permission while it was being read. Add it again; what was read so far is in the analysis.
issue-reader-died = Reading it failed by an error of Debrief
    .help = Nothing of this input takes part; everything else does. Try it as another format, or report the error with the first lines of the file.
issue-indexed = So large that only every 64th line keeps its time and level
    .help = All of it was read, counted and searched, and lines that a finding needs keep theirs. For times at every line, open a part of the file: the hours around the incident.
issue-too-large = Too large to be held whole
    .help = Only the beginning was read. Split the document, or export a shorter time range.
issue-far-down = A JSON answer too far down
    .help = Answers in JSON behind very much other output are not read. Put each into a file of its own.
issue-not-utf8 = Bytes that are not UTF-8
    .help = They are shown as �. If the text is in another encoding, convert it first (iconv -t utf-8).
issue-nul-bytes = NUL bytes in the text
    .help = Often the mark of a host that went down while it was writing, or of a log rotated by copy and truncate. The lines around them are read.
issue-line-too-long = A line is too long
    .help = Only its first 64 KiB were parsed. The whole line can be looked at in the file itself.
issue-plain-text = No format recognised
    .help = Kept as a plain log: lines can be read, searched and cited. Choose a format under “Correct…” if you know it.
issue-unparsed-lines = Lines that were not understood
    .help = They are not in the analysis, but can be read and cited. Choose another format under “Correct…” if there are many.
issue-truncated-document = The document ends early
    .help = It stops before it is complete: the command was interrupted or the copy was cut. Collect it again if you can.
issue-bad-number = Cells that are not numbers
    .help = They are left out, as gaps. Check the export’s number format.
issue-bad-time = Times that could not be read
    .help = Their lines have no place in time. Check the export’s time format.
issue-unsorted-times = Rows out of order
    .help = They were sorted by time. Nothing is lost.
issue-duplicate-times = Several rows with one time
    .help = All are kept. Two exports may have been joined.
issue-zone-assumed = The times have no zone
    .help = One was assumed, as the clock line says. Set it under “Correct…” if it is another.
issue-year-inferred = The times have no year
    .help = One was inferred, as the clock line says. Set it under “Correct…” if it is another.
issue-order-guessed = Day and month could be swapped
    .help = No row tells which comes first in its dates. What each reading means stands under “Correct…”: choose there.
issue-steps-back = The times step back by more than a day
    .help = From this line on they are earlier than above. Two logs may have been joined, or the clock was set. All lines keep their times.
issue-same-content = The same content twice
    .help = Another input has exactly these bytes. Remove one, so that nothing is counted twice.
issue-quantity-assumed = What is counted was taken from the file’s name
    .help = The numbers do not say what they are. Rename the file after the query if the heading of the chart is wrong.
issue-snapshot-without-time = Not said when it was taken
    .help = The output has no time of its own, so it is not placed on the timeline. Put the output of date in front next time.
issue-no-thread-rows = Processes, or only some threads
    .help = Threads count against the limits. Collect with ps -eLf, or with the NLWP column (ps -eo pid,nlwp,args).
issue-inner-listing = Made inside a container
    .help = Process 1 is no init, as in a container: these are not all threads of the node. For the node’s limits, collect on the node itself.
issue-day-inferred = The times have no date
    .help = The day was taken from the other evidence, as the clock line says. If it is another, give the day under “Correct…”.
issue-redacted = Values were hidden by whoever collected this
    .help = Tools that collect bundles write ***HIDDEN*** in place of secrets and addresses. What stands there is not unset: it is not shown, and nothing is concluded from it.
issue-day-unknown = The times have no date
    .help = Nothing else in the case tells which day they are of, so they are not on the timeline. Give the day under “Correct…”, or add other evidence of that day.
issue-times-disagree = Two time columns disagree
    .help = Their instants differ by more than a zone explains. The written times are used; the other column is left out. Check which of the two clocks is right.
issue-no-rows = A table without rows, or an empty answer
    .help = There is a header and nothing below it, or an answer that holds nothing: the panel was empty, or the export was cut. Export again with a wider time range.
issue-too-many-series = More series than are kept
    .help = The first 100,000 series (20,000 columns of a table) were read. Export fewer at a time: filter by namespace, pod or metric.
issue-document = A document, kept as text
    .help = No rule asks for documents of this kind. Its lines can be read, searched and cited.
issue-newest-first = A dump of threads stands newest line first
    .help = Whose frame a line is cannot be told backwards, so the dump is not read. Export the log oldest first (logcli --forward, tac) and add that.
issue-shared-line = Entries on one line
    .help = Each entry has its own time and level, and what is cited of it are its bytes, but all have the number of that line. In Logs each has a line of its own if you add the file as jq . prints it (jq . export.json > lines.json).
issue-levels-derived = Errors are told by the status code
    .help = An access log states no levels. Answers of 500 and above count as errors, as in most monitoring; 4xx do not, since the client may be wrong.
issue-not-kept = Not here: the browser did not keep it
    .help = It was too large, or there was no room. Choose this file again: what was chosen for it and what cites it is still here.

## Findings

rule-host-conntrack-table-full = Table of tracked connections was full
rule-host-file-system-full = A file system had no room left
rule-host-inotify-exhausted = inotify watches or instances of a user ran out
rule-host-name-not-resolved = Names could not be resolved (DNS)
rule-host-open-files-exhausted = Open files ran out
rule-host-unit-tasks-exhausted = A unit ran out of tasks (TasksMax)
rule-host-user-processes-exhausted = A user ran out of tasks (ulimit -u)
rule-kube-crash-loop = A container ends again and again, and nothing else explains it
rule-kube-evicted-pressure = Pods were evicted from a node that ran short
rule-kube-image-pull-failed = An image cannot be pulled
rule-kube-oom-killed = A container or process was OOM-killed
rule-kube-pod-pids-exhausted = A pod ran out of tasks (its pids limit)
finding-join-derived = derived from what both sides print
finding-join-suspected = suspected: it agrees, nothing printed proves it
finding-refusal-pod = The cgroup is that of pod { $pod }: its UID is in the path ({ $class }).
finding-refusal-of-pod = { $count ->
    [one] One line of this pod says, within a minute of the rejection,
   *[other] { $count } lines of this pod say, within a minute of the rejection,
 } that a thread or process could not be started ({ $class }).
finding-refusal-near = { $count ->
    [one] One line says, within a minute of the rejection,
   *[other] { $count } lines say, within a minute of the rejection,
 } that a thread or process could not be started; which pod wrote that cannot be told ({ $class }).
finding-refusal-growth = Threads of { $name } grew from { $before } to { $peak } ({ $class }).
rule-cross-call-chain-stalled = Calls are stuck over several layers
missing-caller-stacks = Stacks of the program that starts these processes (kubelet: kubectl get --raw "/api/v1/nodes/NODE/proxy/debug/pprof/goroutine?debug=2", or kill -ABRT, which ends it)
missing-process-list = All processes with their parents (ps -eo pid,ppid,stat,lstart,args)
missing-server-stacks = Stacks of the daemon that these processes call (curl --unix-socket SOCKET "http:/debug/pprof/goroutine?debug=2", or kill -QUIT, which ends it)
missing-kernel-stacks = Kernel stacks of the daemon’s threads (for t in /proc/PID/task/*; do echo "== $t $(cat $t/comm)"; cat $t/stack $t/syscall; done; or crash: foreach PID bt)
outcome-stall-one-layer = { $count ->
    [one] One layer of a stall is in the evidence, nothing that joins it with another: { $shown }
   *[other] Layers of a stall are in the evidence; whether they belong together cannot be told: { $shown }
}
outcome-stall-lone = A goroutine has waited for { $minutes } min; whether others wait for it, and for what it waits, is not in the evidence.
outcome-stall-none = { $count ->
    [one] The one goroutine has not
   *[other] None of { $count } goroutines has
 } waited for long for another process or in a system call.
outcome-stall-pleg = { $count ->
    [one] kubelet could not list its pods any more (PLEG), which makes the node NotReady; what it waits for is not in the evidence.
   *[other] kubelet could not list its pods any more (PLEG, { $count } lines), which makes the node NotReady; what it waits for is not in the evidence.
}
finding-stall-title = A chain of calls stands still: { $chain }
finding-stall-program = a Go program
finding-stall-program-of = a Go program with code of { $name }
finding-stall-caller = { $count ->
    [one] One goroutine of { $name } waits
   *[other] { $count } goroutines of { $name } wait
 } for child processes, up to { $minutes } min; { $blocked } more are blocked behind { $lock }.
finding-stall-caller-alone = { $count ->
    [one] One goroutine of { $name } waits
   *[other] { $count } goroutines of { $name } wait
 } for child processes, up to { $minutes } min.
finding-stall-asker = { $count ->
    [one] One goroutine of { $name } waits
   *[other] { $count } goroutines of { $name } wait
 } for the answer of another process, up to { $minutes } min.
finding-stall-by-method = { $waiting ->
    [one] one goroutine waits
   *[other] { $waiting } goroutines wait
 } for the answer of { $method }, and { $count ->
    [one] one that serves it is blocked
   *[other] { $count } that serve it are blocked
 }
finding-stall-children = { $count ->
    [one] One process of { $name } runs.
   *[other] { $count } processes of { $name } run.
}
finding-stall-server = { $count ->
    [one] One goroutine of { $name } is blocked
   *[other] { $count } goroutines of { $name } are blocked
 } behind { $lock }, up to { $minutes } min; { $holder } holds it, in { $where } ({ $class }).
finding-stall-server-suspect = { $count ->
    [one] One goroutine of { $name } is blocked
   *[other] { $count } goroutines of { $name } are blocked
 } behind { $lock }, up to { $minutes } min; { $holder } probably holds it, in { $where } ({ $class }).
finding-stall-server-unowned = { $count ->
    [one] One goroutine of { $name } is blocked
   *[other] { $count } goroutines of { $name } are blocked
 } behind { $lock }, up to { $minutes } min; who holds it is not visible.
finding-stall-kernel = In the kernel, { $task } is in the system call { $call }, in { $frame }.
finding-stall-join = What joins this with the next layer: { $by } ({ $class }).
finding-stall-by-pid = { $count ->
    [one] one of the { $of } processes that goroutines wait for by number is
   *[other] { $count } of the { $of } processes that goroutines wait for by number are
 } in the list
finding-stall-by-parent = { $count ->
    [one] one of them is a child
   *[other] { $count } of them are children
 } of process { $pid }
finding-stall-by-count = { $waiting ->
    [one] one goroutine waits
   *[other] { $waiting } goroutines wait
 } for a child and { $count ->
    [one] one such process runs
   *[other] { $count } such processes run
 }; { $others ->
    [one] one other program
   *[other] { $others } other programs
 } would do as well
finding-stall-by-reasons = { $reasons }
finding-stall-reason-count = { $count ->
    [one] one process runs
   *[other] { $count } processes run
 } and { $blocked ->
    [one] one goroutine is
   *[other] { $blocked } goroutines are
 } blocked
finding-stall-reason-name = { $name } and the daemon share their name
finding-stall-reason-sample = the dump of one of them waits for an answer in { $call }
finding-stall-by-address = both print the buffer { $address } as an argument of { $call }
finding-stall-by-descriptor = the same program is in { $call } on the same descriptor { $fd }; { $others ->
    [0] no other task is
    [one] one other task is
   *[other] { $others } other tasks are
 } as well
finding-stall-by-command = the same program is in { $call }; { $others ->
    [0] no other task of it is
    [one] one other task of it is
   *[other] { $others } other tasks of it are
 } as well, and a goroutine’s number is no thread’s
finding-stall-by-call = the only kernel stack in the evidence is in { $call } too; nothing in it names the program
finding-stall-apart = Nothing in the evidence joins this with the next layer: neither process numbers nor counts nor names agree.
finding-stall-gap = Here the evidence has a gap. { $untold } It would take: { $needed }
finding-stall-gap-caller = Which program waits for these processes?
finding-stall-gap-children = Which processes are waited for, and how many are there?
finding-stall-gap-server = Which daemon do these processes wait for, and who holds its lock?
finding-stall-gap-kernel = Where in the kernel does the holder wait?
finding-stall-end-call = { $task } is in the system call { $call }: what it waits for there cannot be told from this side.
finding-stall-end-task = { $task } blocks everybody; it is in no system call.
finding-stall-end-netlink = It waits in { $frame } for the answer to a netlink request. { $count ->
    [one] The one other kernel task in the evidence does not run
   *[other] Of { $count } other kernel tasks in the evidence none runs
 } netlink or rtnl code: the answer never came, and who owes it is not visible in this evidence.
finding-stall-end-netlink-alone = It waits in { $frame } for the answer to a netlink request. The evidence holds no other kernel task: who owes the answer cannot be told. A list of all blocked tasks would show it (echo w > /proc/sysrq-trigger; crash: foreach UN bt).
finding-stall-end-related = It waits in { $frame }. Other kernel tasks run related code and are to be looked at next: { $related }.
finding-stall-end-kernel = It waits in { $frame }. { $count ->
    [one] The one other kernel task in the evidence does not run
   *[other] Of { $count } other kernel tasks in the evidence none runs
 } related code: who owes the answer is not visible in this evidence.
finding-stall-end-alone = It waits in { $frame }. The evidence holds no other kernel task: who owes the answer cannot be told. A list of all blocked tasks would show it (echo w > /proc/sysrq-trigger; crash: foreach UN bt).
finding-stall-pleg = kubelet’s PLEG stopped at { $at } (log time minus age), { $after } after the wait began: an effect of it, not its cause.
finding-stall-pleg-before = kubelet’s PLEG stopped at { $at } (log time minus age), before this wait began: something else stopped it first.
finding-stall-pleg-alone = kubelet’s PLEG stopped at { $at } (log time minus age); when the wait began cannot be told.
finding-stall-why = Why does none of these calls return?
finding-stall-ask-timeout = Why does the call at the end of the chain have no timeout?
finding-stall-ask-again = Is the same task still there a few minutes later?
finding-crash-title = Container { $container } of { $subject } is in a crash loop
finding-crash-pod-title = { $subject } is in a crash loop
finding-crash-again-title = Container { $container } of { $subject } restarted again and again, the last time after an error
finding-crash-restarts = { $pods ->
    [one] It was restarted { $restarts ->
        [one] once
       *[other] { $restarts } times
    }.
   *[other] { $pods } pods loop; together they were restarted { $restarts } times.
}
finding-crash-exit = Its last run ended with exit code { $code } ({ $reason }).
finding-crash-exit-lived = Its last run ended after { $lived } with exit code { $code } ({ $reason }).
finding-crash-said = The log of its last run says near its end: “{ $quoted }”. That need not be the cause.
finding-crash-why = Why did { $subject } restart again and again?
question-crash-change = Did it ever run so, and what was changed since: image, arguments, configuration, secrets?
question-crash-needs = What does it need at its start that may not be there?
outcome-crash-explained = { $count ->
    [one] The container that ends again and again does not do so by itself: it was killed for its memory, by its probe or with its node, or was refused a task.
   *[other] The { $count } containers that end again and again do not do so by themselves: they were killed for their memory, by their probes or with their node, or were refused a task.
}
outcome-crash-none = { $count ->
    [one] The only container does not end again and again, as far as its state says.
   *[other] None of { $count } containers ends again and again, as far as their states say.
}
outcome-crash-stateless = { $count ->
    [one] One pod was restarted often, and no state says how its containers ended.
   *[other] { $count } pods were restarted often, and no state says how their containers ended.
}
rule-kube-probe-kill-loop = A liveness probe kills a container again and again
finding-oom-alone-title = Container { $container } was OOM-killed
finding-oom-title = Container { $container } of { $subject } was OOM-killed
finding-oom-kernel-title = Process { $process } was OOM-killed by the kernel
finding-oom-unit-title = A process of { $process } was OOM-killed
finding-oom-unit = systemd or the container’s runtime says that a process of { $process } was OOM-killed.
finding-oom-state = { $pods ->
    [one] Its last run ended as OOMKilled; it restarted { $restarts ->
        [one] once
       *[other] { $restarts } times
    }.
   *[other] The last runs of { $pods } pods ended as OOMKilled; together they restarted { $restarts } times.
}
finding-oom-kernel = { $count ->
    [one] The kernel logged one OOM kill that concerns { $process }.
   *[other] The kernel logged { $count } OOM kills that concern { $process }.
}
finding-oom-limit = Its memory limit is { $limit }.
finding-oom-by-limit = A control group reached its own memory limit; the node still had memory.
finding-oom-by-limit-used = A control group reached its own memory limit: { $used } of { $limit } were used. The node still had memory.
finding-oom-by-node = The node ran out of memory, and the kernel chose this process among all of them: it need not be the one that grew.
finding-oom-held = By the kernel’s table, { $count ->
    [one] process { $name } ({ $pid }) held most: { $held } resident
   *[other] { $count } processes named { $name } held most: { $held } resident, the largest of them ({ $pid }) { $largest }
 }; all listed processes together { $all }, what they share counted for each.
finding-oom-held-other = By the kernel’s table, { $count ->
    [one] process { $name } ({ $pid }) held most: { $held } resident
   *[other] { $count } processes named { $name } held most: { $held } resident, the largest of them ({ $pid }) { $largest }
 }; all listed processes together { $all }, what they share counted for each. What was killed is another: { $victim }.
finding-oom-pages = { $count } pages
finding-oom-node-report = Its node reported at that time that it had run out of memory.
finding-oom-likely-limit = It has a limit of { $limit }, and no input says that the node ran out: most likely it reached its limit. The kernel’s log would settle it.
finding-oom-unlimited = No limit of its own was collected: the node, or a group above the container, may have run out.
finding-oom-why = Why was container { $container } killed?
question-oom-growth = Did its memory grow until it was killed, or is the limit below what it needs?
question-oom-heap = How large may the program’s own heap become (-Xmx, MaxRAMPercentage, GOMEMLIMIT), against the limit?
question-oom-whose = Which container did this process belong to?
outcome-oom-stated = An OOM kill is written in the evidence, but in no container’s state that was collected.
outcome-oom-unexplained = { $count ->
    [one] One container ended with exit code 137 and no reason: a child of its process may have been OOM-killed.
   *[other] { $count } containers ended with exit code 137 and no reason: children of their processes may have been OOM-killed.
}
outcome-oom-stateless = Containers restarted, but nothing says how their runs ended.
outcome-oom-none = { $count ->
    [one] The one container whose state was collected was not OOM-killed, as far as that says.
   *[other] None of { $count } containers was OOM-killed, as far as their states say.
}
missing-pod-states = States of the containers (kubectl get pods -o json, or kubectl describe pod)
finding-probe-title = Container { $container } of { $subject } is killed by its liveness probe again and again
finding-probe-kills = { $pods ->
    [one] kubelet killed it { $count ->
        [one] once
       *[other] { $count } times
    } for its liveness probe.
   *[other] kubelet killed it { $count } times for its liveness probe, in { $pods } pods.
}
finding-probe-refused = Nothing was listening where the probe connected ({ $count ->
    [one] once
   *[other] { $count } times
 }).
finding-probe-status = The application answered the probe with an error ({ $count ->
    [one] once
   *[other] { $count } times
 }).
finding-probe-timeout = The application did not answer the probe in time ({ $count ->
    [one] once
   *[other] { $count } times
 }).
finding-probe-other = The probe failed otherwise ({ $count ->
    [one] once
   *[other] { $count } times
 }).
finding-probe-never-ready = The last run lived { $lived }, and a probe that never succeeds kills between { $from } and { $to } after the start: the application did not get ready in the time that its probe allows.
finding-probe-later = The last run lived { $lived }, far longer than the { $to } after which a probe kills that never succeeds: the application was ready and later stopped answering.
finding-probe-not-memory = It was not OOM-killed: its state gives no such reason.
finding-probe-why = Why did container { $container } fail its liveness probe?
question-probe-waited = What did the application wait for when it did not answer: a dependency, a lock, a full disk, memory?
question-probe-start = How long does a healthy start take under load, and would a startup probe allow it?
outcome-probe-starved = Probes failed because no task could be created to run them: the kills are an effect of that.
outcome-probe-memory = The container that its probe killed was also OOM-killed, which explains the failing probe.
outcome-probe-once = { $pod } was killed by its liveness probe once, which may have been right.
outcome-probe-none = Containers ended, and none of the events that were collected (clusters keep them for about an hour) tells of a kill by a liveness probe.
outcome-probe-before-events = Containers ended before the first of the events that were collected (clusters keep them for about an hour): whether a liveness probe killed them is not shown.
outcome-probe-no-events = { $count ->
    [one] One container was ended by a signal, and no events were collected that could tell whether a probe did it.
   *[other] { $count } containers were ended by a signal, and no events were collected that could tell whether probes did it.
}
finding-evict-title = { $count ->
    [one] Node { $node } evicted a pod for lack of { $resource }
   *[other] Node { $node } evicted { $count } pods for lack of { $resource }
}
finding-evict-title-unplaced = { $count ->
    [one] A pod was evicted for lack of { $resource }
   *[other] { $count } pods were evicted for lack of { $resource }
}
finding-evict-memory = memory
finding-evict-disk = disk space
finding-evict-inodes = inodes
finding-evict-pids = process ids
finding-evict-pods = { $count ->
    [one] kubelet evicted { $pod }: the node was low on { $resource }.
   *[other] kubelet evicted { $count } pods, { $pod } among them: the node was low on { $resource }.
}
finding-evict-threshold = Less than the threshold of { $threshold } was left: { $available } ({ $signal }).
finding-evict-use = Container { $container } of { $pod } used { $used } and had requested { $request }; it need not be what filled the node.
finding-evict-reported = The node reported the pressure itself.
finding-evict-why = Why was { $pod } evicted?
question-evict-filled = What filled the node: a container without a request, logs, images, processes?
outcome-evict-unknown = { $count ->
    [one] A pod was evicted, and nothing collected says for lack of what.
   *[other] { $count } pods were evicted, and nothing collected says for lack of what.
}
outcome-evict-pressure = A node was under pressure, but no input names a pod that was evicted for it.
outcome-evict-own-limit = Pods were evicted for a limit of their own; the node was not short.
outcome-evict-relieved = kubelet met a threshold and freed enough without evicting a pod.
outcome-evict-unsaid = A node no longer says whether it is under pressure.
outcome-evict-none = No pod, node or event that was collected tells of pressure or an eviction.
missing-evicted-pods = Pods with status, reason and message, evicted ones too (kubectl get pods -A -o json)
missing-eviction-log = kubelet’s log of the node (journalctl -u kubelet)
finding-pull-title = Image { $image } cannot be pulled
finding-pull-over-title = Image { $image } could not be pulled at first
finding-pull-over = It was there later: nothing waits for it any more.
finding-pull-pods = { $count ->
    [one] { $pod } waits for it.
   *[other] { $count } pods wait for it, { $pod } among them.
}
finding-pull-unreachable = The registry could not be reached.
finding-pull-certificate = The registry’s certificate was not accepted.
finding-pull-unauthorised = The registry refused the credentials, or got none.
finding-pull-not-found = The registry has no such image or tag.
finding-pull-rate-limit = The registry gives out no more for now: its rate limit was reached.
finding-pull-why = Why was image { $image } not pulled?
question-pull-change = Which change brought this image reference, or changed what the registry answers?
question-pull-nodes = Can other nodes pull it, and do they have it already?
outcome-pull-waiting = { $count ->
    [one] One container waits to be created, and nothing collected says for what.
   *[other] { $count } containers wait to be created, and nothing collected says for what.
}
outcome-pull-held = { $count ->
    [one] One container waits to be created, and the warnings about its pod do not say whether it has its image.
   *[other] { $count } containers wait to be created, and the warnings about their pods do not say whether they have their images.
}
outcome-pull-none = { $count ->
    [one] The one container whose state was collected has its image.
   *[other] All { $count } containers have their image.
}
rule-stack-lock-convoy = Many tasks wait behind one lock
rule-stack-deadlock = Tasks wait for each other (deadlock)
missing-stack-dump = Stack dumps with states and waits (goroutine?debug=2, SIGQUIT, jstack -l)
missing-second-dump = A second stack dump, some minutes after the first
missing-ownable-synchronizers = A thread dump with ownable synchronizers (jstack -l, jcmd Thread.print -l)
outcome-convoy-traffic = Some tasks wait for locks; the dumps do not show that this is more than traffic.
outcome-convoy-no-states = The dumps do not say which tasks wait for locks.
outcome-convoy-no-waiters = { $count ->
    [one] The one task in the dumps does not wait for a lock.
   *[other] Of { $count } tasks in the dumps none waits for a lock.
}
outcome-convoy-circle = All { $count } tasks that wait for locks are in a circle or behind one: no single owner holds them up.
outcome-deadlock-none = { $count ->
    [one] The one task in the dumps is not
   *[other] Of { $count } tasks in the dumps none is
 } in a circle, and every lock that is waited for has an owner that the dumps state.
outcome-deadlock-owner-unstated = Locks are waited for whose owner the dump does not state: a circle through them can be neither shown nor ruled out.
outcome-deadlock-not-whole = The dumps break off or do not say what is waited for: what is missing may close a circle.
finding-convoy-waiters = { $count ->
    [one] One task is
   *[other] { $count } tasks are
 } blocked behind { $lock }, the first of them for { $minutes } min or more.
finding-convoy-waiters-unsaid = { $count ->
    [one] One task is
   *[other] { $count } tasks are
 } blocked behind { $lock }; the dump does not say for how long.
finding-convoy-owner = { $holder } holds it ({ $class }), in { $where }: { $reasons }.
finding-convoy-title-suspect = { $count ->
    [one] One of the { $tasks } waits
   *[other] { $count } { $tasks } wait
 } behind one lock, { $longest }: { $lock }, probably held by { $holder } in { $where } ({ $class }).
finding-convoy-suspect = { $holder } probably holds it ({ $class }), in { $where }: { $reasons }.
finding-convoy-onset = The wait began at { $at } or a few minutes earlier: { $minutes } min before the dump.
finding-convoy-held = { $holder } holds the same lock in another dump, { $seconds } s apart.
finding-convoy-held-unsaid = { $holder } holds the same lock in another dump.
finding-convoy-why = Why does nobody get past { $lock }?
finding-convoy-ask-timeout = What does the owner wait for, and why has that no timeout?
finding-convoy-ask-second = Does a second dump, some minutes later, show the same owner?
finding-deadlock-title = Deadlock: { $holders } wait for each other’s locks; { $count } tasks are blocked for good ({ $class })
finding-deadlock-edge = { $waiter } waits for { $lock } in { $where }; { $holder } holds it.
finding-deadlock-reported = The virtual machine reports the same circle itself.
finding-deadlock-not-reported = The virtual machine itself reports no deadlock here; the circle follows from what each of its members says it holds and wants.
finding-deadlock-behind = { $count ->
    [one] One more task is blocked behind the circle.
   *[other] { $count } more tasks are blocked behind the circle.
}
finding-deadlock-again = { $count } dumps show the same circle with the same locks.
finding-deadlock-why = Why are { $holders } deadlocked?
finding-deadlock-claim = { $holders } each hold what another of them waits for: none can be the first to let go.
finding-deadlock-ask-order = In which order do these paths take their locks, and where do they differ?
finding-deadlock-ask-change = What changed before this happened for the first time?
rule-host-pid-space-exhausted = Node ran out of task slots (PIDs and threads)
time-unknown = an unknown time

finding-pid-title = Threads on the node filled { $limit } ({ $value }): no process could fork
finding-pid-title-near = Threads on the node come close to { $limit } ({ $value })
finding-pid-ceiling = Threads on the node peaked at { $used }, { $ratio } of { $limit } ({ $value }), at { $at }.
finding-pid-ceiling-containers = Threads in containers peaked at { $used }, { $ratio } of { $limit } ({ $value }), at { $at }. The host’s own threads come on top and were not collected.
finding-pid-ceiling-reconciled = Threads on the node peaked at about { $used }, { $ratio } of { $limit } ({ $value }), at { $at }: { $containers } in containers and { $host } of the host itself.
finding-pid-close = { $other } ({ $value }) was { $ratio } full at the same time: whether it or { $limit } refused the tasks cannot be told.
finding-pid-failures = { $range }: { $count ->
    [one] one line reports
   *[other] { $count } lines report
} that a task could not be created: { $said }.
finding-pid-failures-untimed = { $count ->
    [one] One line reports
   *[other] { $count } lines report
} that a task could not be created: { $said }. They carry no time.
finding-task-said-errno = EAGAIN (errno 11)
finding-task-said-some = EAGAIN (errno 11), where they name an error
finding-task-said-runtime = the runtime had no new thread, and does not say which error the system gave
finding-pid-onset = Threads began to grow within { $range }, from { $baseline } to { $peak }.
finding-pid-grew = Threads grew from the first sample on, from { $baseline } to { $peak } within { $range }: when this began is not shown.
finding-pid-shared = No single one carries the growth: { $parts }.
finding-pid-shared-part = { $name } { $share }
finding-pid-culprit = { $culprit } grew from { $baseline } to { $peak } threads: { $share } of the growth.
finding-pid-holder = Of the node’s threads { $process } had { $used }, { $ratio }. The listing shows who has them, not since when.
finding-pid-holder-container = Of the node’s threads { $process } had { $used }, { $ratio }; by its name it is { $container }. The listing shows who has them, not since when.
finding-pid-victim-have = The process whose failure stands in the log of { $reporter } had only { $have ->
    [one] one thread
   *[other] { $have } threads
 } itself: a victim, not the leak.
finding-pid-victim-probes = While tasks were refused, probes of { $count ->
    [one] one other pod
   *[other] { $count } other pods
 } failed: { $names }.
finding-pid-victim-restarted = { $pod } could not fork its exec probe and was restarted by its liveness probe at { $at }.
finding-pid-victim-restarted-untimed = { $pod } could not fork its exec probe and was restarted by its liveness probe.
finding-pid-ruled-out = { $limit } ({ $value }) was not reached: even all { $used } threads of the node are { $ratio } of it.
finding-pid-ruled-out-own = { $limit } ({ $value }) was not reached: { $of } has most, { $used } threads, { $ratio } of it.
finding-task-headroom = { $share } of { $limit } were passed at { $at }, { $left } before the first refused task: time that an alert would have given.
finding-task-forks-leak = Tasks were created at { $before } a second before the growth and at { $during } during it, while { $kept } a second stayed: a leak, no storm of short-lived tasks.
finding-task-forks-storm = Tasks were created at { $before } a second before the growth and at { $during } during it, while only { $kept } a second stayed: a storm of short-lived tasks.
finding-task-rest = The node counts { $node } threads at { $at }, its containers { $containers }. The other { $rest } are the host’s own, as many as before the growth ({ $before }): nothing unlabelled grew.
finding-task-rest-unlabelled = The node counts { $node } threads at { $at }, its containers only { $containers }. The other { $rest } (before: { $before }) belong to an owner that no container label names: a service of the host, a static pod, another namespace.
finding-task-gap = Samples of the node’s threads are missing, { $range }, while tasks were refused. A collector needs tasks too: the gap may itself be a symptom.
caveat-processes = { $name } counts processes (at most { $most }), not threads: it is no measure of a task limit.
caveat-configured = { $set } is configured for { $limit }, but { $live } is in force.
caveat-pressure = PIDPressure of { $node } is False, which is no sign of health: kubelet has no default threshold for it.
caveat-unlimited = container_threads_max of { $name } is 0, which means no limit.
caveat-hint = Go’s hint at “ulimit -u” is printed whichever limit refused the thread: it does not tell which one was reached.
caveat-implausible = { $limit } is given as { $value }. The kernel takes no value below { $least }, so it is compared with nothing.
finding-pid-hint = The runtime’s hint to raise ulimit -u is a guess: that limit is { $value } and was not reached.
finding-conntrack-title = The table of tracked connections was full: new connections were dropped
finding-conntrack-near = The table of tracked connections comes close to its limit
finding-space-title = No room was left on { $where }: writes were refused (ENOSPC)
finding-space-unnamed = a file system that no line names
finding-space-refused = { $count ->
    [one] One line reports a write that found no room (ENOSPC).
   *[other] { $count } lines report writes that found no room (ENOSPC).
}
finding-space-df = df shows { $where } at { $percent } %.
finding-space-df-inodes = df -i shows { $percent } % of the inodes of { $where } in use.
finding-space-df-kubelet = kubelet says its own file system ({ $where }) is at { $percent } %.
finding-space-ceph = { $count ->
    [one] Ceph reports trouble in the storage below: OSDs that are down, or pools or OSDs that are full.
   *[other] Ceph reports trouble in the storage below, on { $count } lines: OSDs that are down, or pools or OSDs that are full.
}
finding-space-ceph-too = { $count ->
    [one] Ceph reports trouble as well: OSDs that are down, or pools or OSDs that are full. Nothing collected says that this file system lies on it.
   *[other] Ceph reports trouble as well, on { $count } lines: OSDs that are down, or pools or OSDs that are full. Nothing collected says that this file system lies on it.
}
finding-space-why = Why was no room left on { $where }?
question-space-users = What took the room (du -xh --max-depth=1, lsof +L1 for deleted files that are still open), and since when?
question-space-grow = Can the volume grow by itself, and who is told at 80 %?
outcome-space-full = df shows { $where } at { $percent } %, but nothing collected was refused for lack of room.
outcome-space-full-inodes = df -i shows { $percent } % of the inodes of { $where } in use, but nothing collected was refused for lack of room.
outcome-space-full-kubelet = kubelet says its own file system ({ $where }) is at { $percent } %, but nothing collected was refused for lack of room.
outcome-space-far-inodes = Only inodes were counted: at most { $percent } % of them were in use, of { $where }. How full the file systems were is not known.
outcome-space-far-kubelet = Only kubelet’s own file system ({ $where }) was measured: it was at { $percent } %. How full others were is not known.
outcome-space-far = When df was taken, the fullest file system, { $where }, was at { $percent } %, and nothing collected was refused for lack of room.
missing-space = Room and inodes of the file systems (df -h, df -i)
missing-space-log = Logs of what writes there
missing-space-users = What takes the room (du -xh --max-depth=1)
missing-space-storage = The state of the storage below (ceph health detail, or the volume’s own)
finding-dns-title = Names could not be resolved: { $names }
finding-dns-unnamed = the lines do not say which
finding-dns-lines = { $count ->
    [one] One line reports
   *[other] { $count } lines report
 } names that were not resolved: { $names }.
finding-dns-silent = { $count ->
    [one] One line says that the name server gave no answer at all: questions to port 53 do not arrive, or nobody takes them.
   *[other] { $count } lines say that the name server gave no answer at all: questions to port 53 do not arrive, or nobody takes them.
}
finding-dns-unanswered = no answer from { $servers }
finding-dns-servers = Name servers that did not answer: { $servers }.
finding-dns-why = Why were names not resolved?
finding-dns-policy = A policy holds for every pod of { $namespace } and lets no DNS query out: none of its egress rules allows port 53. Another policy may.
question-dns-elsewhere = Does the same name resolve from another pod, and from another node?
question-dns-policy = Which NetworkPolicy selects the pod, and does it let UDP and TCP 53 out to the cluster’s name service?
outcome-dns-answered = dig got an answer, and nothing collected tells of a name that was not resolved.
outcome-dns-one-answer = dig got an answer for one name from one place; no log was collected that would tell of other names.
outcome-dns-few = { $count ->
    [one] One line reports a name that was not resolved; a mistake in a name looks the same.
   *[other] { $count } lines report names that were not resolved; a mistake in a name looks the same.
}
missing-dns-lookup = A look-up from the pod (kubectl exec POD -- nslookup NAME)
missing-dns-log = The log of CoreDNS (kubectl logs -n kube-system -l k8s-app=kube-dns --timestamps)
missing-dns-policies = The network policies (kubectl get networkpolicy -A -o yaml)
finding-inotify-title = inotify ran out on the { $subject }: programs cannot watch files any more
finding-files-title = Open files ran out ({ $subject }): nothing more could be opened
finding-files-near = Open files come close to the limit ({ $subject })
finding-unittasks-title = { $subject } used up its TasksMax: it could not fork
finding-unittasks-near = { $subject } comes close to its TasksMax
finding-usertasks-title = Threads of { $subject } filled ulimit -u: no process of this user could fork
finding-usertasks-near = Threads of { $subject } come close to ulimit -u
finding-podpids-title = { $subject } used up its own pids limit: it could not fork
finding-podpids-near = { $subject } comes close to its own pids limit
finding-limit-use = { $of }: { $used } of { $limit } ({ $value }) were used, { $ratio }, at { $at }.
finding-limit-low = What was measured saw { $used } of { $limit } ({ $value }), { $ratio }, at { $at }: samples miss short peaks, and the line does not depend on them.
finding-limit-unsure = { $of }, which may be this one, had { $used } of { $limit } ({ $value }), { $ratio }, at { $at }: nothing collected tells which pod the line names.
finding-limit-onset = Use began to grow within { $range }, from { $baseline } to { $peak }.
finding-limit-stated = { $range }: { $count ->
    [one] one line says
   *[other] { $count } lines say
} that this limit was reached; no other one writes it.
finding-limit-stated-untimed = { $count ->
    [one] One line says
   *[other] { $count } lines say
} that this limit was reached; no other one writes it. No time is given.
finding-limit-fitting = { $range }: { $count ->
    [one] one line reports
   *[other] { $count } lines report
} a refusal that fits { $limit }.
finding-limit-fitting-untimed = { $count ->
    [one] One line reports
   *[other] { $count } lines report
} a refusal that fits { $limit }. No time is given.
finding-limit-node-far = The node itself had room: { $used } of { $limit } ({ $value }), { $ratio }.
question-conntrack = Which connections fill the table, and does a client open one per request?
question-inotify = Which processes of the user hold inotify watches and instances (/proc/PID/fdinfo), and how many of them run on the node?
question-files = Which process holds most files, of which kind, and did their number only ever grow?
question-unittasks = Is TasksMax the default, or was it set for this unit? What in it starts tasks without end?
question-usertasks = Which limit does the affected service itself have (/proc/PID/limits), and which of the user’s processes grew?
question-podpids = Who set this limit, and for which workload? What in the pod starts tasks without end?
outcome-inotify-alike = A process without files left gets the same answer from inotify, and others met “too many open files” as well: which of the two it was is not told.
outcome-inotify-files = { $of } had used { $used } of its own { $limit } ({ $value }): a process without files left gets the same answer from inotify.
outcome-limit-exceeded = { $of }: { $used } are { $ratio } of { $limit } ({ $value }), which no kernel allows: count and limit are not of one node at one time.
outcome-limit-far = { $of }: at most { $used } of { $limit } ({ $value }) were used, { $ratio }.
outcome-limit-no-use = { $limit } is { $value }, but nothing collected counts what is used of it.
outcome-limit-unknown = Refusals fit { $limit }, but neither its value nor its use was collected.
missing-conntrack = Tracked connections and their limit (sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max)
missing-inotify = The limits of inotify (sysctl fs.inotify)
missing-inotify-holders = Who holds instances of inotify (ls -l /proc/*/fd | grep inotify)
missing-open-files = The node’s open files with their limit (sysctl fs.file-nr)
missing-process-files = Open files of the affected process (process_open_fds, or ls /proc/PID/fd)
missing-ulimit-files = RLIMIT_NOFILE (ulimit -n) of the affected process (/proc/PID/limits)
missing-unit-tasks = Tasks of the unit and its limit (systemctl show -p TasksCurrent -p TasksMax UNIT)
missing-user-threads = Threads by user at the time (ps -eLf)

question-pid-what-changed = What did { $culprit } start to do when its threads began to grow: a roll-out, a configuration change, a dependency that stopped answering?
question-pid-who = Which workload grew? container_threads by container, or ps -eLf during the incident, would show it.
question-pid-pod-limit = Is podPidsLimit set on this node, and to what?
question-pid-alert = Which alert compares the node’s threads with the smaller of pid_max and threads-max?
question-pid-host-threads = How many threads does the host itself run besides the containers?
question-pid-other-nodes = Were these limits read on { $node }? Threads of { $count ->
    [one] one other node
   *[other] { $count } other nodes
} were collected too; they were not counted.

outcome-pid-no-limits = Neither kernel.pid_max nor kernel.threads-max was collected, so use cannot be compared with the node’s ceiling.
outcome-pid-no-use = The node’s limits are known, but nothing collected shows how many threads it ran.
outcome-pid-memory = A thread could not be created for want of memory (errno 12, ENOMEM): memory or overcommit ran out, not a limit on tasks.
outcome-pid-far = The highest use, { $used } threads, is { $ratio } of the node’s tightest limit, { $limit } ({ $value }).
outcome-pid-far-but-refused = Tasks were refused, but the node’s tightest limit was far: { $used } threads are { $ratio } of { $limit } ({ $value }). Another limit, or no task limit at all, refused them.
outcome-pid-containers = Only containers were counted: { $used } threads at most, { $ratio } of the node’s tightest limit, { $limit } ({ $value }). The host’s own threads, and containers that were not collected, come on top.
outcome-pid-cgroup-limit = A cgroup’s pids controller rejected forks, while the node’s tightest limit was far: { $used } threads are { $ratio } of { $limit } ({ $value }).
outcome-pid-refused-otherwise = The highest use, { $used } threads, is { $ratio } of the node’s tightest limit, { $limit } ({ $value }), and tasks were refused only at times when use was lower. Something else refused them.
outcome-pid-cgroup-or-node = A cgroup’s pids controller rejected forks, and threads on the node stood at { $used }, { $ratio } of { $limit } ({ $value }). Either limit can explain the refused tasks.
outcome-pid-limits-disagree = { $used } threads are { $ratio } of { $limit } as one place states it ({ $value }), but another states { $other }. Which value was in force on the node is not known.

missing-thread-use = How many threads ran: container_threads, node_processes_threads, or ps -eLf
missing-pid-max = The node’s kernel.pid_max
missing-threads-max = The node’s kernel.threads-max
missing-ulimit = RLIMIT_NPROC (ulimit -u) of the affected service
missing-thread-listing = All threads of the node (ps -eLf)
missing-container-threads = Threads by container over time (container_threads)
missing-node-processes = The node’s own thread and PID series (node_processes_threads): off by default in node-exporter
missing-node-processes-disturbs = Needs node-exporter to be restarted with this flag; it gives history from then on only.
missing-previous-log = { $count ->
    [one] Log of container { $container } in { $pod } from before its restart
   *[other] Log of container { $container } in { $pod } from before the last of its { $count } restarts
}
missing-container-log = Log of container { $container } in { $pod }
missing-more-logs = { $count ->
    [one] Log of one more container that restarted or fails
   *[other] Logs of { $count } more containers that restarted or fail
}
missing-events = Events of the cluster
missing-kernel-log = The kernel’s log of node { $node }, which names whom it OOM-killed and for which limit
missing-nodes = Nodes: { $bundle } holds none
missing-bundle-content = Content: { $bundle } { $root } holds nothing that could be read
bundle-cluster-info-dump = dump of kubectl cluster-info
bundle-insights-archive = OpenShift Insights archive
bundle-must-gather = OpenShift must-gather
bundle-sosreport = sos report
bundle-support-bundle-kit = support bundle of Rancher, Longhorn or Harvester
bundle-troubleshoot = support bundle of Troubleshoot
missing-pod-pids-limit = kubelet’s podPidsLimit, or pids.max of the pods
outcome-pid-not-covered = Tasks were refused, but nothing collected shows how many threads ran at that time. A low number from another hour rules nothing out.

## Trends

trends-chart-threads = Threads on the node and in its containers
trends-chart-processes = Processes (PIDs)
trends-chart-forks = Fork rate
trends-chart-other = { $name }
trends-chart-instant = { $title }: a single instant, { $at }
trends-unit-threads = threads
trends-unit-processes = processes
trends-unit-forks = forks per second
trends-unit-value = value
trends-series-named = { $name }
trends-series-others = sum of the others ({ $count })
trends-series-containers = all containers
trends-series-node = node, all threads
trends-series-node-estimate = node (containers + { $host } of the host)
trends-axis-time = time ({ $zone })
trends-ceiling = { $name } { $value }
trends-ceiling-mark = { $share } of the tightest
trends-marker-onset = onset
trends-marker-refused = EAGAIN ×{ $count }
trends-marker-threads = no thread ×{ $count }
trends-marker-killed = restart
trends-marker-recovery = recovery
trends-summary = { $title }: { $count ->
    [one] one series
   *[other] { $count } series
}. The highest is { $series } with { $max } at { $at }.
trends-summary-empty = No samples in this window.
trends-left-out = Not drawn: { $count ->
    [one] one more measure
   *[other] { $count } more measures
 }. Choose one to draw it
trends-table-time = time
trends-table-thinned = time ({ $shown } rows of { $count } samples: one in { $step }, and the highest and lowest)
severity-info = info
severity-low = low
severity-medium = medium
severity-high = high
severity-critical = critical
confidence-possible = possible
confidence-likely = likely
confidence-certain = certain
outcome-found = Found
outcome-ruled-out = Ruled out
outcome-inconclusive = Cannot tell from this evidence
outcome-skipped = Nothing to look at
finding-none = { $open ->
    [0] No known failure pattern in this evidence
    [one] No failure pattern is certain; one could not be decided
   *[other] No failure pattern is certain; { $open } could not be decided
}
finding-reading = Reading the evidence…
finding-reading-paused = Reading is paused; nothing is concluded yet
finding-errors = { $count ->
    [one] One line of the logs has the level error or worse.
   *[other] { $count } lines of the logs have the level error or worse.
}
finding-unchecked = Nothing here could be checked against the { $rules } known patterns
finding-looked-at = { $looked } of { $rules } patterns could be looked for in { $inputs ->
    [one] one input
   *[other] { $inputs } inputs
 }. What each of them needs is listed below.
finding-failing = { $count ->
    [one] One workload fails all the same.
   *[other] { $count } workloads fail all the same.
}
finding-restarted = { $count ->
    [one] One workload restarted.
   *[other] { $count } workloads restarted.
}
finding-not-read = { $count ->
    [one] One input was not read, or only in part; what was not read is not considered.
   *[other] { $count } inputs were not read, or only in part; what was not read is not considered.
}
finding-subject = Subject
finding-subject-node = node { $name }
finding-culprit = Culprit
finding-victims = Affected
finding-when = When
finding-set-window = show this window
finding-questions = What to ask next
finding-citation = Evidence { $number }: { $path }, line { $line }
finding-cite = Cite
finding-cite-all = Cite this sentence with all its evidence
finding-unlimited = unlimited
finding-not-collected = Not collected
finding-only-reads = only reads
finding-disturbs = disturbs: { $how }
finding-copy = Copy
finding-copied = The command is on the clipboard.
finding-copy-failed = The browser refused the clipboard. Select the command and copy it by hand.
finding-outcomes = What was looked for
finding-would-need = To decide it, collect:

## Trends

trends-tools = Charts
trends-hint = Drag to select a window · Alt-drag to cite it · wheel to zoom · Shift-drag to pan
trends-hint-touch = Drag to pan · pinch to zoom
trends-whole = Show everything
trends-table = Data table
trends-save = This chart as a file
trends-save-title = This chart as a file, as it stands. Names are replaced as in the exports, if you chose so there.
trends-table-of = Data table: { $title }
trends-none = No metrics in this evidence. Add a Grafana CSV export or the JSON answer of a Prometheus query.
trends-form = How this chart is drawn
trends-form-lines = Lines
trends-form-steps = Steps
trends-form-stacked = Stacked
trends-form-log = Logarithmic
trends-search = Find a series
trends-solo = only
trends-culprit = culprit
trends-last = last value in the window
trends-max = highest value in the window
trends-max-short = max
trends-nothing-there = There is no sample to cite at this point.
trends-table-keys = ↑ ↓ row · c cites it · double-click cites a value
trends-cite-window = Cite this window
trends-cite-window-title = First and last sample of the window shown (Shift C)
trends-level-changes = Lasting changes of level
trends-level-rest = { $count ->
    [one] and 1 more, later
   *[other] and { $count } more, later
}
trends-level-show = Show this stretch
trends-level-add = Add to the timeline
trends-level-added = On the timeline
trends-range-event = { $series }, from the first to the last sample cited

## Logs

logs-tools = Log tools
logs-input = Input
logs-lines = Lines
logs-search = Search
logs-previous = Previous match
logs-next = Next match
logs-go-to = Go to line
logs-line = Line
logs-wrap = Wrap
logs-cite = Cite
logs-found = Found at line { $line }.
logs-no-error = No line of this input tells of an error or worse.
logs-ends-before = { $count ->
    [0] No line was read here.
    [one] One line was read here; this is it.
   *[other] { $count } lines were read here; this is the last.
}
logs-not-found = “{ $text }” does not occur in this input.
level-trace = trace
level-debug = debug
level-info = info
level-notice = notice
level-warning = warning
level-error = error
level-fatal = fatal

## Timeline

timeline-heading = Timeline
timeline-add = Add event
timeline-see-proposal = Show the proposal
timeline-empty = Nothing proposed yet. Add what people saw and did, or cite a line of a log.
timeline-keys = ↑ ↓ move · → buttons · Enter edit · a accept · c cite · t cite here · Delete remove
timeline-proposed = Proposed
timeline-proposed-hint = Dashed events are proposals from the evidence. They enter the postmortem only when you accept them.
timeline-accept = Accept this event
timeline-dismiss = Dismiss this proposal
timeline-edit = Edit event
timeline-remove = Remove event
timeline-done = Done
timeline-field-start = Time ({ $zone })
timeline-field-end = End, for a range ({ $zone })
timeline-field-phase = Phase
timeline-field-text = What happened, and who or what did it
timeline-not-a-time = Not a time yet. Try 2023-07-23 22:13, 22:13:05 or a time with zone pasted from a log.
timeline-no-phase = No phase
timeline-no-time = no time
timeline-uncertainty = ± { $seconds }
timeline-no-impact = The timeline does not say when users began to feel it.
timeline-no-detection = The timeline does not say when it was noticed, nor by whom.
timeline-measure-impact = Impact lasted
timeline-measure-detect = Time to detect
timeline-measure-respond = Time to respond
timeline-measure-mitigate = Time to mitigate
timeline-measure-resolve = Time to resolve
timeline-lane-own = Added by people
timeline-lane-chat = Chat
timeline-lane-alert = Alerts
timeline-lane-change = Changes
timeline-lane-kube = Kubernetes
timeline-lane-log = Logs
timeline-lane-series = Metrics
timeline-lane-finding = Findings
timeline-import = Paste a chat, alerts or events
timeline-import-field = Chat log, alert list or output of kubectl get events
timeline-import-add = Add as evidence
timeline-import-empty = Paste some text first.
timeline-import-reading = Reading { $name } …
timeline-import-done = { $name } was read as: { $format }. Events proposed: { $count }.
timeline-import-no-day = Its times have no date, and nothing else in the case says which day it was. Give the day:
timeline-filter = Filter events
timeline-lanes = Sources
timeline-lane-count = { $lane } { $shown }/{ $count }
timeline-filter-phase = Part of the incident
timeline-all-phases = All phases
timeline-none-shown = No event passes this filter.
timeline-gap = { $length } without events
timeline-times-over = ×{ $count } over { $length }
timeline-over = over { $length }
timeline-field-source = Who says so, or who acted
timeline-field-source-hint = a team, a program, a role
timeline-strip = Events along time
timeline-strip-keys = Drag a filled mark to correct its time · ← → 1 min · ⇧ ← → 10 s · ↑ ↓ next mark · Enter goes to its row
timeline-moved = Moved to { $time }.

## Whys

whys-heading = Five Whys
whys-add = Ask a question
whys-offered = Suggested by the evidence
whys-own = Questions and answers
whys-none-offered = Nothing more to suggest. A finding that evidence supports appears here as a question with its answer, to accept or to dismiss.
whys-empty = Start with what users felt and ask why it happened. Answer with evidence, then ask why of that answer (↳), until you reach something you can change: often after about five times. A question may have several answers, and there may be several lines of questions. Ask what and how, not who.
whys-keys = Enter goes from a question to its answer, ⇧ Enter breaks the line. Alt with ↑ ↓ moves a question, Alt with → ← puts it under the one above or takes it out. Alt Enter adds another answer, Alt ⇧ Enter asks deeper.
whys-accept = Accept
whys-accept-question = Accept as open question
whys-accept-edit = Accept and edit
whys-dismiss = Dismiss
whys-offer-again = { $count ->
    [one] Offer one dismissed suggestion again
   *[other] Offer { $count } dismissed suggestions again
}
whys-not-answered = The evidence does not answer this.
whys-open = Open: no answer yet.
whys-would-need = To answer it, collect:
whys-field-question = Question: why …?
whys-field-claim = Answer: because …
whys-field-kind = Kind of answer
whys-add-child = Ask why of this answer
whys-move-up = Move up
whys-move-down = Move down
whys-move-in = Put under the question above
whys-move-out = Take out one level
whys-remove = Remove this question and those under it
whys-removed = Removed, with what stood under it.
whys-add-answer = Another answer to this question
whys-further-answer = Another answer to: { $question }
whys-field-confidence = How sure the team is
whys-confidence-unset = how sure?
whys-alternatives = Explanations that were ruled out
whys-add-alternative = Rule out another explanation
whys-field-alternative = Explanation that does not hold
whys-field-reason = What rules it out
whys-remove-alternative = Remove this explanation
whys-alternatives-offered = The evidence rules out { $count } more
whys-view = Show as
whys-view-list = List
whys-view-graph = Graph
whys-graph-incident = The incident
whys-graph-keys = ↑ ↓ ← → go along the edges, Enter writes, n asks deeper, a adds another answer, c cites into it, Delete removes.
document-alternative-limit = { $limit } was exhausted
event-pleg-stopped = kubelet last saw its pods: relisting them has not ended since (the line’s time minus the age it states)
event-stall-onset = The longest wait of a chain of calls begins ({ $minutes } min before the dump)
event-stacks-onset = { $count ->
    [one] A task blocked behind a lock begins to wait ({ $minutes } min before the dump)
   *[other] The first of { $count } tasks blocked behind one lock begins to wait ({ $minutes } min before the dump)
}
event-threads-grow = Threads begin to grow, from { $baseline } up to { $peak }
event-threads-recover = Threads are back at { $value }
event-level-growth = { $series } begins to grow from { $before }, up to { $level } ({ $between })
event-level-decline = { $series } begins to decline from { $before }, down to { $level } ({ $between })
event-level-rise = { $series } rises from { $before } to { $level } ({ $between })
event-level-fall = { $series } falls from { $before } to { $level } ({ $between })
event-finding = { $title }
event-storage = Ceph reports OSDs that are down, or pools or OSDs that are full
event-task-refused = Tasks refused with EAGAIN
event-thread-refused = Threads could not be created
event-probes-failed = { $subjects ->
    [0] Probes fail
    [one] Probes of { $names } fail
   *[other] Probes of { $subjects } pods fail: { $names }
}
event-names-more = and { $count } more
event-probes-end = Probes fail for the last time
event-liveness-kill = kubelet restarts { $pod }: liveness probe failed
event-reclaim = kubelet sets out to reclaim { $resource }
event-evicted = kubelet evicts { $pod }
event-evictions = kubelet evicts { $subjects } pods
workload-exit-oom = Container { $container } was OOM-killed: exit code 137 with the reason OOMKilled.
workload-exit-oom-limit = Container { $container }, which has a memory limit of { $limit }, was OOM-killed: exit code 137 with the reason OOMKilled. That does not say whether it reached its limit or the node ran out.
workload-exit-oom-child = Container { $container } ended with exit code { $code }; a process in it was OOM-killed, which may be why.
workload-exit-message = Its state holds a message of this end: { $message }
workload-last-words = The log of that run was collected; these are its last lines.
workload-exit-made-up = Exit code 137 of container { $container } is made up (ContainerStatusUnknown): the container could not be found, as after a restart of the node, a cleanup of the runtime or a forced deletion.
workload-exit-probe = Container { $container } was killed by its liveness probe (exit code { $code }): it neither ended by itself nor ran out of memory.
workload-exit-sigkill = Container { $container } was killed with SIGKILL (exit code 137, reason { $reason }). The evidence shows neither an OOM kill nor a failed probe; open remain a child process that was OOM-killed, a grace period that ran out, a forced deletion and kill -9.
workload-exit-sigterm = Container { $container } was asked to stop and obeyed (exit code 143): a roll-out, a drain, a probe or a preStop hook.
workload-exit-crash = Container { $container } crashed with { $signal } (exit code { $code }): a core file, hs_err or its last lines show where.
workload-exit-lost = Exit code 255 of container { $container } most often means that the runtime lost it: the boot id of the node and crictl inspect tell.
workload-exit-lost-together = Exit code 255 of container { $container } came with others: { $count } pods of its node ended with 255 within a minute, as when the node or the runtime restarts.
workload-exit-together = Exit code 255 of container { $container } came with others: { $count } pods of its node ended with 255 within a minute. Whether the node had a part in it cannot be told: nothing here says that it or its runtime restarted at that time, and programs end with 255 by themselves too.
workload-exit-unclear = Container { $container } ended with exit code 255: by itself, or because the runtime lost it; its log, the boot id of the node and crictl inspect tell.
workload-exit-not-executable = Container { $container } could not be executed (exit code 126): permissions or the format of its command.
workload-exit-not-found = The command of container { $container } was not found (exit code 127): image, command and mounts.
workload-exit-never-started = Container { $container } never started (exit code 128): { $reason }
workload-exit-signal = Container { $container } was ended by signal { $signal } (exit code { $code }).
workload-exit-zero = Container { $container } ended without an error (exit code 0) and was started again: a service should not end.
workload-exit-done = Container { $container } ended without an error (exit code 0).
workload-exit-own = Container { $container } ended itself with exit code { $code }: the application decided so.
workload-exit-own-unread = Container { $container } ended itself with exit code { $code }: the application decided so, and kubectl logs --previous shows why.
workload-memory-near = At that time the node had an OOM kill: { $message } It may have been a process of this container.
workload-probe-window = By its own numbers the liveness probe kills between { $from } and { $to } after the start; the last run lived { $lived }.
workload-waiting = Container { $container } waits: { $reason }
workload-evicted = The kubelet evicted the pod: { $message }
workload-warned = Kubernetes warned: { $warning }
workload-unplaced = No node takes the pod: { $message }
workload-contradiction = The status says { $status }, but every container runs and is ready.
workload-views-differ = The views disagree on restarts: { $count } here, { $other } there. They were taken at different times, or of different pods of this name.
workload-condition = { $kind } is { $status }: { $reason }
workload-status = Its status is { $status }.
workload-replicas = { $ready } of { $wanted } replicas are ready.
workload-policy-no-dns = The policy holds for every pod of { $namespace } and lets no DNS query out: none of its egress rules allows port 53. Another policy may.
spread-namespace = Namespace
spread-node = Node
spread-owner = Controller
spread-volume = Volume
spread-count = { $failing } of { $total }
event-container-ended = A container of { $workload } ended: exit code { $code }, { $reason }
event-kube-warning = { $reason } on { $object }: { $message }
event-kube-rest = Warnings of { $kinds ->
    [one] one further kind
   *[other] { $kinds } further kinds
 }, less frequent; all of them are in the evidence
event-chat = { $author }: { $text }
event-chat-bare = { $text }
event-chat-stretch = { $count } chat messages by { $authors ->
    [one] one author
   *[other] { $authors } authors
}, beginning with { $author }: { $text }
event-notes-beyond = { $count ->
    [one] One further message from here on is in the evidence only
   *[other] { $count } further messages from here on are in the evidence only
}
event-alert = Alert { $name }: { $text }
event-alert-bare = Alert { $name }
event-alerts-rest = Alerts of { $kinds ->
    [one] one further kind
   *[other] { $kinds } further kinds
 }; all of them are in the evidence
event-change = Change, { $who }: { $text }
event-restart = The host was started anew: { $who }
event-restart-bare = The host was started anew
event-change-bare = Change: { $text }
event-changes-rest = { $count ->
    [one] One earlier change; it is in the evidence
   *[other] { $count } earlier changes; all of them are in the evidence
}

## Whys

why-pid-direct = Why did { $victim } stop working?
why-pid-direct-answer = Threads leaked by { $culprit } filled the node’s global PID space ({ $limit } { $value }); probes of { $victim } could not fork, so kubelet restarted it.
why-pid-refused = Why could the node start no more threads and processes?
why-pid-refused-answer = Threads leaked by { $culprit } filled the node’s global PID space ({ $limit } { $value }); whatever needed another thread or process was refused.
why-pid-near = Why did the node’s threads come so close to { $limit } ({ $value })?
why-pid-pod-limit = Does Kubernetes not limit a pod’s PIDs?
why-pid-pod-limit-answer = Not by default: podPidsLimit is unset unless configured. No limit held { $culprit } back on its way to { $peak } threads.
why-pid-pod-limit-answer-set = It does here: podPidsLimit is { $value }. But { $culprit } reached { $peak } threads within it: the limit of one pod takes too much of the node’s.
why-pid-late = Do alerts compare the node’s threads and PIDs with their ceiling?
why-pid-global = Why is the global limit smaller than the per-user one?
why-pid-global-answer = { $limit } is { $value } while a single user may have { $per-user } tasks: the limits were never sized against each other.
why-pid-global-answer-default = { $limit } is { $value } while a single user may have { $per-user } tasks. { $value } is the kernel’s default for { $cpus } CPUs (1,024 each): the per-user limit was raised, the global one never tuned.
phase-trigger = Trigger
phase-onset = Onset
phase-impact = Impact
phase-detection = Detection
phase-response = Response
phase-mitigation = Mitigation
phase-resolution = Resolution

## Whys

why-kind-cause = Cause
why-kind-contributing = Contributing factor
why-kind-detection = Detected late because
why-kind-mitigating = Mitigating factor
why-kind-question = Open question

## Postmortem

document-heading = Postmortem
document-form = The postmortem’s content
document-untitled = Untitled postmortem
document-field-title = Title
    .hint = What happened, in one line
document-field-number = Incident number
    .hint = INC-2023-071
document-field-status = Status
    .hint = draft, in review, final
document-field-severity = Severity
    .hint = SEV2
document-field-authors = Authors
    .hint = Who writes this
document-field-date = Date of report
    .hint = 2023-07-25
document-field-leads = Response leads
    .hint = SRE: Lin Wei; network: Sam Okoro
document-field-attendees = Review attendees
    .hint = Who was in the room
document-field-systems = Affected systems
    .hint = payment-service, order-service
document-field-scope = Scope of impact
    .hint = 15 % of payments, availability 99.99 % → 83.5 %
document-field-responsible = Owner of follow-up
    .hint = A role or a team
document-field-tags = Tags
    .hint = kubernetes, pid, capacity
document-field-summary = Summary
    .hint = What happened, to whom, for how long, and how it ended, in three sentences.
document-field-impact = Impact
    .hint = Who was affected, what did not work, how long, with figures.
document-field-trigger = Trigger
    .hint = What set it off: a change, a load, a date.
document-field-detection = Detection
    .hint = How it was noticed: by users, by chance, by an alert. Why not sooner?
document-field-notification = Notification
    .hint = Who was told, when, and whether in time.
document-field-response = Response
    .hint = What was tried, in order, and what each step showed.
document-field-mitigation = Mitigation
    .hint = What reduced the harm.
document-field-resolution = Resolution
    .hint = What ended it, and how that was verified.
document-field-well = What went well
    .hint = One lesson per line.
document-field-badly = What went badly
    .hint = One lesson per line.
document-field-lucky = Where we got lucky
    .hint = One lesson per line.
document-field-surprise = Why it surprised us
    .hint = What did we believe that was not so?
document-field-open-questions = Open questions
    .hint = What is still not known, one per line.
document-field-ruled-out = Ruled out
    .hint = What it was not, and what shows that.
document-field-notes = Further notes
    .hint = Anything else a reader should have.
document-more-fields = More about the report
document-course = Course of events
document-questions = Questions and notes
document-field-action = Action
document-field-kind = Type
document-field-owner = Owner
document-field-due = Due
document-field-priority = Priority
document-field-check = Verified by
    .hint = No node above 80 % of kernel.pid_max for 14 days
document-field-done = Done
document-no-priority = None
document-field-addresses = Cause it addresses
document-lessons = Lessons learned
document-causes = Causes
document-actions = Action items
document-actions-offered = Proposed by the findings
document-add-action = Add action item
document-addresses-none = No cause
document-move-up = Move up
document-move-down = Move down
document-remove-action = Remove this action item
document-fixes = Ready-made fixes…
document-file-text = Content of the file
document-remove-file = Remove the file
document-with-file = with a ready-made file
document-use-title = Use as title
document-accept = Accept
document-dismiss = Dismiss
document-accepted = Accepted into the postmortem
document-not-cited = The evidence could not be quoted just now, so nothing was accepted. Try again.
document-n-events = { $count ->
    [one] Timeline: one event
   *[other] Timeline: { $count } events
}
document-n-whys = { $count ->
    [one] Causes: one question
   *[other] Causes: { $count } questions
}
document-n-citations = { $count ->
    [one] One citation
   *[other] { $count } citations
}
document-completeness = { $done } of { $checks } checks passed
document-open-place = Open { $place }
document-more-places = { $count } more
document-detach = Remove the citation of { $place }
document-evidence-gone = evidence no longer in the case
document-evidence-changed = the file has changed since
document-cite-here = Cite evidence here
document-citing-here = Citing goes to the chosen item.
document-citing-new = Citing adds an event. Choose an item to cite into it.
document-go-to = Go to it
document-preview = Preview
document-table = Table
document-export-language = Language of the export
document-export-english = Export in English
document-export-chinese = Export in Chinese (简体中文)
document-download = Download markdown
document-copy = Copy markdown
document-copied = Markdown copied
document-not-copied = The browser did not allow copying. Download the file instead.
document-downloaded = Handed to your downloads: { $name }
document-not-downloaded = The browser did not allow the download. Copy the markdown instead.
document-impact-range = From { $start } to { $end } ({ $duration }): { $what }.
document-impact-at = From { $start }: { $what }.
document-action-raise-pid-max = Raise kernel.pid_max from { $limit }, for instance to { $proposed }, and keep it in /etc/sysctl.d.
document-action-restart-culprit = Restart { $culprit } to give its threads back.
document-action-fix-leak = Fix the thread leak in { $culprit }.
document-action-find-leak = Find what leaks threads and fix it: the evidence does not name it.
document-action-pod-pids-limit = Limit the PIDs of each pod with podPidsLimit (kubelet, --pod-max-pids).
document-action-alert-pids = Enable node_exporter’s --collector.processes (off by default) and alert at { $mark } tasks, 80 % of { $ceiling }.
document-action-grow-volume = Make room on { $subject }: remove what can go, then grow the volume.
document-action-expansion = Let volumes grow (allowVolumeExpansion in their StorageClass), and say who grows them in time.
document-action-alert-volumes = Alert at 80 % of the bytes and of the inodes of every volume, and on the health of the storage below.
document-action-allow-dns = Make the name service reachable: UDP and TCP 53 out in every policy that selects the pods, and servers that answer.
document-action-memory-limit = Fit the memory limit of { $subject } and the size of its heap to what it needs, and find what grew.
document-action-startup-probe = Give { $subject } a startup probe that allows a healthy start under load, so that the liveness probe judges only what runs.
document-action-crash-loop = Make { $subject } start: put right what its log complains of, or go back to what ran.
document-action-tune-threads-max = Tune kernel.threads-max ({ $limit } now) together with kernel.pid_max as the load grows.
document-gap-title = The incident has no title.
document-gap-severity = No severity is given.
document-gap-authors = No author is named.
document-gap-summary = There is no summary.
document-gap-impact = The impact is not described.
document-gap-impact-evidence = The impact cites no evidence.
document-gap-impact-event = The timeline does not say when the impact began.
document-gap-detection-event = The timeline does not say when it was detected, nor by whom.
document-gap-end-event = The timeline says neither when it was mitigated nor when it was resolved.
document-gap-event-time = { $count ->
    [one] One event has no time.
   *[other] { $count } events have no time.
}
document-gap-event-range = { $count ->
    [one] One event ends before it begins.
   *[other] { $count } events end before they begin.
}
document-gap-moved = { $count ->
    [one] One event has a time from before the clock of its evidence was corrected.
   *[other] { $count } events have times from before the clock of their evidence was corrected.
}
document-gap-resolved-early = The impact goes on after the incident is said to be resolved.
document-gap-causes = No cause is answered.
document-gap-open-questions = { $count ->
    [one] One question is open.
   *[other] { $count } questions are open.
}
document-gap-why-evidence = { $count ->
    [one] One answer cites no evidence.
   *[other] { $count } answers cite no evidence.
}
document-gap-actions = There is no action item.
document-gap-owners = { $count ->
    [one] One action item has no owner.
   *[other] { $count } action items have no owner.
}
document-gap-due = { $count ->
    [one] One action item has no due date.
   *[other] { $count } action items have no due date.
}
document-gap-addresses = { $count ->
    [one] One action item addresses no cause.
   *[other] { $count } action items address no cause.
}
document-gap-checks = { $count ->
    [one] One action item does not say how its effect is verified.
   *[other] { $count } action items do not say how their effect is verified.
}
document-gap-lessons = No lesson is written down.
document-gap-taken-out = { $count ->
    [one] One citation rests on evidence that was taken out: { $paths }
   *[other] { $count } citations rest on evidence that was taken out: { $paths }
}
document-saved-broken = The saved case could not be read. It was left as it is: export it or start a new case.
document-saved-newer = The saved case was written by a newer release (version { $version }). It was left as it is: reload the page to get the new release.
document-saved-behind = The last changes, made in another release of Debrief, could not be read. The case is shown as it was shortly before; what could not be read is kept in this browser until you delete the case.
document-cited = { $count ->
    [one] Cited into the document.
   *[other] { $count } places cited into the document.
}

## Export

# Names of enum values in documents and reports.
action-kind-mitigate = Mitigate
action-kind-prevent = Prevent
action-kind-detect = Detect
action-kind-process = Process

export-untitled = Untitled incident
export-draft-title = Draft: { $title }
document-draft-summary = Draft. Everything in this document was suggested by Debrief from the evidence. Nobody has reviewed or accepted any of it yet.

export-fact = Fact
export-value = Value
export-severity = Severity
export-authors = Authors
export-not-set = not set
export-onset = Onset
export-start = Start of impact
export-detect = Detected
export-respond = First response
export-mitigate = Mitigated
export-resolve = Resolved
export-ttd = Time to detect (TTD)
export-tta = Time to act (TTA)
export-ttm = Time to mitigate (TTM)
export-ttr = Time to resolve (TTR)
export-interval = { $length }, from “{ $first }” at { $from } to “{ $last }” at { $to }

export-summary = Summary
export-impact = Impact
export-causes = Causes and contributing factors
export-timeline = Timeline
export-charts = Charts
export-actions = Action items
export-lessons = Lessons learned
export-index = Evidence index

export-empty-title = The incident has no title.
export-empty-severity = No severity has been set.
export-empty-authors = No author is named.
export-empty-summary = The summary has not been written.
export-empty-impact = The impact has not been described.
export-empty-causes = No cause has been accepted.
export-empty-timeline = The timeline has no events.
export-empty-actions = No action items have been agreed.
export-empty-lessons = No lessons have been written down.
export-unowned = { $count ->
    [one] One action item has no owner.
   *[other] { $count } action items have no owner.
}
export-label = { $name }:
export-both = { $first }; { $then }
export-open = Not answered yet.
export-uncited = (no evidence cited)

export-utc = UTC
export-local = Local ({ $zone })
export-event = Event
export-phase = Phase
export-evidence = Evidence
export-repeated = { $text } ({ $count } times)
export-time-unknown = time unknown

export-chart-alt = { $title }: highest value { $max } at { $at }
export-picture-apart = Picture: { $alt }. The zip and the HTML page of an export hold it.
export-key-point = Key point
export-amount = Value
export-ceiling = Ceiling: { $name }
export-highest = Highest: { $name }

export-kind = Type
export-action = Action
export-owner = Owner
export-due = Due
export-addresses = Addresses
export-well = What went well
export-badly = What went badly
export-lucky = Where we got lucky
export-nothing = Nothing noted.

export-by-program = Debrief derived what follows from the evidence. Nobody has edited it; each statement refers to the lines it rests on.
export-ruled-out = What was ruled out
export-ruled-out-rule = Ruled out – { $rule }
export-nothing-ruled-out = Nothing could be ruled out from this evidence.
export-questions = Open questions
export-no-questions = No questions are open.
export-undecided = { $rule }: could not be decided. { $why }
export-coverage = Coverage and limits
export-no-windows = None of the evidence has times.
export-timeless = Read as well, with no times in this table: { $names }.
export-first = First entry (UTC)
export-last = Last entry (UTC)
export-clock = Clock
export-clock-explicit = times state their zone
export-clock-zone = zone { $zone } ({ $origin })
export-clock-year = year { $year } ({ $origin })
export-clock-day = day { $day } ({ $origin })
export-clock-shift = corrected by { $shift }
export-clock-none = no times
export-clock-stated = stated in the file
export-clock-person = set by a person
export-clock-sibling = taken from another file
export-clock-default = assumed
export-not-collected = Not collected, with the command that would have collected it:
export-collectors = Not collected, as the collectors say:
export-what = Evidence
export-command = Command
export-disturbs = Effect on the system
export-only-reads = only reads
export-damaged = Not, or not wholly, part of this analysis:
export-issue-byte = { $title } (byte { $byte })
export-issue-line = { $title } (line { $line })
export-issue-times = { $title } ({ $count } times)
export-issue-many = { $title } ({ $count } times, first on line { $line })
export-no-references = This document cites no evidence.
export-line = line { $line }
export-lines = lines { $first }–{ $last }
export-taken-out = taken out of the case
export-digest-pending = SHA-256 not computed yet

# Headings of templates and names of fields.
export-title = Title
export-number = Incident number
export-status = Status
export-date = Date of report
export-leads = Response leads
export-attendees = Review attendees
export-systems = Affected systems
export-scope = Scope of impact
export-responsible = Owner of follow-up
export-tags = Tags
export-occurred = When
export-occurred-range = { $range } ({ $length })
export-end = End of impact
export-lasted = Impact lasted
export-trigger = Trigger
export-detection = Detection
export-notification = Notification
export-response = Response
export-mitigation = Mitigation
export-resolution = Resolution
export-surprise = Why it surprised us
export-notes = Further notes
export-overview = Incident overview
export-durations = Durations
export-handling = How it was handled
export-cause-analysis = Cause analysis
export-why-analysis = Why analysis
export-todo = Action items
export-measure = Measure
export-length = Length
export-from = From
export-to = To
export-named-instant = { $name }, { $at }
export-named = { $name }: { $value }
export-source = Source
export-priority = Priority
export-check = Verified by
export-state = State
export-done = done
export-to-do = to do
export-files = Attached files
export-for-action = for “{ $action }”
export-level = Level
export-question = Question
export-answer = Answer
export-level-direct = Direct cause
export-level-underlying = Underlying cause
export-level-root = Root cause
export-level-latent = Latent cause
export-level-detection = Late detection
export-level-open = Open
export-not-it = Ruled out
export-because = { $claim }. { $reason }
export-no-question = (no question written)
export-question-number = Question { $number }: { $question }
export-also = Another answer
export-branch = Branches of why { $number }
export-beside = Beside this chain
export-confidence = (confidence: { $level })
export-graph-alt = Graph of the causes: { $title }
export-no-findings = { $open ->
    [0] No known failure pattern was found in this evidence.
    [one] No failure pattern is certain from this evidence; one could not be decided.
   *[other] No failure pattern is certain from this evidence; { $open } could not be decided.
}
export-unchecked = Nothing in this evidence could be checked against the { $rules } known patterns.
export-asked-by-program = Debrief derived these questions from the evidence:
export-empty-field = Not filled in: { $name }.
export-empty-part = Not written: { $name }.
export-empty-start = The timeline does not say when the impact began.
export-empty-milestones = The timeline has no two instants between which a duration could be taken.

# A template that a person brought.
template-name-sre-book = SRE book
template-name-why-analysis = Why analysis with TODO list
template-name-tabular = Report in tables
template-name-short = Short form
template-line = Template, line { $line }: { $what }
template-unknown = This release has no template “{ $id }”. The default was used.
template-unknown-slot = there is no slot “{ $slot }”. There are: { $allowed }.
template-unknown-form = “{ $form }” is not known to the slot “{ $slot }”. It knows: { $allowed }.
template-unknown-text = there is no text “{ $id }”.
template-not-alone = the slot “{ $slot }” must stand alone on its line.
template-unclosed = “{"{{"}” without “{"}}"}”.

## Stack dumps

stacks-goroutine = goroutine { $id }
stacks-thread = thread “{ $name }”
stacks-task = task { $id }
stacks-task-unnamed = a task without a number
stacks-named-thread = thread “{ $name }” ({ $id })
stacks-named-task = task { $name } ({ $id })
stacks-goroutines = goroutines
stacks-threads = threads
stacks-kernel-tasks = kernel tasks
stacks-lock = lock { $lock }
stacks-lock-of = lock { $lock } ({ $class })
stacks-lock-in = the lock taken in { $frame }
stacks-where = { $frame }
stacks-where-unseen = a stack that the dump does not show
stacks-where-state = { $frame } ({ $state })
stacks-longest = up to { $minutes } min
stacks-longest-unknown = for an unknown time
stacks-class-stated = stated by the dump
stacks-class-derived = derived from what the dump prints
stacks-class-suspected = suspected by time and place
stacks-verdict-owned = { $count ->
    [one] One of the { $tasks } waits for a lock, { $longest }: { $lock }, held by { $holder } in { $where } ({ $class }).
   *[other] { $count } { $tasks } wait behind one lock, { $longest }: { $lock }, held by { $holder } in { $where } ({ $class }).
}
stacks-verdict-syscall = { $count ->
    [one] One of the { $tasks } waits
   *[other] { $count } { $tasks } wait
 } behind one lock, { $longest }: { $lock }, held by { $holder } in { $where } ({ $class }). That is a system call; the kernel side is not visible in this dump.
stacks-verdict-suspected = { $count ->
    [one] One of the { $tasks } waits
   *[other] { $count } { $tasks } wait
 } behind one lock, { $longest }: { $lock }, probably held by { $holder } in { $where } ({ $class }: { $reasons }).
stacks-verdict-suspected-syscall = { $count ->
    [one] One of the { $tasks } waits
   *[other] { $count } { $tasks } wait
 } behind one lock, { $longest }: { $lock }, probably held by { $holder } in { $where } ({ $class }: { $reasons }). It is in a system call; the kernel side is not visible in this dump.
stacks-verdict-place = { $count ->
    [one] One of the { $tasks } waits
   *[other] { $count } { $tasks } wait
 } for a lock taken at one place, { $longest }: { $lock }. Whether it is one lock or many, and who holds it, is not visible in this evidence.
stacks-verdict-not-visible = { $count ->
    [one] One of the { $tasks } waits for a lock, { $longest }: { $lock }. Its owner is not visible in this evidence.
   *[other] { $count } { $tasks } wait behind one lock, { $longest }: { $lock }. Its owner is not visible in this evidence.
}
stacks-verdict-cycle = Deadlock: { $holders } wait for each other’s locks ({ $class }); { $count } { $tasks } are blocked, { $longest }.
stacks-verdict-cycles = { $circles } deadlocks, the first: { $holders } ({ $class }). { $count } { $tasks } are blocked, { $longest }.
stacks-verdict-steady = { $count } { $tasks } came to { $where } at an even rate of about { $rate } an hour over { $minutes } min and none has left: that is what a leak at a constant rate looks like. A second dump tells whether they grow in number. No lock is involved.
stacks-verdict-longest = No lock holds others up. { $count ->
        [one] What waits most is one of the { $tasks }, in { $where }, { $minutes } min.
       *[other] What waits most is { $count } { $tasks } in { $where }, up to { $minutes } min.
    }
stacks-verdict-many = { $count } of { $total } { $tasks } have one stack, in { $where }; no lock is visible. Whether they grow in number takes a second dump to tell.
stacks-verdict-quiet = { $count ->
    [one] One of the { $tasks } is in this dump; it is not seen to hold others up.
   *[other] { $count } { $tasks }, { $idle } of them idle; none is seen to hold others up.
}
stacks-verdict-traffic = { $count ->
    [one] One of the { $tasks } is in this dump. It waits for a lock; whether that is a jam or traffic, the dump does not tell.
   *[other] { $count } { $tasks }, { $idle } of them idle. Waiting for locks: { $waiting }; whether that is a jam or traffic, the dump does not tell.
}
stacks-verdict-asleep = Go’s runtime ended the program because none of its goroutines could go on ({ $count } in this dump): each waits for what only another of them could do. Below stands where each waits.
stacks-verdict-crash = The program ended while { $holder } was in { $where }. None in this dump is seen to hold others up.
stacks-verdict-reported = The runtime itself reports a deadlock. Who waits for whom cannot be told from what it prints of each, only where each waits.
stacks-verdict-race = Go’s race detector saw { $first } and { $second } use the same memory, one of them writing, with nothing that orders them. Nobody waits in such a report.
stacks-verdict-kernel-hung = { $count ->
    [one] One kernel task has been blocked without a break for { $seconds } s or more,
   *[other] { $count } kernel tasks have been blocked without a break for { $seconds } s or more; { $most } of them
 } in { $frame }. Such reports name victims: whoever holds them up need not be among them.
stacks-verdict-kernel-hung-one = { $task } has been blocked without a break for { $seconds } s or more, in { $frame }. Such a report names a victim: whoever holds it up need not be in it.
stacks-verdict-kernel-blocked = { $count ->
    [one] One of { $total } kernel tasks cannot be interrupted (state D or UN); it waits
   *[other] { $count } of { $total } kernel tasks cannot be interrupted (state D or UN); { $most ->
        [one] one of them waits
       *[other] { $most } of them wait
    }
 } in { $frame }. No lock with a visible owner is involved.
stacks-verdict-kernel-call = { $task } is in the system call { $call }, in { $frame }.
stacks-verdict-kernel-smp = { $task } waits in { $frame } for another processor to answer: it is a victim, and the processor that does not answer is to be looked for.
stacks-verdict-kernel-one = { $task } is in { $frame }.
stacks-reason-under-rtnl = it alone runs code that needs this lock ({ $frame }) and does not wait for it
stacks-idle-runtime = a worker of the runtime
stacks-idle-listener = waits for connections or events to come in
stacks-idle-connection = keeps a connection open between requests
stacks-idle-loop = waits for its turn in a loop
stacks-idle-worker = a pool’s worker without work
stacks-idle-main = the main function, waiting for the end
stacks-idle-dumper = prints this dump
stacks-reason-holds = the dump says it holds the lock
stacks-reason-initialises = it runs the initialiser of this class
stacks-reason-named = the dump names it as the owner
stacks-reason-named-likely = the dump names it as the likely owner
stacks-reason-named-hint = the dump names it as one that read it, or held it last: others may have it as well
stacks-reason-same-lock = the lock’s address { $address } is among its arguments
stacks-reason-same-object = works on the object at { $address } that the lock lies in
stacks-reason-same-type = runs a method of { $name }, as those who wait
stacks-reason-same-package = runs code of { $name }, as those who wait
stacks-reason-queued = waits for another lock itself
stacks-reason-blocked = is blocked ({ $state })
stacks-reason-locked-to-thread = is locked to its thread
stacks-reason-as-long = has waited as long as the first of them
stacks-reason-idle = has an idle stack

## Command line

cli-help =
    Debrief reads the evidence of an incident and drafts a postmortem that cites it.
    Nothing leaves this machine, and everything it writes is a draft.

    Usage: debrief COMMAND PATH... [OPTIONS]

    PATH is a file, a directory (everything below it is read), an archive (tar, zip, gz, zst, xz, bz2, one inside
    the other) or - for standard input.

    Commands
      analyze   what happened, what carries it, what was ruled out, what is missing
                formats: text, json, markdown, html
      inspect   what each input is: format, encoding, lines, times, trouble in reading it
                formats: text, json
      records   every log record with its time, level and place
                formats: text, jsonl
      series    every metric series: unit, first, last, lowest, highest, change points
                formats: text, csv, json
      stacks    goroutine and thread dumps: who waits, for what, since when, behind whom
                formats: text, json, svg (who waits for whom, as a picture)

    Options
      --tz ZONE        zone of times that state none, as +08:00 (default: as the evidence says, else UTC)
      --lang LANG      en or zh-CN (default: en)
      --format FORMAT  how to write the answer (default: text)
      -o FILE          write to FILE; markdown puts its charts into assets/ beside it, html holds them itself
      --template FORM  form of the document: sre-book, why-analysis, tabular, short, or a file with slots
      --diff OTHER     stacks: compare the dumps with those of another file
      --redact         analyze: put pseudonyms in place of secrets, addresses, names of machines and accounts
      --help, --version

    Exit status: 0 done; 1 some input could not be read, or only in part (named on standard error);
    2 the command line makes no sense. Times in JSON and CSV are RFC 3339 in UTC.
cli-see-help = see debrief --help
cli-no-command = no command given
cli-unknown-command = unknown command: { $what }
cli-unknown-option = unknown option: { $what }
cli-missing-value = { $what } needs a value
cli-bad-argument = { $what }
cli-bad-lang = unknown language: { $what } (known: en, zh-CN)
cli-bad-zone = not a time zone offset: { $what } (write it as +08:00)
cli-bad-format = { $command } cannot write the format { $what }
cli-no-path = { $what } needs at least one path
cli-bad-template = no such template: { $what } (known: { $known }; as a file: { $why })
cli-template-unused = only --format markdown and html have a template: { $what }
cli-redact-unused = only analyze can redact: { $what }
cli-not-yet = not available yet: { $what }
cli-diff-unused = only stacks compares dumps: { $what }
cli-no-stacks = No stack dump was found.
cli-no-owners = no dump shows anybody who waits for a lock: there is nothing to draw
cli-stacks-onset = The wait began at { $at } or a few minutes earlier.
cli-stacks-cut = The dump breaks off.
cli-stacks-owner = { $count ->
    [one] 1 waits
   *[other] { $count } wait
 } for { $lock }, longest { $longest } min; owner: { $holder }
cli-stacks-owner-unsaid = { $count ->
    [one] 1 waits
   *[other] { $count } wait
 } for { $lock }; owner: { $holder }
cli-stacks-not-visible = not visible
cli-stacks-wait = { $min } / { $median } / { $max } min
cli-stacks-more = and { $count } more { $count ->
    [one] group
   *[other] groups
 }; --format json has all
cli-stacks-idle = Set aside as idle: { $count }
cli-stacks-ids = { $persistent } in both, { $new } new, { $gone } gone
cli-stacks-spawned = goroutines started an hour: about { $rate }
cli-leads-out = a link that leads out of the folder; not followed. Name the file itself, if it is to be read
cli-too-large = longer than 512 MiB, which is all that is read from a pipe; the rest was left out
cli-charts-left-out = the charts are not part of this output; use -o FILE to write them beside the document

cli-opening = Debrief { $version } · draft analysis of { $inputs } ({ $lines })
cli-verdict = VERDICT
cli-no-finding = { $open ->
    [0] No known failure pattern was found in this evidence.
    [one] No failure pattern is certain; one could not be decided (see below).
   *[other] No failure pattern is certain; { $open } could not be decided (see below).
}
cli-troubled = { $count ->
    [one] One workload restarted or fails (see below).
   *[other] { $count } workloads restarted or fail (see below).
}
cli-subject = Subject
cli-culprit = Culprit
cli-victims = Affected
cli-when = When
cli-issue-alike = { $title }: { $count } inputs, the first of them { $path }
cli-range = { $start } to { $end }
cli-more-places = { " " }and { $count } more
cli-ceilings = CEILINGS
cli-limit-name = Ceiling
cli-scope = Scope
cli-limit = Limit
cli-used = Highest
cli-headroom = Left
cli-slope = Per hour
cli-exhaustion = { $limit } would be reached at { $at } ({ $low } to { $high }), if use went on as at the end.
cli-threads = THREADS OF THE NODE, FROM
cli-gap = No samples: { $range }.
cli-gap-refused = No samples: { $range }. Tasks were refused then; a collector needs tasks too, so the gap itself may be a symptom.
cli-ratio = Share
cli-unlimited = unlimited
cli-not-measured = not measured
cli-reached = tightest
cli-workloads = { $policies ->
    [0] WORKLOADS THAT RESTARTED OR FAIL
   *[other] WORKLOADS THAT RESTARTED OR FAIL, AND POLICIES THAT LET NO DNS QUERY OUT
}
cli-restarts = { $count ->
    [one] { $count } restart
   *[other] { $count } restarts
}
cli-more-workloads = and { $count } more; JSON has them all
cli-spread = FAILING PODS BY WHAT THEY SHARE
cli-ruled-out = RULED OUT
cli-rule-why = { $rule }: { $why }
cli-timeline = PROPOSED TIMELINE ({ $zone })
cli-whys = DRAFT FOR THE CAUSAL ANALYSIS (suggestions; nobody has accepted them)
cli-would-need = To answer this, collect: { $needs }
cli-bundles = BUNDLES
cli-bundle = { $name }: { $root }
cli-bundle-inputs = { $inputs }, { $read } of them read
cli-bundle-unverified = layout known from its description only
cli-bundle-clock = collected at { $at }
cli-bundle-name = collected at { $at } by its name
cli-bundle-name-zone = collected at { $at } by its name, zone unknown
cli-bundle-newest = collected after { $at }, the newest time in it
cli-redacted = HIDDEN BY WHOEVER COLLECTED IT
cli-redacted-count = { $count ->
    [one] in one input
   *[other] in { $count } inputs
}
cli-not-collected = NOT COLLECTED
cli-missing = { $what } ({ $disturbs })
cli-collector-errors = NOT COLLECTED, AS THE COLLECTORS SAY
cli-undecided = NOT DECIDED
cli-inputs = INPUTS
cli-no-input = There is no input.
cli-unread = not read
cli-format = Format
cli-content = Content
cli-binary = not text
cli-time = Times
cli-yield = Holds
cli-issue = Issue
cli-no-series = None of the inputs holds a series.
cli-first = first
cli-last = last
cli-min = lowest
cli-max = highest
cli-count-inputs = { $count ->
    [one] 1 input
   *[other] { $count } inputs
}
cli-count-lines = { $count ->
    [one] 1 line
   *[other] { $count } lines
}
cli-count-records = { $count ->
    [one] 1 record
   *[other] { $count } records
}
cli-count-series = { $count } series
cli-count-samples = { $count ->
    [one] 1 sample
   *[other] { $count } samples
}
cli-count-tasks = { $count ->
    [one] 1 task
   *[other] { $count } tasks
}
cli-count-objects = { $count ->
    [one] 1 Kubernetes object
   *[other] { $count } Kubernetes objects and events
}
cli-count-limits = { $count ->
    [one] 1 limit
   *[other] { $count } limits
}
cli-count-tables = { $count ->
    [one] 1 table
   *[other] { $count } tables
}

## Review of the argument

review-person = A cause names { $name }. Ask what made it possible, not who: systems have causes, people have reasons.
review-human-error = “{ $word }” ends the chain where it gets interesting. Ask what allowed it, and what would have caught it.
review-blaming = “{ $word }” judges. Say what happened and what was known at the time.
review-no-evidence = Nothing shows this yet: attach a line, or mark it as open.
review-no-action = The chain ends here and no action follows. Either it goes deeper, or something can be done about it.
review-after-effect = Its evidence ({ $cause }) is later than its effect ({ $effect }).
review-alternative = An alternative is ruled out without a reason or without evidence.
review-straight-chain = One straight chain. What else contributed? Why was it not noticed sooner? What kept it from being worse?
review-closes-nothing = This action closes no cause.
review-no-check = Nobody can tell when this has worked: say how one would see it.

## Comms kit

comms-first = First notice
comms-update = Update
comms-raci = RACI matrix
comms-resolved = Resolved notice
comms-stakeholders = Summary for stakeholders
comms-line = { $name }: { $items }
comms-between = {"; "}
comms-and = {", "}
comms-not-known = not known yet
comms-none-named = none named
comms-severity-unknown = SEV?
comms-candidate = candidate, not confirmed: { $claim }
comms-first-head = [{ $severity }] { $time } { $zone }  { $symptom }. Since { $since }.
comms-update-head = [update { $time }]
comms-resolved-head = [{ $severity }] Resolved { $time }: { $symptom }
comms-raci-head = Who does what: { $symptom }
comms-stakeholders-head = What happened: { $symptom }
comms-affected = Affected
comms-known = Known
comms-unknown = Unknown
comms-requests = Requests
comms-request = { $what }: run `{ $command }`
comms-rule = Rule
comms-rule-text = every statement carries a log excerpt or a command’s output.
comms-next = Next notice
comms-state = State
comms-by-team = By team
comms-team = { $team }: { $items }
comms-plan = Plan
comms-until = { $what } (by { $due })
comms-risks = Risks left
comms-durations = How long
comms-span = { $name }: { $length } ({ $from } to { $to })
comms-causes = Cause
comms-follows = What follows
comms-what = What happened
comms-how-long = How long users felt it
comms-done = { $what } (done)
comms-to-do = { $what } (open)
comms-unresolved-head = [{ $severity }] Not shown as resolved on the timeline: { $symptom }
comms-state-resolved = resolved at { $time }
comms-state-mitigated = mitigated at { $time }, being watched
comms-state-responding = being worked on since { $time }
comms-state-detected = noticed at { $time }, being investigated
comms-state-ongoing = going on since { $time }
comms-legend = Legend
comms-legend-text = R does it, A answers for it, C is asked, I is told
comms-work = Work
comms-work-triage = Triage, timeline, notices
comms-work-mitigation = Mitigation (restart, drain, roll back)
comms-work-cause-application = Root cause: application
comms-work-cause-network = Root cause: network
comms-work-cause-storage = Root cause: storage
comms-work-follow-up = Actions and follow-up
comms-party-sre = SRE
comms-party-dev = Development
comms-party-network = Network
comms-party-storage = Storage
comms-party-management = Management
## Fixes

# Ready-made files that carry out action items: what each does.
fix-sysctl-pid-max = Raise the node’s limits on tasks (kernel.pid_max, threads-max)
fix-kubelet-pod-pids-limit = Limit the PIDs of each pod (podPidsLimit)
fix-node-exporter-processes = Enable node-exporter’s collector of threads and PIDs
fix-alert-rules = Prometheus alerts on threads, PIDs, restarts and OOM kills
fix-alert-rules-operator = The same alerts for the Prometheus Operator
fix-probe-patch = A startup probe and a more patient liveness probe
fix-allow-dns = Allow DNS behind a policy that denies egress
fix-memory-limits = Memory requests, limit and the JVM’s share of it
fix-storage-class = A storage class that can expand and follows the pod’s zone
fix-volume-resize = Grow a full volume’s claim
fix-priority-class = A priority class for what must survive
fix-health-check = A health check as a shell script
fix-health-checklist = A health checklist for people
fix-chaos-threads = A chaos experiment: a container takes too many threads
fix-chaos-memory = A chaos experiment: a container meets its memory limit

# What applying one disturbs.
fix-risk-hides-leak = Only buys time: a leak fills any limit.
fix-risk-sysctl-order = A file that sorts later in /etc/sysctl.d, or /etc/sysctl.conf, wins over this one.
fix-risk-kubelet-restart = Restarts kubelet on each node; containers keep running.
fix-risk-new-pods-only = Holds for pods that start afterwards; those that run keep the limit they have.
fix-risk-node-exporter = Restarts node-exporter on every node, and costs CPU there with tens of thousands of threads.
fix-risk-alert-noise = May alert at once where a node or a container is already over the threshold.
fix-risk-egress-isolation = Pods that no other policy on egress selects can reach nothing but DNS afterwards.
fix-risk-rollout = Rolls the workload out anew: its pods restart.
fix-risk-unschedulable = A larger request may find no node with room.
fix-risk-slow-detection = A process that really hangs is restarted later.
fix-risk-new-volumes-only = Holds for new volumes only; data must be moved.
fix-risk-retain = Deleted claims leave their volumes behind, and their cost.
fix-risk-no-shrink = Cannot be taken back: a volume never shrinks.
fix-risk-expansion-support = Refused unless the StorageClass allows expansion; some drivers need the pod to restart.
fix-risk-priority = Under pressure other pods are evicted first.
fix-risk-reads-only = Disturbs nothing: it only reads.
fix-risk-chaos = Breaks what it selects, on purpose: never first in production.

# What the evidence does not hold and a person must check.
fix-assume-pid-max = { $proposed } is a default: the evidence does not hold the node’s present kernel.pid_max. Do not lower it.
fix-assume-threads-max = kernel.threads-max = { $proposed } is twice the present value; the evidence does not hold the node’s memory.
fix-assume-pod-pids-limit = podPidsLimit = { $limit }: whether a healthy pod needs more is not in the evidence.
fix-assume-config-dir = kubelet’s drop-in directory (/etc/kubernetes/kubelet.conf.d) is a default.
fix-assume-node = The node’s name ({ $name }).
fix-assume-node-exporter = Namespace, name and container of the DaemonSet are those of kube-prometheus.
fix-assume-rule-files = Prometheus reads rules from /etc/prometheus/rules and allows a reload by HTTP.
fix-assume-rule-selector = Namespace and labels by which the operator selects rules are those of kube-prometheus-stack.
fix-assume-metrics = The series of node-exporter, cAdvisor, kubelet and kube-state-metrics are collected; thresholds are defaults.
fix-assume-namespace = The namespace ({ $name }).
fix-assume-namespace-of-pod = That { $name } is the namespace concerned: it is that of the restarted pod { $pod }.
fix-assume-deployment = The workload’s name ({ $name }) and that it is a Deployment.
fix-assume-deployment-of-pod = That { $name } is a Deployment: the name was read off the pod { $pod }.
fix-assume-container = The container’s name ({ $name }).
fix-assume-dns-labels = Labels and namespace of the name service (k8s-app=kube-dns in kube-system).
fix-assume-memory = Request and limit of memory: the working set of a healthy week is not in the evidence.
fix-assume-jvm = That it is a JVM, and 75 % of the limit for its heap.
fix-assume-probe-handler = Path and port of the startup probe: copy them from the liveness probe.
fix-assume-probe-budget = { $seconds } to start is a default: take twice the slowest measured start.
fix-assume-provisioner = The CSI driver and its parameters.
fix-assume-zones = The zones.
fix-assume-claim = The claim’s name.
fix-assume-claim-size = The new size.
fix-assume-priority = The value 1000000 is a default.
fix-assume-thresholds = Thresholds are defaults (80 and 95 % of a ceiling, 85 % of a volume, 3 restarts).
fix-assume-test-environment = There is a test environment with Chaos Mesh.
fix-assume-app-label = Pods carry the label app with the workload’s name.
fix-assume-stress-size = How much memory the experiment takes.
## Redaction

redact-class-secret = Secrets
    .help = Passwords, keys, tokens, cookies, private keys and password hashes
redact-class-email = E-mail addresses
    .help = Addresses of people and mailing lists
redact-class-ip = IP addresses
    .help = IPv4 and IPv6; loopback, netmasks and version numbers stay
redact-class-host = Host names
    .help = Nodes, servers, domains and services in the cluster
redact-class-user = User names
    .help = Accounts of people; root and accounts of services stay
## Import and merge

export-contents = Contents
export-made-by = Written with Debrief { $version }. Every reference leads to the evidence index.
export-range-end = { $what } (end)
document-archive-full = The archive would be larger than 4 GB. Leave out evidence and try again.
import-not-ours = This is neither a case nor a document of Debrief. It opens .debrief files, its own JSON and its own markdown.
import-no-case = The archive holds no case: neither case.json nor document.json is in it.
import-json-broken = The case is damaged: line { $line }, column { $column } is not JSON.
import-json-other = This is JSON, but not a case of Debrief.
import-zip-cut = The archive is cut off or damaged: its list of files is missing. Copy or download it again.
import-zip-entries = The archive holds { $count } files, far more than a case has. It was not opened.
import-zip-too-large = { $path } unpacks to more than is allowed and was not read.
import-zip-unreadable = { $path } is encrypted or packed in a way that cannot be read here.
import-zip-damaged = { $path } is damaged: its checksum is wrong.
import-evidence-size = { $path } was left out: it has { $found } bytes, the case names { $expected }.
import-evidence-digest = { $path } was left out: its SHA-256 is not the one that the case names.
import-causes-flat = A table of causes does not say which one lies below which: look at their order.
import-unplaced = “{ $title }” has no place in a Debrief document. Its words are in the further notes.
merge-item = “{ $item }”, { $what }
merge-note = From the merged case, { $about }: { $text }
merge-question = question
merge-answer = answer
merge-kind = kind of cause
merge-confidence = confidence
merge-alternative = alternative that was ruled out
merge-reason = why it was ruled out
merge-time = time
merge-end = end
merge-source = source
merge-priority = priority
merge-check = verified by
merge-template = form of the document

## Dialogs of the desk

sheet-export = Export and case file
sheet-template = Form of the document
sheet-template-own = Your own form: { $name }
sheet-template-file = Your own form (a markdown file with slots)
sheet-template-use = Use this form
sheet-redaction = Redaction
sheet-redaction-open = See what is replaced
sheet-redaction-help = Replaced in everything that leaves: document, excerpts, charts, timeline, JSON. The evidence and this page stay as they are, and the list of originals never leaves.
sheet-replacements = { $count ->
    [one] { $count } replacement
   *[other] { $count } replacements
}
sheet-no-replacements = Nothing is replaced.
sheet-keep = Keep
sheet-keep-not = Replace
sheet-kept = kept
sheet-class = Kind
sheet-original = Original
sheet-pseudonym = Becomes
sheet-count = Times
sheet-sample = First found in
sheet-forms = Export as
sheet-form-zip = Everything (zip)
sheet-form-markdown = Markdown
sheet-form-html = Page (HTML)
sheet-form-rich-text = Copy with formatting
sheet-form-json = JSON
sheet-form-csv = Timeline (CSV)
sheet-form-timesketch = Timeline (Timesketch)
sheet-case-file = Case file
sheet-case-file-help = The whole case with its small evidence, to go on elsewhere or to hand to a colleague. Nothing is replaced in it.
sheet-form-case = Save the case (.debrief)
sheet-open = Open or merge a case file…
sheet-versions = Versions
sheet-back = Back
sheet-comms = Notices
sheet-comms-help = Written from the case as it stands. What nobody marked as certain is called a candidate.
sheet-notice = Notice
sheet-notice-lang = Language
sheet-chat = For a chat
sheet-markdown = As markdown
sheet-copy = Copy
sheet-copy-markdown = Copy markdown
sheet-fixes = Ready-made fixes
sheet-fix = Fix
sheet-fix-from-case = { $name } (from this case)
sheet-no-fixes = There is no fix to offer.
sheet-fix-apply = How to apply it
sheet-fix-attach = Attach to the action item
sheet-fix-attached = A file of this name is attached already; attaching replaces it.
sheet-versions-help = A version is the document as it was. Going back to one can be undone.
sheet-version-name = Name
sheet-version-keep = Keep this version
sheet-version-at = Kept
sheet-version-title = Title
sheet-version-holds = Holds
sheet-version-size = { $events ->
    [one] 1 event
   *[other] { $events } events
 }, { $whys ->
    [one] 1 question
   *[other] { $whys } questions
 }, { $actions ->
    [one] 1 action item
   *[other] { $actions } action items
 }
sheet-version-restore = Go back to it
sheet-version-before = before opening a file
sheet-no-versions = No version has been kept yet.
sheet-opened = A case from a file
sheet-opened-none = No file is open.
sheet-opened-holds = { $events ->
    [one] 1 event
   *[other] { $events } events
 }, { $whys ->
    [one] 1 question
   *[other] { $whys } questions
 }, { $actions ->
    [one] 1 action item
   *[other] { $actions } action items
 }; { $inputs ->
    [one] 1 input
   *[other] { $inputs } inputs
 }, { $carried } of them in the file.
sheet-conflicts = { $count ->
    [one] { $count } place is written differently in both: yours stays, theirs goes into the further notes.
   *[other] { $count } places are written differently in both: yours stay, theirs go into the further notes.
}
sheet-merge = Merge it into this case
sheet-take = Open it as a case of its own
sheet-take-up = Go on with this case
sheet-cases = Cases
sheet-cases-help = Each case is kept in this browser as you work, apart from the others. To have the one on this page elsewhere, save it as a file and open that there; another one is opened first.
sheet-case-new = New case
sheet-case-open = Open
sheet-case-save = Save as file
sheet-case-rename = Rename…
sheet-case-duplicate = Duplicate
sheet-case-delete = Delete…
sheet-case-title = Title
sheet-case-rename-now = Rename
sheet-case-rename-not = Leave the title
sheet-case-delete-now = Delete this case
sheet-case-keep = Keep it
sheet-case-here = on this page
sheet-case-elsewhere = open in another tab
sheet-case-untitled = Untitled incident
sheet-case-says = { $count ->
    [0] Changed { $at } · no inputs
    [one] Changed { $at } · { $count } input · { $bytes }
   *[other] Changed { $at } · { $count } inputs · { $bytes }
}
sheet-case-doom = { $count ->
    [0] This deletes “{ $title }” from this browser: the document and its versions. It cannot be undone; if you may want it again, save it as a file first, for which it must be open.
   *[other] This deletes “{ $title }” from this browser: the document, its versions and the { $bytes } kept of its inputs. The files on your disk stay. It cannot be undone; if you may want it again, save it as a file first, for which it must be open.
}
sheet-no-cases = No case is kept yet. This one will be, with its first change.
sheet-room = Room in this browser
sheet-room-used = { $used } used of the { $granted } that this browser grants.
sheet-room-short = The room is running short. Delete what is not needed any more, or save it as a case file first.
sheet-room-unknown = This browser does not say how much room there is.
sheet-persisted = The browser will not clear any of it by itself.
sheet-not-persisted = The browser may clear all of it when the disk runs short; Safari does so after seven days of use without a visit here.
sheet-persist = Ask the browser to keep it
sheet-large-kept = Inputs over 256 MB of the case on this page are copied into this browser, so that they are read again after a reload.
sheet-large-not-kept = Inputs over 256 MB are not kept: after a reload they have to be dropped again. They can be copied into this browser for the case on this page.
sheet-large-keep = Keep large files too
sheet-large-keep-not = Stop keeping large files
import-merged = { $count ->
    [0] Merged; nothing was written differently.
    [one] Merged; { $count } difference is in the further notes.
   *[other] Merged; { $count } differences are in the further notes.
}
import-unreadable = The file could not be read: { $reason }
import-too-large = The file is larger than a case file can be (1 GiB). Drop it as evidence instead.
document-export-more = Export…
document-comms = Notices…
document-versions = Versions…

# --- the panel Stacks ---
panel-limits = Limits
panel-limits-limit = Limit
panel-limits-scope = Scope
panel-limits-value = Value
panel-limits-used = Highest use
panel-limits-share = Share
panel-limits-left = Left
panel-limits-slope = Growth per hour
panel-limits-exhausted = Full, at this pace
panel-limits-reached = { $name } (tightest)
panel-limits-none = unlimited
panel-limits-unknown = not measured
panel-limits-node = node
panel-limits-each-user = each user
panel-limits-user = user { $name }
panel-limits-cgroup = cgroup { $name }
panel-limits-unit = unit { $name }
panel-limits-shell = the shell that was asked
panel-limits-process = process { $name }
panel-limits-sum = At { $at } the node counted { $node } threads, its containers { $containers }. The other { $rest } ({ $share }) are as many as before the growth ({ $before }): the host’s own.
panel-limits-sum-unlabelled = At { $at } the node counted { $node } threads, its containers only { $containers }. The other { $rest } ({ $share }, before the growth { $before }) are not explained: they belong to an owner that no container label names.
panel-limits-sum-once = At { $at } the node counted { $node } threads, its containers { $containers }. The other { $rest } ({ $share }) are the host’s own or belong to an owner that no container label names.
panel-limits-sum-listed = The containers had { $containers } threads at { $at }. A listing of all threads tells that the host’s own were { $rest } ({ $share }), which makes about { $node } on the node.
panel-stacks-none = No stack dump in this evidence. Add a goroutine dump, a jstack, kernel stacks or a log that holds one.
panel-stacks-dump = Dump
panel-stacks-compare = compared with
panel-stacks-compare-none = none
panel-stacks-tasks = { $count ->
    [one] { $count } task
   *[other] { $count } tasks
}
panel-stacks-onset = The wait began at { $at } or a few minutes earlier: waits are sampled.
panel-stacks-cut = The dump breaks off: what is missing may have held the lock.
panel-stacks-owners = Who waits for whom
panel-stacks-waiters = waiting
panel-stacks-blocked = blocked in all
panel-stacks-longest = longest, min
panel-stacks-lock = lock
panel-stacks-owner = owner
panel-stacks-known = how it is known
panel-stacks-not-visible = not visible in this evidence
panel-stacks-convoy = readers behind a writer
panel-stacks-cycle = part of a circle
panel-stacks-no-candidate = Nobody in this dump is seen to hold it.
panel-stacks-candidate = { $task } — { $class }: { $reasons }
panel-graph-name = Who waits for whom, over { $queues ->
    [one] one queue
   *[other] { $queues } queues
 }: on the left who is waited for, to the right of it who waits. The table below says the same.
panel-graph-unseen = owner not visible
panel-graph-others = others ({ $count })
panel-graph-lock = lock
panel-graph-lock-in = taken in
panel-graph-waits = { $count } waiting
panel-graph-in-all = { $count } blocked in all
panel-graph-holds-up = holds up { $count }
panel-graph-stated = stated
panel-graph-derived = derived
panel-graph-suspected = suspected
panel-graph-rest = Only in the table: { $queues } more { $queues ->
    [one] queue
   *[other] queues
 } with { $tasks } waiting { $tasks ->
    [one] task
   *[other] tasks
 }.
panel-graph-waiters = Who waits in this queue
panel-stacks-groups = Where tasks are
panel-stacks-search = Find a function
panel-stacks-class = waits for
panel-panel-wait-least = waited at least
panel-stacks-any = any
panel-stacks-minutes = { $count } min
panel-stacks-merge = stacks that are
panel-stacks-identical = identical
panel-stacks-similar = alike in their functions
panel-stacks-boxes = boxes are
panel-stacks-functions = functions
panel-stacks-packages = packages
panel-stacks-weight = width by
panel-stacks-by-count = number of tasks
panel-stacks-by-wait = time waited
panel-stacks-count = tasks
panel-stacks-state = state
panel-stacks-wait = waited, min
panel-stacks-where = where
panel-stacks-created = created by
panel-stacks-created-by = created by { $frame }
panel-stacks-nothing-passes = No stack passes these filters.
panel-stacks-more = and { $count } rarer { $count ->
    [one] stack
   *[other] stacks
 }: search for a function to see more.
panel-stacks-idle = Set aside as idle: { $count }
panel-stacks-idle-name = Idle stacks
panel-stacks-reason = why
panel-stacks-up-to = up to { $minutes }
panel-stacks-longer = longer
panel-stacks-share = share
panel-stacks-waits = How long they have waited: { $waits }
panel-stacks-histogram = How long they waited
panel-stacks-ids = Ids: { $ids }
panel-stacks-names = Names: { $names }
panel-stacks-all = all tasks
panel-stacks-picture = The functions of { $groups ->
    [one] one stack
   *[other] { $groups } stacks
 } from the outermost in; the table below says the same.
panel-stacks-whole = Show the whole picture
panel-stacks-changes = What changed between the dumps
panel-panel-change-ids = Tasks in both: { $persistent }; new: { $new }; gone: { $gone }.
panel-stacks-spawned = Tasks started an hour: about { $rate }.
panel-stacks-change = change
panel-stacks-before = before
panel-stacks-after = after
panel-change-grown = grown
panel-change-new = new
panel-change-shrunk = shrunk
panel-change-gone = gone
panel-change-flat = flat
panel-change-stayed = stayed
panel-wait-unknown = not said
panel-wait-running = nothing: running
panel-wait-syscall = a system call
panel-wait-io = input or output
panel-wait-lock = a lock
panel-wait-condition = a condition
panel-wait-channel = a channel
panel-wait-join = others to end
panel-wait-sleep = time to pass
panel-wait-idle = work

## The panel Evidence

panel-evidence-shares = { $count }: { $parts }
panel-evidence-count = { $count ->
    [one] 1 input
   *[other] { $count } inputs
}
panel-evidence-whole = read whole
panel-evidence-part = read in part
panel-evidence-none = not read
panel-evidence-waits = waiting
panel-evidence-tree = All inputs
panel-evidence-find = Find by name or folder
panel-evidence-share = in the analysis
panel-evidence-nothing-passes = No input passes these filters.
panel-evidence-name = name
panel-evidence-format = format
panel-evidence-size = size
panel-evidence-gave = what it gave
panel-evidence-range = times
panel-evidence-clock = clock
panel-evidence-trouble = trouble
panel-evidence-digest = SHA-256
panel-evidence-pending = being computed
panel-evidence-more = … more inputs: { $count }
panel-evidence-more-passing = and { $count } more: narrow the search to see them
panel-evidence-back = ‹ All inputs
panel-evidence-show = show
panel-evidence-overview = what is known of it
panel-evidence-raw = lines and bytes as they came
panel-evidence-table = table { $title } ({ $count })
panel-evidence-is-whole = Read whole: { $name }
panel-evidence-is-part = Read in part: { $name }
panel-evidence-is-none = Could not be read: { $name }
panel-evidence-is-waiting = Waits to be read: { $name }
panel-evidence-is-removed = Taken out, not in the analysis: { $name }
panel-evidence-to-byte = Show byte { $byte }
panel-evidence-path = path
panel-evidence-others = could also be
panel-evidence-encoding = encoding
panel-evidence-lines = lines
panel-evidence-bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
panel-evidence-read-so-far = { $read } read of { $all }
panel-evidence-quoted = “{ $value }”
panel-evidence-guess = { $value }, guessed; could be { $others }
panel-evidence-not-collected = Not collected, as { $collector } says: { $message }
panel-evidence-lost = Not collected, as it says: { $message }
panel-evidence-guess-only = { $value }, guessed
panel-evidence-guess-chosen = { $value }, set by you
panel-evidence-go-to = Go to line, or to byte as 0x1f
panel-evidence-go-to-byte = Go to byte, 31 or 0x1f
panel-evidence-first = Beginning
panel-evidence-before = Before
panel-evidence-after = After
panel-evidence-last = End
panel-evidence-as-bytes = Show bytes
panel-evidence-as-lines = Show lines
panel-evidence-lines-of = Lines { $first } to { $last } of { $all }
panel-evidence-bytes-of = Bytes { $first } to { $last } of { $all }
panel-evidence-decoded = Bytes are counted in the text as UTF-8, without its byte order mark.
panel-evidence-tables = Tables
panel-evidence-more-tables = more tables: { $count }; they can be read as lines.
panel-evidence-table-name = printed by
panel-evidence-columns = columns
panel-evidence-rows = rows
panel-evidence-find-row = Find in the table
panel-evidence-no-row = No row passes this search.
panel-evidence-rows-of = Rows { $first } to { $last } of { $all }
panel-evidence-rows-not-kept = Rows counted and not kept: { $count }. They can be read as lines.

## The panel Workloads

panel-workloads-none = Nothing in this evidence restarted or fails. Add kubectl get pods -A -o yaml or kubectl describe to see restarts, exits and what failing pods share.
panel-workloads-sum = { $failing ->
    [0] Nothing fails in what was collected
    [one] 1 workload fails
   *[other] { $failing } workloads fail
}; { $restarted ->
    [0] nothing restarted
    [one] 1 restarted
   *[other] { $restarted } restarted
}
panel-workloads-spread = What failing pods share
panel-workloads-picture = Failing pods among all pods of a namespace, node, controller or claim; the table below says the same.
panel-workloads-shared = shared
panel-workloads-name = name
panel-workloads-failing-of = failing
panel-workloads-share = share
panel-workloads-list = { $policies ->
    [0] Workloads that restarted or fail
   *[other] Workloads that restarted or fail, and policies that let no DNS query out
}
panel-workloads-find = Find by name, node or controller
panel-workloads-which = show
panel-workloads-fails = fails
panel-workloads-failing = those that fail
panel-workloads-restarted = those that restarted
panel-workloads-nothing-passes = No workload passes these filters.
panel-workloads-workload = workload
panel-workloads-kind = kind
panel-workloads-node = node
panel-workloads-owner = controller
panel-workloads-status = status
panel-workloads-restarts = restarts
panel-workloads-exit = last exit
panel-workloads-more = and { $count } more: search to see them.
panel-workloads-nothing-known = The evidence says no more about it.
