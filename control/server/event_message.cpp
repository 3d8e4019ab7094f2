// SPDX-License-Identifier: Apache-2.0
#include "server/event_message.h"

#include "events/technique.h"
#include "match/protocol.h"
#include "policy/event_text.h"
#include "server/edge.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/vocabulary.h"
#include "wire/fault.h"

namespace bulkhead::control {

namespace {

using telemetry::EventRecord;

void fill_end(v1::EventEnd& out, const std::string& identity, const IpAddress& ip, uint16_t port,
              const std::array<uint8_t, 6>& mac) {
  out.set_identity(identity);
  out.set_ip(bytes_of(ip));
  if (!ip.is_zero()) out.set_address(to_string(ip));
  out.set_port(port);
  if (mac != std::array<uint8_t, 6>{})
    out.set_mac(std::string(reinterpret_cast<const char*>(mac.data()), mac.size()));
}

void fill_operation(v1::EventOperation& out, const EventRecord& record) {
  out.set_application(std::string(wire::to_string(static_cast<wire::App>(record.app))));
  if (record.operation_class < wire::kOperationClassCount)
    out.set_operation_class(
        std::string(wire::to_string(static_cast<wire::OperationClass>(record.operation_class))));
  const auto* fact = wire::function_of(static_cast<wire::App>(record.app), record.operation_code);
  if (fact != nullptr) out.set_name(std::string(fact->name));
  out.set_code(record.operation_code);
  out.set_unit(record.unit);
  if (record.point_type != 0 && record.point_type < wire::kPointTypeCount) {
    out.set_point_type(
        std::string(wire::to_string(static_cast<wire::PointType>(record.point_type))));
    if (record.point_last <= UINT32_MAX) {
      out.set_point_first(static_cast<uint32_t>(record.point_first));
      out.set_point_last(static_cast<uint32_t>(record.point_last));
    }
    out.set_points(policy::event_points(record));
  }
  if (record.point_access != 0 && record.point_access < wire::kOperationClassCount)
    out.set_point_access(
        std::string(wire::to_string(static_cast<wire::OperationClass>(record.point_access))));
  out.set_limit(policy::event_limit(record));
  if (record.has_value == 0) return;
  if (record.app == static_cast<uint8_t>(wire::App::kModbus))
    out.set_value(static_cast<uint32_t>(record.value));
  out.set_value_text(policy::event_value(record));
}

v1::EventKind kind_of(const EventRecord& record) {
  switch (static_cast<telemetry::EventKind>(record.kind)) {
    case telemetry::EventKind::kDropped:
      return v1::EVENT_KIND_DROPPED;
    case telemetry::EventKind::kMonitored:
      return v1::EVENT_KIND_MONITORED;
    case telemetry::EventKind::kFlowEnded:
      return v1::EVENT_KIND_FLOW_ENDED;
    case telemetry::EventKind::kIdentified:
      return v1::EVENT_KIND_IDENTIFIED;
    case telemetry::EventKind::kAlert:
      return v1::EVENT_KIND_ALERT;
    case telemetry::EventKind::kUnspecified:
      break;
  }
  return v1::EVENT_KIND_UNSPECIFIED;
}

void fill_reason(v1::Event& out, const EventRecord& record) {
  if (record.reason >= kDropReasonCount) return;  // a newer dataplane
  const auto reason = static_cast<DropReason>(record.reason);
  out.set_reason(std::string(to_string(reason)));
  out.set_sentence(std::string(sentence_of(reason)));
  out.set_stage(std::string(stage_of(reason)));
}

}  // namespace

void fill(v1::Event& out, const ResolvedEvent& event) {
  const EventRecord& record = event.record;
  out.set_id(event.id);
  set_time(*out.mutable_at(), record.wall_ns);
  out.set_kind(kind_of(record));
  fill_reason(out, record);
  fill_end(*out.mutable_source(), event.source, record.src, record.src_port, record.src_mac);
  fill_end(*out.mutable_destination(), event.destination, record.dst, record.dst_port,
           record.dst_mac);
  out.set_relationship(event.relationship);
  out.set_veto(event.veto);
  out.set_peer(event.peer);
  out.set_generation(record.generation);
  out.set_worker(record.worker);
  out.set_protocol(record.protocol);
  out.set_ethertype(record.ethertype);
  if (record.vlan != 0xffff) out.set_vlan(record.vlan);
  if (record.app != 0 && record.operation_class != 0)
    fill_operation(*out.mutable_operation(), record);
  out.set_technique(technique_id(record.technique));
  out.set_technique_name(std::string(technique_name(record.technique)));
  out.set_suppressed(record.suppressed);
  out.set_sample(std::string(reinterpret_cast<const char*>(record.sample.data()),
                             std::min<size_t>(record.sample_length, record.sample.size())));
  out.set_sample_total(record.sample_total);
  out.set_what(event.what);
  if (record.fault != 0) {
    out.set_fault(std::string(wire::to_string(static_cast<wire::FaultKind>(record.fault))));
    out.set_fault_offset(record.fault_offset);
  }
  if (record.identified != 0)
    out.set_identified(std::string(to_string(static_cast<match::Protocol>(record.identified))));
  out.set_signature(record.signature);
  out.set_names_unresolved(event.names_unresolved);
}

}  // namespace bulkhead::control
