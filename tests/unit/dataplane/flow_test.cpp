// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0, kZone1 = TestGateway::kZone1;

struct Flows : TestGateway {
  explicit Flows(const GatewayOptions& o = {}) : TestGateway(o) { apply(plant()); }
  Speaker hmi{*this, kZone0, kHmi, kNearPlc};
  Speaker plc{*this, kZone1, kNearPlc, kHmi};
};

}  // namespace

TEST_CASE("flow: a segment without a SYN before it is tcp_state", "[dataplane][flow]") {
  Flows gw;
  LocalConversation c{gw, 8080};
  CHECK(c.client_fate(c.client_data({1, 2})) == DropReason::kTcpState);
  CHECK(c.server_fate(c.syn_ack()) == DropReason::kTcpState);
  CHECK(c.client_fate(c.client_says(tcp(40000, 8080).rst().seq(1))) == DropReason::kTcpState);
}

TEST_CASE("flow: a SYN with data is tcp_state", "[dataplane][flow]") {
  Flows gw;
  CHECK(gw.fate(kZone0, gw.hmi.says(tcp(1, 8080).syn(), {1})) == DropReason::kTcpState);
}

TEST_CASE("flow: a segment far outside the window is tcp_state", "[dataplane][flow]") {
  Flows gw;
  LocalConversation c{gw, 8080};
  REQUIRE(c.open());
  LocalConversation far = c;
  far.client_seq += 1'000'000;
  CHECK(far.client_fate(far.client_data({1})) == DropReason::kTcpState);
  CHECK(c.client(c.client_data({1})));
}

TEST_CASE("flow: after both FINs a new SYN opens the connection again", "[dataplane][flow]") {
  Flows gw;
  LocalConversation c{gw, 8080};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_says(c.from_client().fin().ack())));
  ++c.client_seq;
  REQUIRE(c.server(c.server_says(c.from_server().fin().ack())));
  ++c.server_seq;
  REQUIRE(c.client(c.client_ack()));
  LocalConversation again{gw, 8080};
  again.client_seq = 500'000;
  CHECK(again.open());
  CHECK(gw.workers[0].flows().live() == 1);
}

TEST_CASE("flow: answers pass, and a question back is a flow of its own", "[dataplane][flow]") {
  Flows gw;
  REQUIRE(gw.fate(kZone0, gw.hmi.says(udp(1234, 5000), {1})) == DropReason::kNone);
  CHECK(gw.fate(kZone1, gw.plc.says(udp(5000, 1234), {2})) == DropReason::kNone);
  CHECK(gw.fate(kZone1, gw.plc.says(udp(1234, 5000), {3})) == DropReason::kNoRelationship);
}

TEST_CASE("flow: echo requests and replies pass their way, never the other", "[dataplane][flow]") {
  Flows gw;
  CHECK(gw.fate(kZone1, gw.plc.says(icmp_echo(7, 1, true))) == DropReason::kIcmpUnrelated);
  REQUIRE(gw.fate(kZone0, gw.hmi.says(icmp_echo(7, 1))) == DropReason::kNone);
  CHECK(gw.fate(kZone1, gw.plc.says(icmp_echo(7, 1, true))) == DropReason::kNone);
  CHECK(gw.fate(kZone1, gw.plc.says(icmp_echo(7, 2))) == DropReason::kIcmpUnrelated);
  CHECK(gw.fate(kZone0, gw.hmi.says(icmp(13, 0, Bytes(16)))) == DropReason::kIcmpUnrelated);
}

TEST_CASE("flow: an ICMP error passes only with a live flow inside", "[dataplane][flow]") {
  Flows gw;
  REQUIRE(gw.fate(kZone0, gw.hmi.says(udp(1234, 5000), {1})) == DropReason::kNone);
  const auto error_about = [](uint16_t src_port) {
    const Bytes quoted = ipv4(kHmi.ip, kNearPlc.ip) | udp(src_port, 5000) | payload({1});
    return icmp(3, 3, Bytes(4) + quoted);
  };
  CHECK(gw.fate(kZone1, gw.plc.says(error_about(1234))) == DropReason::kNone);
  CHECK(gw.fate(kZone1, gw.plc.says(error_about(1235))) == DropReason::kIcmpUnrelated);
  CHECK(gw.fate(kZone0, gw.hmi.says(error_about(1234))) == DropReason::kIcmpUnrelated);
  CHECK(gw.fate(kZone1, gw.plc.says(icmp(3, 3, Bytes(10)))) == DropReason::kIcmpUnrelated);
}

TEST_CASE("flow: one source cannot hold more than its share", "[dataplane][flow]") {
  GatewayOptions options;
  options.flows = 64;
  options.share_percent = 25;
  Flows gw{options};
  for (uint16_t port = 1; port <= 16; ++port)
    REQUIRE(gw.fate(kZone0, gw.hmi.says(udp(port, 5000), {1})) == DropReason::kNone);
  CHECK(gw.fate(kZone0, gw.hmi.says(udp(17, 5000), {1})) == DropReason::kFlowShareFull);
  CHECK(gw.fate(kZone0, gw.hmi.says(udp(16, 5000), {1})) ==
        DropReason::kNone);  // known flows go on
}

TEST_CASE("flow: a full table refuses new flows and keeps the old", "[dataplane][flow]") {
  GatewayOptions options;
  options.flows = 16;
  Flows gw{options};
  for (uint16_t port = 1; port <= 16; ++port)
    REQUIRE(gw.fate(kZone0, gw.hmi.says(udp(port, 5000), {1})) == DropReason::kNone);
  CHECK(gw.fate(kZone0, gw.hmi.says(udp(17, 5000), {1})) == DropReason::kFlowTableFull);
  CHECK(gw.fate(kZone0, gw.hmi.says(udp(1, 5000), {1})) == DropReason::kNone);
}

TEST_CASE("flow: idle flows are swept out by time", "[dataplane][flow]") {
  Flows gw;
  for (uint16_t port = 1; port <= 50; ++port) gw.receive(kZone0, gw.hmi.says(udp(port, 5000), {1}));
  REQUIRE(gw.workers[0].flows().live() == 50);
  for (int second = 0; second < 35; ++second) {
    gw.clock.advance_ms(1000);
    gw.poll();
  }
  CHECK(gw.workers[0].flows().live() == 0);
  CHECK(gw.counters[0].flows_ended.load() == 50);
}

TEST_CASE("transmit: a full queue drops with tx_full", "[dataplane][transmit]") {
  Flows gw;
  gw.queues[0][kZone1]->limit(1);
  gw.put(kZone0, gw.hmi.says(udp(1, 5000), {1}));
  gw.put(kZone0, gw.hmi.says(udp(2, 5000), {1}));
  gw.poll();
  CHECK(gw.drops(DropReason::kTxFull) == 1);
  CHECK(gw.counters[0].ports[kZone1].tx_packets.load() == 1);
}

TEST_CASE("worker: an address answer that finds the queue full of data goes out before more data",
          "[dataplane][worker][transmit]") {
  Flows gw;
  const Bytes question =
      ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | arp_request(kHmi.mac, kHmi.ip, kNearPlc.ip);
  const Bytes data = gw.plc.says(udp(5000, 1), {1});
  gw.receive(kZone0, gw.hmi.says(udp(1, 5000), {1}));  // the flow that `data` answers
  gw.put(kZone0, question);
  for (int i = 0; i < 10; ++i) gw.put(kZone1, data);
  gw.queues[0][kZone0]->limit(0);
  gw.workers[0].poll_once();
  CHECK(gw.drops(DropReason::kTxFull) == 10);
  gw.queues[0][kZone0]->limit(2);
  for (int i = 0; i < 10; ++i) gw.put(kZone1, data);
  gw.workers[0].poll_once();
  const auto out = gw.sent(kZone0);
  REQUIRE(out.size() == 2);
  CHECK(out[0][12] == 0x08);
  CHECK(out[0][13] == 0x06);  // ARP
  CHECK(gw.drops(DropReason::kTxFull) == 19);
}

TEST_CASE("worker: no packet buffer is lost, whatever happens to packets", "[dataplane][worker]") {
  Flows gw;
  const size_t before = gw.pool.available();
  LocalConversation c{gw};
  REQUIRE(c.open());
  c.client_fate(c.client_data(write_register(7, 1)));
  gw.receive(kZone0, gw.hmi.says(udp(9, 9), {1}));
  gw.receive(kZone0,
             ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | arp_request(kHmi.mac, kHmi.ip, kNearPlc.ip));
  gw.sent(kZone0);
  gw.sent(kZone1);
  CHECK(gw.pool.available() == before);
}

TEST_CASE("events: one cause is limited, and the next record says what was swallowed",
          "[dataplane][event]") {
  Flows gw;
  for (uint16_t port = 1; port <= 100; ++port) gw.receive(kZone0, gw.hmi.says(udp(port, 9), {1}));
  CHECK(gw.events().size() == 10);
  gw.clock.advance_ms(500);
  gw.receive(kZone0, gw.hmi.says(udp(1, 9), {1}));
  const auto next = gw.events();
  REQUIRE(next.size() == 1);
  CHECK(next[0].suppressed == 90);
}
