// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml.h"

#include <algorithm>

#include "policy/findings.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;

// Room for kMaxIdentities and kMaxRelationships of ordinary shape.
constexpr config::DocumentLimits kLimits{
    .bytes = kMaxPolicyBytes, .nodes = 16u << 20, .depth = 12, .map_keys = 128, .lines = "rules"};

constexpr const char* kEmpty =
    "the file is empty; a minimal policy, which denies everything, is the two lines "
    "`identities: []` and `relationships: []`";

// "relationships[hmi-operates-plc]", or the index when there is no name to show.
std::string item_name(const std::string& list, const Node& item, size_t index) {
  for (const auto& entry : item.entries) {
    if (entry.key == "name" && entry.value.kind == Node::Kind::kScalar)
      return list + '[' + entry.value.text + ']';
  }
  return list + '[' + std::to_string(index) + ']';
}

template <typename T, typename Read>
void read_list(const std::vector<const Node*>& items, const std::string& list, Problems& problems,
               std::vector<T>& out, Read&& read) {
  for (size_t i = 0; i < items.size(); ++i) {
    MapReader map(*items[i], item_name(list, *items[i], i), problems);
    out.push_back(read(map));
  }
}

void read_policy(const Node& root, Problems& problems, Policy& out) {
  MapReader map(root, "", problems);
  read_list(map.required_list("identities"), "identities", problems, out.identities, read_identity);
  read_list(map.required_list("relationships"), "relationships", problems, out.relationships,
            read_relationship);
  read_list(map.optional_list("grants"), "grants", problems, out.relationships, read_grant);
  read_list(map.optional_list("never"), "never", problems, out.vetoes, read_veto);
  read_list(map.optional_list("signatures"), "signatures", problems, out.signatures,
            read_signatures);
  std::vector<Approver> approvers;
  read_list(map.optional_list("approvers"), "approvers", problems, approvers, read_approver);
  read_list(map.optional_list("break_glass"), "break_glass", problems, out.relationships,
            [&](MapReader& item) { return read_break_glass(item, approvers); });
  refuse_unexecuted(
      map, {"locks", "islands", "posture", "schedules", "zones", "services", "learn", "layer2"});
  map.finish();
}

void keep_problems(const Problems& problems, FindingList& findings) {
  for (const auto& p : problems.items())
    findings.error({p.file, p.line, p.column}, p.object, p.sentence);
}

}  // namespace

std::string to_string(const Finding& finding) {
  std::string out = finding.place.file;
  if (finding.place.line > 0)
    out += ':' + std::to_string(finding.place.line) + ':' + std::to_string(finding.place.column);
  if (!out.empty()) out += ": ";
  out += finding.severity == Finding::Severity::kError ? "error: " : "warning: ";
  if (!finding.object.empty()) out += finding.object + ": ";
  return out + finding.sentence;
}

bool LoadedPolicy::ok() const noexcept {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& f) { return f.severity == Finding::Severity::kError; });
}

LoadedPolicy load_yaml(const std::string& text, const std::string& file) {
  LoadedPolicy out;
  Problems problems(file);
  const auto root = config::parse_document(text, kLimits, problems);
  if (root && root->kind == Node::Kind::kNull) {
    problems.add(0, 0, "", kEmpty);
  } else if (root) {
    read_policy(*root, problems, out.policy);
  }
  FindingList findings(out.findings);
  keep_problems(problems, findings);
  if (problems.empty()) validate(out.policy, out.findings);
  return out;
}

LoadedPolicy load_grant(const std::string& text, const std::string& file) {
  LoadedPolicy out;
  Problems problems(file);
  const auto root = config::parse_document(text, kLimits, problems);
  if (root) {
    MapReader map(*root, item_name("grants", *root, 0), problems);
    out.policy.relationships.push_back(read_grant(map));
  }
  FindingList findings(out.findings);
  keep_problems(problems, findings);
  return out;
}

}  // namespace bulkhead::policy
