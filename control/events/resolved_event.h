// SPDX-License-Identifier: Apache-2.0
// A worker's event record with the names that its indices stand for in the policy of its
// generation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "events/captured_packet.h"
#include "pdp/compiled_policy.h"
#include "telemetry/event.h"

namespace bulkhead::control {

struct ResolvedEvent {
  uint64_t id = 0;  // given by EventHub
  telemetry::EventRecord record;
  std::string source;  // identity names; empty: unknown
  std::string destination;
  std::string relationship;
  std::string veto;
  std::string peer;
  std::string what;  // "modbus write_single_register holding 10 = 5, unit 1"
  bool names_unresolved = false;
  CapturedPacketPtr packet;  // nullptr: none was kept, or it was lost
};
using EventPtr = std::shared_ptr<const ResolvedEvent>;

// `policy`: of the record's generation; nullptr when it is not known. Every index is checked:
// records come from another process.
ResolvedEvent resolve(const telemetry::EventRecord& record, const CompiledPolicy* policy);

// What was tried, in words.
std::string describe(const telemetry::EventRecord& record);

}  // namespace bulkhead::control
