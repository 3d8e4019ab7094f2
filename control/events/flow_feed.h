// SPDX-License-Identifier: Apache-2.0
// Where flow records go: each is given its names, added to its relationship, and handed to those
// who follow.
//
// Threads: one gives records; the rest may be called from any.
#pragma once

#include "events/hub.h"
#include "events/relationship_totals.h"
#include "events/resolved_flow.h"
#include "pdp/recent_policies.h"

namespace bulkhead::control {

class FlowHub final : public Hub<ResolvedFlow, 16> {};

class FlowFeed {
 public:
  // `most`: relationships with a row of their own.
  explicit FlowFeed(RecentPolicies& policies, size_t most = RelationshipTotals::kMost)
      : policies_(policies), totals_(most) {}

  void take(const telemetry::FlowRecord& record);

  [[nodiscard]] FlowHub& hub() noexcept { return hub_; }
  [[nodiscard]] const RelationshipTotals& totals() const noexcept { return totals_; }

 private:
  void add(const ResolvedFlow& flow, const CompiledPolicy* policy);

  RecentPolicies& policies_;
  RelationshipTotals totals_;
  FlowHub hub_;
  CompiledPolicyPtr last_;          // that of most records
  uint64_t folded_generation_ = 0;  // what it does not have is folded already
};

}  // namespace bulkhead::control
