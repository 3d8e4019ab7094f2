// SPDX-License-Identifier: Apache-2.0
// flows, relationships, operations.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

// `session` and `command` outlive the parsing.
void add_flow_commands(CLI::App& app, const Session& session, std::function<int()>& command);

// One flow record as one line.
std::string flow_line(const v1::FlowRecord& flow);

// Bytes of both directions, by relationship.
using BytesByName = std::map<std::string, uint64_t>;

class RelationshipTable {
 public:
  // `before`: what was read a second ago; null: nothing, and no rates are shown.
  explicit RelationshipTable(const BytesByName* before);
  void add(const v1::RelationshipCounters& row);
  // What has no name of its own, if it is anything.
  void add_sums(const v1::GetRelationshipCountersResponse& answer);

  [[nodiscard]] std::string text() const { return table_.text(); }
  [[nodiscard]] const BytesByName& bytes() const { return bytes_; }

 private:
  void add(const std::string& name, const v1::RelationshipCounters& row);

  const BytesByName* before_;
  BytesByName bytes_;
  Table table_;
};

std::string operation_table(const v1::GetOperationCountersResponse& answer);

// What of flow records got lost, as sentences; empty: nothing.
std::string loss_text(const v1::FlowRecordLosses& losses);

}  // namespace bulkhead::cli
