// SPDX-License-Identifier: Apache-2.0
#include "server/flow_message.h"

#include "policy/describe.h"
#include "server/edge.h"
#include "server/services.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::control {

namespace {

using telemetry::FlowEnd;
using telemetry::FlowRecord;

void fill(v1::FlowParty& out, const ResolvedFlow::End& end, const IpAddress& ip, uint16_t port) {
  out.set_identity(end.identity);
  out.set_gateway(end.gateway);
  out.set_ip(bytes_of(ip));
  out.set_address(to_string(ip));
  out.set_port(port);
}

void fill(v1::Carried& out, uint64_t packets, uint64_t bytes) {
  out.set_packets(packets);
  out.set_bytes(bytes);
}

void fill(v1::OperationFates& out, uint64_t allowed, uint64_t refused, uint64_t monitored) {
  out.set_allowed(allowed);
  out.set_refused(refused);
  out.set_monitored(monitored);
}

void fill(v1::OperationFates& out, const std::array<uint64_t, telemetry::kOperationFates>& times) {
  using telemetry::OperationFate;
  fill(out, times[static_cast<size_t>(OperationFate::kAllowed)],
       times[static_cast<size_t>(OperationFate::kRefused)],
       times[static_cast<size_t>(OperationFate::kMonitored)]);
}

v1::FlowEnd end_of(uint8_t end) {
  switch (static_cast<FlowEnd>(end)) {
    case FlowEnd::kOpen:
      return v1::FLOW_END_OPEN;
    case FlowEnd::kTimeout:
      return v1::FLOW_END_TIMEOUT;
    case FlowEnd::kClosed:
      return v1::FLOW_END_CLOSED;
    case FlowEnd::kReset:
      return v1::FLOW_END_RESET;
    case FlowEnd::kCut:
      return v1::FLOW_END_CUT;
    case FlowEnd::kReopened:
      return v1::FLOW_END_REOPENED;
  }
  return v1::FLOW_END_UNSPECIFIED;  // a newer dataplane
}

std::string application(uint8_t app) {
  if (app == 0 || app >= wire::kAppCount) return {};
  return std::string(wire::to_string(static_cast<wire::App>(app)));
}

void fill_reason(v1::FlowRecord& out, const FlowRecord& record) {
  if (record.reason == 0 || record.reason >= kDropReasonCount) return;
  const auto reason = static_cast<DropReason>(record.reason);
  out.set_reason(std::string(to_string(reason)));
  out.set_sentence(std::string(sentence_of(reason)));
}

void fill(v1::RelationshipCounters& out, const RelationshipTotal& total) {
  fill(*out.mutable_from_initiators(), total.packets[0], total.bytes[0]);
  fill(*out.mutable_from_responders(), total.packets[1], total.bytes[1]);
  fill(*out.mutable_operations(), total.operations_allowed, total.operations_refused,
       total.operations_monitored);
  out.set_flows_begun(total.flows_begun);
  out.set_flows_ended(total.flows_ended);
  if (total.last_wall_ns != 0) set_time(*out.mutable_last_packet(), total.last_wall_ns);
}

void fill(v1::OperationCounters& out, const OperationSum& sum) {
  const auto app = static_cast<wire::App>(sum.app);
  out.set_application(application(sum.app));
  out.set_code(sum.code);
  out.set_name(policy::function_name(app, sum.code));
  if (const auto* fact = wire::function_of(app, sum.code); fact != nullptr)
    out.set_operation_class(std::string(wire::to_string(fact->cls)));
  fill(*out.mutable_times(), sum.times);
}

}  // namespace

FlowHub::Filter filter_of(const v1::StreamFlowRecordsRequest& request) {
  if (request.relationship().empty() && request.identity().empty()) return {};
  return [relationship = request.relationship(),
          identity = request.identity()](const ResolvedFlow& flow) {
    const bool of_relationship = relationship.empty() || flow.relationship == relationship;
    const bool of_identity = identity.empty() || flow.initiator.identity == identity ||
                             flow.responder.identity == identity;
    return of_relationship && of_identity;
  };
}

void fill(v1::FlowRecord& out, const ResolvedFlow& flow) {
  const FlowRecord& record = flow.record;
  out.set_id(flow.id);
  set_time(*out.mutable_at(), record.wall_ns);
  set_time(*out.mutable_began(), record.began_wall_ns);
  set_time(*out.mutable_last_packet(), record.last_wall_ns);
  fill(*out.mutable_initiator(), flow.initiator, record.initiator, record.initiator_port);
  fill(*out.mutable_responder(), flow.responder, record.responder, record.responder_port);
  out.set_relationship(flow.relationship);
  out.set_generation(record.generation);
  out.set_protocol(record.protocol);
  out.set_application(application(record.app));
  fill(*out.mutable_from_initiator(), record.packets[0], record.bytes[0]);
  fill(*out.mutable_from_responder(), record.packets[1], record.bytes[1]);
  fill(*out.mutable_operations(), record.operations_allowed, record.operations_refused,
       record.operations_monitored);
  fill(*out.mutable_total_from_initiator(), record.total_packets[0], record.total_bytes[0]);
  fill(*out.mutable_total_from_responder(), record.total_packets[1], record.total_bytes[1]);
  out.set_end(end_of(record.end));
  fill_reason(out, record);
  out.set_worker(record.worker);
  out.set_first(record.first != 0);
  out.set_names_unresolved(flow.names_unresolved);
}

void fill(v1::FlowRecordLosses& out, const Parts& parts) {
  const FlowRecordLosses losses = parts.telemetry.flow_losses();
  out.set_ring_full(losses.records.ring_full);
  out.set_gaps(losses.records.gaps);
  out.set_packets(losses.packets);
  out.set_bytes(losses.bytes);
  if (parts.flows != nullptr) out.set_slow_readers(parts.flows->hub().lost());
}

void fill(v1::GetRelationshipCountersResponse& out, const RelationshipQuery& query,
          const Parts& parts) {
  const RelationshipTotals& totals = parts.flows->totals();
  const uint64_t generation = parts.policies.store().current_generation();
  const CompiledPolicyPtr policy =
      generation == 0 ? nullptr : parts.policies.recent().find(generation);
  const RelationshipPage page =
      relationship_page(query, policy == nullptr ? nullptr : &policy->view, totals);
  for (const RelationshipPage::Row& row : page.rows) {
    v1::RelationshipCounters& counters = *out.add_relationships();
    counters.set_relationship(row.name);
    counters.set_in_policy(row.in_policy);
    fill(counters, row.total);
  }
  if (page.more) out.set_next_page_token(page.rows.back().name);
  set_time(*out.mutable_since(), parts.started_wall_ns);
  out.set_generation(generation);
  fill(*out.mutable_unnamed(), totals.unnamed());
  fill(*out.mutable_rest(), totals.rest());
  fill(*out.mutable_losses(), parts);
}

void fill(v1::GetOperationCountersResponse& out, const OperationSnapshot& operations) {
  for (const OperationSum& sum : operations.rows) fill(*out.add_operations(), sum);
  fill(*out.mutable_other()->mutable_times(), operations.other);
}

}  // namespace bulkhead::control
