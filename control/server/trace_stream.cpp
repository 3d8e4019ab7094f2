// SPDX-License-Identifier: Apache-2.0
#include "server/trace_stream.h"

#include <grpcpp/server_context.h>

#include <chrono>

#include "events/trace_desk.h"
#include "policy/event_text.h"
#include "server/edge.h"
#include "server/services.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using telemetry::TraceRecord;
using telemetry::TraceStep;

constexpr uint32_t kPackets = 10, kMostPackets = 250;
constexpr uint32_t kSeconds = 30;
constexpr milliseconds kStreamCheck{200};
// The last packet's way through the stages and control's rings takes no longer.
constexpr milliseconds kGrace{500};

uint64_t generation_at_work(const Parts& parts) {
  const auto counters = parts.telemetry.counters();
  return counters && !counters->workers.empty() ? counters->workers.front().generation : 0;
}

// An address as it is written, or that of an identity.
Result<IpAddress> address_of(const std::string& who, const CompiledPolicy* policy) {
  if (who.empty()) return IpAddress{};
  if (const auto ip = parse_ip(who); ip) return *ip;
  const Error unknown{ErrorCode::kNotFound,
                      "'" + who + "' is neither an address nor an identity of the policy in force"};
  if (policy == nullptr) return unknown;
  for (const image::IdentityRecord& identity : policy->view.identities()) {
    if (policy->view.text(identity.name) != who) continue;
    if (identity.ip.is_zero())
      return Error{ErrorCode::kNotFound, "identity " + who + " has no address"};
    return identity.ip;
  }
  return unknown;
}

Result<ipc::StartTrace> order_of(const v1::TracePacketsRequest& request, Parts& parts) {
  const uint32_t seconds = request.seconds() == 0 ? kSeconds : request.seconds();
  const uint32_t packets = request.packets() == 0 ? kPackets : request.packets();
  if (packets > kMostPackets || seconds > ipc::kMaxTraceMs / 1000 || request.port() > UINT16_MAX)
    return Error{ErrorCode::kInvalid,
                 "a trace is of 1 to 250 packets, takes 1 to 600 s, and a port is 0 to 65535"};
  const CompiledPolicyPtr policy = parts.policies.recent().find(generation_at_work(parts));
  const auto from = address_of(request.from(), policy.get());
  if (!from) return from.error();
  const auto to = address_of(request.to(), policy.get());
  if (!to) return to.error();
  return ipc::StartTrace{.from = *from,
                         .to = *to,
                         .port = static_cast<uint16_t>(request.port()),
                         .both = request.both(),
                         .packets = static_cast<uint8_t>(packets),
                         .for_ms = seconds * 1000};
}

bool is_end(const TraceRecord& record) {
  const auto step = static_cast<TraceStep>(record.step);
  return step == TraceStep::kDropped || step == TraceStep::kSent || step == TraceStep::kTaken;
}

template <typename Records>
std::string name_at(const image::ImageView& view, const Records& records, uint32_t index) {
  return index < records.size() ? std::string(view.text(records[index].name)) : std::string();
}

// The operation in the words of events.
std::string operation_of(const TraceRecord& record) {
  telemetry::EventRecord event;
  event.app = record.app;
  event.operation_class = record.operation_class;
  event.operation_code = record.operation_code;
  event.unit = record.unit;
  event.point_type = record.point_type;
  event.point_first = record.point_first;
  event.point_last = record.point_last;
  event.has_value = record.has_value;
  event.value = record.value;
  return policy::event_operation(event);
}

void fill_names(v1::TraceStep& out, const TraceRecord& record, const CompiledPolicy* policy) {
  if (policy == nullptr) return;
  const image::ImageView& view = policy->view;
  out.set_source(name_at(view, view.identities(), record.source));
  out.set_destination(name_at(view, view.identities(), record.destination));
  out.set_relationship(name_at(view, view.relationships(), record.relationship));
  out.set_peer(name_at(view, view.gateways(), record.peer));
}

}  // namespace

std::string wanted(const v1::TracePacketsRequest& request) {
  const auto who = [](const std::string& name) { return name.empty() ? "anybody" : name; };
  std::string text = "packets from " + who(request.from()) + " to " + who(request.to());
  if (request.port() != 0) text += ", port " + std::to_string(request.port());
  return text;
}

void fill(v1::TraceStep& out, const TraceRecord& record, const CompiledPolicy* policy,
          const std::vector<std::string>& ports) {
  const auto step = static_cast<TraceStep>(record.step);
  out.set_packet(record.packet);
  out.set_kind(v1::TraceStepKind_IsValid(record.step) ? static_cast<v1::TraceStepKind>(record.step)
                                                      : v1::TRACE_STEP_KIND_UNSPECIFIED);
  set_time(*out.mutable_at(), record.wall_ns);
  out.set_worker(record.worker);
  out.set_stage(std::string(telemetry::Segment::name_in(record.stage)));
  if (step == TraceStep::kHandedOver)
    out.set_to_worker(record.port);
  else if (record.port < ports.size())
    out.set_port(ports[record.port]);
  if (step == TraceStep::kDropped) {
    const auto reason = static_cast<DropReason>(record.reason);
    out.set_reason(std::string(to_string(reason)));
    out.set_sentence(std::string(sentence_of(reason)));
  }
  fill_names(out, record, policy);
  const auto flow = static_cast<telemetry::TraceFlow>(record.flow);
  if (flow == telemetry::TraceFlow::kFromInitiator) out.set_flow("from_initiator");
  if (flow == telemetry::TraceFlow::kFromResponder) out.set_flow("from_responder");
  if (step == TraceStep::kOperation) out.set_operation(operation_of(record));
  out.set_answers(record.answers != 0);
  out.set_source_address(to_string(record.src));
  out.set_destination_address(to_string(record.dst));
  out.set_source_port(record.src_port);
  out.set_destination_port(record.dst_port);
  out.set_protocol(record.protocol);
  out.set_length(record.length);
  out.set_generation(record.generation);
}

grpc::Status trace_packets(const grpc::ServerContext& context,
                           const v1::TracePacketsRequest& request,
                           grpc::ServerWriter<v1::TracePacketsResponse>& writer, Parts& parts) {
  if (parts.traces == nullptr) return to_grpc({ErrorCode::kUnavailable, "nobody can trace here"});
  const auto order = order_of(request, parts);
  if (!order) return to_grpc(order.error());
  const auto trace = parts.traces->start(*order);
  if (!trace) return to_grpc(trace.error());
  const std::vector<std::string> ports = parts.telemetry.ports();
  const auto end = steady_clock::now() + milliseconds(order->for_ms) + kGrace;
  v1::TracePacketsResponse response;
  response.set_started(true);
  bool heard = writer.Write(response);
  uint64_t lost_before = parts.telemetry.traces_lost();
  for (uint32_t ended = 0; heard && ended < order->packets && steady_clock::now() < end &&
                           !context.IsCancelled() && !parts.stopping();) {
    TraceDesk::Item item = (*trace)->next(kStreamCheck);
    const uint64_t lost_now = parts.telemetry.traces_lost();
    item.lost += lost_now > lost_before ? lost_now - lost_before : 0;
    lost_before = lost_now;
    if (item.lost != 0) {
      response.set_lost(item.lost);
      heard = writer.Write(response);
    }
    if (!item.step) continue;
    const CompiledPolicyPtr policy =
        item.step->generation == 0 ? nullptr : parts.policies.recent().find(item.step->generation);
    fill(*response.mutable_step(), *item.step, policy.get(), ports);
    heard = writer.Write(response);
    ended += is_end(*item.step) ? 1 : 0;
    response.Clear();
  }
  return grpc::Status::OK;
}

}  // namespace bulkhead::control
