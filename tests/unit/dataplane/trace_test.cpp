// SPDX-License-Identifier: Apache-2.0
// Packets that match an order are followed to their fate, and no others.
#include <algorithm>
#include <catch2/catch.hpp>

#include "conversation.h"
#include "stage/flow_tuple.h"
#include "wire/apps/operation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::TraceFlow;
using telemetry::TraceRecord;
using telemetry::TraceStep;

namespace {

GatewayOptions second() {
  GatewayOptions options;
  options.name = "gw-b";
  options.number = 2;
  return options;
}

const IpAddress kAnybody{};

IpAddress ip(const char* text) {
  return *parse_ip(text);
}

// "entered parse, passed parse, dropped bind"
std::string story(const std::vector<TraceRecord>& steps, uint8_t packet = 1) {
  static constexpr const char* kNames[] = {"?",       "entered", "passed",      "operation",
                                           "dropped", "sent",    "handed over", "taken"};
  std::string text;
  for (const TraceRecord& step : steps) {
    if (step.packet != packet) continue;
    text += (text.empty() ? "" : ", ") + std::string(kNames[step.step]) + " " + step.stage.data();
  }
  return text;
}

const TraceRecord* at(const std::vector<TraceRecord>& steps, TraceStep step, const char* stage) {
  const auto found = std::ranges::find_if(steps, [&](const TraceRecord& record) {
    return record.step == static_cast<uint8_t>(step) && std::string(record.stage.data()) == stage;
  });
  return found == steps.end() ? nullptr : &*found;
}

struct Inspected : TestGateway {
  Inspected() : TestGateway(GatewayOptions{}) {
    apply(plant());
    REQUIRE(c.open());
  }
  LocalConversation c{*this};
};

}  // namespace

TEST_CASE("trace: a packet that passes is followed from port to port", "[dataplane][trace]") {
  Inspected gw;
  gw.follow(ip(kHmi.ip), ip(kNearPlc.ip), 5);
  REQUIRE(gw.c.client(gw.c.client_data(write_register(100, 5))));
  const auto steps = gw.steps();
  CHECK(story(steps) ==
        "entered parse, passed parse, passed arp, passed handover, passed bind, passed flow, "
        "passed decide, passed scan, operation inspect, passed inspect, passed clamp_mss, passed "
        "fit, passed encrypt, passed deliver, sent transmit");
  CHECK(at(steps, TraceStep::kEntered, "parse")->port == TestGateway::kZone0);
  CHECK(at(steps, TraceStep::kSent, "transmit")->port == TestGateway::kZone1);
  CHECK(at(steps, TraceStep::kPassed, "parse")->source == 0xffff'ffff);
  CHECK(at(steps, TraceStep::kPassed, "bind")->source != 0xffff'ffff);
  const TraceRecord& flow = *at(steps, TraceStep::kPassed, "flow");
  CHECK(flow.flow == static_cast<uint8_t>(TraceFlow::kFromInitiator));
  CHECK(flow.destination != 0xffff'ffff);
  CHECK(flow.relationship != 0xffff'ffff);
  const TraceRecord& operation = *at(steps, TraceStep::kOperation, "inspect");
  CHECK(operation.app == static_cast<uint8_t>(wire::App::kModbus));
  CHECK(operation.operation_code == 6);
  CHECK(operation.point_first == 100);
  CHECK(operation.value == 5);
  CHECK(operation.has_value == 1);
}

TEST_CASE("trace: a refused operation is followed to the stage that drops it, with the reason",
          "[dataplane][trace]") {
  Inspected gw;
  gw.follow(kAnybody, kAnybody, 1);
  CHECK(gw.c.client_fate(gw.c.client_data(write_register(7, 5))) == DropReason::kOperationDenied);
  const auto steps = gw.steps();
  CHECK_THAT(story(steps), Catch::EndsWith("operation inspect, dropped inspect"));
  CHECK(at(steps, TraceStep::kDropped, "inspect")->reason ==
        static_cast<uint8_t>(DropReason::kOperationDenied));
}

TEST_CASE("trace: a new flow is seen to be one only after its decision", "[dataplane][trace]") {
  TestGateway gw({});
  gw.apply(plant());
  gw.follow(kAnybody, kAnybody, 1);
  LocalConversation c(gw);
  REQUIRE(c.client(c.syn()));
  const auto steps = gw.steps();
  CHECK(at(steps, TraceStep::kPassed, "flow")->flow == static_cast<uint8_t>(TraceFlow::kNone));
  CHECK(at(steps, TraceStep::kPassed, "decide")->flow ==
        static_cast<uint8_t>(TraceFlow::kFromInitiator));
}

TEST_CASE("trace: who matches is a matter of source, destination, port and direction",
          "[dataplane][trace]") {
  Inspected gw;
  const auto followed = [&](const char* from, const char* to, bool both) {
    gw.follow(from == nullptr ? kAnybody : ip(from), to == nullptr ? kAnybody : ip(to), 9, both);
    REQUIRE(gw.c.client(gw.c.client_data(read_holding())));
    REQUIRE(gw.c.server(gw.c.server_data(holding_answer())));
    const auto steps = gw.steps();
    return std::ranges::count(steps, static_cast<uint8_t>(TraceStep::kEntered), &TraceRecord::step);
  };
  CHECK(followed(kHmi.ip, kNearPlc.ip, false) == 1);
  CHECK(followed(kHmi.ip, kNearPlc.ip, true) == 2);
  CHECK(followed(kNearPlc.ip, nullptr, false) == 1);
  CHECK(followed(nullptr, nullptr, false) == 2);
  CHECK(followed(kStranger.ip, nullptr, true) == 0);
}

TEST_CASE("trace: it is over after so many packets, and after its time", "[dataplane][trace]") {
  Inspected gw;
  const auto read = [&] { REQUIRE(gw.c.client(gw.c.client_data(read_holding()))); };
  gw.follow(kAnybody, kAnybody, 2);
  for (int i = 0; i < 3; ++i) read();
  CHECK(story(gw.steps(), 3).empty());
  gw.follow(kAnybody, kAnybody, 2);
  gw.clock.advance_ms(60'000);
  read();
  CHECK(gw.steps().empty());
}

TEST_CASE("trace: what is dropped with its headers read is followed, too", "[dataplane][trace]") {
  TestGateway gw({});
  gw.apply(plant());
  gw.follow(kAnybody, kAnybody, 3);
  const Speaker stranger(gw, TestGateway::kZone0, kStranger, kNearPlc);
  gw.receive(TestGateway::kZone0, stranger.says(tcp(40000, 22).syn().seq(1)));
  auto steps = gw.steps();
  CHECK_THAT(story(steps), Catch::EndsWith("dropped decide"));
  Bytes bad = stranger.says(tcp(40000, 22).syn().seq(1));
  bad.back() ^= 1;  // its checksum
  gw.receive(TestGateway::kZone0, bad);
  steps = gw.steps();
  CHECK(story(steps, 2) == "entered parse, dropped parse");
}

TEST_CASE("trace: over a hand-over the packet keeps its number", "[dataplane][trace]") {
  GatewayOptions options;
  options.workers = 2;
  TestGateway gw(options);
  gw.apply(plant());
  gw.follow(kAnybody, kAnybody, 20);
  const Speaker hmi(gw, TestGateway::kZone0, kHmi, kNearPlc);
  for (uint16_t port = 40000; port < 40010; ++port)
    gw.receive(TestGateway::kZone0, hmi.says(tcp(port, 502).syn().seq(1)));
  const auto steps = gw.steps();
  const TraceRecord* handed = at(steps, TraceStep::kHandedOver, "handover");
  REQUIRE(handed != nullptr);
  CHECK(handed->worker == 0);
  CHECK(handed->port == 1);
  const auto bound = std::ranges::find_if(steps, [&](const TraceRecord& step) {
    return step.packet == handed->packet && std::string(step.stage.data()) == "bind";
  });
  REQUIRE(bound != steps.end());
  CHECK(bound->worker == 1);
}

TEST_CASE("trace: behind the mesh the packet inside is followed", "[dataplane][trace]") {
  TestGateway a({}), b(second());
  connect(a, b);
  a.apply(plant());
  b.apply(plant());
  b.follow(ip(kHmi.ip), ip(kPlc.ip), 1);
  a.receive(TestGateway::kZone0,
            Speaker(a, TestGateway::kZone0, kHmi, kPlc).says(tcp(40000, 502).syn().seq(1)));
  exchange(a, b);
  const auto steps = b.steps();
  CHECK_THAT(story(steps), Catch::StartsWith("entered decrypt, passed decrypt, passed reassemble"));
  CHECK_THAT(story(steps), Catch::EndsWith("sent transmit"));
  CHECK(at(steps, TraceStep::kEntered, "decrypt")->from_mesh == 1);
  CHECK(at(steps, TraceStep::kEntered, "decrypt")->peer != 0xffff'ffff);
}

TEST_CASE("trace: nothing of it stays in the flow", "[dataplane][trace]") {
  Inspected gw;
  gw.follow(kAnybody, kAnybody, 1);
  const Bytes frame = gw.c.client_data(read_holding());
  REQUIRE(gw.c.client(frame));
  REQUIRE(at(gw.steps(), TraceStep::kOperation, "inspect") != nullptr);
  wire::Frame read;
  REQUIRE(wire::parse_frame(frame, read).kind == wire::FaultKind::kNone);
  auto& flows = const_cast<dataplane::FlowTable&>(gw.workers[0].flows());  // find() is not const
  const flow::FlowKey key = flow::canonical(dataplane::tuple_of(read.ip)).key;
  const dataplane::FlowEntry* entry = flows.find(key, flows.hash(key), gw.clock.now().steady_ns);
  REQUIRE(entry != nullptr);
  CHECK((entry->scans & dataplane::kScanTraced) == 0);
  // Of the same flow, in the same burst as one that is followed: its operations are its own.
  gw.follow(kAnybody, kAnybody, 1);
  gw.put(TestGateway::kZone0, gw.c.client_data(read_holding(2)));
  gw.put(TestGateway::kZone0, gw.c.client_data(read_holding(3)));
  gw.poll();
  const auto steps = gw.steps();
  CHECK(std::ranges::count(steps, static_cast<uint8_t>(TraceStep::kOperation),
                           &TraceRecord::step) == 1);
}
