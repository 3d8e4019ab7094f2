// SPDX-License-Identifier: Apache-2.0
#include "events/relationship_totals.h"

#include <algorithm>

namespace bulkhead::control {

void RelationshipTotal::add(const telemetry::FlowRecord& record) noexcept {
  for (size_t side = 0; side < 2; ++side) {
    packets[side] += record.packets[side];
    bytes[side] += record.bytes[side];
  }
  operations_allowed += record.operations_allowed;
  operations_refused += record.operations_refused;
  operations_monitored += record.operations_monitored;
  flows_begun += record.first != 0 ? 1 : 0;
  flows_ended += record.ended() ? 1 : 0;
  last_wall_ns = std::max(last_wall_ns, record.last_wall_ns);
}

void RelationshipTotal::add(const RelationshipTotal& other) noexcept {
  for (size_t side = 0; side < 2; ++side) {
    packets[side] += other.packets[side];
    bytes[side] += other.bytes[side];
  }
  operations_allowed += other.operations_allowed;
  operations_refused += other.operations_refused;
  operations_monitored += other.operations_monitored;
  flows_begun += other.flows_begun;
  flows_ended += other.flows_ended;
  last_wall_ns = std::max(last_wall_ns, other.last_wall_ns);
}

bool RelationshipTotals::add(std::string_view name, const telemetry::FlowRecord& record) {
  const std::lock_guard lock(mutex_);
  if (name.empty()) {
    unnamed_.add(record);
    return true;
  }
  auto row = rows_.find(name);
  if (row == rows_.end()) {
    if (rows_.size() >= most_) return false;
    row = rows_.emplace(name, RelationshipTotal{}).first;
  }
  row->second.add(record);
  return true;
}

void RelationshipTotals::add_to_rest(const telemetry::FlowRecord& record) {
  const std::lock_guard lock(mutex_);
  rest_.add(record);
}

void RelationshipTotals::fold(const std::function<bool(std::string_view)>& keep) {
  const std::lock_guard lock(mutex_);
  std::erase_if(rows_, [&](const auto& row) {
    if (keep(row.first)) return false;
    rest_.add(row.second);
    return true;
  });
}

std::vector<RelationshipTotals::Row> RelationshipTotals::after(
    const std::optional<std::string>& name, size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<Row> out;
  auto row = name ? rows_.upper_bound(*name) : rows_.begin();
  for (; row != rows_.end() && out.size() < most; ++row) out.push_back({row->first, row->second});
  return out;
}

RelationshipTotal RelationshipTotals::unnamed() const {
  const std::lock_guard lock(mutex_);
  return unnamed_;
}

RelationshipTotal RelationshipTotals::rest() const {
  const std::lock_guard lock(mutex_);
  return rest_;
}

}  // namespace bulkhead::control
