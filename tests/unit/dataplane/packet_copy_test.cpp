// SPDX-License-Identifier: Apache-2.0
// The packet of an event is copied beside it: whole, as it came in, and nobody else's.
#include "packet_copy.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;
using telemetry::PacketLink;
using telemetry::PacketRecord;

namespace {

GatewayOptions second() {
  GatewayOptions options;
  options.name = "gw-b";
  options.number = 2;
  return options;
}

Bytes bytes_of(const PacketRecord& record) {
  return {record.frame.begin(), record.frame.begin() + record.captured_length};
}

bool is(const PacketRecord& record, PacketLink link) {
  return record.link == static_cast<uint16_t>(link);
}

struct Inspected : TestGateway {
  explicit Inspected(const PlantPolicy& policy = {}) : TestGateway(GatewayOptions{}) {
    apply(plant(policy));
    REQUIRE(c.open());
    (void)events();
    (void)packets();
  }
  LocalConversation c{*this};
};

}  // namespace

TEST_CASE("packet copy: a refused write is there as it came in, with the number of its event",
          "[dataplane][evidence]") {
  Inspected gw;
  const Bytes frame = gw.c.client_data(write_register(100, 1501));
  CHECK(gw.c.client_fate(frame) == DropReason::kValueOutOfRange);
  const auto events = gw.events();
  const auto packets = gw.packets();
  REQUIRE(events.size() == 1);
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].sequence == events[0].sequence);
  CHECK(bytes_of(packets[0]) == frame);
  CHECK(packets[0].original_length == frame.size());
  CHECK(packets[0].port == TestGateway::kZone0);
  CHECK(is(packets[0], PacketLink::kEthernet));
}

TEST_CASE(
    "packet copy: what passes, and what is dropped in the ordinary life of a network, leaves none",
    "[dataplane][evidence]") {
  Inspected gw;
  REQUIRE(gw.c.client(gw.c.client_data(write_register(100, 1500))));
  CHECK(gw.c.client_fate(gw.c.client_says(gw.c.from_client().seq(gw.c.client_seq + 50).psh(),
                                          read_holding())) == DropReason::kStreamGap);
  CHECK(gw.packets().empty());
}

TEST_CASE("packet copy: the packet that monitor mode let pass is there before it was rewritten",
          "[dataplane][evidence]") {
  PlantPolicy policy;
  policy.mode = "monitor";
  Inspected gw(policy);
  const Bytes frame = gw.c.client_data(write_register(7, 1));
  REQUIRE(gw.c.client(frame));
  const auto packets = gw.packets();
  REQUIRE(packets.size() == 1);
  CHECK(bytes_of(packets[0]) == frame);
  CHECK(gw.events()[0].kind == static_cast<uint8_t>(EventKind::kMonitored));
}

TEST_CASE("packet copy: events and packets are suppressed together", "[dataplane][evidence]") {
  TestGateway gw({});
  gw.apply(plant());
  const Speaker stranger(gw, TestGateway::kZone0, kStranger, kNearPlc);
  for (uint16_t port = 1; port <= 50; ++port)
    gw.receive(TestGateway::kZone0, stranger.says(tcp(40000, port).syn().seq(1)));
  const auto events = gw.events();
  const auto packets = gw.packets();
  REQUIRE(events.size() == 10);  // EventRate::kBurst
  REQUIRE(packets.size() == events.size());
  for (size_t i = 0; i < events.size(); ++i) CHECK(packets[i].sequence == events[i].sequence);
}

TEST_CASE("packet copy: a full ring loses the copy and counts it, and the event comes all the same",
          "[dataplane][evidence]") {
  TestGateway gw({});
  gw.apply(plant());
  // Each source has a rate of its own.
  for (int host = 0; host < 30; ++host) {
    const std::string ip = "10.30.9." + std::to_string(host + 1);
    const Asset nobody{ip.c_str(), "02:00:00:00:99:01"};
    gw.receive(TestGateway::kZone0,
               Speaker(gw, TestGateway::kZone0, nobody, kNearPlc).says(tcp(1, 2).syn().seq(1)));
    gw.clock.advance_ms(1000);
  }
  const size_t made = gw.events().size();
  REQUIRE(made > TestGateway::kPacketRing);
  CHECK(gw.packets().size() == TestGateway::kPacketRing);
  CHECK(gw.packets_lost() == made - TestGateway::kPacketRing);
}

TEST_CASE("packet copy: a jumbo frame is cut, and says how long it was", "[dataplane][evidence]") {
  TestGateway gw({});
  gw.apply(plant());
  const Speaker stranger(gw, TestGateway::kZone0, kStranger, kNearPlc);
  const Bytes frame = stranger.says(udp(1, 2), Bytes(3000, 0x5a));
  gw.receive(TestGateway::kZone0, frame);
  const auto packets = gw.packets();
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].original_length == frame.size());
  CHECK(packets[0].captured_length == telemetry::kSnapBytes);
  CHECK(std::equal(packets[0].frame.begin(), packets[0].frame.end(), frame.begin()));
}

TEST_CASE("packet copy: bytes behind a short frame are zero, not what memory held",
          "[dataplane][evidence]") {
  Inspected gw;
  const Bytes frame = gw.c.client_data(write_register(7, 1));
  (void)gw.c.client_fate(frame);
  const auto packets = gw.packets();
  REQUIRE(packets.size() == 1);
  const auto& rest = packets[0].frame;
  CHECK(std::all_of(rest.begin() + packets[0].captured_length, rest.end(),
                    [](uint8_t byte) { return byte == 0; }));
}

TEST_CASE("packet copy: refused behind the mesh it is the packet that came out of decryption",
          "[dataplane][evidence]") {
  TestGateway a({}), b(second());
  connect(a, b);
  a.apply(plant());
  PlantPolicy other;
  other.hmi_role = "guest";
  b.apply(plant(other));
  const Speaker hmi(a, TestGateway::kZone0, kHmi, kPlc);
  const Bytes frame = hmi.says(tcp(40000, 502).syn().seq(1));
  a.receive(TestGateway::kZone0, frame);
  exchange(a, b);
  const auto events = b.events();
  const auto packets = b.packets();
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == static_cast<uint8_t>(DropReason::kNoRelationship));
  REQUIRE(packets.size() == 1);
  CHECK(is(packets[0], PacketLink::kIp));
  CHECK(packets[0].port == TestGateway::kMesh);
  CHECK(packets[0].frame[0] == 0x45);
  const Bytes inner(frame.begin() + 14, frame.end());
  CHECK(bytes_of(packets[0]) == inner);
  CHECK(a.packets().empty());
}

TEST_CASE(
    "packet copy: of a packet that fails its integrity check only what was sent in clear is told",
    "[dataplane][evidence]") {
  TestGateway a({}), b(second());
  connect(a, b);
  a.apply(plant());
  b.apply(plant());
  const Speaker hmi(a, TestGateway::kZone0, kHmi, kPlc);
  a.receive(TestGateway::kZone0, hmi.says(tcp(40000, 502).syn().seq(1)));
  std::vector<Bytes> sealed = a.sent(TestGateway::kMesh);
  REQUIRE(sealed.size() == 1);
  sealed[0].back() ^= 1;
  b.receive(TestGateway::kMesh, sealed[0]);
  const auto events = b.events();
  const auto packets = b.packets();
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == static_cast<uint8_t>(DropReason::kAuthFailed));
  constexpr size_t kClear = 14 + 20 + 8 + 16;  // Ethernet, IPv4, UDP; SPI, number, IV
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].original_length == sealed[0].size());
  CHECK(bytes_of(packets[0]) == Bytes(sealed[0].begin(), sealed[0].begin() + kClear));
  CHECK(events[0].sample_length == 16);
  CHECK(std::equal(events[0].sample.begin(), events[0].sample.begin() + 16,
                   sealed[0].begin() + kClear - 16));
}

TEST_CASE("packet copy: a flow that ends while it is idle has an event and no packet",
          "[dataplane][evidence]") {
  Inspected gw;
  PlantPolicy none;
  none.hmi_role = "guest";
  gw.apply(plant(none));
  for (int i = 0; i < 40; ++i) {
    gw.clock.advance_ms(100);
    gw.poll();
  }
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kFlowEnded));
  CHECK(gw.packets().empty());
}
