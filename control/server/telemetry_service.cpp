// SPDX-License-Identifier: Apache-2.0
// TelemetryService of proto/bulkhead/v1/telemetry.proto.
#include "bulkhead/v1/telemetry.grpc.pb.h"
#include "server/edge.h"
#include "server/event_message.h"
#include "server/flow_message.h"
#include "server/services.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

// How long a stream takes to notice that its caller is gone.
constexpr std::chrono::milliseconds kStreamCheck{200};
constexpr size_t kLongestName = 255;
constexpr uint32_t kUsualPage = 1000, kLargestPage = 10'000;  // relationships

const Error kNoFlows{ErrorCode::kUnavailable, "this control process reads no flow records"};

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

void fill(v1::ExportCounters& out, const ExportReading& reading) {
  out.set_name(reading.name);
  out.set_made(reading.made);
  out.set_sent(reading.sent);
  out.set_lost_queue_full(reading.lost_queue_full);
  out.set_lost_refused(reading.lost_refused);
  out.set_queued(reading.queued);
  out.set_up(reading.up);
  out.set_last_error(reading.last_error);
}

void fill(v1::LatencyCounters& out, const LatencySum& latency) {
  out.set_pipeline(latency.pipeline);
  for (const uint64_t packets : latency.packets) out.add_packets(packets);
  out.set_sum_ns(latency.sum_ns);
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
  for (const LatencySum& latency : counters.latencies) fill(*out.add_latencies(), latency);
  fill_drops(out, counters);
  out.set_operations_allowed(counters.operations_allowed);
  out.set_operations_refused(counters.operations_refused);
  out.set_operations_monitored(counters.operations_monitored);
  out.set_passed_and_marked(counters.passed_and_marked);
  out.set_flows_live(counters.flows_live);
  out.set_flows_capacity(counters.flows_capacity);
  out.set_flows_created(counters.flows_created);
  out.set_flows_ended(counters.flows_ended);
  out.set_flows_cut(counters.flows_cut);
  out.set_handover_sent(counters.handover_sent);
  out.set_handover_received(counters.handover_received);
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
    fill(*response->mutable_flow_record_losses(), parts_);
    for (const ExportReading& reading : parts_.exports()) fill(*response->add_exports(), reading);
    return grpc::Status::OK;
  }

  grpc::Status StreamEvents(grpc::ServerContext* context, const v1::StreamEventsRequest* request,
                            grpc::ServerWriter<v1::StreamEventsResponse>* writer) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    if (request->replay() > EventHub::kKept)
      return to_grpc({ErrorCode::kInvalid, "replay is larger than 10000"}, "replay");
    auto follower = parts_.events.follow(request->replay());
    if (!follower) return to_grpc(follower.error());
    relay(*context, request->follow(), **follower, *writer,
          [](v1::StreamEventsResponse& response, const ResolvedEvent& event) {
            fill(*response.mutable_event(), event);
          });
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

  grpc::Status StreamFlowRecords(
      grpc::ServerContext* context, const v1::StreamFlowRecordsRequest* request,
      grpc::ServerWriter<v1::StreamFlowRecordsResponse>* writer) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    if (parts_.flows == nullptr) return to_grpc(kNoFlows);
    if (request->replay() > FlowHub::kKept)
      return to_grpc({ErrorCode::kInvalid, "replay is larger than 10000"}, "replay");
    for (const auto& [field, text] : {std::pair{"relationship", &request->relationship()},
                                      std::pair{"identity", &request->identity()}})
      if (Status fits = check_text(field, *text, kLongestName); !fits)
        return to_grpc(fits.error(), field);
    auto follower = parts_.flows->hub().follow(request->replay(), filter_of(*request));
    if (!follower) return to_grpc(follower.error());
    relay(*context, request->follow(), **follower, *writer,
          [](v1::StreamFlowRecordsResponse& response, const ResolvedFlow& flow) {
            fill(*response.mutable_flow(), flow);
          });
    return grpc::Status::OK;
  }

  grpc::Status GetRelationshipCounters(grpc::ServerContext* context,
                                       const v1::GetRelationshipCountersRequest* request,
                                       v1::GetRelationshipCountersResponse* response) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    if (parts_.flows == nullptr) return to_grpc(kNoFlows);
    if (request->page_size() > kLargestPage)
      return to_grpc({ErrorCode::kInvalid, "page_size is larger than 10000"}, "page_size");
    if (Status fits = check_text("page_token", request->page_token(), kLongestName); !fits)
      return to_grpc(fits.error(), "page_token");
    RelationshipQuery query;
    if (!request->page_token().empty()) query.after = request->page_token();
    query.most = request->page_size() == 0 ? kUsualPage : request->page_size();
    query.only_unused = request->only_unused();
    fill(*response, query, parts_);
    return grpc::Status::OK;
  }

  grpc::Status GetOperationCounters(grpc::ServerContext* context,
                                    const v1::GetOperationCountersRequest*,
                                    v1::GetOperationCountersResponse* response) override {
    if (auto caller = allow(*context); !caller) return to_grpc(caller.error());
    const std::optional<OperationSnapshot> operations = parts_.telemetry.operations();
    if (!operations) return to_grpc({ErrorCode::kUnavailable, "no dataplane has connected yet"});
    fill(*response, *operations);
    return grpc::Status::OK;
  }

 private:
  // What `follower` gets, until the caller is gone or, unless it stays, there is no more.
  template <typename Follower, typename Response, typename Fill>
  void relay(const grpc::ServerContext& context, bool stays, Follower& follower,
             grpc::ServerWriter<Response>& writer, Fill&& fill_response) const {
    if (stays) writer.SendInitialMetadata();  // tells the caller that nothing will be missed
    while (!context.IsCancelled() && !parts_.stopping()) {
      const auto item = follower.next(stays ? kStreamCheck : std::chrono::milliseconds{0});
      if (item.nothing() && !stays) return;
      if (item.nothing()) continue;
      Response response;
      if (item.event != nullptr) {
        fill_response(response, *item.event);
      } else {
        response.set_lost(item.lost);
      }
      if (!writer.Write(response)) return;
    }
  }

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
