//! Why incident B happened and what is to be done: the tree of whys with all that it can hold, and the action items.

use debrief::model::Confidence;
use debrief::postmortem::{ActionItem, ActionKind, Attachment, ItemId, Priority, Why, WhyKind, Wording};

use super::{CHAT, Desk};

pub(super) fn whys(desk: &Desk<'_>) -> Vec<Why> {
    let why = |id, kind, question: Wording, claim: Wording, sure, places: &[(&str, &str)]| Why {
        id: ItemId(id),
        kind,
        question,
        claim,
        confidence: Some(sure),
        citations: desk.cites(places),
        ..Why::default()
    };
    let volumes = Why {
        children: vec![
            why(
                24,
                WhyKind::Detection,
                desk.own("Why did nobody act on the failed OSD for 24 minutes?", "OSD 故障后为何 24 分钟无人处理？"),
                desk.own(
                    "Monitoring stops at the level of the cluster; the warning went to a muted channel.",
                    "监控只到集群层面，未覆盖单个 OSD；告警发往被静音的频道。",
                ),
                Confidence::Certain,
                &[(CHAT, "muted")],
            ),
            why(
                25,
                WhyKind::Contributing,
                desk.own("Why did the volumes not grow?", "存储卷为何没有自动扩容？"),
                desk.own(
                    "The StorageClass ceph-rbd does not allow expansion.",
                    "StorageClass ceph-rbd 未启用自动扩容（allowVolumeExpansion）。",
                ),
                Confidence::Certain,
                &[("data-volume.txt", "rbd.csi.ceph.com")],
            ),
            Why {
                id: ItemId(26),
                kind: WhyKind::Question,
                question: desk.own(
                    "Why is the capacity of a pool wrong after one OSD of fifteen failed?",
                    "15 个 OSD 中仅 1 个故障，存储池容量为何会算错？",
                ),
                ..Why::default()
            },
        ],
        ..why(
            23,
            WhyKind::Cause,
            desk.own("Why were the volumes full?", "存储卷为何写满？"),
            desk.own(
                "osd.12 failed at 13:36; the pools then computed a wrong capacity and were full at 13:51.",
                "osd.12 于 13:36 故障，存储池容量计算有误，13:51 即报告已满。",
            ),
            Confidence::Certain,
            &[("ceph-status.txt", "osd.12 failed"), ("ceph-status.txt", "2 pool(s) full (POOL_FULL)")],
        )
    };
    let direct = Why {
        alternatives: vec![
            desk.ruled_out(
                31,
                desk.own("The release 2.31.4 of the day before", "前一天发布的 2.31.4 版本"),
                desk.own("The pod ran on it from 09:12 on.", "该 Pod 自 09:12 起就运行在此版本上，近 5 小时正常。"),
                &[("payment-describe.txt", "Start Time"), ("payment-describe.txt", "Image:")],
            ),
            desk.ruled_out(
                32,
                desk.own("Redis or the network to it", "Redis 或其网络故障"),
                desk.own(
                    "It answers from other nodes; only the overloaded ones time out.",
                    "其他节点访问正常，仅过载节点超时。",
                ),
                &[("nc-redis.txt", "failed: Connection"), ("nc-redis.txt", "succeeded!")],
            ),
        ],
        children: vec![volumes],
        ..why(
            21,
            WhyKind::Cause,
            desk.own(
                "Why did pods restart in a loop whose logs say that all is well?",
                "容器日志正常，Pod 为何反复重启？",
            ),
            desk.own(
                "/data was full, so the health check answered 503 and kubelet killed the containers (exit code 137).",
                "/data 写满，健康检查返回 503，kubelet 因存活探针失败终止容器（退出码 137）。",
            ),
            Confidence::Certain,
            &[
                ("payment-describe.txt", "Exit Code"),
                ("payment-describe.txt", "statuscode: 503"),
                ("data-volume.txt", "/dev/rbd0"),
                ("data-volume.txt", "cannot touch"),
            ],
        )
    };
    let probe = why(
        22,
        WhyKind::Contributing,
        Wording::default(),
        desk.own(
            "The liveness probe gives 12 to 18 s; the service needs 11 s to start on a quiet day.",
            "存活探针只留 12 至 18 s的余量，而服务正常启动就要 11 s。",
        ),
        Confidence::Likely,
        &[
            ("payment-describe.txt", "Liveness:"),
            ("payment-current.log", "Starting PaymentApplication"),
            ("payment-current.log", "started successfully"),
        ],
    );
    let memory = why(
        27,
        WhyKind::Contributing,
        desk.own("Why did nodes run out of memory?", "节点内存为何耗尽？"),
        desk.own(
            "What could not be written stayed in memory: the heap overflowed, node-5 stood at 98 %.",
            "写不进磁盘的流水滞留内存：JVM 堆溢出，node-5 内存达 98%。",
        ),
        Confidence::Likely,
        &[
            ("payment-previous.log", "entries in memory"),
            ("payment-previous.log", "OutOfMemoryError"),
            ("top-nodes.txt", "node-5"),
        ],
    );
    let ended = why(
        28,
        WhyKind::Mitigating,
        desk.own("What ended it?", "如何恢复？"),
        desk.own("A new OSD, a higher quota and volumes of 100Gi.", "更换 OSD、调高配额，存储卷扩至 100Gi。"),
        Confidence::Certain,
        &[(CHAT, "replacing osd.12"), (CHAT, "100Gi")],
    );
    vec![direct, probe, memory, ended]
}

pub(super) fn actions(desk: &Desk<'_>) -> Vec<ActionItem> {
    let action = |id, kind, text: Wording, owner: String, due: &str, priority, check: String, addresses| ActionItem {
        id: ItemId(id),
        kind,
        text,
        owner,
        due: due.to_owned(),
        priority: Some(priority),
        check,
        addresses: Some(ItemId(addresses)),
        ..ActionItem::default()
    };
    let expansion = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: ceph-rbd\nprovisioner: rbd.csi.ceph.com\nallowVolumeExpansion: true\n";
    vec![
        ActionItem {
            attachments: vec![Attachment {
                file_name: "ceph-rbd.yaml".to_owned(),
                language: "yaml".to_owned(),
                text: expansion.to_owned(),
            }],
            ..action(
                41,
                ActionKind::Prevent,
                desk.own(
                    "Let PVCs grow: allowVolumeExpansion in the StorageClass, and an operator that grows at 80 %",
                    "启用 PVC 自动扩容：StorageClass 打开 allowVolumeExpansion，使用率达 80% 时自动扩容",
                ),
                desk.say("operations", "运维组"),
                "2024-08-23",
                Priority::P0,
                desk.say("A test PVC filled to 80 % grows within 5 min", "测试 PVC 写至 80% 后 5 分钟内完成扩容"),
                25,
            )
        },
        action(
            42,
            ActionKind::Detect,
            desk.own("Monitor and alert on the health of every Ceph OSD", "完善 Ceph OSD 健康监控与告警"),
            desk.say("storage", "存储组"),
            "2024-08-25",
            Priority::P0,
            desk.say("Stopping an OSD in staging pages within 1 min", "预发环境停掉一个 OSD，1 分钟内电话告警"),
            24,
        ),
        action(
            43,
            ActionKind::Prevent,
            desk.own("Give payment-service a startupProbe of 30 s", "为 payment-service 增加 30 s 的 startupProbe"),
            desk.say("payment team", "支付组"),
            "2024-08-26",
            Priority::P1,
            desk.say("A start slowed to 25 s is not killed", "启动放慢到 25 s 时不被终止"),
            22,
        ),
        action(
            44,
            ActionKind::Prevent,
            desk.own("Replicas in several zones", "存储与服务多可用区部署副本"),
            desk.say("architecture", "架构组"),
            "2024-09-10",
            Priority::P2,
            desk.say("A drill takes one zone away without errors", "演练中断一个可用区，业务无报错"),
            23,
        ),
        action(
            45,
            ActionKind::Process,
            desk.own("Training on the memory of the JVM in containers", "组织容器内 JVM 内存培训"),
            String::new(),
            "",
            Priority::P3,
            String::new(),
            27,
        ),
    ]
}
