// SPDX-License-Identifier: Apache-2.0
// A trace from the request to the lines: orders to the dataplane, steps with names, packet by
// packet.
#include <catch2/catch.hpp>

#include "cli/trace_text.h"
#include "control_fixture.h"
#include "events/trace_desk.h"
#include "server/trace_stream.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/operation.h"

namespace bulkhead::control {

namespace {

using namespace std::chrono_literals;
using telemetry::TraceRecord;
using telemetry::TraceStep;

// Takes orders, and says what it was told.
class Tracing final : public DataplaneLink {
 public:
  void add_listener(Listener) override {}
  Result<ipc::Body> ask(ipc::Body question, int) override {
    if (refuses) return Error{ErrorCode::kUnavailable, "not there"};
    if (const auto* start = std::get_if<ipc::StartTrace>(&question)) started = start->number;
    if (const auto* stop = std::get_if<ipc::StopTrace>(&question)) stopped = stop->number;
    return ipc::Body(ipc::Ok{});
  }
  [[nodiscard]] std::optional<ipc::Hello> connected() const override { return ipc::Hello{}; }

  bool refuses = false;
  uint64_t started = 0, stopped = 0;
};

TraceRecord record(TraceStep step, const char* stage, uint64_t trace = 1) {
  TraceRecord r;
  r.trace = trace;
  r.packet = 1;
  r.step = static_cast<uint8_t>(step);
  std::string_view(stage).copy(r.stage.data(), r.stage.size() - 1);
  r.src = *parse_ip("10.30.0.11");
  r.dst = *parse_ip("10.30.0.70");
  r.src_port = 40000;
  r.dst_port = 502;
  r.protocol = 6;
  r.length = 66;
  r.port = 0;
  return r;
}

v1::TraceStep step_of(const TraceRecord& record, const CompiledPolicy* policy = nullptr) {
  v1::TraceStep step;
  fill(step, record, policy, {"zone0", "mesh0"});
  return step;
}

}  // namespace

TEST_CASE("trace desk: steps of its trace arrive, those of another do not", "[control][trace]") {
  Tracing link;
  TraceDesk desk(link);
  auto trace = desk.start({});
  REQUIRE(trace);
  CHECK(link.started == 1);
  desk.take(record(TraceStep::kEntered, "parse", 1));
  desk.take(record(TraceStep::kEntered, "parse", 99));
  CHECK((*trace)->next(0ms).step);
  CHECK_FALSE((*trace)->next(0ms).step);
}

TEST_CASE("trace desk: one trace at a time; letting go stops it", "[control][trace]") {
  Tracing link;
  TraceDesk desk(link);
  auto trace = desk.start({});
  REQUIRE(trace);
  CHECK(desk.start({}).error().code == ErrorCode::kExists);
  trace->reset();
  CHECK(link.stopped == 1);
  auto next = desk.start({});
  REQUIRE(next);
  CHECK(link.started == 2);
}

TEST_CASE("trace desk: a dataplane that refuses leaves room for the next", "[control][trace]") {
  Tracing link;
  TraceDesk desk(link);
  link.refuses = true;
  CHECK(desk.start({}).error().code == ErrorCode::kUnavailable);
  link.refuses = false;
  CHECK(desk.start({}));
}

TEST_CASE("trace desk: a reader that is too slow is told how much it missed", "[control][trace]") {
  Tracing link;
  TraceDesk desk(link);
  auto trace = desk.start({});
  REQUIRE(trace);
  for (size_t i = 0; i < TraceDesk::kQueue + 5; ++i) desk.take(record(TraceStep::kPassed, "bind"));
  for (size_t i = 0; i < TraceDesk::kQueue; ++i) REQUIRE((*trace)->next(0ms).step);
  CHECK((*trace)->next(0ms).lost == 5);
}

TEST_CASE("trace: a step gets names, and no index from another process is believed",
          "[control][trace]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const CompiledPolicyPtr policy = plant.policies.recent().find(1);
  TraceRecord r = record(TraceStep::kPassed, "flow");
  r.source = 0;
  r.destination = r.relationship = r.peer = 1000;
  const v1::TraceStep step = step_of(r, policy.get());
  CHECK(step.source() == policy->view.name_of(IdentityIndex{0}));
  CHECK(step.destination().empty());
  CHECK(step.relationship().empty());
  CHECK(step.stage() == "flow");
  CHECK(step.port() == "zone0");
  r.step = 200;
  r.port = 77;
  CHECK(step_of(r).kind() == v1::TRACE_STEP_KIND_UNSPECIFIED);
  CHECK(step_of(r).port().empty());
}

TEST_CASE("trace: an operation is in the words of events", "[control][trace]") {
  TraceRecord r = record(TraceStep::kOperation, "inspect");
  r.app = static_cast<uint8_t>(wire::App::kModbus);
  r.operation_class = static_cast<uint8_t>(wire::OperationClass::kWrite);
  r.operation_code = 6;
  r.unit = 1;
  r.point_type = static_cast<uint8_t>(wire::PointType::kHolding);
  r.point_first = r.point_last = 10;
  r.has_value = 1;
  r.value = 5;
  CHECK(step_of(r).operation() == "modbus write_single_register holding 10 = 5, unit 1");
}

TEST_CASE("trace text: a packet's lines come together, with what each stage found out",
          "[control][trace]") {
  cli::TraceText text;
  const auto add = [&](v1::TraceStep step) { return text.add(step); };
  CHECK(add(step_of(record(TraceStep::kEntered, "parse"))).empty());
  CHECK(add(step_of(record(TraceStep::kPassed, "parse"))).empty());
  v1::TraceStep bound = step_of(record(TraceStep::kPassed, "bind"));
  bound.set_source("hmi-3");
  CHECK(add(bound).empty());
  v1::TraceStep decided = bound;
  decided.set_stage("decide");
  decided.set_flow("from_initiator");
  decided.set_relationship("hmi-operates-plc");
  CHECK(add(decided).empty());
  TraceRecord dropped = record(TraceStep::kDropped, "inspect");
  dropped.reason = static_cast<uint8_t>(DropReason::kOperationDenied);
  const auto lines = add(step_of(dropped));
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0],
             Catch::Contains("tcp  10.30.0.11:40000 -> 10.30.0.70:502  66 bytes  by zone0"));
  CHECK(lines[1] == "    parse      passes");
  CHECK(lines[2] == "    bind       from hmi-3");
  CHECK(lines[3] == "    decide     flow, by its initiator, relationship hmi-operates-plc");
  CHECK(
      lines[4] ==
      "    inspect    DROPPED as operation_denied: no rule allows this operation on these points");
  CHECK(text.rest().empty());
}

TEST_CASE("trace text: steps of the worker that took over stand behind, whatever came first",
          "[control][trace]") {
  cli::TraceText text;
  TraceRecord bound = record(TraceStep::kPassed, "bind"),
              sent = record(TraceStep::kSent, "transmit");
  bound.worker = sent.worker = 1;
  CHECK(text.add(step_of(bound)).empty());
  CHECK(text.add(step_of(sent)).empty());  // how it came in is not known yet
  TraceRecord handed = record(TraceStep::kHandedOver, "handover");
  handed.port = 1;
  CHECK(text.add(step_of(record(TraceStep::kEntered, "parse"))).empty());
  const auto lines = text.add(step_of(handed));
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == "    handover   handed to worker 1");
  CHECK(lines[3] == "    transmit   SENT by zone0");
}

TEST_CASE("trace text: a packet without a fate is told at the end", "[control][trace]") {
  cli::TraceText text;
  CHECK(text.add(step_of(record(TraceStep::kEntered, "parse"))).empty());
  const auto lines = text.rest();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == "    no more is known");
}

}  // namespace bulkhead::control
