// SPDX-License-Identifier: Apache-2.0
// What was carried under each relationship since control started: flow records summed by its name,
// over generations of the policy and restarts of the dataplane.
//
// Bounded: when there is no room for another name, those that the policy no longer has are folded
// into one row, and what then still finds no room goes there too.
//
// Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/flow_record.h"

namespace bulkhead::control {

// Of pairs the first is the initiators', the second the responders'.
struct RelationshipTotal {
  std::array<uint64_t, 2> packets{};
  std::array<uint64_t, 2> bytes{};  // of IP
  uint64_t operations_allowed = 0, operations_refused = 0, operations_monitored = 0;
  uint64_t flows_begun = 0, flows_ended = 0;
  int64_t last_wall_ns = 0;  // its newest packet; 0: none

  void add(const telemetry::FlowRecord& record) noexcept;
  void add(const RelationshipTotal& other) noexcept;
};

class RelationshipTotals {
 public:
  static constexpr size_t kMost = 100'000;  // names

  struct Row {
    std::string name;
    RelationshipTotal total;
  };

  explicit RelationshipTotals(size_t most = kMost) : most_(most) {}

  // `name` empty: the record's relationship is not known. False: there is no room for another name.
  bool add(std::string_view name, const telemetry::FlowRecord& record);
  void add_to_rest(const telemetry::FlowRecord& record);
  // Folds the rows of all names that `keep` does not want.
  void fold(const std::function<bool(std::string_view)>& keep);

  // Ascending by name, behind `name`, `most` at most. None: from the first.
  [[nodiscard]] std::vector<Row> after(const std::optional<std::string>& name, size_t most) const;
  [[nodiscard]] RelationshipTotal unnamed() const;
  [[nodiscard]] RelationshipTotal rest() const;

 private:
  const size_t most_;
  mutable std::mutex mutex_;
  std::map<std::string, RelationshipTotal, std::less<>> rows_;
  RelationshipTotal unnamed_;
  RelationshipTotal rest_;
};

}  // namespace bulkhead::control
