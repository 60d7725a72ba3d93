//! Incident B as its team would write it, in English and in Chinese, citing `tests/fixtures/incident-b`.

#[path = "incident_b_causes.rs"]
mod causes;

use debrief::case::Case;
use debrief::model::{Citation, Few, Phase, Timestamp};
use debrief::postmortem::{Alternative, Document, DocumentEvent, Field, ItemId, Part, Prose, Wording};
use debrief::text::Lang;

use super::{OFFSET_S, cite, open};

pub(crate) fn case() -> Case {
    // The day after, 10:00 at UTC+8.
    open("tests/fixtures/incident-b", 1_724_205_600)
}

/// 2024-08-20, a time of day at UTC+8.
fn at(hour: i64, minute: i64, second: i64) -> Timestamp {
    Timestamp::from_seconds(1_724_083_200 + (hour * 60 + minute) * 60 + second)
}

struct Desk<'a> {
    case: &'a Case,
    lang: Lang,
}

impl Desk<'_> {
    fn say(&self, en: &str, zh: &str) -> String {
        if self.lang == Lang::ZhCn { zh } else { en }.to_owned()
    }

    fn own(&self, en: &str, zh: &str) -> Wording {
        Wording::Own(self.say(en, zh))
    }

    fn cites(&self, places: &[(&str, &str)]) -> Vec<Citation> {
        places.iter().map(|(file, words)| cite(self.case, file, words)).collect()
    }

    fn event(
        &self,
        id: u32,
        at: Timestamp,
        phase: Option<Phase>,
        source: &str,
        text: Wording,
        places: &[(&str, &str)],
    ) -> DocumentEvent {
        let citations = self.cites(places);
        DocumentEvent {
            id: ItemId(id),
            at: Some(at),
            phase,
            source: source.to_owned(),
            text,
            citations,
            ..DocumentEvent::default()
        }
    }

    fn ruled_out(&self, id: u32, claim: Wording, reason: Wording, places: &[(&str, &str)]) -> Alternative {
        Alternative { id: ItemId(id), claim, reason, citations: self.cites(places) }
    }
}

const CHAT: &str = "war-room.txt";

pub(crate) fn document(case: &Case, lang: Lang) -> Document {
    let desk = Desk { case, lang };
    let sre = desk.say("SRE on call", "SRE 值班");
    Document {
        fields: fields(&desk),
        prose: prose(&desk),
        events: events(&desk, &sre),
        whys: causes::whys(&desk),
        actions: causes::actions(&desk),
        offset_s: OFFSET_S,
        last_id: 60,
        ..Document::default()
    }
}

fn fields(desk: &Desk<'_>) -> Few<Field, String> {
    [
        (
            Field::Title,
            "32 pods of payment and order restarted in a loop on full volumes",
            "支付与订单服务 32 个 Pod 因存储卷写满反复重启",
        ),
        (Field::Number, "INC-2024-0820", "INC-2024-0820"),
        (Field::Status, "final", "已定稿"),
        (Field::Severity, "SEV1", "P1（重大）"),
        (Field::Authors, "SRE on call", "SRE 值班"),
        (Field::Date, "2024-08-21", "2024-08-21"),
        (
            Field::Systems,
            "payment-service (15 pods), order-service (17 pods), prod-cluster-01",
            "prod-cluster-01 的 payment-service（15 个 Pod）、order-service（17 个 Pod）",
        ),
        (
            Field::Scope,
            "Availability fell from 99.99 % to 83.5 %; up to 15 % of payments failed",
            "可用性由 99.99% 降至 83.5%，支付失败率最高 15%",
        ),
        (Field::Responsible, "SRE, storage team", "SRE、存储组"),
    ]
    .into_iter()
    .map(|(field, en, zh)| (field, desk.say(en, zh)))
    .collect()
}

fn prose(desk: &Desk<'_>) -> Few<Part, Prose> {
    let part =
        |en: &str, zh: &str, places: &[(&str, &str)]| Prose { text: desk.own(en, zh), citations: desk.cites(places) };
    Few::from_iter([
        (
            Part::Summary,
            part(
                "From 14:00 to 15:47 all 32 pods of payment-service and order-service restarted in a loop while their logs said that they had started. Their \
                 volumes were full: a failed Ceph OSD had left the pools with a wrong capacity. Replacing the OSD and growing the volumes ended it.",
                "14:00 至 15:47，payment-service 与 order-service 共 32 个 Pod 反复重启，而容器日志显示启动成功。根源在于存储卷写满：一个 Ceph OSD 故障后，存储池容量计算有误。更换 OSD 并扩容存储卷后恢复。",
                &[],
            ),
        ),
        (
            Part::Impact,
            part(
                "Availability fell to 83.5 %; at the worst 15 % of payments failed, for 1 h 47 min in all.",
                "可用性最低降至 83.5%，支付失败率最高 15%，持续 1 小时 47 分钟。",
                &[(CHAT, "99.99%")],
            ),
        ),
        (
            Part::Detection,
            part(
                "The alert on the success rate of payments fired at 14:00. The OSD had been down since 13:36; its warning went to a muted channel.",
                "14:00 由支付成功率告警发现。OSD 自 13:36 起已宕机，但其告警发往被静音的频道，无人查看。",
                &[(CHAT, "muted"), (CHAT, "PaymentSuccessRate")],
            ),
        ),
        (
            Part::Notification,
            part(
                "The first notice went to development, network and storage at 14:05, five minutes after detection.",
                "14:05 向开发、网络、存储三组发出首次通报，距发现 5 分钟，通报及时。",
                &[(CHAT, "first notice")],
            ),
        ),
        (
            Part::Mitigation,
            part(
                "- storage: replaced osd.12 and raised the quota of the pools\n- SRE: grew both PVCs to 100Gi, drained node-5 and node-6\n- development: rolled order-service back as a precaution",
                "- 存储组：更换 osd.12，调高存储池配额\n- SRE：将两个 PVC 扩容至 100Gi，驱逐 node-5、node-6 上的 Pod\n- 开发组：预防性回滚 order-service",
                &[(CHAT, "replacing osd.12"), (CHAT, "100Gi")],
            ),
        ),
        (
            Part::Well,
            part(
                "Every statement in the war room came with a line or a command's output.",
                "应急群内的每条结论都附有日志或命令输出。",
                &[],
            ),
        ),
        (
            Part::Badly,
            part(
                "“Started successfully” led us to look at the application for half an hour.\nThe storage runbook had no section on OSD failures; one has been added.",
                "“启动成功”的日志误导了方向，前半小时都在排查应用。\n存储运维手册缺少 OSD 故障章节，现已补充。",
                &[],
            ),
        ),
        (
            Part::Lucky,
            part(
                "The journal survived in memory on two pods, so no payment was lost.",
                "有两个 Pod 的流水仍保留在内存中，没有丢失支付记录。",
                &[],
            ),
        ),
        (
            Part::OpenQuestions,
            part(
                "Does the memory of node-5 stay high for another reason?",
                "node-5 内存持续偏高是否另有原因？",
                &[(CHAT, "memory still high")],
            ),
        ),
    ])
}

fn events(desk: &Desk<'_>, sre: &str) -> Vec<DocumentEvent> {
    let storage = desk.say("storage", "存储组");
    let mut events = vec![
        desk.event(
            1,
            at(13, 36, 2),
            Some(Phase::Trigger),
            "Ceph",
            desk.own("osd.12 fails", "osd.12 故障"),
            &[("ceph-status.txt", "osd.12 failed")],
        ),
        desk.event(
            2,
            at(13, 51, 44),
            Some(Phase::Onset),
            "Ceph",
            desk.own("Two pools report full", "两个存储池报告已满"),
            &[("ceph-status.txt", "2 pool(s) full (POOL_FULL)")],
        ),
        desk.event(
            3,
            at(13, 58, 23),
            None,
            "kubelet",
            desk.own(
                "First container of payment-service is killed for memory",
                "payment-service 首个容器因内存不足被终止",
            ),
            &[("kubelet-node-5.journal.log", "OOMKilled")],
        ),
        desk.event(
            4,
            at(14, 0, 0),
            Some(Phase::Impact),
            &desk.say("monitoring", "监控"),
            desk.own("Payments and orders fail", "支付、下单失败"),
            &[(CHAT, "PaymentSuccessRate")],
        ),
        desk.event(
            5,
            at(14, 0, 0),
            Some(Phase::Detection),
            &desk.say("monitoring", "监控"),
            desk.own("The alert on payments fires", "支付成功率告警触发"),
            &[(CHAT, "PaymentSuccessRate")],
        ),
        desk.event(
            6,
            at(14, 5, 0),
            Some(Phase::Response),
            sre,
            desk.own("First notice", "首次通报"),
            &[(CHAT, "first notice")],
        ),
        desk.event(
            7,
            at(14, 30, 0),
            None,
            sre,
            desk.own("/data is found full", "确认 /data 写满"),
            &[(CHAT, "touch fails"), ("data-volume.txt", "/dev/rbd0")],
        ),
        desk.event(
            8,
            at(14, 41, 0),
            None,
            &storage,
            desk.own("osd.12 is found down", "确认 osd.12 宕机"),
            &[("ceph-status.txt", "osd.12 (root")],
        ),
        desk.event(
            9,
            at(15, 0, 0),
            Some(Phase::Mitigation),
            sre,
            desk.own(
                "OSD replaced, PVCs at 100Gi: 25 of 32 pods recovered",
                "OSD 已更换、PVC 扩至 100Gi：32 个 Pod 中 25 个恢复",
            ),
            &[(CHAT, "25 of 32")],
        ),
        desk.event(
            10,
            at(15, 47, 0),
            Some(Phase::Resolution),
            sre,
            desk.own("All 32 pods are ready", "32 个 Pod 全部就绪"),
            &[(CHAT, "32 of 32 ready")],
        ),
    ];
    if let Some(impact) = events.get_mut(3) {
        impact.end = Some(at(15, 47, 0));
    }
    events
}
