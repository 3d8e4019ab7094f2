// SPDX-License-Identifier: Apache-2.0
// Flow records: what flows carried is told once, under the relationship that let it pass.
#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::FlowEnd;
using telemetry::FlowRecord;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0, kZone1 = TestGateway::kZone1;
constexpr size_t kEthernet = 14;
constexpr uint64_t kDatagram = 20 + 8 + 1;  // of one byte, with its headers

// A second of polls: the hand comes by every entry once.
void second(TestGateway& gw, unsigned seconds = 1) {
  for (unsigned i = 0; i < 10 * seconds; ++i) {
    gw.clock.advance_ms(100);
    gw.poll();
  }
}

struct Flows : TestGateway {
  explicit Flows(const GatewayOptions& o = {}) : TestGateway(o) { apply(plant()); }
  Speaker hmi{*this, kZone0, kHmi, kNearPlc};
  Speaker plc{*this, kZone1, kNearPlc, kHmi};

  [[nodiscard]] Bytes datagram(uint16_t port = 1) const { return hmi.says(udp(port, 5000), {1}); }
  void send(uint16_t port = 1) { REQUIRE(fate(kZone0, datagram(port)) == DropReason::kNone); }
  // All in one burst.
  void send_at_once(unsigned count, uint16_t port = 1) {
    for (unsigned i = 0; i < count; ++i) put(kZone0, datagram(port));
    poll();
  }
};

uint64_t bytes_of(const std::vector<FlowRecord>& records, size_t side) {
  return std::accumulate(records.begin(), records.end(), uint64_t{0},
                         [=](uint64_t sum, const FlowRecord& r) { return sum + r.bytes[side]; });
}

uint64_t packets_of(const std::vector<FlowRecord>& records, size_t side) {
  return std::accumulate(records.begin(), records.end(), uint64_t{0},
                         [=](uint64_t sum, const FlowRecord& r) { return sum + r.packets[side]; });
}

std::vector<FlowRecord> of_generation(const std::vector<FlowRecord>& all, uint64_t generation) {
  std::vector<FlowRecord> out;
  for (const FlowRecord& record : all)
    if (record.generation == generation) out.push_back(record);
  return out;
}

PlantPolicy without_hmi() {
  PlantPolicy p;
  p.hmi_role = "former";
  return p;
}

FlowRecord only(const std::vector<FlowRecord>& records) {
  REQUIRE(records.size() == 1);
  return records[0];
}

}  // namespace

TEST_CASE("flow records: those of a flow add up to every byte of it, and name its ends",
          "[dataplane][flow_records]") {
  Flows gw;
  LocalConversation c{gw};
  uint64_t from_client = 0, from_server = 0;
  const auto client = [&](const Bytes& frame) {
    REQUIRE(c.client(frame));
    from_client += frame.size() - kEthernet;
  };
  const auto server = [&](const Bytes& frame) {
    REQUIRE(c.server(frame));
    from_server += frame.size() - kEthernet;
  };
  const int64_t began = gw.clock.now().wall_ns;
  client(c.syn());
  server(c.syn_ack());
  client(c.client_ack());
  for (uint16_t id = 1; id <= 30; ++id) {
    client(c.client_data(read_holding(id)));
    server(c.server_data(holding_answer(id)));
    second(gw);
  }
  const int64_t last = gw.clock.now().wall_ns - 1'000'000'000;
  second(gw, 15);
  const auto records = gw.flow_records();
  CHECK(bytes_of(records, 0) == from_client);
  CHECK(bytes_of(records, 1) == from_server);
  CHECK(packets_of(records, 0) == 32);
  CHECK(packets_of(records, 1) == 31);
  REQUIRE(records.size() >= 3);
  CHECK(records.size() <= 5);  // at most one in ten seconds
  for (size_t i = 0; i < records.size(); ++i) {
    const FlowRecord& r = records[i];
    CHECK(r.sequence == i + 1);
    CHECK(r.first == (i == 0 ? 1 : 0));
    CHECK_FALSE(r.ended());
    CHECK(r.initiator == *parse_ip(kHmi.ip));
    CHECK(r.responder == *parse_ip(kNearPlc.ip));
    CHECK(r.initiator_port == 40000);
    CHECK(r.responder_port == 502);
    CHECK(r.protocol == wire::ip_protocol::kTcp);
    CHECK(r.app == static_cast<uint8_t>(wire::App::kModbus));
    CHECK(r.generation == 1);
    CHECK(r.began_wall_ns == began);
    if (i > 0) CHECK(r.wall_ns - records[i - 1].wall_ns >= 10'000'000'000);
  }
  CHECK(records.back().last_wall_ns == last);
  CHECK(records.back().total_bytes == std::array{from_client, from_server});
  CHECK(records.back().total_packets == std::array<uint64_t, 2>{32, 31});
}

TEST_CASE("flow records: a flow that says nothing more is not told of again until it ends",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send();
  second(gw, 11);
  CHECK(only(gw.flow_records()).packets[0] == 1);
  second(gw, 15);
  CHECK(gw.flow_records().empty());
  second(gw, 10);
  const FlowRecord end = only(gw.flow_records());
  CHECK(end.end == static_cast<uint8_t>(FlowEnd::kTimeout));
  CHECK(end.packets[0] == 0);
  CHECK(end.total_bytes[0] == kDatagram);
}

TEST_CASE("flow records: the interval is what the start-up file says",
          "[dataplane][flow_records]") {
  GatewayOptions options;
  options.flow_record_interval_s = GENERATE(1u, 3u);
  Flows gw{options};
  for (int i = 0; i < 30; ++i) {
    gw.send();
    second(gw);
  }
  second(gw, options.flow_record_interval_s + 1);
  const auto records = gw.flow_records();
  CHECK(packets_of(records, 0) == 30);
  CHECK(records.size() >= 30 / options.flow_record_interval_s - 1);
  CHECK(records.size() <= 30 / options.flow_record_interval_s + 1);
}

TEST_CASE("flow records: how a connection ended is said once", "[dataplane][flow_records]") {
  struct Way {
    const char* what;
    FlowEnd end;
  };
  const Way way = GENERATE(Way{"fin", FlowEnd::kClosed}, Way{"rst", FlowEnd::kReset},
                           Way{"nothing", FlowEnd::kTimeout}, Way{"syn", FlowEnd::kClosed});
  CAPTURE(way.what);
  Flows gw;
  LocalConversation c{gw, 8080};
  REQUIRE(c.open());
  const std::string what = way.what;
  if (what == "fin" || what == "syn") {
    REQUIRE(c.client(c.client_says(c.from_client().fin())));
    ++c.client_seq;
    REQUIRE(c.server(c.server_says(c.from_server().fin())));
    ++c.server_seq;
    REQUIRE(c.client(c.client_ack()));
  }
  if (what == "rst") REQUIRE(c.client(c.client_says(c.from_client().rst())));
  if (what == "syn") {
    LocalConversation again{gw, 8080};
    again.client_seq = c.client_seq + 100'000;
    REQUIRE(again.open());
    gw.workers[0].tell_flows();
  } else {
    gw.clock.advance_ms(uint64_t{9 * 24} * 3600 * 1000);  // longer than any state is kept
    second(gw, 2);
  }
  size_t ended = 0;
  for (const FlowRecord& record : gw.flow_records()) {
    if (!record.ended()) continue;
    ++ended;
    CHECK(record.end == static_cast<uint8_t>(way.end));
    CHECK(record.reason == 0);
  }
  CHECK(ended == 1);
}

TEST_CASE("flow records: an entry that timed out is told of when its packet finds it",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send();
  gw.workers[0].tell_flows();
  gw.clock.advance_ms(40'000);
  gw.send();  // in the first poll, before the hand came by
  const auto records = gw.flow_records();
  REQUIRE(records.size() >= 2);
  CHECK(records[1].end == static_cast<uint8_t>(FlowEnd::kTimeout));
  CHECK(records[1].total_packets[0] == 1);
}

TEST_CASE("flow records: no packet is counted under another policy than that which let it pass",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send_at_once(5);
  PlantPolicy same;
  same.grant = true;  // other indices
  gw.apply(plant(same));
  gw.send_at_once(3);  // the first of them has the decision made again for all
  second(gw, 12);
  const auto records = gw.flow_records();
  CHECK(packets_of(of_generation(records, 1), 0) == 5);
  CHECK(bytes_of(of_generation(records, 1), 0) == 5 * kDatagram);
  CHECK(packets_of(of_generation(records, 2), 0) == 3);
  CHECK(bytes_of(of_generation(records, 2), 0) == 3 * kDatagram);
  CHECK(of_generation(records, 1).size() == 1);
  // hmi-talks-to-plc, behind chg-1 in the second policy.
  CHECK(of_generation(records, 1)[0].relationship == 1);
  CHECK(of_generation(records, 2)[0].relationship == 2);
}

TEST_CASE("flow records: an idle flow's account is closed when the sweep decides again",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send_at_once(5);
  PlantPolicy same;
  same.grant = true;
  gw.apply(plant(same));
  second(gw, 2);
  const FlowRecord closed = only(gw.flow_records());
  CHECK(closed.generation == 1);
  CHECK(closed.packets[0] == 5);
  CHECK_FALSE(closed.ended());
}

TEST_CASE("flow records: an ICMP error amid a burst that waits for a decision takes no packet away",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send_at_once(5);
  const Bytes quoted = ipv4(kHmi.ip, kNearPlc.ip) | udp(1, 5000) | payload({1});
  const Bytes error = gw.plc.says(icmp(3, 3, Bytes(4) + quoted));
  PlantPolicy same;
  same.grant = true;
  gw.apply(plant(same));
  for (int i = 0; i < 2; ++i) gw.put(kZone1, error);
  gw.poll();
  gw.send_at_once(2);
  second(gw, 12);
  const auto records = gw.flow_records();
  CHECK(packets_of(of_generation(records, 1), 0) == 5);
  CHECK(packets_of(of_generation(records, 1), 1) == 0);
  CHECK(packets_of(of_generation(records, 2), 0) == 2);
}

TEST_CASE("flow records: packets that a new policy refuses are on nobody's account",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send_at_once(5);
  gw.apply(plant(without_hmi()));
  gw.send_at_once(3);
  CHECK(gw.drops(DropReason::kNoRelationship) == 1);
  CHECK(gw.drops(DropReason::kFlowCut) == 2);
  const FlowRecord end = only(gw.flow_records());
  CHECK(end.end == static_cast<uint8_t>(FlowEnd::kCut));
  CHECK(end.reason == static_cast<uint8_t>(DropReason::kNoRelationship));
  CHECK(end.generation == 1);
  CHECK(end.relationship == 1);
  CHECK(end.packets[0] == 5);
  CHECK(end.bytes[0] == 5 * kDatagram);
  second(gw, 15);
  CHECK(gw.flow_records().empty());  // when the cut entry ages out there is nothing left to say
}

TEST_CASE("flow records: packets to an address that left the policy are on nobody's account",
          "[dataplane][flow_records]") {
  Flows gw;
  gw.send_at_once(5);
  std::string gone = plant();
  gone.replace(gone.find(kNearPlc.ip), 10, "10.30.0.72");
  gw.apply(gone);
  gw.send_at_once(3);
  const FlowRecord end = only(gw.flow_records());
  CHECK(end.reason == static_cast<uint8_t>(DropReason::kUnknownDestination));
  CHECK(end.packets[0] == 5);
}

TEST_CASE("flow records: a grant's end by the clock alone closes its account",
          "[dataplane][flow_records]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p));
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data({1, 2, 3})));
  gw.clock.advance_ms(3'600'000);
  gw.put(kZone0, c.client_data({4}));
  gw.put(kZone0, c.client_data({5, 6}));
  gw.poll();
  std::vector<FlowRecord> records = gw.flow_records();
  CHECK(packets_of(records, 0) == 3);
  REQUIRE_FALSE(records.empty());
  CHECK(records.back().end == static_cast<uint8_t>(FlowEnd::kCut));
  CHECK(records.back().reason == static_cast<uint8_t>(DropReason::kExpired));
  CHECK(records.back().relationship == 0);  // chg-1
}

TEST_CASE(
    "flow records: what passes on by another relationship when a grant ends is on its account",
    "[dataplane][flow_records]") {
  PlantPolicy p;
  p.extra = R"(grants:
  - name: chg-2
    subject: vendor/alice
    on: hmi
    to: near-plc
    udp: { ports: [5000] }
    from: 2027-01-15T07:00Z
    until: 2027-01-15T09:00Z
    ticket: CHG-2
    approved_by: [j.keller, m.ito]
)";
  Flows gw;
  gw.apply(plant(p));
  gw.send_at_once(4);
  gw.clock.advance_ms(3'599'999);
  gw.send_at_once(4, 2);
  gw.clock.advance_ms(1);
  gw.send_at_once(6, 2);
  gw.workers[0].tell_flows();
  std::map<uint32_t, uint64_t> packets;  // of the second flow, by relationship
  for (const FlowRecord& r : gw.flow_records())
    if (r.initiator_port == 2) packets[r.relationship] += r.packets[0];
  CHECK(packets == std::map<uint32_t, uint64_t>{{0, 4}, {2, 6}});  // chg-2, hmi-talks-to-plc
}

TEST_CASE("flow records: what finds the ring full is told later, and nothing is missing",
          "[dataplane][flow_records]") {
  GatewayOptions options;
  options.flow_ring = 4;
  Flows gw{options};
  for (uint16_t port = 1; port <= 8; ++port) gw.send(port);
  for (int i = 0; i < 20; ++i) {  // nobody reads: four have been told, the others wait
    for (uint16_t port = 1; port <= 8; ++port) gw.send(port);
    second(gw);
  }
  std::map<uint16_t, uint64_t> packets, bytes;
  size_t read = 0;
  for (int round = 0; round < 8; ++round) {
    for (const FlowRecord& r : gw.flow_records()) {
      packets[r.initiator_port] += r.packets[0];
      bytes[r.initiator_port] += r.bytes[0];
      CHECK(r.sequence == ++read);  // nothing was made that could not be written
    }
    gw.workers[0].tell_flows();
  }
  for (uint16_t port = 1; port <= 8; ++port) {
    CHECK(packets[port] == 21);
    CHECK(bytes[port] == 21 * kDatagram);
  }
  CHECK(gw.counters[0].flow_packets_lost.load() == 0);
}

TEST_CASE("flow records: what ends while the ring is full is lost, and counted to the byte",
          "[dataplane][flow_records]") {
  GatewayOptions options;
  options.flow_ring = 4;
  Flows gw{options};
  for (uint16_t port = 1; port <= 10; ++port) gw.send_at_once(port, port);
  second(gw, 40);  // all time out
  const auto records = gw.flow_records();
  REQUIRE(records.size() == 4);
  const uint64_t told = packets_of(records, 0), lost = gw.counters[0].flow_packets_lost.load();
  CHECK(lost > 0);
  CHECK(told + lost == 55);
  CHECK(bytes_of(records, 0) + gw.counters[0].flow_bytes_lost.load() == 55 * kDatagram);
  // A gap in the numbers shows how many there were.
  gw.send(99);
  gw.workers[0].tell_flows();
  const FlowRecord next = only(gw.flow_records());
  CHECK(next.sequence > 5);
  CHECK(next.sequence - 5 == gw.flow_records_lost());
}

TEST_CASE("flow records: operations are told with their fates", "[dataplane][flow_records]") {
  PlantPolicy p;
  p.mode = GENERATE("enforce", "monitor");
  const bool monitor = p.mode == "monitor";
  TestGateway gw{{}};
  gw.apply(plant(p));
  LocalConversation c{gw};
  REQUIRE(c.open());
  for (uint16_t id = 1; id <= 4; ++id) REQUIRE(c.client(c.client_data(read_holding(id))));
  const Bytes refused = write_register(7, 1, 9);
  (void)c.client_fate(monitor ? c.client_data(refused) : c.client_refused(refused));
  gw.workers[0].tell_flows();
  const FlowRecord record = only(gw.flow_records());
  CHECK(record.operations_allowed == 4);
  CHECK(record.operations_refused == (monitor ? 0 : 1));
  CHECK(record.operations_monitored == (monitor ? 1 : 0));
  gw.workers[0].tell_flows();
  CHECK(gw.flow_records().empty());
}

TEST_CASE("operations: each kind is counted by its fate", "[dataplane][flow_records]") {
  Flows gw;
  LocalConversation c{gw};
  REQUIRE(c.open());
  for (uint16_t id = 1; id <= 4; ++id) REQUIRE(c.client(c.client_data(read_holding(id))));
  REQUIRE(c.client(c.client_data(write_register(100, 7, 5))));
  (void)c.client_fate(c.client_refused(write_register(7, 1, 6)));
  std::map<uint64_t, std::array<uint64_t, 3>> rows;
  for (const telemetry::OperationRow& row : gw.counters[0].operations.rows)
    if (row.key.load() != 0)
      rows[row.key.load()] = {row.times[0].load(), row.times[1].load(), row.times[2].load()};
  const auto modbus = [](uint32_t code) {
    return telemetry::operation_key(static_cast<uint8_t>(wire::App::kModbus), code);
  };
  CHECK(rows.size() == 2);
  CHECK(rows[modbus(3)] == std::array<uint64_t, 3>{4, 0, 0});
  CHECK(rows[modbus(6)] == std::array<uint64_t, 3>{1, 1, 0});
}
