// SPDX-License-Identifier: Apache-2.0
#include "events/flow_feed.h"

#include <unordered_set>

#include "events/names.h"

namespace bulkhead::control {

void FlowFeed::take(const telemetry::FlowRecord& record) {
  if (record.generation == 0) {
    last_ = nullptr;
  } else if (last_ == nullptr || last_->generation != record.generation) {
    last_ = policies_.find(record.generation);
  }
  ResolvedFlow flow = resolve(record, last_.get());
  add(flow, last_.get());
  hub_.publish(std::move(flow));
}

void FlowFeed::add(const ResolvedFlow& flow, const CompiledPolicy* policy) {
  if (totals_.add(flow.relationship, flow.record)) return;
  if (policy != nullptr && policy->generation > folded_generation_) {
    folded_generation_ = policy->generation;
    std::unordered_set<std::string_view> names;
    for (const auto& relationship : policy->view.relationships())
      names.insert(policy->view.text(relationship.name));
    totals_.fold([&](std::string_view name) { return names.contains(name); });
    if (totals_.add(flow.relationship, flow.record)) return;
  }
  totals_.add_to_rest(flow.record);
}

}  // namespace bulkhead::control
