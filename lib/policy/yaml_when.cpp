// SPDX-License-Identifier: Apache-2.0
// `when`: what must hold at the moment for a relationship or grant to be open.
#include "policy/limits.h"
#include "policy/schedule.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;

// Calls read(node, object) for one scalar or for each item of a list, which is not empty.
template <typename Read>
void each_item(const Node& node, const std::string& object, Problems& problems, Read&& read) {
  if (node.kind != Node::Kind::kList) return read(node, object);
  if (node.items.empty())
    problems.add(node.line, node.column, object,
                 "an empty list is never true: leave the key out to require nothing");
  for (size_t i = 0; i < node.items.size(); ++i)
    read(node.items[i], object + '[' + std::to_string(i) + ']');
}

void read_schedules(const Node& node, const std::string& object, Problems& problems,
                    std::vector<Schedule>& out) {
  each_item(node, object, problems, [&](const Node& item, const std::string& at) {
    const auto text = config::read_string(item, at, problems);
    if (!text) return;
    auto schedule = parse_schedule(*text);
    if (schedule) return out.push_back(std::move(*schedule));
    problems.add(item.line, item.column, at, schedule.error().sentence);
  });
}

void read_posture(const Node& node, const std::string& object, Problems& problems,
                  std::vector<std::string>& out) {
  each_item(node, object, problems, [&](const Node& item, const std::string& at) {
    auto name = config::read_string(item, at, problems);
    if (!name) return;
    if (name_ok(*name)) return out.push_back(std::move(*name));
    problems.add(item.line, item.column, at, "'" + *name + "' is no name of an attribute");
  });
}

}  // namespace

void read_when(MapReader& owner, Relationship& out) {
  const Node* node = owner.optional("when");
  if (node == nullptr) return;
  MapReader map(*node, owner.object("when"), owner.problems());
  if (node->kind == Node::Kind::kMap && node->entries.empty())
    owner.error("when", "is empty: write schedule or posture, or leave it out");
  if (const Node* schedule = map.optional("schedule"))
    read_schedules(*schedule, map.object("schedule"), map.problems(), out.schedules);
  if (const Node* posture = map.optional("posture"))
    read_posture(*posture, map.object("posture"), map.problems(), out.posture);
  refuse_unexecuted(map, {"trust", "ticket"});
  map.finish();
}

}  // namespace bulkhead::policy
