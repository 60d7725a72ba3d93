# English texts of Debrief. Every message here has its twin in zh-CN.ftl; a test fails on a missing or an unused one.

## Page

page-skip = Skip to the panel
page-what = Debrief turns the evidence of an incident into a postmortem that cites it.
page-drop = Drop logs, metrics, listings or a whole folder here
page-drop-anywhere = Drop to add evidence
page-pick-files = Choose files…
page-pick-folder = Choose a folder…
page-paste-hint = Or paste text or files anywhere on this page.
page-example = Open the example incident
page-example-says = : a node that ran out of PIDs, with logs, metrics and limits.
page-example-failed = The example could not be loaded. Reload the page while online and try again.
page-formats-read = Reads journals and syslog, klog, Go crash output, kubectl describe, ps, sysctl, ulimit and limits.conf, Grafana CSV and Prometheus JSON. Anything else that is text is kept as a plain log.
page-privacy = Nothing leaves this browser: files are read on this machine, there is no server behind this page, and it works offline.
page-panels = Panels
page-panel-findings = Findings
page-panel-trends = Trends
page-panel-logs = Logs
page-panel-timeline = Timeline
page-panel-whys = Whys
page-panel-postmortem = Postmortem
page-evidence = Evidence
page-document = Document
page-case-title = Title of the incident
page-untitled = Untitled incident
page-reading = { $done } of { $total } · { $rate }/s
page-reading-label = Reading
page-stop = Stop
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
page-inputs-not-kept = The document is saved, but this browser has no room for some of the inputs. After a reload they have to be dropped again.
page-history = History
page-undo = Undo
page-redo = Redo
page-new-case = New case
page-new-case-asks = This forgets the evidence and the document of this case in this browser. It cannot be undone. Export the postmortem first if you want to keep it.
page-keep-case = Keep the case
page-forget-case = Forget it and start anew
page-case-cleared = The case was forgotten. This browser holds nothing of it any more.
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
page-key-search = In logs: search · next · previous
page-key-line = In logs: go to a line
page-key-close = Close a sheet or a dialog
page-key-help = This list
page-notices = Notices
page-close = Close
page-reload = Reload
page-read-only = Read-only: this case is open in another tab, which does the writing.
page-case-free = The other tab is closed. Reload to edit the case here.
page-drop-again = Too large to be kept in the browser; drop again to read on: { $paths }
page-update-ready = A new version of Debrief is ready.
page-update-apply = Switch now
page-engine-died-on = The engine stopped while reading { $path }. It was restarted without that input; everything else is unharmed.
page-engine-restarted = The engine stopped and was restarted. Your evidence and document are unharmed.
page-engine-stopped = The engine cannot run. The document is unharmed; reload the page to try again.
page-protocol-mismatch = The page and its engine are of different versions ({ $reason }). Reload the page.
page-digest-failed = The digest could not be computed: the file changed or is gone.
page-language-failed = The texts of that language could not be loaded. Check the connection and try again.

## Evidence and formats
format-describe-pod = kubectl describe pod
format-go-runtime = Go crash output
format-journal-iso = Journal or syslog, ISO times
format-journal-short = Journal or syslog
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
evidence-origin-default = assumed
evidence-first-line = First at line { $line }
evidence-engine-died = The engine stopped while reading this input, so it was left out. Please keep the file: it shows a fault of Debrief.
evidence-missing = Too large to be kept in the browser: drop this file again.
evidence-correct = Correct…
evidence-correct-format = Format
evidence-correct-zone = Zone
evidence-correct-year = Year
evidence-correct-shift = Clock is behind by (s)
evidence-as-detected = As detected
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
format-ps = Process listing (ps)
format-sysctl = Kernel settings (sysctl)
format-ulimit = Process limits (ulimit, prlimit, /proc/PID/limits)

## Issues

issue-empty = The input is empty
    .help = It has no bytes. Check that the command that wrote it produced output, and add it again.
issue-binary = Not text
    .help = The bytes are not text and not a format that is read yet. Export it as text (journalctl, kubectl … -o yaml) and add that.
issue-compressed = Compressed or an archive
    .help = Unpack it first (tar xf, gunzip, unzip) and drop the files or the folder.
issue-read-failed = Reading stopped
    .help = The file changed, moved or lost its permission while it was being read. Add it again; what was read so far is in the analysis.
issue-too-large = Too large to be held whole
    .help = Only the beginning was read. Split the document, or export a shorter time range.
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
    .help = They are left out, as gaps. Check the export's number format.
issue-bad-time = Times that could not be read
    .help = Their lines have no place in time. Check the export's time format.
issue-unsorted-times = Rows out of order
    .help = They were sorted by time. Nothing is lost.
issue-duplicate-times = Several rows with one time
    .help = All are kept. Two exports may have been joined.
issue-zone-assumed = The times have no zone
    .help = One was assumed, as the clock line says. Set it under “Correct…” if it is another.
issue-year-inferred = The times have no year
    .help = One was inferred, as the clock line says. Set it under “Correct…” if it is another.
issue-same-content = The same content twice
    .help = Another input has exactly these bytes. Remove one, so that nothing is counted twice.
issue-quantity-assumed = What is counted was taken from the file's name
    .help = The numbers do not say what they are. Rename the file after the query if the heading of the chart is wrong.
issue-snapshot-without-time = Not said when it was taken
    .help = The output has no time of its own, so it is not placed on the timeline. Put the output of date in front next time.
issue-no-thread-rows = Processes, not threads
    .help = Threads count against the limits. Collect with ps -eLf, or with the NLWP column (ps -eo pid,nlwp,args).

## Findings

rule-host-pid-space-exhausted = Node ran out of task slots (PIDs and threads)
time-unknown = an unknown time

finding-pid-title = Threads on the node filled { $limit } ({ $value }): no process could fork
finding-pid-title-near = Threads on the node come close to { $limit } ({ $value })
finding-pid-ceiling = Threads on the node peaked at { $used }, { $ratio } of { $limit } ({ $value }), at { $at }.
finding-pid-ceiling-containers = Threads in containers peaked at { $used }, { $ratio } of { $limit } ({ $value }), at { $at }. The host’s own threads come on top and were not collected.
finding-pid-ceiling-reconciled = Threads on the node peaked at about { $used }, { $ratio } of { $limit } ({ $value }), at { $at }: { $containers } in containers and { $host } of the host itself.
finding-pid-failures = { $range }: { $count ->
    [one] one line reports
   *[other] { $count } lines report
} that a task could not be created: EAGAIN (errno 11).
finding-pid-failures-untimed = { $count ->
    [one] One line reports
   *[other] { $count } lines report
} that a task could not be created: EAGAIN (errno 11). They carry no time.
finding-pid-onset = Threads began to grow within { $range }, from { $baseline } to { $peak }.
finding-pid-culprit = { $culprit } grew from { $baseline } to { $peak } threads: { $share } of the growth.
finding-pid-victim-have = The { $reporter } process that reported the failure had only { $have } threads: a victim, not the leak.
finding-pid-victim-restarted = { $pod } could not fork its exec probe and was restarted by its liveness probe at { $at }.
finding-pid-victim-restarted-untimed = { $pod } could not fork its exec probe and was restarted by its liveness probe.
finding-pid-ruled-out = { $limit } ({ $value }) was not reached: even all { $used } threads of the node are { $ratio } of it.
finding-pid-hint = The runtime’s hint to raise ulimit -u is a guess: that limit is { $value } and was not reached.

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
outcome-pid-far = The highest use, { $used } threads, is { $ratio } of the node’s tightest limit, { $limit } ({ $value }).
outcome-pid-far-but-refused = Tasks were refused, but the node’s tightest limit was far: { $used } threads are { $ratio } of { $limit } ({ $value }). Another limit, or no task limit at all, refused them.
outcome-pid-cgroup-limit = A cgroup’s pids controller rejected forks, while the node’s tightest limit was far: { $used } threads are { $ratio } of { $limit } ({ $value }).
outcome-pid-refused-otherwise = The highest use, { $used } threads, is { $ratio } of the node’s tightest limit, { $limit } ({ $value }), and tasks were refused only at times when use was lower. Something else refused them.
outcome-pid-cgroup-or-node = A cgroup’s pids controller rejected forks, and threads on the node stood at { $used }, { $ratio } of { $limit } ({ $value }). Either limit can explain the refused tasks.
outcome-pid-limits-disagree = { $used } threads are { $ratio } of { $limit } as one input states it ({ $value }), but another states { $other }. Which value was in force on the node is not known.

missing-thread-use = How many threads ran: container_threads, node_processes_threads, or ps -eLf
missing-pid-max = The node’s kernel.pid_max
missing-threads-max = The node’s kernel.threads-max
missing-ulimit = RLIMIT_NPROC (ulimit -u) of the affected service
missing-thread-listing = All threads of the node (ps -eLf)
missing-container-threads = Threads by container over time (container_threads)
missing-node-processes = The node’s own thread and PID series (node_processes_threads): off by default in node-exporter
missing-node-processes-disturbs = Needs node-exporter to be restarted with this flag; it gives history from then on only.
missing-pod-pids-limit = kubelet’s podPidsLimit, or pids.max of the pods
outcome-pid-not-covered = Tasks were refused, but nothing collected shows how many threads ran at that time. A low number from another hour rules nothing out.

## Trends

trends-chart-threads = Threads on the node and in its containers
trends-chart-processes = Processes (PIDs)
trends-chart-forks = Fork rate
trends-chart-other = { $name }
trends-unit-threads = threads
trends-unit-processes = processes
trends-unit-forks = forks per second
trends-unit-value = value
trends-series-named = { $name }
trends-series-others = { $count } others, summed
trends-series-containers = all containers
trends-series-node = node, all threads
trends-series-node-estimate = node (containers + { $host } of the host)
trends-axis-time = time ({ $zone })
trends-ceiling = { $name } { $value }
trends-ceiling-mark = { $share } of the tightest
trends-marker-onset = onset
trends-marker-refused = EAGAIN ×{ $count }
trends-marker-killed = restart
trends-marker-recovery = recovery
trends-summary = { $title }: { $count ->
    [one] one series
   *[other] { $count } series
}. The highest is { $series } with { $max } at { $at }.
trends-summary-empty = No samples in this window.
trends-table-time = time
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
finding-none = No known failure pattern in this evidence
finding-reading = Reading the evidence…
finding-looked-at = { $rules } patterns were looked for in { $inputs } inputs. What each of them needs is listed below.
finding-subject = Subject
finding-culprit = Culprit
finding-victims = Suffered
finding-when = When
finding-set-window = show this window
finding-questions = What to ask next
finding-evidence = Evidence
finding-citation = Evidence { $number }: { $path }, line { $line }
finding-cite = Cite
finding-ceilings = Ceilings
finding-ceiling-name = Limit
finding-ceiling-scope = Binds
finding-ceiling-limit = Value
finding-ceiling-used = Highest use
finding-ceiling-ratio = Share
finding-hit = reached
finding-unlimited = unlimited
finding-use-unknown = not collected
finding-scope-node = the node
finding-scope-user = user { $name }
finding-scope-cgroup = cgroup { $name }
finding-scope-unit = unit { $name }
finding-scope-process = process { $name }
finding-not-collected = Not collected
finding-only-reads = only reads
finding-disturbs = disturbs: { $how }
finding-copy = Copy
finding-copied = The command is on the clipboard.
finding-copy-failed = The browser refused the clipboard. Select the command and copy it by hand.
finding-outcomes = What was looked for
finding-would-need = It would take:

## Trends

trends-tools = Charts
trends-hint = Drag to select a window · wheel to zoom · Shift-drag to pan
trends-hint-touch = Drag to pan · pinch to zoom
trends-whole = Show everything
trends-table = Data table
trends-table-of = Data table: { $title }
trends-none = No metrics in this evidence. Add a Grafana CSV export or the JSON answer of a Prometheus query.
trends-search = Find a series
trends-solo = only
trends-culprit = culprit
trends-last = last value in the window
trends-max = highest value in the window
trends-max-short = max
trends-nothing-there = There is no sample to cite at this point.

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
logs-not-found = “{ $text }” does not occur any further.
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
timeline-keys = ↑ ↓ move · Enter edit · a accept · Delete remove
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
timeline-no-detection = The evidence does not show when it was noticed, nor by whom. Only people know.
timeline-measure-impact = Impact lasted
timeline-measure-detect = Time to detect
timeline-measure-respond = Time to respond
timeline-measure-mitigate = Time to mitigate
timeline-measure-resolve = Time to resolve

## Whys

whys-heading = Whys
whys-add = Add question
whys-offered = From the evidence
whys-own = Causal analysis
whys-none-offered = Nothing more to offer. Suggestions appear when a finding is backed by evidence.
whys-empty = Accept a suggestion or ask a question of your own. Ask how and what, not who.
whys-keys = Alt with ↑ ↓ moves a question, Alt with → ← puts it under the one above or takes it out.
whys-accept = Accept
whys-accept-question = Take as open question
whys-accept-edit = Accept and edit
whys-dismiss = Dismiss
whys-offer-again = { $count ->
    [one] Offer one dismissed suggestion again
   *[other] Offer { $count } dismissed suggestions again
}
whys-not-answered = The evidence does not answer this.
whys-open = Open: no answer yet.
whys-would-need = To answer it, collect:
whys-field-question = Question
whys-field-claim = Answer
whys-field-kind = What it is to the incident
whys-add-child = Ask deeper
whys-move-up = Move up
whys-move-down = Move down
whys-move-in = Put under the question above
whys-move-out = Take out one level
whys-remove = Remove this question and those under it
event-threads-grow = Threads begin to grow, from { $baseline } up to { $peak }
event-threads-recover = Threads are back at { $value }
event-task-refused = Tasks refused with EAGAIN
event-probes-failed = { $subjects ->
    [0] Probes fail
    [one] Probes of one pod fail
   *[other] Probes of { $subjects } pods fail
}
event-liveness-kill = kubelet restarts { $pod }: liveness probe failed
event-container-ended = A container of { $workload } ended: exit code { $code }, { $reason }

## Whys

why-pid-some-pods = pods on the node
why-pid-direct = Why did { $victim } stop working?
why-pid-direct-answer = Threads leaked by { $culprit } filled the node’s global PID space ({ $limit } { $value }); probes of { $victim } could not fork, so kubelet restarted it.
why-pid-pod-limit = Does Kubernetes not limit a pod’s PIDs?
why-pid-pod-limit-answer = Not by default: podPidsLimit is unset unless configured. No limit held { $culprit } back on its way to { $peak } threads.
why-pid-late = Why did the diagnosis take so long?
why-pid-late-answer = Nothing collected counts the node’s threads or PIDs, so no alert could compare them with the ceiling: node-exporter leaves that collector off by default.
why-pid-late-answer-hint = Nothing collected counts the node’s threads or PIDs, so no alert could compare them with the ceiling: node-exporter leaves that collector off by default. The error message pointed at ulimit -u instead.
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
why-kind-question = Open question

## Postmortem

document-heading = Postmortem
document-form = The postmortem's content
document-untitled = Untitled postmortem
document-field-title = Title
document-field-severity = Severity
document-field-authors = Authors
document-field-summary = Summary
document-field-impact = Impact
document-field-action = What is to be done
document-field-kind = What it is for
document-field-owner = Owner
document-field-due = Due
document-field-addresses = Cause it addresses
document-field-well = What went well
document-field-badly = What went badly
document-field-lucky = Where luck helped
document-severity-example = SEV2
document-summary-hint = What happened, to whom, for how long, and how it ended, in three sentences.
document-impact-hint = Who was affected, what did not work, how long, with figures.
document-lessons = Lessons
document-lessons-hint = One lesson per line.
document-causes = Causes
document-actions = Action items
document-actions-offered = Proposed by the findings
document-add-action = Add action item
document-addresses-none = No cause
document-move-up = Move up
document-move-down = Move down
document-remove-action = Remove this action item
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
document-detach = Take off the citation of { $place }
document-evidence-gone = evidence no longer in the case
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
document-download-charts = Download charts
document-copied = Markdown copied
document-not-copied = The browser did not allow copying. Download the file instead.
document-downloaded = { $count ->
    [one] One file handed to your downloads
   *[other] { $count } files handed to your downloads
}
document-not-downloaded = The browser did not allow the download. Copy the markdown instead.
document-no-charts = There are no charts: the evidence has no series.
document-impact-range = From { $start } to { $end } ({ $duration }): { $what }.
document-impact-at = From { $start }: { $what }.
document-action-raise-pid-max = Raise kernel.pid_max from { $limit }, for instance to { $proposed }, and keep it in /etc/sysctl.d.
document-action-restart-culprit = Restart { $culprit } to give its threads back.
document-action-fix-leak = Fix the thread leak in { $culprit }.
document-action-find-leak = Find what leaks threads and fix it: the evidence does not name it.
document-action-pod-pids-limit = Limit the PIDs of each pod with podPidsLimit (kubelet, --pod-max-pids).
document-action-alert-pids = Enable node_exporter's --collector.processes (off by default) and alert at { $mark } tasks, 80 % of { $ceiling }.
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
document-gap-lessons = No lesson is written down.
document-saved-broken = The saved case could not be read. It was left as it is: export it or start a new case.
document-saved-newer = The saved case was written by a newer release (version { $version }). It was left as it is: reload the page to get the new release.
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
export-draft-summary = Draft. Everything in this document was suggested by Debrief from the evidence. Nobody has reviewed or accepted any of it yet.

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
export-analysis = Analysis by Debrief
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

export-by-program = Debrief derived this section from the evidence. Nobody has edited it; each statement refers to the lines it rests on.
export-ruled-out = What was ruled out
export-nothing-ruled-out = Nothing could be ruled out from this evidence.
export-questions = Open questions
export-no-questions = No questions are open.
export-undecided = { $rule }: could not be decided. { $why }
export-coverage = Coverage and limits
export-no-windows = None of the evidence has times.
export-first = First entry (UTC)
export-last = Last entry (UTC)
export-clock = Clock
export-clock-explicit = times state their zone
export-clock-zone = zone { $zone } ({ $origin })
export-clock-year = year { $year } ({ $origin })
export-clock-shift = corrected by { $shift }
export-clock-none = no times
export-clock-stated = stated in the file
export-clock-person = set by a person
export-clock-sibling = taken from another file
export-clock-default = assumed
export-not-collected = Not collected, with the command that would have collected it:
export-what = Evidence
export-command = Command
export-disturbs = Effect on the system
export-only-reads = only reads
export-damaged = Not, or not wholly, part of this analysis:
export-issue-line = { $title } (line { $line })
export-issue-times = { $title } ({ $count } times)
export-issue-many = { $title } ({ $count } times, first on line { $line })
export-no-references = This document cites no evidence.
export-line = line { $line }
export-lines = lines { $first }–{ $last }
export-digest-pending = SHA-256 not computed yet

## Command line

cli-help =
    Debrief reads the evidence of an incident and drafts a postmortem that cites it.
    Nothing leaves this machine, and everything it writes is a draft.

    Usage: debrief COMMAND PATH... [OPTIONS]

    PATH is a file, a directory (everything below it is read) or - for standard input.

    Commands
      analyze   what happened, what carries it, what was ruled out, what is missing
                formats: text, json, markdown
      inspect   what each input is: format, encoding, lines, times, trouble in reading it
                formats: text, json
      records   every log record with its time, level and place
                formats: text, jsonl
      series    every metric series: unit, first, last, lowest, highest, change points
                formats: text, csv, json

    Options
      --tz ZONE        zone of times that state none, as +08:00 (default: as the evidence says, else UTC)
      --lang LANG      en or zh-CN (default: en)
      --format FORMAT  how to write the answer (default: text)
      -o FILE          write to FILE; markdown puts its charts into assets/ beside it
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
cli-not-yet = not available yet: { $what }
cli-too-large = longer than 512 MiB, which is all that is read from a pipe; the rest was left out
cli-charts-left-out = the charts are not part of this output; use -o FILE to write them beside the document

cli-opening = Debrief { $version } · draft analysis of { $inputs } ({ $lines })
cli-verdict = VERDICT
cli-no-finding = No known failure pattern was found in this evidence.
cli-subject = Subject
cli-culprit = Culprit
cli-victims = Victims
cli-when = When
cli-range = { $start } to { $end }
cli-more-places = { " " }and { $count } more
cli-ceilings = CEILINGS
cli-limit-name = Ceiling
cli-scope = Scope
cli-limit = Limit
cli-used = Highest
cli-ratio = Share
cli-unlimited = unlimited
cli-not-measured = not measured
cli-reached = reached
cli-ruled-out = RULED OUT
cli-rule-why = { $rule }: { $why }
cli-timeline = PROPOSED TIMELINE ({ $zone })
cli-whys = DRAFT FOR THE CAUSAL ANALYSIS (suggestions; nobody has accepted them)
cli-would-need = To answer this, collect: { $needs }
cli-not-collected = NOT COLLECTED
cli-missing = { $what } ({ $disturbs })
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
cli-change-point = changes course at { $at }
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
