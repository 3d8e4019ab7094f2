// SPDX-License-Identifier: Apache-2.0
#include "events/resolved_flow.h"

#include "events/names.h"

namespace bulkhead::control {

namespace {

ResolvedFlow::End end_at(const image::ImageView& view, uint32_t index) {
  if (index >= view.identities().size()) return {};
  const image::IdentityRecord& identity = view.identities()[index];
  return {std::string(view.text(identity.name)),
          std::string(name_at(view, view.gateways(), identity.gateway))};
}

}  // namespace

ResolvedFlow resolve(const telemetry::FlowRecord& record, const CompiledPolicy* policy) {
  ResolvedFlow flow;
  flow.record = record;
  if (policy == nullptr) {
    flow.names_unresolved = record.generation != 0;
    return flow;
  }
  const image::ImageView& view = policy->view;
  flow.initiator = end_at(view, record.source);
  flow.responder = end_at(view, record.destination);
  flow.relationship = name_at(view, view.relationships(), record.relationship);
  return flow;
}

}  // namespace bulkhead::control
