// SPDX-License-Identifier: Apache-2.0
// Protocols other than Modbus through the pipeline: S7comm over TCP, DNP3 over UDP.
#include <catch2/catch.hpp>

#include "conversation.h"
#include "wire/apps/value_key.h"
#include "wire/frame.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

std::string grant(const std::string& service, const std::string& refuse_with) {
  return "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
         "    until: 2027-01-15T09:00Z\n    refuse_with: " +
         refuse_with + "\n    " + service + "\n";
}

constexpr const char* kS7 =
    "s7comm: { allow: [ read: { dbs: [\"10:0-99\"] }, write: { dbs: [\"10:0-9\"], value: "
    "\"0..1000\" } ] }";
constexpr const char* kDnp3 =
    "dnp3: { transport: udp, allow: [ read: { analog_inputs: [\"0-9\"] } ] }";

// --- S7comm, by hand: TPKT (RFC 1006 6), COTP (ISO 8073 13), S7 (docs/protocols/s7comm.md) ---

Bytes tpkt(const Bytes& body) {
  const size_t size = body.size() + 4;
  return Bytes{3, 0, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)} + body;
}

Bytes connect() {
  return tpkt({17, 0xe0, 0, 0, 0, 1, 0, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2, 0xc0, 1, 10});
}

Bytes job(uint8_t id, const Bytes& parameters, const Bytes& data = {}) {
  return tpkt(Bytes{2, 0xf0, 0x80, 0x32, 1, 0, 0, 0, id, 0, static_cast<uint8_t>(parameters.size()),
                    0, static_cast<uint8_t>(data.size())} +
              parameters + data);
}

// A word of a data block, by byte address.
Bytes item(uint8_t function, uint8_t db, uint16_t byte) {
  const unsigned bit = byte * 8u;
  return {function,
          1,
          0x12,
          10,
          0x10,
          4,
          0,
          1,
          0,
          db,
          0x84,
          static_cast<uint8_t>(bit >> 16),
          static_cast<uint8_t>(bit >> 8),
          static_cast<uint8_t>(bit)};
}
Bytes read_word(uint8_t db, uint16_t byte) {
  return job(1, item(4, db, byte));
}
Bytes write_word(uint8_t db, uint16_t byte, uint16_t value) {
  return job(2, item(5, db, byte),
             {0, 4, 0, 16, static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)});
}
Bytes plc_stop() {
  return job(3, {0x29, 0, 0, 0, 0, 0, 9, 'P', '_', 'P', 'R', 'O', 'G', 'R', 'A', 'M'});
}

struct S7 : TestGateway {
  explicit S7(const std::string& refuse_with = "reset") : TestGateway(GatewayOptions{}) {
    PlantPolicy policy;
    policy.extra = grant(kS7, refuse_with);
    apply(plant(policy));
    REQUIRE(c.open());
    REQUIRE(c.client(c.client_data(connect())));
  }
  LocalConversation c{*this, 102};
};

// --- DNP3, by hand: IEEE 1815 9.2.4 (link), 8.2 (transport), 4 (application) ---

Bytes crc(const Bytes& bytes) {
  unsigned value = 0;
  for (const uint8_t byte : bytes) {
    value ^= byte;
    for (int i = 0; i < 8; ++i) value = (value & 1) != 0 ? value >> 1 ^ 0xa6bc : value >> 1;
  }
  value = ~value;
  return {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8)};
}

// A fragment of one link frame, from master 3 to outstation 4.
Bytes dnp3(const Bytes& fragment) {
  const Bytes header{5, 0x64, static_cast<uint8_t>(6 + fragment.size()), 0xc4, 4, 0, 3, 0};
  const Bytes data = Bytes{0xc0} + fragment;
  Bytes frame = header + crc(header);
  for (size_t at = 0; at < data.size(); at += 16) {
    const auto from = data.begin() + static_cast<std::ptrdiff_t>(at);
    const Bytes block(from,
                      from + static_cast<std::ptrdiff_t>(std::min<size_t>(16, data.size() - at)));
    frame = frame + block + crc(block);
  }
  return frame;
}
Bytes read_analog(uint8_t first, uint8_t last) {
  return dnp3({0xc1, 1, 30, 0, 0, first, last});
}
Bytes cold_restart() {
  return dnp3({0xc2, 13});
}
// g12v1: LATCH_ON of binary output 5, once.
Bytes relay(uint8_t number, uint8_t function) {
  return dnp3({static_cast<uint8_t>(0xc0 | number), function, 12, 1, 0x17, 1, 5, 3, 1, 100, 0, 0, 0,
               100, 0, 0, 0, 0});
}

struct Dnp3 : TestGateway {
  explicit Dnp3(const std::string& refuse_with = "reset") : TestGateway(GatewayOptions{}) {
    PlantPolicy policy;
    policy.extra = grant(kDnp3, refuse_with);
    apply(plant(policy));
  }
  DropReason fate_of(const Bytes& datagram) {
    const Speaker hmi(*this, kZone0, kHmi, kNearPlc);
    return fate(kZone0, hmi.says(udp(20000, 20000), datagram));
  }
};

}  // namespace

TEST_CASE("inspect: S7comm reads and writes what the policy names, and nothing else",
          "[dataplane][inspect][s7comm]") {
  S7 gw("drop");
  CHECK(gw.c.client(gw.c.client_data(read_word(10, 98))));
  CHECK(gw.c.client(gw.c.client_data(write_word(10, 8, 1000))));
  CHECK(gw.c.client_fate(gw.c.client_refused(read_word(10, 99))) == DropReason::kOperationDenied);
  CHECK(gw.c.client_fate(gw.c.client_refused(read_word(11, 0))) == DropReason::kOperationDenied);
  CHECK(gw.c.client_fate(gw.c.client_refused(write_word(10, 8, 1001))) ==
        DropReason::kValueOutOfRange);
  CHECK(gw.c.client_fate(gw.c.client_refused(plc_stop())) == DropReason::kOperationDenied);
  CHECK(gw.c.client(gw.c.client_data(read_word(10, 0))));
}

TEST_CASE("inspect: a refused S7comm operation is told with its name, points and technique",
          "[dataplane][inspect][s7comm]") {
  S7 gw;
  CHECK(gw.c.client_fate(gw.c.client_data(write_word(11, 4, 1))) == DropReason::kOperationDenied);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].app == static_cast<uint8_t>(wire::App::kS7comm));
  CHECK(events[0].operation_code == 5);
  CHECK(events[0].point_first == (uint64_t{11} << 32 | 32));
  CHECK(events[0].point_last == (uint64_t{11} << 32 | 47));
  CHECK(events[0].technique != 0);
}

TEST_CASE("inspect: of an S7comm write of two items the event names the forbidden second",
          "[dataplane][inspect][s7comm]") {
  S7 gw;
  Bytes items = item(5, 10, 0);
  const Bytes second = item(5, 11, 4);
  items[1] = 2;
  items.insert(items.end(), second.begin() + 2, second.end());
  const Bytes write = job(2, items, {0, 4, 0, 16, 0, 1, 0, 4, 0, 16, 0, 77});
  CHECK(gw.c.client_fate(gw.c.client_data(write)) == DropReason::kOperationDenied);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].point_first == (uint64_t{11} << 32 | 32));
  CHECK(events[0].point_last == (uint64_t{11} << 32 | 47));
  CHECK(events[0].value == wire::ordered_key(77));
}

TEST_CASE("inspect: an S7comm write is refused wherever TCP cuts it",
          "[dataplane][inspect][s7comm]") {
  const Bytes whole = write_word(11, 0, 1);
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    INFO(cut);
    S7 gw("drop");
    const Bytes front(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(cut));
    const Bytes back(whole.begin() + static_cast<ptrdiff_t>(cut), whole.end());
    REQUIRE(gw.c.client(gw.c.client_data(front)));
    CHECK(gw.c.client_fate(gw.c.client_data(back)) == DropReason::kOperationDenied);
    CHECK(gw.c.client(gw.c.client_data(read_word(10, 0))));
  }
}

TEST_CASE("evasion: a write behind an allowed read in one segment is refused alone",
          "[dataplane][inspect][s7comm]") {
  S7 gw("drop");
  CHECK(gw.c.client(gw.c.client_data(read_word(10, 0) + write_word(11, 0, 1))));
  CHECK(gw.counters[0].operations_refused.load() == 1);
  CHECK(gw.c.client(gw.c.client_data(read_word(10, 0))));
}

TEST_CASE("splice: where the protocol has no words the flow is reset",
          "[dataplane][inspect][s7comm]") {
  S7 gw("exception");
  const Bytes unknown = tpkt({2, 0xf0, 0x80, 0x99, 1, 2, 3, 4});
  CHECK(gw.c.client_fate(gw.c.client_data(unknown)) == DropReason::kOperationDenied);
  CHECK(gw.c.client_fate(gw.c.client_data(read_word(10, 0))) == DropReason::kFlowCut);
}

TEST_CASE("splice: a refused S7comm write is answered item by item, and reading goes on",
          "[dataplane][inspect][s7comm]") {
  S7 gw("exception");
  gw.sent(TestGateway::kZone0);
  REQUIRE(gw.c.client_fate(gw.c.client_refused(write_word(11, 0, 1))) ==
          DropReason::kOperationDenied);
  const auto answers = gw.sent(TestGateway::kZone0);
  REQUIRE(answers.size() == 1);
  // Ack-data of job 2, function 5, one item: access not allowed.
  const Bytes words = tpkt({2, 0xf0, 0x80, 0x32, 3, 0, 0, 0, 2, 0, 2, 0, 1, 0, 0, 5, 1, 3});
  CHECK(Bytes(answers[0].end() - static_cast<ptrdiff_t>(words.size()), answers[0].end()) == words);
  gw.c.inserted = static_cast<uint32_t>(words.size());
  CHECK(gw.c.client(gw.c.client_data(read_word(10, 0))));
}

TEST_CASE("evasion: bytes that are no TPKT on an S7comm service end the flow",
          "[dataplane][inspect][s7comm]") {
  S7 gw;
  CHECK(gw.c.client_fate(gw.c.client_data({'S', 'S', 'H', '-', '2', '.', '0'})) ==
        DropReason::kProtocolViolation);
  CHECK(gw.c.client_fate(gw.c.client_data(read_word(10, 0))) == DropReason::kFlowCut);
}

TEST_CASE("evasion: an IEC 104 command before STARTDT is out_of_turn",
          "[dataplane][inspect][iec104]") {
  TestGateway gw{GatewayOptions{}};
  PlantPolicy policy;
  policy.extra = grant("iec104: { allow: [control] }", "exception");
  gw.apply(plant(policy));
  LocalConversation c{gw, 2404};
  REQUIRE(c.open());
  // C_SC_NA_1, activation, common address 10, object 1, ON
  const Bytes command{0x68, 14, 0, 0, 0, 0, 45, 1, 6, 0, 10, 0, 1, 0, 0, 1};
  CHECK(c.client_fate(c.client_refused(command)) == DropReason::kOutOfTurn);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].operation_code == 45);
}

TEST_CASE("evasion: IEC 104 in segments of one byte is decided as if it were whole",
          "[dataplane][inspect][iec104]") {
  TestGateway gw{GatewayOptions{}};
  PlantPolicy policy;
  policy.extra = grant("iec104: { allow: [ discover: {} ] }", "drop");
  gw.apply(plant(policy));
  LocalConversation c{gw, 2404};
  REQUIRE(c.open());
  const Bytes startdt{0x68, 4, 7, 0, 0, 0};
  const Bytes interrogation{0x68, 14, 0, 0, 0, 0, 100, 1, 6, 0, 10, 0, 0, 0, 0, 20};
  const Bytes command{0x68, 14, 2, 0, 0, 0, 45, 1, 6, 0, 10, 0, 1, 0, 0, 1};
  const auto passes = [&](const Bytes& frame) {
    for (const uint8_t byte : frame)
      CHECK(c.client_fate(c.client_data({byte})) == DropReason::kNone);
  };
  passes(startdt);
  REQUIRE(c.server_fate(c.server_data({0x68, 4, 0x0b, 0, 0, 0})) == DropReason::kNone);
  passes(interrogation);
  CHECK(gw.counters[0].operations_allowed.load() == 2);
  for (const uint8_t byte : command) gw.receive(TestGateway::kZone0, c.client_data({byte}));
  CHECK(gw.counters[0].operations_refused.load() == 1);
  CHECK(gw.drops(DropReason::kOperationDenied) == 1);
}

TEST_CASE("evasion: a DNP3 OPERATE without its SELECT is out_of_turn",
          "[dataplane][inspect][dnp3]") {
  TestGateway gw{GatewayOptions{}};
  PlantPolicy policy;
  policy.extra = grant("dnp3: { allow: [control] }", "drop");
  gw.apply(plant(policy));
  LocalConversation c{gw, 20000};
  REQUIRE(c.open());
  CHECK(c.client_fate(c.client_refused(relay(1, 4))) == DropReason::kOutOfTurn);
  CHECK(c.client(c.client_data(relay(2, 3))));
  CHECK(c.client(c.client_data(relay(3, 4))));
  CHECK(c.client_fate(c.client_refused(relay(4, 4))) == DropReason::kOutOfTurn);  // once
}

TEST_CASE("inspect: of DNP3 over UDP each datagram stands for itself",
          "[dataplane][inspect][dnp3]") {
  Dnp3 gw;
  CHECK(gw.fate_of(read_analog(0, 9)) == DropReason::kNone);
  CHECK(gw.fate_of(read_analog(0, 10)) == DropReason::kOperationDenied);
  CHECK(gw.fate_of(cold_restart()) == DropReason::kOperationDenied);
  CHECK(gw.fate_of(read_analog(3, 3)) == DropReason::kNone);
}

TEST_CASE("inspect: a refused DNP3 datagram is answered by one that says so",
          "[dataplane][inspect][dnp3]") {
  Dnp3 gw("exception");
  CHECK(gw.fate_of(cold_restart()) == DropReason::kOperationDenied);
  const auto answers = gw.sent(TestGateway::kZone0);
  REQUIRE(answers.size() == 1);
  wire::Frame f;
  REQUIRE(wire::parse_frame(answers[0], f).kind == wire::FaultKind::kNone);
  CHECK(f.ip.src == *parse_ip(kNearPlc.ip));
  CHECK(f.ip.dst == *parse_ip(kHmi.ip));
  CHECK(f.ip.src_port == 20000);
  CHECK(answers[0][f.ip.payload_offset] == 5);
  CHECK(answers[0][f.ip.payload_offset + 12] == 129);  // response
}

TEST_CASE("evasion: a DNP3 datagram with a wrong checksum is dropped, and the flow goes on",
          "[dataplane][inspect][dnp3]") {
  Dnp3 gw;
  Bytes wrong = read_analog(0, 9);
  wrong.back() ^= 1;
  CHECK(gw.fate_of(wrong) == DropReason::kProtocolViolation);
  CHECK(gw.fate_of(read_analog(0, 9)) == DropReason::kNone);
}

TEST_CASE("evasion: a harmless frame in front of a control in one datagram is refused with it",
          "[dataplane][inspect][dnp3]") {
  Dnp3 gw;
  CHECK(gw.fate_of(read_analog(0, 9) + cold_restart()) == DropReason::kOperationDenied);
}

TEST_CASE("fox: a refused hello does not pass because it comes in parts", "[dataplane][fox]") {
  const std::string text =
      "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\nhostName=s:host\n};;\n";
  const Bytes hello(text.begin(), text.end());
  for (size_t cut = 1; cut < hello.size(); ++cut) {
    TestGateway gw{GatewayOptions{}};
    PlantPolicy policy;
    policy.extra = grant("fox: { allow: [ read: {} ] }", "exception");
    gw.apply(plant(policy));
    LocalConversation c(gw, 1911);
    REQUIRE(c.open());
    const auto middle = hello.begin() + static_cast<std::ptrdiff_t>(cut);
    for (const Bytes& part : {Bytes(hello.begin(), middle), Bytes(middle, hello.end())})
      gw.receive(TestGateway::kZone0, c.client_data(part));
    INFO("cut at " << cut);
    size_t passed = 0;
    for (const Bytes& frame : gw.sent(TestGateway::kZone1)) {
      wire::Frame f;
      REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
      passed += f.ip.payload_length;
    }
    CHECK(passed == 0);
    CHECK(gw.counters[0].operations_refused.load() == 1);
    CHECK(gw.counters[0].flows_cut.load() == 1);
    CHECK(gw.events().size() == 1);
  }
}
