# Debrief 的中文文本。每条消息在 en.ftl 中都有对应；缺失或未使用的消息会使测试失败。

## Page

page-skip = 跳到面板
page-what = Debrief 把故障现场的证据整理成一份有据可查的复盘报告。
page-drop = 把日志、指标、命令输出或整个文件夹拖到这里
page-drop-anywhere = 松开即可加入证据
page-pick-files = 选择文件…
page-pick-folder = 选择文件夹…
page-paste-hint = 也可以在页面任意位置粘贴文本或文件。
page-example = 打开示例故障
page-example-says = ：一个 PID 耗尽的节点，附日志、指标和各项限制。
page-example-failed = 示例加载失败。请联网后刷新页面再试。
page-formats-read = 可读取 journal 与 syslog、klog、Go 崩溃输出、kubectl describe、ps、sysctl、ulimit 与 limits.conf、Grafana CSV、Prometheus JSON；其他文本按普通日志保留。
page-privacy = 数据不出本浏览器：文件在本机读取，页面背后没有服务器，断网也能用。
page-panels = 面板
page-panel-findings = 结论
page-panel-trends = 趋势
page-panel-logs = 日志
page-panel-timeline = 时间线
page-panel-whys = 追因
page-panel-postmortem = 复盘报告
page-evidence = 证据
page-document = 文档
page-case-title = 故障标题
page-untitled = 未命名的故障
page-reading = 已读 { $done } / { $total } · { $rate }/s
page-reading-label = 正在读取
page-stop = 停止
page-adding = 正在加入 { $count } 个输入。
page-entries-failed = 有 { $count } 项打不开：浏览器拒绝访问。可单独拖入，确认是否可读。
page-saving = 正在保存…
page-saved = 已保存 { $at }
page-not-saved = 未保存：{ $reason }
page-saved-where = 案例只保存在本浏览器中。
page-inputs-not-kept = 文档已保存，但浏览器空间不足，部分输入未能保留；刷新后需重新拖入。
page-history = 编辑历史
page-undo = 撤销
page-redo = 重做
page-new-case = 新建案例
page-new-case-asks = 将从本浏览器中清除此案例的证据和文档，且无法恢复。如需保留，请先导出复盘报告。
page-keep-case = 保留案例
page-forget-case = 清除并重新开始
page-case-cleared = 案例已清除，本浏览器不再保留其任何内容。
page-zone = 案例时区
page-zone-help = 显示时间所用的时区；未注明时区的输入也按它解释
page-zone-infer = 自动推断
page-zone-inferred = { $offset }（推断）
page-language = 语言
page-theme-auto = 配色：跟随系统
page-theme-light = 配色：浅色
page-theme-dark = 配色：深色
page-help = 帮助与快捷键
page-keys = 快捷键
page-key-panels = 切换面板
page-key-undo = 撤销 · 重做
page-key-paste = 把粘贴的文本或文件加为证据
page-key-cite = 把选中处引用到文档
page-key-trends = 图表：平移 · 缩放 · 显示全部
page-key-point = 图表：引用十字线所在的点（Shift ← → 移动十字线）
page-key-search = 日志：搜索 · 下一处 · 上一处
page-key-line = 日志：跳到某行
page-key-close = 关闭侧栏或对话框
page-key-help = 本列表
page-notices = 通知
page-close = 关闭
page-reload = 刷新
page-read-only = 只读：此案例已在另一个标签页中打开，由那边负责写入。
page-case-free = 另一个标签页已关闭。刷新后即可在此编辑。
page-drop-again = 文件过大，浏览器未保留；请重新拖入后继续读取：{ $paths }
page-update-ready = Debrief 有新版本可用。
page-update-apply = 立即切换
page-engine-died-on = 引擎在读取 { $path } 时停止，已跳过该输入并重新启动；其余内容不受影响。
page-engine-restarted = 引擎曾停止，现已重新启动。证据和文档不受影响。
page-engine-stopped = 引擎无法运行。文档不受影响，请刷新页面重试。
page-protocol-mismatch = 页面与引擎版本不一致（{ $reason }），请刷新页面。
page-digest-failed = 无法计算摘要：文件已改变或已不存在。
page-language-failed = 无法加载该语言的文本，请检查网络后重试。

## Evidence and formats
format-describe-pod = kubectl describe pod
format-go-runtime = Go 崩溃输出
format-journal-iso = journal 或 syslog（ISO 时间）
format-journal-short = journal 或 syslog
format-klog = klog（Kubernetes 组件日志）
format-plain = 纯文本

evidence-count = { $count } 个输入
evidence-none = 还没有证据。
evidence-format = { $format } · { $score }
evidence-format-chosen = { $format } · 人工指定
evidence-records = { $count } 条记录
evidence-series = { $count } 条序列
evidence-samples = { $count } 个采样点
evidence-tasks = { $count } 个任务
evidence-objects = { $count } 个对象
evidence-limits = { $count } 项限制
evidence-lines-parsed = 解析 { $count } 行
evidence-lines-skipped = 略过 { $count } 行
evidence-lines-failed = 未能识别 { $count } 行
evidence-zone-in-times = 时间自带时区
evidence-zone = 时区 { $offset }，{ $origin }
evidence-year = 年份 { $year }，{ $origin }
evidence-shift = 平移 { $shift }
evidence-origin-stated = 输入中注明
evidence-origin-person = 由您设定
evidence-origin-sibling = 取自其他输入
evidence-origin-default = 假定
evidence-first-line = 首见于第 { $line } 行
evidence-engine-died = 引擎在读取此输入时停止，已将其排除。请保留该文件：它暴露了 Debrief 的缺陷。
evidence-missing = 文件过大，浏览器未保留：请重新拖入。
evidence-correct = 更正…
evidence-correct-format = 格式
evidence-correct-zone = 时区
evidence-correct-year = 年份
evidence-correct-shift = 时钟偏慢（秒）
evidence-as-detected = 自动识别
evidence-remove = 移除
evidence-restore = 恢复
evidence-state-waiting = 等待中
evidence-state-reading = 读取中
evidence-state-cancelled = 已停止：已读部分参与分析
evidence-state-refused = 未读取
evidence-state-removed = 已移除
format-grafana-csv = 时序 CSV 表格（Grafana 导出）
format-limits-conf = 登录资源限制（limits.conf、limits.d）
format-proc-sys = 内核参数（/proc/sys）
format-prometheus-json = Prometheus 查询结果（JSON）
format-ps = 进程列表（ps）
format-sysctl = 内核参数（sysctl）
format-ulimit = 进程资源限制（ulimit、prlimit、/proc/PID/limits）

## Issues

issue-empty = 输入为空
    .help = 文件没有内容。请确认生成它的命令确有输出，然后重新加入。
issue-binary = 不是文本
    .help = 内容不是文本，也不是目前支持的格式。请导出为文本（journalctl、kubectl … -o yaml）后再加入。
issue-compressed = 压缩文件或归档
    .help = 请先解包（tar xf、gunzip、unzip），再拖入其中的文件或文件夹。
issue-read-failed = 读取中断
    .help = 读取期间文件被修改、移走或失去权限。请重新加入；已读部分参与分析。
issue-too-large = 过大，无法整体载入
    .help = 只读取了开头部分。请拆分文档，或缩短导出的时间范围。
issue-not-utf8 = 含非 UTF-8 字节
    .help = 这些字节显示为 �。如果原文是其他编码，请先转换（iconv -t utf-8）。
issue-nul-bytes = 文本中有 NUL 字节
    .help = 多见于写入途中宕机，或日志以“复制后截断”方式轮转。前后的行照常读取。
issue-line-too-long = 有过长的行
    .help = 只解析了前 64 KiB；完整内容请查看原文件。
issue-plain-text = 未识别出格式
    .help = 按普通日志保留：可以阅读、搜索和引用。如果知道格式，请在“更正…”中指定。
issue-unparsed-lines = 有未能识别的行
    .help = 这些行不参与分析，但仍可阅读和引用。如果数量较多，请在“更正…”中换一种格式。
issue-truncated-document = 文档不完整
    .help = 内容提前结束：命令被中断，或复制时被截断。条件允许时请重新采集。
issue-bad-number = 有不是数字的单元格
    .help = 已按缺失处理。请检查导出时的数字格式。
issue-bad-time = 有无法读取的时间
    .help = 这些行没有时间定位。请检查导出时的时间格式。
issue-unsorted-times = 行的时间顺序错乱
    .help = 已按时间排序，没有丢失内容。
issue-duplicate-times = 多行时间相同
    .help = 全部保留。可能是两份导出合并而成。
issue-zone-assumed = 时间未注明时区
    .help = 已按时钟一行所示假定时区。如不正确，请在“更正…”中设定。
issue-year-inferred = 时间没有年份
    .help = 已按时钟一行所示推断年份。如不正确，请在“更正…”中设定。
issue-same-content = 内容重复
    .help = 另一个输入的字节与此完全相同。请移除其一，以免重复计数。
issue-quantity-assumed = 计量对象取自文件名
    .help = 数据本身没有说明统计的是什么。如果图表标题不对，请按查询内容重命名文件。
issue-snapshot-without-time = 没有采集时间
    .help = 输出中没有时间，因此不进入时间线。下次采集时请先执行 date。
issue-no-thread-rows = 只有进程，没有线程
    .help = 线程同样计入限制。请用 ps -eLf 采集，或加上 NLWP 列（ps -eo pid,nlwp,args）。

## Findings

rule-host-pid-space-exhausted = 节点任务槽（PID 与线程）耗尽
time-unknown = 未知时间

finding-pid-title = 节点线程占满 { $limit }（{ $value }）：任何进程都无法 fork
finding-pid-title-near = 节点线程数逼近 { $limit }（{ $value }）
finding-pid-ceiling = 节点线程数在 { $at } 达到峰值 { $used }，为 { $limit }（{ $value }）的 { $ratio }。
finding-pid-ceiling-containers = 容器线程数在 { $at } 达到峰值 { $used }，为 { $limit }（{ $value }）的 { $ratio }；宿主机自身的线程未采集，需另行加上。
finding-pid-ceiling-reconciled = 节点线程数在 { $at } 达到峰值约 { $used }，为 { $limit }（{ $value }）的 { $ratio }：容器内 { $containers }，宿主机自身 { $host }。
finding-pid-failures = { $range } 期间，有 { $count } 行报告无法创建任务：EAGAIN（errno 11）。
finding-pid-failures-untimed = 有 { $count } 行报告无法创建任务：EAGAIN（errno 11）；这些行没有时间。
finding-pid-onset = 线程数在 { $range } 之内开始增长，从 { $baseline } 升至 { $peak }。
finding-pid-culprit = { $culprit } 的线程数从 { $baseline } 增至 { $peak }，占增长量的 { $share }。
finding-pid-victim-have = 报告失败的 { $reporter } 进程当时只有 { $have } 个线程：它是受害者，而非泄漏者。
finding-pid-victim-restarted = { $pod } 无法 fork 其 exec 探针，于 { $at } 被存活探针重启。
finding-pid-victim-restarted-untimed = { $pod } 无法 fork 其 exec 探针，被存活探针重启。
finding-pid-ruled-out = { $limit }（{ $value }）并未触及：即使节点全部 { $used } 个线程都计入，也只占 { $ratio }。
finding-pid-hint = 运行时提示调大 ulimit -u 只是猜测：该限制为 { $value }，并未触及。

question-pid-what-changed = { $culprit } 的线程开始增长时发生了什么：发布、配置变更，还是某个依赖不再响应？
question-pid-who = 是哪个工作负载在增长？按容器的 container_threads，或故障期间的 ps -eLf，可以回答。
question-pid-pod-limit = 该节点是否设置了 podPidsLimit？值是多少？
question-pid-alert = 哪条告警会把节点线程数与 pid_max、threads-max 中较小者作比较？
question-pid-host-threads = 除容器外，宿主机自身运行多少线程？
question-pid-other-nodes = 这些上限是在 { $node } 上读取的吗？还采集了另外 { $count } 个节点的线程数，未计入。

outcome-pid-no-limits = 未采集 kernel.pid_max 与 kernel.threads-max，无法将用量与节点上限比较。
outcome-pid-no-use = 已知节点上限，但没有任何证据显示当时运行了多少线程。
outcome-pid-far = 最高用量为 { $used } 个线程，仅为节点最紧上限 { $limit }（{ $value }）的 { $ratio }。
outcome-pid-far-but-refused = 有任务创建被拒绝，但节点最紧上限尚远：{ $used } 个线程仅为 { $limit }（{ $value }）的 { $ratio }。拒绝来自其他限制，或根本不是任务数限制。
outcome-pid-cgroup-limit = 某个 cgroup 的 pids 控制器拒绝了 fork，而节点最紧上限尚远：{ $used } 个线程仅为 { $limit }（{ $value }）的 { $ratio }。
outcome-pid-refused-otherwise = 线程数峰值 { $used } 为节点最紧上限 { $limit }（{ $value }）的 { $ratio }，而创建任务被拒只发生在用量较低的时段，原因另有所在。
outcome-pid-cgroup-or-node = 某个 cgroup 的 pids 控制器拒绝了 fork，同时节点线程数为 { $used }，达到 { $limit }（{ $value }）的 { $ratio }。两种上限都能解释任务被拒。
outcome-pid-limits-disagree = 按其中一份输入，{ $limit } 为 { $value }，{ $used } 个线程占 { $ratio }；但另一份输入写的是 { $other }。无法确定节点上生效的是哪个值。

missing-thread-use = 线程用量：container_threads、node_processes_threads 或 ps -eLf
missing-pid-max = 节点的 kernel.pid_max
missing-threads-max = 节点的 kernel.threads-max
missing-ulimit = 受影响服务的 RLIMIT_NPROC（ulimit -u）
missing-thread-listing = 节点的全部线程（ps -eLf）
missing-container-threads = 按容器的线程数时间序列（container_threads）
missing-node-processes = 节点自身的线程与 PID 序列（node_processes_threads）：node-exporter 默认不采集
missing-node-processes-disturbs = 需以该参数重启 node-exporter，且只有重启之后的历史。
missing-pod-pids-limit = kubelet 的 podPidsLimit，或各 Pod 的 pids.max
outcome-pid-not-covered = 有任务创建被拒绝，但没有证据显示当时运行了多少线程；其他时段的低用量不能排除任何结论。

## Trends

trends-chart-threads = 节点及其容器的线程数
trends-chart-processes = 进程数（PID）
trends-chart-forks = fork 速率
trends-chart-other = { $name }
trends-unit-threads = 线程
trends-unit-processes = 进程
trends-unit-forks = 每秒 fork 次数
trends-unit-value = 数值
trends-series-named = { $name }
trends-series-others = 其余 { $count } 个之和
trends-series-containers = 全部容器
trends-series-node = 节点全部线程
trends-series-node-estimate = 节点（容器 + 宿主机 { $host }）
trends-axis-time = 时间（{ $zone }）
trends-ceiling = { $name } { $value }
trends-ceiling-mark = 最紧上限的 { $share }
trends-marker-onset = 起点
trends-marker-refused = EAGAIN ×{ $count }
trends-marker-killed = 重启
trends-marker-recovery = 恢复
trends-summary = { $title }：{ $count } 条序列。最高的是 { $series }，于 { $at } 达到 { $max }。
trends-summary-empty = 此时间窗内没有采样。
trends-table-time = 时间
severity-info = 提示
severity-low = 低
severity-medium = 中
severity-high = 高
severity-critical = 严重
confidence-possible = 可能
confidence-likely = 很可能
confidence-certain = 确定
outcome-found = 已发现
outcome-ruled-out = 已排除
outcome-inconclusive = 现有证据无法判断
outcome-skipped = 没有可供检查的内容
finding-none = 证据中没有已知的故障模式
finding-reading = 正在读取证据…
finding-looked-at = 已在 { $inputs } 个输入中检查 { $rules } 种模式；各自所需的证据见下。
finding-subject = 对象
finding-culprit = 肇因
finding-victims = 受影响者
finding-when = 时间
finding-set-window = 查看该时段
finding-questions = 接下来要问什么
finding-evidence = 证据
finding-citation = 证据 { $number }：{ $path } 第 { $line } 行
finding-cite = 引用
finding-ceilings = 各项上限
finding-ceiling-name = 限制
finding-ceiling-scope = 约束对象
finding-ceiling-limit = 数值
finding-ceiling-used = 最高用量
finding-ceiling-ratio = 占比
finding-hit = 已触顶
finding-unlimited = 不限
finding-use-unknown = 未采集
finding-scope-node = 整个节点
finding-scope-user = 用户 { $name }
finding-scope-cgroup = cgroup { $name }
finding-scope-unit = 单元 { $name }
finding-scope-process = 进程 { $name }
finding-not-collected = 未采集
finding-only-reads = 只读
finding-disturbs = 有影响：{ $how }
finding-copy = 复制
finding-copied = 命令已复制到剪贴板。
finding-copy-failed = 浏览器拒绝访问剪贴板，请选中命令手动复制。
finding-outcomes = 检查过的模式
finding-would-need = 要判断还需要：

## Trends

trends-tools = 图表
trends-hint = 拖动选择时段 · 滚轮缩放 · Shift 拖动平移
trends-hint-touch = 拖动平移 · 双指缩放
trends-whole = 显示全部
trends-table = 数据表
trends-table-of = 数据表：{ $title }
trends-none = 证据中没有指标。请加入 Grafana 导出的 CSV 或 Prometheus 查询返回的 JSON。
trends-search = 查找序列
trends-solo = 只看
trends-culprit = 肇因
trends-last = 时段内最后的值
trends-max = 时段内的最大值
trends-max-short = 峰值
trends-nothing-there = 此处没有可引用的采样点。

## Logs

logs-tools = 日志工具
logs-input = 输入
logs-lines = 日志行
logs-search = 搜索
logs-previous = 上一处
logs-next = 下一处
logs-go-to = 跳到某行
logs-line = 行号
logs-wrap = 自动换行
logs-cite = 引用
logs-found = 在第 { $line } 行找到。
logs-not-found = 后面没有“{ $text }”。
level-trace = 跟踪
level-debug = 调试
level-info = 信息
level-notice = 注意
level-warning = 警告
level-error = 错误
level-fatal = 致命

## Timeline

timeline-heading = 时间线
timeline-add = 添加事件
timeline-see-proposal = 查看建议
timeline-empty = 暂无建议事件。可以记录人员的观察与操作，或引用一行日志。
timeline-keys = ↑ ↓ 移动 · Enter 编辑 · a 采纳 · Delete 删除
timeline-proposed = 建议
timeline-proposed-hint = 虚线事件是根据证据给出的建议，采纳后才会写入复盘。
timeline-accept = 采纳该事件
timeline-dismiss = 忽略该建议
timeline-edit = 编辑事件
timeline-remove = 删除事件
timeline-done = 完成
timeline-field-start = 时间（{ $zone }）
timeline-field-end = 结束时间，仅用于时间段（{ $zone }）
timeline-field-phase = 阶段
timeline-field-text = 发生了什么，由谁或什么引起
timeline-not-a-time = 还不是有效时间。可输入 2023-07-23 22:13、22:13:05，或粘贴日志中带时区的时间。
timeline-no-phase = 未分阶段
timeline-no-time = 无时间
timeline-uncertainty = ± { $seconds }
timeline-no-impact = 时间线未标明用户从何时开始受影响。
timeline-no-detection = 证据无法说明何时、由谁发现，只有当事人知道。
timeline-measure-impact = 影响时长
timeline-measure-detect = 发现耗时
timeline-measure-respond = 响应耗时
timeline-measure-mitigate = 缓解耗时
timeline-measure-resolve = 恢复耗时

## Whys

whys-heading = 为什么
whys-add = 添加问题
whys-offered = 来自证据
whys-own = 因果分析
whys-none-offered = 没有更多建议。有证据支撑的结论出现后，会在此给出建议。
whys-empty = 采纳一条建议，或提出自己的问题。多问“如何”和“什么”，不问“是谁”。
whys-keys = Alt 加 ↑ ↓ 移动问题，Alt 加 → ← 将其归入上一个问题之下或移出一层。
whys-accept = 采纳
whys-accept-question = 作为待解答问题采纳
whys-accept-edit = 采纳并编辑
whys-dismiss = 忽略
whys-offer-again = 重新显示已忽略的 { $count } 条建议
whys-not-answered = 现有证据无法回答这个问题。
whys-open = 待解答：尚无答案。
whys-would-need = 要回答它，需要收集：
whys-field-question = 问题
whys-field-claim = 回答
whys-field-kind = 与事故的关系
whys-add-child = 继续追问
whys-move-up = 上移
whys-move-down = 下移
whys-move-in = 归入上一个问题之下
whys-move-out = 移出一层
whys-remove = 删除该问题及其下级问题
event-threads-grow = 线程数开始增长，从 { $baseline } 升至 { $peak }
event-threads-recover = 线程数回落至 { $value }
event-task-refused = 任务创建被拒绝（EAGAIN）
event-probes-failed = { $subjects ->
    [0] 探针失败
   *[other] { $subjects } 个 Pod 的探针失败
}
event-liveness-kill = kubelet 重启 { $pod }：存活探针失败
event-container-ended = { $workload } 的一个容器退出：退出码 { $code }，{ $reason }

## Whys

why-pid-some-pods = 节点上的 Pod
why-pid-direct = { $victim } 为什么停止工作？
why-pid-direct-answer = { $culprit } 泄漏的线程占满了节点的全局 PID 空间（{ $limit } { $value }）；{ $victim } 的探针无法 fork，因而被 kubelet 重启。
why-pid-pod-limit = Kubernetes 不限制 Pod 的 PID 数量吗？
why-pid-pod-limit-answer = 默认不限制：未配置时 podPidsLimit 不生效。{ $culprit } 一路涨到 { $peak } 个线程，没有任何限制拦住它。
why-pid-late = 为什么定位花了这么久？
why-pid-late-answer = 采集到的指标都不统计节点的线程或 PID，因此没有告警能将其与上限比较：node-exporter 默认关闭该采集器。
why-pid-late-answer-hint = 采集到的指标都不统计节点的线程或 PID，因此没有告警能将其与上限比较：node-exporter 默认关闭该采集器。报错信息反而指向 ulimit -u。
why-pid-global = 为什么全局限制比单用户限制还小？
why-pid-global-answer = { $limit } 为 { $value }，而单个用户允许 { $per-user } 个任务：两个限制从未一起核定。
why-pid-global-answer-default = { $limit } 为 { $value }，而单个用户允许 { $per-user } 个任务。{ $value } 正是内核对 { $cpus } 个 CPU 的默认值（每个 1,024）：单用户限制调大了，全局限制从未调整。
phase-trigger = 触发
phase-onset = 异常开始
phase-impact = 影响
phase-detection = 发现
phase-response = 响应
phase-mitigation = 止损
phase-resolution = 恢复

## Whys

why-kind-cause = 原因
why-kind-contributing = 促成因素
why-kind-detection = 发现过晚的原因
why-kind-question = 待解答

## Postmortem

document-heading = 复盘
document-form = 复盘内容
document-untitled = 未命名复盘
document-field-title = 标题
document-field-severity = 严重等级
document-field-authors = 作者
document-field-summary = 摘要
document-field-impact = 影响
document-field-action = 要做什么
document-field-kind = 类型
document-field-owner = 负责人
document-field-due = 期限
document-field-addresses = 对应的原因
document-field-well = 做得好的
document-field-badly = 做得不好的
document-field-lucky = 侥幸之处
document-severity-example = SEV2
document-summary-hint = 用三句话说明：发生了什么、影响了谁、持续多久、如何结束。
document-impact-hint = 影响了谁、什么不可用、持续多久，尽量给出数字。
document-lessons = 经验教训
document-lessons-hint = 每行一条。
document-causes = 原因
document-actions = 改进措施
document-actions-offered = 根据结论建议
document-add-action = 添加改进措施
document-addresses-none = 未对应原因
document-move-up = 上移
document-move-down = 下移
document-remove-action = 删除该改进措施
document-use-title = 用作标题
document-accept = 采纳
document-dismiss = 忽略
document-accepted = 已写入复盘
document-not-cited = 暂时无法摘录证据，因此未采纳。请重试。
document-n-events = 时间线：{ $count } 个事件
document-n-whys = 原因：{ $count } 个问题
document-n-citations = { $count } 处引用
document-completeness = 已通过 { $done } / { $checks } 项检查
document-open-place = 打开 { $place }
document-more-places = 另有 { $count } 处
document-detach = 移除对 { $place } 的引用
document-evidence-gone = 该证据已不在案例中
document-cite-here = 将证据引用到此处
document-citing-here = 引用将添加到所选条目。
document-citing-new = 引用将新增事件。选中条目即可引用到该条目。
document-go-to = 前往
document-preview = 预览
document-table = 表格
document-export-language = 导出语言
document-export-english = 以英文（English）导出
document-export-chinese = 以简体中文导出
document-download = 下载 Markdown
document-copy = 复制 Markdown
document-download-charts = 下载图表
document-copied = 已复制 Markdown
document-not-copied = 浏览器不允许复制，请改为下载文件。
document-downloaded = 已交给浏览器下载 { $count } 个文件
document-not-downloaded = 浏览器不允许下载，请改为复制 Markdown。
document-no-charts = 没有图表：证据中没有时间序列。
document-impact-range = { $start } 至 { $end }（{ $duration }）：{ $what }。
document-impact-at = 自 { $start } 起：{ $what }。
document-action-raise-pid-max = 将 kernel.pid_max 从 { $limit } 调高（例如 { $proposed }），并写入 /etc/sysctl.d 使其持久生效。
document-action-restart-culprit = 重启 { $culprit }，释放其占用的线程。
document-action-fix-leak = 修复 { $culprit } 的线程泄漏。
document-action-find-leak = 定位并修复线程泄漏的来源：现有证据未能指明。
document-action-pod-pids-limit = 用 podPidsLimit（kubelet 参数 --pod-max-pids）限制每个 Pod 的 PID 数量。
document-action-alert-pids = 启用 node_exporter 的 --collector.processes（默认关闭），任务数达到 { $mark }（{ $ceiling } 的 80 %）时告警。
document-action-tune-threads-max = 随负载增长，结合 kernel.pid_max 一并调整 kernel.threads-max（当前 { $limit }）。
document-gap-title = 事故还没有标题。
document-gap-severity = 未填写严重等级。
document-gap-authors = 未填写作者。
document-gap-summary = 还没有摘要。
document-gap-impact = 未描述影响。
document-gap-impact-evidence = 影响部分没有引用证据。
document-gap-impact-event = 时间线未标明影响从何时开始。
document-gap-detection-event = 时间线未标明何时、由谁发现。
document-gap-end-event = 时间线既未标明何时缓解，也未标明何时恢复。
document-gap-event-time = 有 { $count } 个事件没有时间。
document-gap-event-range = 有 { $count } 个事件的结束时间早于开始时间。
document-gap-causes = 还没有任何原因得到解答。
document-gap-open-questions = 有 { $count } 个问题待解答。
document-gap-why-evidence = 有 { $count } 个回答没有引用证据。
document-gap-actions = 还没有改进措施。
document-gap-owners = 有 { $count } 项改进措施没有负责人。
document-gap-due = 有 { $count } 项改进措施没有期限。
document-gap-addresses = 有 { $count } 项改进措施未对应任何原因。
document-gap-lessons = 还没有写下经验教训。
document-saved-broken = 无法读取已保存的案例。原数据保持不变：可先导出，或新建案例。
document-saved-newer = 该案例由更新的版本（格式版本 { $version }）保存。原数据保持不变：请刷新页面以获取新版本。
document-cited = 已把 { $count } 处引用到文档。

## Export

# 文档与报告中枚举值的名称。
action-kind-mitigate = 缓解
action-kind-prevent = 预防
action-kind-detect = 监测
action-kind-process = 流程

export-untitled = 未命名事故
export-draft-title = 草稿：{ $title }
export-draft-summary = 草稿。本文内容均由 Debrief 根据证据给出建议，尚未经任何人审阅或采纳。

export-fact = 项目
export-value = 内容
export-severity = 严重等级
export-authors = 撰写人
export-not-set = 未填写
export-onset = 异常开始
export-start = 影响开始
export-detect = 发现
export-respond = 首次响应
export-mitigate = 缓解
export-resolve = 恢复
export-ttd = 发现耗时（TTD）
export-tta = 响应耗时（TTA）
export-ttm = 缓解耗时（TTM）
export-ttr = 恢复耗时（TTR）
export-interval = { $length }：从“{ $first }”（{ $from }）到“{ $last }”（{ $to }）

export-summary = 摘要
export-impact = 影响
export-causes = 原因与促成因素
export-timeline = 时间线
export-charts = 图表
export-actions = 改进措施
export-lessons = 经验教训
export-analysis = Debrief 的分析
export-index = 证据索引

export-empty-title = 事故还没有标题。
export-empty-severity = 还没有填写严重等级。
export-empty-authors = 还没有填写撰写人。
export-empty-summary = 还没有写摘要。
export-empty-impact = 还没有描述影响。
export-empty-causes = 还没有采纳任何原因。
export-empty-timeline = 时间线上还没有事件。
export-empty-actions = 还没有商定改进措施。
export-empty-lessons = 还没有记录经验教训。
export-unowned = 有 { $count } 项改进措施没有负责人。
export-label = { $name }：
export-both = { $first }；{ $then }
export-open = 尚无答案。
export-uncited = （未引用证据）

export-utc = UTC
export-local = 当地时间（{ $zone }）
export-event = 事件
export-phase = 阶段
export-evidence = 证据
export-repeated = { $text }（共 { $count } 次）
export-time-unknown = 时间不详

export-chart-alt = { $title }：最高值 { $max }，出现于 { $at }
export-key-point = 关键点
export-amount = 数值
export-ceiling = 上限：{ $name }
export-highest = 最高值：{ $name }

export-kind = 类型
export-action = 措施
export-owner = 负责人
export-due = 期限
export-addresses = 针对的问题
export-well = 做得好的地方
export-badly = 做得不好的地方
export-lucky = 侥幸之处
export-nothing = 没有记录。

export-by-program = 本节由 Debrief 根据证据推导，未经人工修改；每条结论都注明所依据的行。
export-ruled-out = 已排除的可能
export-nothing-ruled-out = 现有证据不足以排除任何可能。
export-questions = 待解问题
export-no-questions = 没有待解问题。
export-undecided = { $rule }：无法判定。{ $why }
export-coverage = 证据范围与局限
export-no-windows = 所有证据都不带时间。
export-first = 最早（UTC）
export-last = 最晚（UTC）
export-clock = 时钟
export-clock-explicit = 时间自带时区
export-clock-zone = 时区 { $zone }（{ $origin }）
export-clock-year = 年份 { $year }（{ $origin }）
export-clock-shift = 校正 { $shift }
export-clock-none = 不带时间
export-clock-stated = 文件中写明
export-clock-person = 人工设定
export-clock-sibling = 取自其他文件
export-clock-default = 假定
export-not-collected = 以下证据未采集，可用所列命令采集：
export-what = 证据
export-command = 命令
export-disturbs = 对系统的影响
export-only-reads = 只读
export-damaged = 以下内容全部或部分未纳入分析：
export-issue-line = { $title }（第 { $line } 行）
export-issue-times = { $title }（共 { $count } 处）
export-issue-many = { $title }（共 { $count } 处，首次在第 { $line } 行）
export-no-references = 本文没有引用证据。
export-line = 第 { $line } 行
export-lines = 第 { $first }–{ $last } 行
export-digest-pending = SHA-256 尚未算出

## Command line

cli-help =
    Debrief 读取事故的证据，起草一份处处有据的复盘文档。
    数据不离开本机；所有输出都是草稿。

    用法：debrief 命令 路径... [选项]

    路径可以是文件、目录（读取其下全部文件）或 -（标准输入）。

    命令
      analyze   发生了什么、依据是什么、排除了什么、还缺什么
                格式：text、json、markdown
      inspect   每个输入是什么：格式、编码、行数、时间范围、读取时的问题
                格式：text、json
      records   逐条列出日志记录及其时间、级别和位置
                格式：text、jsonl
      series    逐条列出指标序列：单位、首末值、最低与最高值、变化点
                格式：text、csv、json

    选项
      --tz 时区        未写明时区的时间按此解释，如 +08:00（默认以证据所述为准，否则为 UTC）
      --lang 语言      en 或 zh-CN（默认 en）
      --format 格式    输出格式（默认 text）
      -o 文件          写入文件；markdown 的图表放在同级的 assets/ 目录
      --help、--version

    退出码：0 完成；1 有输入无法读取或只读取了一部分（在标准错误中说明）；
    2 命令行有误。JSON 和 CSV 中的时间均为 RFC 3339 格式的 UTC 时间。
cli-see-help = 用法见 debrief --help
cli-no-command = 没有给出命令
cli-unknown-command = 未知命令：{ $what }
cli-unknown-option = 未知选项：{ $what }
cli-missing-value = { $what } 缺少取值
cli-bad-argument = { $what }
cli-bad-lang = 未知语言：{ $what }（可用：en、zh-CN）
cli-bad-zone = 不是时区偏移：{ $what }（应写成 +08:00 的形式）
cli-bad-format = { $command } 不支持输出格式 { $what }
cli-no-path = { $what } 至少需要一个路径
cli-not-yet = 暂不支持：{ $what }
cli-too-large = 超过 512 MiB；从管道最多读取这么多，其余部分未读
cli-charts-left-out = 此处的输出不含图表；用 -o 指定文件，可将图表一并写在文档旁边

cli-opening = Debrief { $version } · 对 { $inputs }（{ $lines }）的分析草稿
cli-verdict = 结论
cli-no-finding = 在这些证据中没有发现已知的故障模式。
cli-subject = 对象
cli-culprit = 肇因
cli-victims = 受害方
cli-when = 时间
cli-range = { $start } 至 { $end }
cli-more-places = { " " }等，另有 { $count } 处
cli-ceilings = 上限
cli-limit-name = 上限
cli-scope = 范围
cli-limit = 限值
cli-used = 峰值
cli-ratio = 占比
cli-unlimited = 无限制
cli-not-measured = 未测得
cli-reached = 已触顶
cli-ruled-out = 已排除
cli-rule-why = { $rule }：{ $why }
cli-timeline = 建议的时间线（{ $zone }）
cli-whys = 原因分析草稿（均为建议，尚未有人采纳）
cli-would-need = 要回答这个问题，还需采集：{ $needs }
cli-not-collected = 未采集
cli-missing = { $what }（{ $disturbs }）
cli-undecided = 无法判定
cli-inputs = 输入
cli-no-input = 没有输入。
cli-unread = 未读取
cli-format = 格式
cli-content = 内容
cli-binary = 非文本
cli-time = 时间
cli-yield = 包含
cli-issue = 问题
cli-no-series = 所有输入都不含指标序列。
cli-first = 首个
cli-last = 末个
cli-min = 最低
cli-max = 最高
cli-change-point = 走势在 { $at } 改变
cli-count-inputs = { $count } 个输入
cli-count-lines = { $count } 行
cli-count-records = { $count } 条记录
cli-count-series = { $count } 个序列
cli-count-samples = { $count } 个采样点
cli-count-tasks = { $count } 个任务
cli-count-objects = { $count } 个 Kubernetes 对象和事件
cli-count-limits = { $count } 项限制
