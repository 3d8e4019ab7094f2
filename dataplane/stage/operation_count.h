// SPDX-License-Identifier: Apache-2.0
// The one place where an operation is counted: of its worker, of its flow, of its kind.
#pragma once

#include "table/flow_table.h"
#include "wire/apps/operation.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Which row it belongs to; 0: none, nobody can tell what it was.
inline uint64_t kind_of(const wire::Operation& operation) noexcept {
  if (operation.app == wire::App::kNone) return 0;
  return telemetry::operation_key(static_cast<uint8_t>(operation.app), operation.code);
}

inline void count_allowed(FlowEntry& entry, uint64_t kind, WorkerView& view) noexcept {
  add(view.counters.operations_allowed);
  ++entry.operations;
  view.counters.operations.count(kind, telemetry::OperationFate::kAllowed);
}

inline void count_refused(const FlowEntry& entry, uint64_t kind, WorkerView& view) noexcept {
  add(view.counters.operations_refused);
  view.flows.accounts().operation_refused(view.flows.index_of(entry));
  view.counters.operations.count(kind, telemetry::OperationFate::kRefused);
}

inline void count_monitored(const FlowEntry& entry, uint64_t kind, WorkerView& view) noexcept {
  add(view.counters.operations_monitored);
  view.flows.accounts().operation_monitored(view.flows.index_of(entry));
  view.counters.operations.count(kind, telemetry::OperationFate::kMonitored);
}

}  // namespace bulkhead::dataplane
