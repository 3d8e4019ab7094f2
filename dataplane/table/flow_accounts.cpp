// SPDX-License-Identifier: Apache-2.0
#include "table/flow_accounts.h"

#include <algorithm>

#include "base/check.h"

namespace bulkhead::dataplane {
namespace {

using telemetry::FlowEnd;
using telemetry::FlowRecord;

// The entry's counter wraps; a record is made of it long before it does so twice.
uint32_t untold(uint32_t counted, uint64_t told) noexcept {
  return counted - static_cast<uint32_t>(told);
}

bool tells_something(const FlowRecord& record) noexcept {
  return (record.packets[0] | record.packets[1] | record.operations_allowed |
          record.operations_refused | record.operations_monitored) != 0;
}

void add(telemetry::Counter& counter, uint64_t n) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace

FlowAccounts::FlowAccounts(const FlowTelling& telling, uint32_t flows,
                           telemetry::WorkerCounters& counters)
    : ring_(telling.ring),
      interval_s_(std::max<uint32_t>(1, telling.interval_s)),
      worker_(static_cast<uint8_t>(telling.worker)),
      counters_(counters),
      memory_(HugeMemory::reserve(flows * sizeof(FlowAccount))),
      accounts_(reinterpret_cast<FlowAccount*>(memory_.data()), flows) {
  if (memory_.data() == nullptr) BH_FATAL("no memory for the flow table: fewer flows_per_worker");
  memory_.touch(flows * sizeof(FlowAccount));
}

void FlowAccounts::open(uint32_t flow) noexcept {
  FlowAccount& account = accounts_[flow];
  account = FlowAccount{};
  account.generation = generation_;
  account.began_wall_ns = now_.wall_ns;
}

FlowRecord FlowAccounts::record_of(const FlowAccount& account, const FlowEntry& entry,
                                   const FlowParties& under) const noexcept {
  const bool low = entry.initiator_is_low;
  FlowRecord record;
  record.wall_ns = now_.wall_ns;
  record.generation = account.generation;
  record.began_wall_ns = account.began_wall_ns;
  record.last_wall_ns = now_.wall_ns - static_cast<int64_t>(now_.steady_ns - entry.last_seen_ns);
  record.initiator = entry.initiator_ip();
  record.responder = entry.responder_ip();
  for (size_t side = 0; side < 2; ++side) {
    record.bytes[side] = entry.bytes[side] - account.told_bytes[side];
    record.packets[side] = untold(entry.packets[side], account.told_packets[side]);
  }
  record.operations_allowed = entry.operations - account.told_allowed;
  record.operations_refused = account.refused;
  record.operations_monitored = account.monitored;
  record.source = under.source.value;
  record.destination = under.destination.value;
  record.relationship = under.relationship.value;
  record.initiator_port = low ? entry.key.low_port : entry.key.high_port;
  record.responder_port = low ? entry.key.high_port : entry.key.low_port;
  record.worker = worker_;
  record.protocol = entry.key.protocol;
  record.app = static_cast<uint8_t>(under.app);
  record.first = account.records == 0 ? 1 : 0;
  return record;
}

void FlowAccounts::write(FlowRecord& record, FlowAccount& account,
                         const FlowEntry& entry) noexcept {
  for (size_t side = 0; side < 2; ++side) {
    record.total_bytes[side] = account.told_bytes[side] += record.bytes[side];
    record.total_packets[side] = account.told_packets[side] += record.packets[side];
  }
  account.told_allowed = entry.operations;
  account.refused = account.monitored = 0;
  ++account.records;
  record.sequence = ++sequence_;
  if (ring_ == nullptr || ring_->push(record)) return;
  add(counters_.flow_packets_lost, uint64_t{record.packets[0]} + record.packets[1]);
  add(counters_.flow_bytes_lost, record.bytes[0] + record.bytes[1]);
}

void FlowAccounts::tell(uint32_t flow, const FlowEntry& entry) noexcept {
  FlowAccount& account = accounts_[flow];
  FlowRecord record = record_of(account, entry, parties_of(entry));
  if (!tells_something(record) || (ring_ != nullptr && !ring_->has_room())) return;
  write(record, account, entry);
}

void FlowAccounts::change(uint32_t flow, const FlowEntry& entry, const FlowParties& before,
                          const FlowCounts& undecided) noexcept {
  FlowAccount& account = accounts_[flow];
  if (account.generation == generation_ && before == parties_of(entry)) return;
  FlowRecord record = record_of(account, entry, before);
  for (size_t side = 0; side < 2; ++side) {
    record.bytes[side] -= undecided.bytes[side];
    record.packets[side] -= undecided.packets[side];
  }
  if (tells_something(record)) write(record, account, entry);
  account.generation = generation_;
}

void FlowAccounts::leave_out(uint32_t flow, const FlowCounts& refused) noexcept {
  FlowAccount& account = accounts_[flow];
  for (size_t side = 0; side < 2; ++side) {
    account.told_bytes[side] += refused.bytes[side];
    account.told_packets[side] += refused.packets[side];
  }
}

void FlowAccounts::end(uint32_t flow, const FlowEntry& entry, FlowEnd end,
                       DropReason reason) noexcept {
  FlowAccount& account = accounts_[flow];
  FlowRecord record = record_of(account, entry, parties_of(entry));
  record.end = static_cast<uint8_t>(end);
  record.reason = static_cast<uint8_t>(reason);
  write(record, account, entry);
}

}  // namespace bulkhead::dataplane
