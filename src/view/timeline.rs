//! The timeline as rows: proposed and own events merged in order of time, by lane, with the gaps between them.

use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{Cite, EventSource, Message, Phase, TimeRange, TimelineEvent, Timestamp};
use crate::postmortem::milestones::milestones;
use crate::postmortem::{Document, DocumentEvent, ItemId, suggest};
use crate::text::Texts;

/// Whose event a row is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The program's, by its key.
    Proposed(String),
    /// The document's.
    Own(ItemId),
}

/// Where an event comes from. Every lane has events of one kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// People's own.
    Own,
    /// Chats.
    Chat,
    /// Alerts.
    Alert,
    /// Releases, commits, rollouts.
    Change,
    /// Kubernetes.
    Kube,
    /// Log lines.
    Log,
    /// Series.
    Series,
    /// Findings.
    Finding,
}

impl Lane {
    /// All, in the order shown.
    pub const ALL: [Self; 8] =
        [Self::Own, Self::Chat, Self::Alert, Self::Change, Self::Kube, Self::Log, Self::Series, Self::Finding];

    /// Stable id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Chat => "chat",
            Self::Alert => "alert",
            Self::Change => "change",
            Self::Kube => "kube",
            Self::Log => "log",
            Self::Series => "series",
            Self::Finding => "finding",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Own => Message::new("timeline-lane-own"),
            Self::Chat => Message::new("timeline-lane-chat"),
            Self::Alert => Message::new("timeline-lane-alert"),
            Self::Change => Message::new("timeline-lane-change"),
            Self::Kube => Message::new("timeline-lane-kube"),
            Self::Log => Message::new("timeline-lane-log"),
            Self::Series => Message::new("timeline-lane-series"),
            Self::Finding => Message::new("timeline-lane-finding"),
        }
    }

    const fn of(source: &EventSource) -> Self {
        match source {
            EventSource::Rule(_) => Self::Finding,
            EventSource::Series(_) => Self::Series,
            EventSource::Log(_) => Self::Log,
            EventSource::Kube(_) => Self::Kube,
            EventSource::Chat(_) => Self::Chat,
            EventSource::Alert(_) => Self::Alert,
            EventSource::Change(_) => Self::Change,
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// Whose.
    pub key: RowKey,
    /// The event; for a proposed one what the document would get, without identity and citations.
    pub event: DocumentEvent,
    /// Where a proposed event stands; an own event has citations in the document.
    pub cites: Vec<Cite>,
    /// Whether the document's durations are taken from it.
    pub milestone: bool,
    /// Where it comes from; an accepted proposal stays in its lane as long as the evidence carries it.
    pub lane: Lane,
}

/// All rows in order of time, those without a time last; at the same instant the document's own come first.
#[must_use]
pub fn build_rows(timeline: &[TimelineEvent], document: &Document) -> Vec<TimelineRow> {
    let milestones = milestones(document);
    let mut by_key: Vec<&TimelineEvent> = timeline.iter().collect();
    by_key.order_by(|a, b| a.key.cmp(&b.key));
    let lane = |own: &DocumentEvent| {
        let key = own.from.as_deref()?;
        let found = by_key.binary_search_by(|event| event.key.as_str().cmp(key)).ok();
        let event = found.and_then(|found| by_key.get(found).copied());
        let is_beside = |event: &&TimelineEvent| {
            let evidence = own.citations.first().map(|citation| citation.locator.evidence);
            event.cites.first().map(|cite| cite.locator.evidence) == evidence
        };
        // What is no longer proposed stays where its evidence is.
        let event = event.or_else(|| timeline.iter().find(|event| suggest::is_of(own, event)));
        event.or_else(|| timeline.iter().find(is_beside)).map(|event| Lane::of(&event.source))
    };
    let own = document.events.iter().map(|event| TimelineRow {
        key: RowKey::Own(event.id),
        event: event.clone(),
        cites: Vec::new(),
        milestone: milestones.iter().any(|milestone| milestone.event == Some(event.id)),
        lane: lane(event).unwrap_or(Lane::Own),
    });
    let proposed = suggest::events(timeline, document).into_iter().map(|event| TimelineRow {
        key: RowKey::Proposed(event.key.clone()),
        event: DocumentEvent::accepted(event.clone()),
        cites: event.cites.clone(),
        milestone: false,
        lane: Lane::of(&event.source),
    });
    let mut rows: Vec<TimelineRow> = own.chain(proposed).collect();
    rows.order_by_key(|row| (row.event.at.is_none(), row.event.at));
    rows
}

/// Which rows are shown. Everything that is empty lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineFilter {
    /// Words that the event's text or its lane's name holds, in any case, all of them.
    pub text: String,
    /// Lanes.
    pub lanes: Vec<Lane>,
    /// Phases; `None` stands for events without one.
    pub phases: Vec<Option<Phase>>,
}

impl TimelineFilter {
    fn lets_through(&self, row: &TimelineRow, texts: &Texts) -> bool {
        let in_lane = self.lanes.is_empty() || self.lanes.contains(&row.lane);
        let in_phase = self.phases.is_empty() || self.phases.contains(&row.event.phase);
        let says = || {
            let said = format!("{} {}", row.event.text.say(texts), texts.say(&row.lane.name())).to_ascii_lowercase();
            self.text.to_ascii_lowercase().split_whitespace().all(|word| holds(&said, word))
        };
        in_lane && in_phase && (self.text.trim().is_empty() || says())
    }
}

/// A stretch between two shown events in which nothing shown happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// End of what came before.
    pub from: Timestamp,
    /// Beginning of what comes next.
    pub to: Timestamp,
    /// Its length in seconds.
    pub seconds: f64,
}

/// A row of the panel.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineItem {
    /// An event.
    Event(TimelineRow),
    /// A gap before the next event.
    Gap(Gap),
}

/// A lane with what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneCount {
    /// Which.
    pub lane: Lane,
    /// Events in it.
    pub n_events: usize,
    /// Those that the filter lets through.
    pub n_shown: usize,
}

/// The panel's content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineView {
    /// Events that are shown and the gaps between them, in order of time, events without a time last.
    pub items: Vec<TimelineItem>,
    /// Lanes that hold an event, shown or not, in the order of [`Lane::ALL`].
    pub lanes: Vec<LaneCount>,
    /// From the first shown event to the end of the last.
    pub span: Option<TimeRange>,
}

/// A silence is worth a word from this share of the span on, ...
const GAP_SHARE: f64 = 1.0 / 12.0;
/// ... but never below two minutes.
const MIN_GAP_S: f64 = 120.0;

/// What the panel shows of the document's events and the proposals.
#[must_use]
pub fn build_timeline(
    timeline: &[TimelineEvent],
    document: &Document,
    filter: &TimelineFilter,
    texts: &Texts,
) -> TimelineView {
    let rows = build_rows(timeline, document);
    let count = |lane: Lane, rows: &[TimelineRow]| rows.iter().filter(|row| row.lane == lane).count();
    let n_events = Lane::ALL.map(|lane| count(lane, &rows));
    let shown: Vec<TimelineRow> = rows.into_iter().filter(|row| filter.lets_through(row, texts)).collect();
    let lanes = Lane::ALL.into_iter().zip(n_events).filter(|(_, n_events)| *n_events > 0);
    let lanes = lanes.map(|(lane, n_events)| LaneCount { lane, n_events, n_shown: count(lane, &shown) }).collect();
    let range = |row: &TimelineRow| row.event.at.map(|at| TimeRange::of(at, row.event.end.unwrap_or(at)));
    let span = shown.iter().filter_map(range).reduce(TimeRange::union);
    let least = span.map_or(MIN_GAP_S, |span| (span.seconds() * GAP_SHARE).max(MIN_GAP_S));
    let mut items = Vec::with_capacity(shown.len());
    let mut until: Option<Timestamp> = None;
    for row in shown {
        if let Some(of_row) = range(&row) {
            let silence = until.filter(|until| *until < of_row.start);
            let gap = silence.map(|from| TimeRange::of(from, of_row.start)).filter(|gap| gap.seconds() >= least);
            items
                .extend(gap.map(|gap| TimelineItem::Gap(Gap { from: gap.start, to: gap.end, seconds: gap.seconds() })));
            until = until.max(Some(of_row.end));
        }
        items.push(TimelineItem::Event(row));
    }
    TimelineView { items, lanes, span }
}
