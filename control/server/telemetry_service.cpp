// SPDX-License-Identifier: Apache-2.0
// TelemetryService of proto/bulkhead/v1/telemetry.proto.
#include "bulkhead/v1/telemetry.grpc.pb.h"
#include "capture/capture_recorder.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/event_message.h"
#include "server/packet_stream.h"
#include "server/services.h"
#include "server/trace_stream.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

// How long a stream takes to notice that its caller is gone.
constexpr std::chrono::milliseconds kStreamCheck{200};

void fill(v1::StageCounters& out, const StageSum& stage) {
  out.set_pipeline(stage.pipeline);
  out.set_stage(stage.stage);
  out.set_calls(stage.calls);
  out.set_packets_in(stage.packets_in);
  out.set_packets_out(stage.packets_out);
  out.set_cycles(stage.cycles);
}

void fill(v1::PortCounters& out, const PortSum& port) {
  out.set_port(port.port);
  out.set_rx_packets(port.rx_packets);
  out.set_rx_bytes(port.rx_bytes);
  out.set_tx_packets(port.tx_packets);
  out.set_tx_bytes(port.tx_bytes);
}

void fill_drops(v1::GetCountersResponse& out, const CounterSnapshot& counters) {
  for (size_t i = 1; i < counters.drops.size(); ++i) {
    const auto reason = static_cast<DropReason>(i);
    v1::DropCounter& drop = *out.add_drops();
    drop.set_reason(std::string(to_string(reason)));
    drop.set_stage(std::string(stage_of(reason)));
    drop.set_sentence(std::string(sentence_of(reason)));
    drop.set_packets(counters.drops[i]);
  }
}

void fill_workers(v1::GetCountersResponse& out, const CounterSnapshot& counters,
                  const std::vector<RingReading>& rings) {
  for (size_t i = 0; i < counters.workers.size(); ++i) {
    const WorkerReading& worker = counters.workers[i];
    v1::WorkerStatus& status = *out.add_workers();
    status.set_worker(static_cast<uint32_t>(i));
    status.set_generation(worker.generation);
    status.set_heartbeat_age_ns(worker.heartbeat_age_ns);
    status.set_bursts(worker.bursts);
    status.set_idle_polls(worker.idle_polls);
    if (i >= rings.size()) continue;  // another segment arrived in between
    status.set_events_written(rings[i].written);
    status.set_events_lost(rings[i].lost);
  }
}

void fill(v1::GetCountersResponse& out, const CounterSnapshot& counters) {
  set_time(*out.mutable_at(), counters.wall_ns);
  for (const StageSum& stage : counters.stages) fill(*out.add_stages(), stage);
  for (const PortSum& port : counters.ports) fill(*out.add_ports(), port);
  fill_drops(out, counters);
  out.set_operations_allowed(counters.operations_allowed);
  out.set_operations_refused(counters.operations_refused);
  out.set_operations_monitored(counters.operations_monitored);
  out.set_passed_and_marked(counters.passed_and_marked);
  out.set_flows_live(counters.flows_live);
  out.set_flows_created(counters.flows_created);
  out.set_flows_ended(counters.flows_ended);
  out.set_flows_cut(counters.flows_cut);
  out.set_handover_sent(counters.handover_sent);
  out.set_handover_received(counters.handover_received);
}

void fill(v1::PacketLosses& out, const Parts& parts) {
  const PacketLosses losses = parts.telemetry.packet_losses();
  out.set_received(losses.matched);
  out.set_ring_full(losses.ring_full);
  out.set_without_event(losses.without_event);
  out.set_recording(parts.capture != nullptr);
  if (parts.capture == nullptr) return;
  const CaptureReading files = parts.capture->reading();
  out.set_written(files.written);
  out.set_not_written(files.not_written);
  out.set_missed(files.missed);
}

class TelemetryService final : public v1::TelemetryService::Service {
 public:
  explicit TelemetryService(Parts& parts) : parts_(parts) {}

  grpc::Status GetCounters(grpc::ServerContext* context, const v1::GetCountersRequest*,
                           v1::GetCountersResponse* response) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    const std::optional<CounterSnapshot> counters = parts_.telemetry.counters();
    if (!counters) return to_grpc({ErrorCode::kUnavailable, "no dataplane has connected yet"});
    fill(*response, *counters);
    fill_workers(*response, *counters, parts_.telemetry.rings());
    response->set_connected(parts_.link.connected().has_value());
    const EventLosses losses = parts_.telemetry.losses();
    v1::EventLosses& out = *response->mutable_event_losses();
    out.set_ring_full(losses.ring_full);
    out.set_gaps(losses.gaps);
    out.set_suppressed(losses.suppressed);
    out.set_slow_readers(parts_.events.lost());
    fill(*response->mutable_packet_losses(), parts_);
    return grpc::Status::OK;
  }

  grpc::Status StreamEvents(grpc::ServerContext* context, const v1::StreamEventsRequest* request,
                            grpc::ServerWriter<v1::StreamEventsResponse>* writer) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    if (request->replay() > EventHub::kKept)
      return to_grpc({ErrorCode::kInvalid, "replay is larger than 10000"}, "replay");
    auto follower = parts_.events.follow(request->replay());
    if (!follower) return to_grpc(follower.error());
    if (request->follow())
      writer->SendInitialMetadata();  // tells the caller that nothing will be missed
    while (!context->IsCancelled() && !parts_.stopping()) {
      const auto wait = request->follow() ? kStreamCheck : std::chrono::milliseconds{0};
      const EventHub::Item item = (*follower)->next(wait);
      if (item.nothing() && !request->follow()) return grpc::Status::OK;
      if (item.nothing()) continue;
      v1::StreamEventsResponse response;
      if (item.event != nullptr) {
        fill(*response.mutable_event(), *item.event);
      } else {
        response.set_lost(item.lost);
      }
      if (!writer->Write(response)) break;
    }
    return grpc::Status::OK;
  }

  grpc::Status GetEvent(grpc::ServerContext* context, const v1::GetEventRequest* request,
                        v1::GetEventResponse* response) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    const EventPtr event = parts_.events.find(request->id());
    if (event == nullptr)
      return to_grpc({ErrorCode::kNotFound,
                      "event " + std::to_string(request->id()) + " is not held (any more)"},
                     "id");
    fill(*response->mutable_event(), *event);
    return grpc::Status::OK;
  }

  // In the audit log: who took what of the plant.
  grpc::Status StreamPackets(grpc::ServerContext* context, const v1::StreamPacketsRequest* request,
                             grpc::ServerWriter<v1::StreamPacketsResponse>* writer) override {
    const AuditedAction what{Needs::kWrite, "evidence.read", wanted(*request)};
    return audited(*context, parts_, what, [&](const Caller&) {
      return stream_packets(*context, *request, *writer, parts_);
    });
  }

  grpc::Status TracePackets(grpc::ServerContext* context, const v1::TracePacketsRequest* request,
                            grpc::ServerWriter<v1::TracePacketsResponse>* writer) override {
    const AuditedAction what{Needs::kWrite, "packets.trace", wanted(*request)};
    return audited(*context, parts_, what, [&](const Caller&) {
      return trace_packets(*context, *request, *writer, parts_);
    });
  }

 private:
  Result<Caller> allow(const grpc::ServerContext& context) const {
    return authorise(context, parts_, Needs::kRead);
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_telemetry_service(Parts& parts) {
  return std::make_unique<TelemetryService>(parts);
}

}  // namespace bulkhead::control
