// SPDX-License-Identifier: Apache-2.0
// Signatures over operations: messages of inspected flows, refused as the policy would refuse them.
#include <catch2/catch.hpp>

#include "../wire/apps/enip/enip_talk.h"
#include "conversation.h"
#include "inspect/told_operations.h"
#include "wire/frame.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

constexpr size_t kValueAt = 10;  // of a single write: MBAP (7), function, address, value

std::string rule(const std::string& options, const std::string& header = "any any -> any any",
                 const std::string& action = "drop", const std::string& protocol = "tcp") {
  return "      " + action + ' ' + protocol + ' ' + header + " (msg:\"m\"; sid:7; " + options +
         ")\n";
}
// The value 5, in a write.
const std::string kFive = "operation:modbus.write_single_register; content:\"|00 05|\"; offset:" +
                          std::to_string(kValueAt) + "; depth:2;";

// The plant, whose Modbus is looked at with `rules`.
std::string looked_at(const std::string& rules, const std::string& refuse_with = "exception",
                      const std::string& mode = "enforce") {
  PlantPolicy p;
  p.refuse_with = refuse_with;
  p.mode = mode;
  std::string yaml = plant(p);
  const std::string place = "    modbus:\n";
  yaml.insert(yaml.find(place), "    signatures: ics\n");
  return yaml + "signatures:\n  - name: ics\n    rules: |\n" + rules;
}

struct Site : TestGateway {
  explicit Site(const std::string& yaml, uint16_t port = 502)
      : TestGateway(GatewayOptions{}), c(*this, port) {
    apply(yaml);
    REQUIRE(c.open());
    events();
  }
  DropReason asks(const Bytes& data) { return c.client_fate(c.client_data(data)); }
  // The payloads that reached an end since the last call.
  Bytes at(uint16_t port) {
    Bytes out;
    for (const Bytes& frame : sent(port)) {
      wire::Frame f;
      REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
      out = out + Bytes(frame.begin() + f.ip.payload_offset,
                        frame.begin() + f.ip.payload_offset + f.ip.payload_length);
    }
    return out;
  }
  Bytes at_device() { return at(kZone1); }
  Bytes at_client() { return at(kZone0); }
  telemetry::EventRecord only_event() {
    const auto all = events();
    REQUIRE(all.size() == 1);
    return all[0];
  }
  LocalConversation c;
};

Bytes part(const Bytes& all, size_t from, size_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}
Bytes words_for(uint16_t id, uint8_t function) {
  return modbus_adu(id, 1, {static_cast<uint8_t>(function | 0x80), 2});
}

}  // namespace

TEST_CASE("scan operations: a signature refuses that operation alone, in Modbus' words",
          "[scan][operations]") {
  Site site(looked_at(rule(kFive)));
  const Bytes refused = write_register(100, 5, 2);
  CHECK(site.asks(write_register(100, 6, 1) + refused + read_holding(3)) == DropReason::kNone);
  CHECK(site.at_device() == write_register(100, 6, 1) + read_holding(3));
  CHECK(site.at_client() == words_for(2, 6));
  CHECK(site.counters[0].operations_refused.load() == 1);
  const auto event = site.only_event();
  CHECK(event.kind == static_cast<uint8_t>(EventKind::kDropped));
  CHECK(event.reason == static_cast<uint8_t>(DropReason::kSignatureHit));
  CHECK(event.signature == 7);
  CHECK(event.app == static_cast<uint8_t>(wire::App::kModbus));
  CHECK(event.operation_code == 6);
  CHECK(event.point_first == 100);
  CHECK(event.value == 5);
}

TEST_CASE("scan operations: cut at every byte, a message is looked at whole",
          "[scan][operations]") {
  const Bytes refused = write_register(100, 5, 2);
  for (size_t cut = 1; cut < refused.size(); ++cut) {
    INFO("cut at " << cut);
    Site site(looked_at(rule(kFive)));
    CHECK(site.asks(part(refused, 0, cut)) == DropReason::kNone);
    CHECK(site.asks(part(refused, cut, refused.size())) == DropReason::kSignatureHit);
    CHECK(site.at_device().empty());
    CHECK(site.at_client() == words_for(2, 6));
    CHECK(site.only_event().signature == 7);
    site.c.removed += static_cast<uint32_t>(refused.size());
    CHECK(site.asks(read_holding(3)) == DropReason::kNone);
    CHECK(site.at_device() == read_holding(3));
  }
}

TEST_CASE("scan operations: where a message begins in a segment makes no difference to offset",
          "[scan][operations]") {
  Site site(looked_at(rule(kFive)));
  const Bytes first = read_holding(1), both = first + write_register(100, 5, 2);
  CHECK(site.asks(part(both, 0, 3)) == DropReason::kNone);
  CHECK(site.asks(part(both, 3, both.size())) == DropReason::kNone);
  CHECK(site.at_device() == first);
  CHECK(site.at_client() == words_for(2, 6));
}

TEST_CASE("scan operations: without a content every such operation is refused",
          "[scan][operations]") {
  for (const char* name : {"modbus.write_single_register", "modbus.write", "write"}) {
    INFO(name);
    Site site(looked_at(rule("operation:" + std::string(name) + ";")));
    CHECK(site.asks(write_register(100, 6)) == DropReason::kSignatureHit);
    site.c.removed += static_cast<uint32_t>(write_register(100, 6).size());
    CHECK(site.asks(read_holding()) == DropReason::kNone);
  }
  Site site(
      looked_at(rule("operation:modbus.write_multiple_registers;") +
                "      drop tcp any any -> any any (msg:\"m\"; sid:8; operation:dnp3.write;)\n"));
  CHECK(site.asks(write_register(100, 6)) == DropReason::kNone);
}

TEST_CASE("scan operations: what the policy refuses it refuses by its own reason",
          "[scan][operations]") {
  Site site(looked_at(rule("operation:write;")));
  CHECK(site.asks(write_register(7, 6)) == DropReason::kOperationDenied);
  CHECK(site.only_event().signature == 0);
}

TEST_CASE("scan operations: refuse_with of the relationship says how the asker learns",
          "[scan][operations]") {
  Site resetting(looked_at(rule("operation:write;"), "reset"));
  CHECK(resetting.asks(write_register(100, 6)) == DropReason::kSignatureHit);
  CHECK(resetting.asks(read_holding()) == DropReason::kFlowCut);
  Site silent(looked_at(rule("operation:write;", "any any -> any any", "reject"), "drop"));
  CHECK(silent.asks(write_register(100, 6)) == DropReason::kSignatureHit);
  CHECK(silent.at_client().empty());
  silent.c.removed += static_cast<uint32_t>(write_register(100, 6).size());
  CHECK(silent.asks(read_holding()) == DropReason::kNone);
}

TEST_CASE("scan operations: alert says so, with the operation, and lets it pass",
          "[scan][operations]") {
  Site site(looked_at(rule(kFive, "any any -> any any", "alert")));
  CHECK(site.asks(write_register(100, 5)) == DropReason::kNone);
  CHECK(site.at_device() == write_register(100, 5));
  const auto event = site.only_event();
  CHECK(event.kind == static_cast<uint8_t>(EventKind::kAlert));
  CHECK(event.signature == 7);
  CHECK(event.operation_code == 6);
}

TEST_CASE("scan operations: monitor mode says what would have been refused, and passes",
          "[scan][operations]") {
  Site site(looked_at(rule(kFive), "exception", "monitor"));
  CHECK(site.asks(write_register(100, 5)) == DropReason::kNone);
  CHECK(site.at_device() == write_register(100, 5));
  bool told = false;
  for (const auto& event : site.events())
    told |= event.kind == static_cast<uint8_t>(EventKind::kMonitored) && event.signature == 7 &&
            event.reason == static_cast<uint8_t>(DropReason::kSignatureHit) &&
            event.operation_code == 6;
  CHECK(told);
}

TEST_CASE("scan operations: ports are those of the message's own packets", "[scan][operations]") {
  const auto fate = [](const std::string& header) {
    Site site(looked_at(rule("operation:write;", header)));
    return site.asks(write_register(100, 6));
  };
  CHECK(fate("any any -> any 503") == DropReason::kNone);
  CHECK(fate("any any -> any [500:501,503]") == DropReason::kNone);
  CHECK(fate("any 502 -> any any") == DropReason::kNone);
  CHECK(fate("$CLIENTS any -> $PLCS 502") == DropReason::kSignatureHit);
  CHECK(fate("any 40000 -> any 500:510") == DropReason::kSignatureHit);
  CHECK(fate("any 502 <> any any") == DropReason::kSignatureHit);
}

TEST_CASE("scan operations: answers are looked at by signatures to the client alone",
          "[scan][operations]") {
  const auto fate = [](const std::string& options) {
    Site site(looked_at(rule(options, "any any -> any any", "drop")));
    REQUIRE(site.asks(read_holding(1)) == DropReason::kNone);
    return site.c.server_fate(site.c.server_data(holding_answer(1)));
  };
  CHECK(fate("operation:read; content:\"|00 02|\"; flow:to_client;") == DropReason::kSignatureHit);
  CHECK(fate("operation:read; content:\"|00 01 00 02|\";") == DropReason::kNone);
}

TEST_CASE("scan operations: what a signature refuses takes no token of a rate",
          "[scan][operations]") {
  std::string yaml = looked_at(rule(kFive));
  const std::string value = "value: \"0..1500\"";
  yaml.replace(yaml.find(value), value.size(), value + ", rate: \"1/min\"");
  Site site(yaml);
  CHECK(site.asks(write_register(100, 5, 1)) == DropReason::kSignatureHit);
  site.c.removed += static_cast<uint32_t>(write_register(100, 5).size());
  CHECK(site.asks(write_register(100, 6, 2)) == DropReason::kNone);
  CHECK(site.asks(write_register(100, 6, 3)) == DropReason::kRateExceeded);
}

TEST_CASE("scan operations: signatures that come look at connections that are open",
          "[scan][operations]") {
  Site site(looked_at(rule("operation:dnp3.write;")));
  CHECK(site.asks(write_register(100, 6, 1)) == DropReason::kNone);
  site.apply(looked_at(rule("operation:modbus.write;")));
  CHECK(site.asks(write_register(100, 6, 2)) == DropReason::kSignatureHit);
  site.c.removed += static_cast<uint32_t>(write_register(100, 6).size());
  site.apply(looked_at(rule("operation:dnp3.write;")));
  CHECK(site.asks(write_register(100, 6, 3)) == DropReason::kNone);
}

TEST_CASE("scan operations: another set that is bound looks at connections that are open",
          "[scan][operations]") {
  const std::string other = "  - name: later\n    rules: |\n" + rule("operation:modbus.write;");
  const std::string before = looked_at(rule("operation:dnp3.write;")) + other;
  std::string after = before;
  after.replace(after.find("signatures: ics"), 15, "signatures: later");
  Site site(before);
  CHECK(site.asks(write_register(100, 6, 1)) == DropReason::kNone);
  site.apply(after);
  CHECK(site.asks(write_register(100, 6, 2)) == DropReason::kSignatureHit);
}

TEST_CASE("scan operations: a relationship that opens by the clock brings its signatures",
          "[scan][operations]") {
  // The grant's rules let reads pass alone; its set looks at all that passes while it is open.
  const std::string yaml =
      looked_at(rule("operation:dnp3.write;") + "  - name: later\n    rules: |\n" +
                rule("operation:modbus.write;")) +
      "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
      "    from: 2027-01-15T08:01Z\n    until: 2027-01-15T09:00Z\n    signatures: later\n"
      "    modbus: { allow: [read] }\n";
  Site site(yaml);
  CHECK(site.asks(write_register(100, 6, 1)) == DropReason::kNone);
  site.clock.advance_ms(61'000);
  CHECK(site.asks(write_register(100, 6, 2)) == DropReason::kSignatureHit);
  site.c.removed += static_cast<uint32_t>(write_register(100, 6).size());
  site.clock.set_wall(1'800'003'600'000'000'001);  // the grant is over
  CHECK(site.asks(write_register(100, 6, 3)) == DropReason::kNone);
}

TEST_CASE("scan operations: signatures over bytes of the same set go on as before",
          "[scan][operations]") {
  Site site(looked_at(
      rule(kFive) +
      "      drop tcp any any -> any any (msg:\"m\"; sid:8; content:\"|00 2a|\"; offset:10;)\n"));
  CHECK(site.asks(write_register(100, 5, 1)) == DropReason::kSignatureHit);
  site.events();
  site.c.removed += static_cast<uint32_t>(write_register(100, 5).size());
  CHECK(site.asks(write_register(100, 42, 2)) == DropReason::kSignatureHit);
  CHECK(site.only_event().signature == 8);
  CHECK(site.asks(read_holding()) == DropReason::kFlowCut);
}

TEST_CASE("scan operations: no memory of a scan is taken where no bytes are looked at",
          "[scan][operations]") {
  GatewayOptions o;
  o.scanned = 1;
  TestGateway gateway(o);
  gateway.apply(looked_at(rule(kFive)));
  LocalConversation first(gateway, 502, 40000), second(gateway, 502, 40001);
  for (LocalConversation* c : {&first, &second}) {
    REQUIRE(c->open());
    CHECK(c->client_fate(c->client_data(write_register(100, 6))) == DropReason::kNone);
    CHECK(c->client_fate(c->client_data(write_register(100, 5))) == DropReason::kSignatureHit);
    gateway.sent(TestGateway::kZone0), gateway.sent(TestGateway::kZone1);
  }
}

// --- ports of signatures over bytes ---

TEST_CASE("scan: a signature over bytes looks at the ports that it names alone", "[scan]") {
  const auto fate = [](const std::string& header, bool from_server = false) {
    PlantPolicy p;
    p.extra = "signatures:\n  - name: ics\n    rules: |\n" + rule("content:\"EVIL\";", header);
    std::string yaml = plant(p);
    const std::string place = "    icmp: { echo: true }\n";
    yaml.insert(yaml.find(place), "    signatures: ics\n");
    Site site(yaml, 8080);
    const Bytes evil = {'E', 'V', 'I', 'L'};
    return from_server ? site.c.server_fate(site.c.server_data(evil)) : site.asks(evil);
  };
  CHECK(fate("any any -> any 8080") == DropReason::kSignatureHit);
  CHECK(fate("any any -> any 502") == DropReason::kNone);
  CHECK(fate("any any -> any 8080", true) == DropReason::kNone);
  CHECK(fate("any 8080 -> any any", true) == DropReason::kSignatureHit);
  CHECK(fate("any any <> any 8080", true) == DropReason::kSignatureHit);
}

// --- datagrams ---

namespace {

// FINS/UDP by hand: header (W342 3-2), command 01 02, data memory, one word.
Bytes fins_write(uint16_t word, uint16_t value) {
  return {0x80,
          0,
          2,
          0,
          1,
          0,
          0,
          2,
          0,
          1,
          0x01,
          0x02,
          0x82,
          static_cast<uint8_t>(word >> 8),
          static_cast<uint8_t>(word),
          0,
          0,
          1,
          static_cast<uint8_t>(value >> 8),
          static_cast<uint8_t>(value)};
}

}  // namespace

TEST_CASE("scan operations: a datagram is a message, and the flow goes on", "[scan][operations]") {
  PlantPolicy p;
  p.extra =
      "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
      "    until: 2027-01-15T09:00Z\n    refuse_with: exception\n    signatures: ics\n"
      "    fins: { transport: udp, allow: [ write: {} ] }\n"
      "signatures:\n  - name: ics\n    rules: |\n" +
      rule("operation:fins.memory_area_write; content:\"|00 05|\"; offset:18; depth:2;",
           "any any -> any 9600", "drop", "udp");
  TestGateway gateway{GatewayOptions{}};
  gateway.apply(plant(p));
  const Speaker hmi(gateway, TestGateway::kZone0, kHmi, kNearPlc);
  const auto fate = [&](const Bytes& datagram) {
    return gateway.fate(TestGateway::kZone0, hmi.says(udp(4000, 9600), datagram));
  };
  CHECK(fate(fins_write(100, 6)) == DropReason::kNone);
  CHECK(gateway.sent(TestGateway::kZone0).empty());
  CHECK(fate(fins_write(100, 5)) == DropReason::kSignatureHit);
  CHECK(gateway.sent(TestGateway::kZone0).size() == 1);
  CHECK(fate(fins_write(100, 6)) == DropReason::kNone);
  const auto events = gateway.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].signature == 7);
  CHECK(events[0].operation_class == static_cast<uint8_t>(wire::OperationClass::kWrite));
}

// --- messages of several operations, and of several frames ---

namespace {

// hmi may use this service of near-plc, and `rules` look at it.
std::string granted(const std::string& service, const std::string& rules) {
  PlantPolicy p;
  p.extra =
      "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
      "    until: 2027-01-15T09:00Z\n    refuse_with: drop\n    signatures: ics\n    " +
      service + "\nsignatures:\n  - name: ics\n    rules: |\n" + rules;
  return plant(p);
}

wire::Operation& operation(uint32_t code) {
  static wire::Operation out;
  out.clear();
  out.app = wire::App::kDnp3;
  out.code = code;
  return out;
}

}  // namespace

TEST_CASE("scan operations: of several operations in a message the event has the one that is meant",
          "[scan][operations]") {
  Site site(granted("cip: { allow: [ read: {}, write: {} ] }",
                    rule("operation:cip.write; content:\"Setpoint\";")),
            44818);
  REQUIRE(site.asks(enip::command(0x65, {1, 0, 0, 0})) == DropReason::kNone);
  const Bytes reads = enip::rr_data(enip::multiple({enip::read_tag("Setpoint")}));
  CHECK(site.asks(reads) == DropReason::kNone);
  const Bytes both =
      enip::rr_data(enip::multiple({enip::write_tag("Setpoint", 5), enip::read_tag("Line3_A")}));
  CHECK(site.asks(both) == DropReason::kSignatureHit);
  const auto event = site.only_event();
  CHECK(event.operation_class == static_cast<uint8_t>(wire::OperationClass::kWrite));
  CHECK(event.operation_code == 0x6b004d);
  CHECK(event.app == static_cast<uint8_t>(wire::App::kCip));
}

TEST_CASE("scan operations: of a message in several frames parts are looked for in the last",
          "[scan][operations]") {
  // An S7 write of DB 10 in two COTP units (ISO 8073 13.7: the first without end mark).
  const Bytes s7 = {0x32, 1, 0, 0, 0,  2,    0, 14, 0, 6, 5, 1, 0x12, 10,   0x10,
                    4,    0, 1, 0, 10, 0x84, 0, 0,  0, 0, 4, 0, 16,   0x12, 0x34};
  const auto unit = [](const Bytes& body, uint8_t end) {
    const size_t size = body.size() + 7;
    return Bytes{3, 0, 0, static_cast<uint8_t>(size), 2, 0xf0, end} + body;
  };
  const Bytes first = unit(part(s7, 0, 20), 0), last = unit(part(s7, 20, s7.size()), 0x80);
  const auto fate = [&](const std::string& options) {
    Site site(granted("s7comm: { allow: [ write: { dbs: [\"10:0-9\"] } ] }",
                      rule("operation:s7comm.write; " + options)),
              102);
    REQUIRE(site.asks({3,    0, 0, 22, 17,   0xe0, 0, 0, 0,    1, 0,
                       0xc1, 2, 1, 0,  0xc2, 2,    1, 2, 0xc0, 1, 10}) == DropReason::kNone);
    site.at_device();
    REQUIRE(site.asks(first) == DropReason::kNone);
    REQUIRE(site.at_device().empty());
    const DropReason out = site.asks(last);
    CHECK(site.at_device().empty() == (out != DropReason::kNone));
    return out;
  };
  CHECK(fate("") == DropReason::kSignatureHit);
  CHECK(fate("content:\"|12 34|\"; offset:15; depth:2;") == DropReason::kSignatureHit);
  CHECK(fate("content:\"|32 01|\";") == DropReason::kNone);
}

TEST_CASE("scan operations: kinds of a message are kept once each, and more than fit are told",
          "[scan][operations]") {
  dataplane::ToldOperations told;
  for (uint32_t i = 0; i < 3 * dataplane::ToldOperations::kMost; ++i)
    told.add(operation(i % dataplane::ToldOperations::kMost), false);
  CHECK(told.kinds().size() == dataplane::ToldOperations::kMost);
  CHECK_FALSE(told.more());
  told.add(operation(0), true);
  CHECK(told.more());
  told.clear();
  CHECK(told.empty());
  CHECK_FALSE(told.more());
}
