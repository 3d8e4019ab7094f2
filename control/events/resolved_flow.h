// SPDX-License-Identifier: Apache-2.0
// A worker's flow record with the names that its indices stand for in the policy of its
// generation.
#pragma once

#include <cstdint>
#include <string>

#include "pdp/compiled_policy.h"
#include "telemetry/flow_record.h"

namespace bulkhead::control {

struct ResolvedFlow {
  struct End {
    std::string identity;  // empty: unknown
    std::string gateway;   // of its binding; empty: it has none
  };

  uint64_t id = 0;  // given by FlowHub
  telemetry::FlowRecord record;
  End initiator;
  End responder;
  std::string relationship;
  bool names_unresolved = false;
};

// `policy`: of the record's generation; nullptr when it is not known.
ResolvedFlow resolve(const telemetry::FlowRecord& record, const CompiledPolicy* policy);

}  // namespace bulkhead::control
