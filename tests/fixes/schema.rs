//! What the files' own readers demand of them: a table of fields per kind, as the published schemas have them.

use yaml_rust2::{Yaml, YamlLoader};

use Kind::{Bool, Int, Map, Seq, Str};

/// Type of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Str,
    Int,
    Bool,
    Map,
    Seq,
}

/// Fields of a file: path, type, and whether it must be there. `*` stands for any key, `[]` for every element.
type Table = &'static [(&'static str, Kind, bool)];

const NAMED: Table = &[
    ("apiVersion", Str, true),
    ("kind", Str, true),
    ("metadata", Map, true),
    ("metadata.name", Str, true),
    ("metadata.namespace", Str, false),
    ("metadata.labels", Map, false),
    ("metadata.labels.*", Str, false),
];

const KUBELET: Table = &[("apiVersion", Str, true), ("kind", Str, true), ("podPidsLimit", Int, true)];

const NETWORK_POLICY: Table = &[
    ("spec", Map, true),
    ("spec.podSelector", Map, true),
    ("spec.policyTypes", Seq, true),
    ("spec.policyTypes[]", Str, true),
    ("spec.egress", Seq, true),
    ("spec.egress[]", Map, true),
    ("spec.egress[].to", Seq, true),
    ("spec.egress[].to[]", Map, true),
    ("spec.egress[].to[].namespaceSelector", Map, true),
    ("spec.egress[].to[].namespaceSelector.matchLabels", Map, true),
    ("spec.egress[].to[].namespaceSelector.matchLabels.*", Str, true),
    ("spec.egress[].to[].podSelector", Map, true),
    ("spec.egress[].to[].podSelector.matchLabels", Map, true),
    ("spec.egress[].to[].podSelector.matchLabels.*", Str, true),
    ("spec.egress[].ports", Seq, true),
    ("spec.egress[].ports[]", Map, true),
    ("spec.egress[].ports[].protocol", Str, true),
    ("spec.egress[].ports[].port", Int, true),
];

const STORAGE_CLASS: Table = &[
    ("provisioner", Str, true),
    ("allowVolumeExpansion", Bool, true),
    ("volumeBindingMode", Str, true),
    ("reclaimPolicy", Str, false),
    ("allowedTopologies", Seq, true),
    ("allowedTopologies[]", Map, true),
    ("allowedTopologies[].matchLabelExpressions", Seq, true),
    ("allowedTopologies[].matchLabelExpressions[]", Map, true),
    ("allowedTopologies[].matchLabelExpressions[].key", Str, true),
    ("allowedTopologies[].matchLabelExpressions[].values", Seq, true),
    ("allowedTopologies[].matchLabelExpressions[].values[]", Str, true),
];

const PRIORITY_CLASS: Table = &[
    ("value", Int, true),
    ("globalDefault", Bool, false),
    ("preemptionPolicy", Str, false),
    ("description", Str, false),
];

const CLAIM: Table = &[
    ("spec", Map, true),
    ("spec.resources", Map, true),
    ("spec.resources.requests", Map, true),
    ("spec.resources.requests.storage", Str, true),
];

const DEPLOYMENT: Table = &[
    ("spec", Map, true),
    ("spec.template", Map, true),
    ("spec.template.spec", Map, true),
    ("spec.template.spec.containers", Seq, true),
    ("spec.template.spec.containers[]", Map, true),
    ("spec.template.spec.containers[].name", Str, true),
    ("spec.template.spec.containers[].resources", Map, false),
    ("spec.template.spec.containers[].resources.requests", Map, false),
    ("spec.template.spec.containers[].resources.requests.memory", Str, false),
    ("spec.template.spec.containers[].resources.limits", Map, false),
    ("spec.template.spec.containers[].resources.limits.memory", Str, false),
    ("spec.template.spec.containers[].env", Seq, false),
    ("spec.template.spec.containers[].env[]", Map, false),
    ("spec.template.spec.containers[].env[].name", Str, false),
    ("spec.template.spec.containers[].env[].value", Str, false),
    ("spec.template.spec.containers[].startupProbe", Map, false),
    ("spec.template.spec.containers[].startupProbe.httpGet", Map, false),
    ("spec.template.spec.containers[].startupProbe.httpGet.path", Str, false),
    ("spec.template.spec.containers[].startupProbe.httpGet.port", Str, false),
    ("spec.template.spec.containers[].startupProbe.periodSeconds", Int, false),
    ("spec.template.spec.containers[].startupProbe.timeoutSeconds", Int, false),
    ("spec.template.spec.containers[].startupProbe.failureThreshold", Int, false),
    ("spec.template.spec.containers[].livenessProbe", Map, false),
    ("spec.template.spec.containers[].livenessProbe.initialDelaySeconds", Int, false),
    ("spec.template.spec.containers[].livenessProbe.periodSeconds", Int, false),
    ("spec.template.spec.containers[].livenessProbe.timeoutSeconds", Int, false),
    ("spec.template.spec.containers[].livenessProbe.failureThreshold", Int, false),
];

const STRESS_CHAOS: Table = &[
    ("spec", Map, true),
    ("spec.mode", Str, true),
    ("spec.selector", Map, true),
    ("spec.selector.namespaces", Seq, true),
    ("spec.selector.namespaces[]", Str, true),
    ("spec.selector.labelSelectors", Map, true),
    ("spec.selector.labelSelectors.*", Str, true),
    ("spec.stressngStressors", Str, false),
    ("spec.stressors", Map, false),
    ("spec.stressors.memory", Map, false),
    ("spec.stressors.memory.workers", Int, false),
    ("spec.stressors.memory.size", Str, false),
    ("spec.containerNames", Seq, false),
    ("spec.containerNames[]", Str, false),
    ("spec.duration", Str, true),
];

const RULES: Table = &[
    ("groups", Seq, true),
    ("groups[]", Map, true),
    ("groups[].name", Str, true),
    ("groups[].rules", Seq, true),
    ("groups[].rules[]", Map, true),
    ("groups[].rules[].alert", Str, true),
    ("groups[].rules[].expr", Str, true),
    ("groups[].rules[].for", Str, true),
    ("groups[].rules[].labels", Map, true),
    ("groups[].rules[].labels.severity", Str, true),
    ("groups[].rules[].annotations", Map, true),
    ("groups[].rules[].annotations.summary", Str, true),
    ("groups[].rules[].annotations.description", Str, true),
];

const JSON_PATCH: Table = &[("[]", Map, true), ("[].op", Str, true), ("[].path", Str, true), ("[].value", Str, true)];

/// Every kind of YAML that is written: how its file is known, and its tables. Of a PrometheusRule, `spec` is a rules file.
const KINDS: &[(&str, &str, &[Table])] = &[
    ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", &[KUBELET]),
    ("networking.k8s.io/v1", "NetworkPolicy", &[NAMED, NETWORK_POLICY]),
    ("storage.k8s.io/v1", "StorageClass", &[NAMED, STORAGE_CLASS]),
    ("scheduling.k8s.io/v1", "PriorityClass", &[NAMED, PRIORITY_CLASS]),
    ("v1", "PersistentVolumeClaim", &[NAMED, CLAIM]),
    ("apps/v1", "Deployment", &[NAMED, DEPLOYMENT]),
    ("chaos-mesh.org/v1alpha1", "StressChaos", &[NAMED, STRESS_CHAOS]),
];

/// The one document of a file.
pub(super) fn parse(text: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

/// Checks a file against the table of its kind and gives its document.
pub(super) fn check(text: &str) -> Yaml {
    let document = parse(text);
    let (version, kind) = (document["apiVersion"].as_str(), document["kind"].as_str());
    let Some(kind) = kind else {
        fits(&document, if document.is_array() { &[JSON_PATCH] } else { &[RULES] }, text);
        return document;
    };
    if kind == "PrometheusRule" {
        assert_eq!(version, Some("monitoring.coreos.com/v1"));
        fits(&document["spec"], &[RULES], text);
        assert!(document["metadata"]["name"].as_str().is_some());
        return document;
    }
    let known = KINDS.iter().find(|(_, name, _)| *name == kind);
    let (wanted, _, tables) = known.unwrap_or_else(|| panic!("no table for {kind}"));
    assert_eq!(version, Some(*wanted), "{kind}");
    fits(&document, tables, text);
    document
}

fn fits(document: &Yaml, tables: &[Table], text: &str) {
    let mut found = Vec::new();
    walk(document, "", &mut found);
    let fields = || tables.iter().copied().flatten();
    for (path, kind) in &found {
        let known = fields().find(|(field, ..)| is_path(field, path));
        let (_, wanted, _) = known.unwrap_or_else(|| panic!("no such field: {path}\n{text}"));
        assert_eq!(kind, wanted, "{path}\n{text}");
    }
    for (field, _, required) in fields() {
        assert!(!required || found.iter().any(|(path, _)| is_path(field, path)), "{field} is missing\n{text}");
    }
}

/// Whether `path` is the field; the last part of a field may be `*`.
fn is_path(field: &str, path: &str) -> bool {
    field.strip_suffix('*').map_or(field == path, |start| path.starts_with(start))
}

fn walk(node: &Yaml, path: &str, found: &mut Vec<(String, Kind)>) {
    let kind = match node {
        Yaml::String(_) => Str,
        Yaml::Integer(_) => Int,
        Yaml::Boolean(_) => Bool,
        Yaml::Hash(_) => Map,
        Yaml::Array(_) => Seq,
        other => panic!("{path} is {other:?}"),
    };
    if !path.is_empty() {
        found.push((path.to_owned(), kind));
    }
    if let Yaml::Hash(fields) = node {
        for (key, value) in fields {
            let key = key.as_str().expect("a key");
            let joined = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            walk(value, &joined, found);
        }
    }
    if let Yaml::Array(items) = node {
        items.iter().for_each(|item| walk(item, &format!("{path}[]"), found));
    }
}
