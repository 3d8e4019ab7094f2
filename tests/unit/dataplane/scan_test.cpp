// SPDX-License-Identifier: Apache-2.0
// What a connection carries: identified on any port, and matched with content signatures.
#include <catch2/catch.hpp>

#include "conversation.h"
#include "match/protocol.h"
#include "wire/protocol_numbers.h"

using namespace bulkhead;
using namespace bulkhead::test;
using match::Protocol;
using telemetry::EventKind;

namespace {

// hmi may open this service of near-plc.
std::string opens(const std::string& service, const std::string& terms = "",
                  const std::string& extra = "") {
  std::string yaml = plant();
  const std::string port = "    tcp: { ports: [8080] }\n    refuse_with: drop\n";
  yaml.replace(yaml.find(port), port.size(), "    " + service + "\n" + terms);
  return yaml + extra;
}

Bytes bytes(const std::string& text) {
  return {text.begin(), text.end()};
}
template <size_t kSize>
Bytes raw(const char (&text)[kSize]) {
  return bytes(std::string(text, kSize - 1));
}

const Bytes kSsh = bytes("SSH-2.0-OpenSSH_9.2\r\n");
const Bytes kHttp = bytes("GET / HTTP/1.1\r\nHost: plc\r\n\r\n");
const Bytes kRdp =
    raw("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00");

struct Site : TestGateway {
  explicit Site(const std::string& policy, const GatewayOptions& o = {}) : TestGateway(o) {
    apply(policy);
    events();
  }
  // The fate of the first bytes of a new connection to the port.
  DropReason first_bytes(uint16_t port, const Bytes& data) {
    drain();
    LocalConversation c(*this, port, next_port++);
    REQUIRE(c.open());
    return c.client_fate(c.client_data(data));
  }
  void drain() { sent(kZone0), sent(kZone1); }
  uint16_t next_port = 41000;
};

}  // namespace

TEST_CASE("scan: SSH on a port that is not its own is foreign_protocol, with resets to both ends",
          "[scan]") {
  Site site(opens("tcp: { ports: [22, 5020] }"));
  CHECK(site.first_bytes(22, kSsh) == DropReason::kNone);
  CHECK(site.first_bytes(5020, kSsh) == DropReason::kForeignProtocol);
  CHECK(site.sent(TestGateway::kZone0).size() == 1);
  CHECK(site.sent(TestGateway::kZone1).size() == 1);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kDropped));
  CHECK(events[0].reason == static_cast<uint8_t>(DropReason::kForeignProtocol));
  CHECK(events[0].identified == static_cast<uint8_t>(Protocol::kSsh));
  CHECK(events[0].technique == 886);
}

TEST_CASE("scan: the answering side's greeting counts as well", "[scan]") {
  Site site(opens("tcp: { ports: [5020] }"));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.server_fate(c.server_data(bytes("RFB 003.008\n"))) == DropReason::kForeignProtocol);
  CHECK(c.client_fate(c.client_data(bytes("x"))) == DropReason::kFlowCut);
}

TEST_CASE("scan: a service that names a protocol lets only that one pass", "[scan]") {
  Site site(opens("tcp: { ports: [5020], protocol: [rdp, http] }"));
  CHECK(site.first_bytes(5020, kRdp) == DropReason::kNone);
  CHECK(site.first_bytes(5020, kHttp) == DropReason::kNone);
  CHECK(site.first_bytes(5020, kSsh) == DropReason::kForeignProtocol);
  CHECK(site.first_bytes(5020, Bytes(271, 'x')) == DropReason::kNone);
  CHECK(site.first_bytes(5020, Bytes(272, 'x')) == DropReason::kForeignProtocol);
}

TEST_CASE("scan: protocol any lets everything pass and says what it is", "[scan]") {
  Site site(opens("tcp: { ports: [5020], protocol: any }"));
  CHECK(site.first_bytes(5020, kSsh) == DropReason::kNone);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kIdentified));
  CHECK(events[0].identified == static_cast<uint8_t>(Protocol::kSsh));
}

TEST_CASE("scan: a plant's protocol that nobody inspects passes, and is told", "[scan]") {
  Site site(opens("tcp: { ports: [5020] }"));
  CHECK(site.first_bytes(5020, read_holding()) == DropReason::kNone);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kIdentified));
  CHECK(events[0].identified == static_cast<uint8_t>(Protocol::kModbus));
  CHECK(site.first_bytes(5020, bytes("hello")) == DropReason::kNone);
  CHECK(site.events().empty());
}

TEST_CASE("scan: bytes one by one are identified, and memory is given back", "[scan]") {
  GatewayOptions o;
  o.scanned = 1;
  Site site(opens("tcp: { ports: [22, 5020] }"), o);
  for (int turn = 0; turn < 3; ++turn) {
    site.drain();
    LocalConversation c(site, 22, site.next_port++);
    REQUIRE(c.open());
    for (const uint8_t byte : kSsh)
      REQUIRE(c.client_fate(c.client_data({byte})) == DropReason::kNone);
  }
  site.drain();
  LocalConversation c(site, 5020, site.next_port++);
  REQUIRE(c.open());
  for (size_t i = 0; i < 7; ++i)
    REQUIRE(c.client_fate(c.client_data({kSsh[i]})) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data({kSsh[7]})) == DropReason::kForeignProtocol);
}

TEST_CASE("scan: without memory for another connection its SYN is not answered: scan_full",
          "[scan]") {
  GatewayOptions o;
  o.scanned = 1;
  Site site(opens("tcp: { ports: [5020] }"), o);
  LocalConversation first(site, 5020, 41000), second(site, 5020, 41001);
  REQUIRE(first.open());
  REQUIRE(second.client(second.syn()));
  CHECK(second.server_fate(second.syn_ack()) == DropReason::kScanFull);
}

TEST_CASE("scan: a segment ahead of the stream is stream_gap, and cannot hide a beginning",
          "[scan]") {
  Site site(opens("tcp: { ports: [5020] }"));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  const Bytes head(kSsh.begin(), kSsh.begin() + 4), tail(kSsh.begin() + 4, kSsh.end());
  c.client_seq += 4;
  CHECK(c.client_fate(c.client_data(tail, false)) == DropReason::kStreamGap);
  c.client_seq -= 4;
  CHECK(c.client_fate(c.client_data(head)) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(tail)) == DropReason::kForeignProtocol);
}

TEST_CASE("scan: repeated bytes are not read again", "[scan]") {
  Site site(opens("tcp: { ports: [5020] }"));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  const Bytes head(kSsh.begin(), kSsh.begin() + 4);
  CHECK(c.client_fate(c.client_data(head, false)) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(head)) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(Bytes(kSsh.begin() + 4, kSsh.end()))) ==
        DropReason::kForeignProtocol);
}

TEST_CASE("scan: a connection that ends gives its memory back, looked at or not", "[scan]") {
  GatewayOptions o;
  o.scanned = 1;
  Site site(opens("tcp: { ports: [5020] }"), o);
  LocalConversation first(site, 5020);
  REQUIRE(first.open());
  REQUIRE(first.client_fate(first.client_says(first.from_client().rst())) == DropReason::kNone);
  site.drain();
  LocalConversation second(site, 5020);
  second.client_seq = 500'000;
  REQUIRE(second.open());
  REQUIRE(second.client_fate(second.client_data(kSsh)) == DropReason::kForeignProtocol);
  site.drain();
  LocalConversation third(site, 5020, 41000);
  CHECK(third.open());
}

TEST_CASE("scan: monitor mode says so and lets pass", "[scan]") {
  Site site(opens("tcp: { ports: [5020] }", "    mode: monitor\n"));
  CHECK(site.first_bytes(5020, kSsh) == DropReason::kNone);
  bool told = false;
  for (const auto& event : site.events())
    told |= event.kind == static_cast<uint8_t>(EventKind::kMonitored) &&
            event.reason == static_cast<uint8_t>(DropReason::kForeignProtocol);
  CHECK(told);
}

TEST_CASE("scan: a policy that names another protocol cuts a connection that goes on", "[scan]") {
  Site site(opens("tcp: { ports: [5020], protocol: ssh }"));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  REQUIRE(c.client_fate(c.client_data(kSsh)) == DropReason::kNone);
  site.apply(opens("tcp: { ports: [5020], protocol: [ssh, http] }"));
  CHECK(c.client_fate(c.client_data(bytes("x"))) == DropReason::kNone);
  site.apply(opens("tcp: { ports: [5020], protocol: http }"));
  CHECK(c.client_fate(c.client_data(bytes("x"))) == DropReason::kForeignProtocol);
}

TEST_CASE("scan: another connection with the same ports is looked at anew", "[scan]") {
  Site site(opens("tcp: { ports: [5020], protocol: any }"));
  LocalConversation first(site, 5020);
  REQUIRE(first.open());
  REQUIRE(first.client_fate(first.client_data(kHttp)) == DropReason::kNone);
  REQUIRE(first.client_fate(first.client_says(first.from_client().rst())) == DropReason::kNone);
  site.drain();
  LocalConversation second(site, 5020);
  second.client_seq = 500'000;
  REQUIRE(second.open());
  site.events();
  REQUIRE(second.client_fate(second.client_data(kSsh)) == DropReason::kNone);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].identified == static_cast<uint8_t>(Protocol::kSsh));
}

// --- content signatures ---

namespace {

std::string tcp_rule(const std::string& action, const std::string& options, int sid = 7) {
  return "      " + action + " tcp any any -> any any (msg:\"m\"; sid:" + std::to_string(sid) +
         "; " + options + ")\n";
}
std::string looked_at(const std::string& rules, const std::string& terms = "") {
  return opens("tcp: { ports: [5020] }", "    signatures: ics\n" + terms,
               "signatures:\n  - name: ics\n    rules: |\n" + rules);
}

}  // namespace

TEST_CASE("scan: a signature that alerts says so, and the bytes pass", "[scan]") {
  Site site(looked_at(tcp_rule("alert", "content:\"EVIL\";")));
  CHECK(site.first_bytes(5020, bytes("..EVIL..")) == DropReason::kNone);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kAlert));
  CHECK(events[0].signature == 7);
}

TEST_CASE(
    "scan: a signature that drops is signature_hit, over segments, and ends the flow in silence",
    "[scan]") {
  Site site(looked_at(tcp_rule("drop", "content:\"EVIL\"; flow:to_server;")));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.server_fate(c.server_data(bytes("EVIL"))) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(bytes("..EV"))) == DropReason::kNone);
  site.drain();
  CHECK(c.client_fate(c.client_data(bytes("IL.."))) == DropReason::kSignatureHit);
  CHECK(site.sent(TestGateway::kZone0).empty());
  CHECK(site.sent(TestGateway::kZone1).empty());
  CHECK(c.client_fate(c.client_data(bytes("x"))) == DropReason::kFlowCut);
  const auto events = site.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == static_cast<uint8_t>(DropReason::kSignatureHit));
  CHECK(events[0].signature == 7);
}

TEST_CASE("scan: a signature that rejects resets both ends", "[scan]") {
  Site site(looked_at(tcp_rule("reject", "content:\"EVIL\";"), "    refuse_with: drop\n"));
  CHECK(site.first_bytes(5020, bytes("EVIL")) == DropReason::kSignatureHit);
  CHECK(site.sent(TestGateway::kZone0).size() == 1);
  CHECK(site.sent(TestGateway::kZone1).size() == 1);
}

TEST_CASE("scan: parts of a signature are remembered over segments of a flow, not over flows",
          "[scan]") {
  Site site(looked_at(tcp_rule("drop", "content:\"one\"; content:\"two\";")));
  CHECK(site.first_bytes(5020, bytes("one")) == DropReason::kNone);
  CHECK(site.first_bytes(5020, bytes("two")) == DropReason::kNone);
  site.drain();
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.client_fate(c.client_data(bytes("two"))) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(bytes("one"))) == DropReason::kSignatureHit);
}

TEST_CASE("scan: datagrams and places in them", "[scan]") {
  Site site(
      looked_at("      drop udp any any -> any any (msg:\"m\"; sid:7; content:\"X\"; "
                "offset:2; depth:1;)\n"));
  const Speaker hmi(site, TestGateway::kZone0, kHmi, kNearPlc);
  CHECK(site.fate(TestGateway::kZone0, hmi.says(udp(4000, 5000), bytes("X..."))) ==
        DropReason::kNone);
  CHECK(site.fate(TestGateway::kZone0, hmi.says(udp(4000, 5000), bytes("..X."))) ==
        DropReason::kSignatureHit);
}

TEST_CASE("scan: monitor mode says what a signature would have dropped", "[scan]") {
  Site site(looked_at(tcp_rule("drop", "content:\"EVIL\";"), "    mode: monitor\n"));
  site.events();
  CHECK(site.first_bytes(5020, bytes("EVIL")) == DropReason::kNone);
  bool told = false;
  for (const auto& event : site.events())
    told |= event.kind == static_cast<uint8_t>(EventKind::kMonitored) && event.signature == 7;
  CHECK(told);
}

TEST_CASE("scan: other signatures from now on, in connections that are open", "[scan]") {
  Site site(looked_at(tcp_rule("drop", "content:\"EVIL\";")));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.client_fate(c.client_data(bytes("..EV"))) == DropReason::kNone);
  site.apply(looked_at(tcp_rule("drop", "content:\"WORSE\";")));
  CHECK(c.client_fate(c.client_data(bytes("IL..WO"))) == DropReason::kNone);
  CHECK(c.client_fate(c.client_data(bytes("RSE"))) == DropReason::kSignatureHit);
}

TEST_CASE("scan: what opens by the clock brings its signatures", "[scan]") {
  // One flow of datagrams, which two grants open: the second a minute later.
  const auto relationship = [](const std::string& name, const std::string& set,
                               const std::string& window) {
    return "  - name: " + name + "\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n" +
           window + "    refuse_with: drop\n    signatures: " + set +
           "\n    udp: { ports: [5001] }\n";
  };
  const auto set = [](const std::string& name, const std::string& word) {
    return "  - name: " + name +
           "\n    rules: |\n      drop udp any any -> any any (msg:\"m\"; sid:7; " + "content:\"" +
           word + "\";)\n";
  };
  PlantPolicy p;
  p.extra =
      "grants:\n" + relationship("first", "a", "    until: 2027-01-15T09:00Z\n") +
      relationship("later", "b", "    from: 2027-01-15T08:01Z\n    until: 2027-01-15T09:00Z\n") +
      "signatures:\n" + set("a", "ONE") + set("b", "TWO");
  Site site(plant(p));
  const Speaker hmi(site, TestGateway::kZone0, kHmi, kNearPlc);
  const auto fate = [&](const std::string& data) {
    return site.fate(TestGateway::kZone0, hmi.says(udp(4000, 5001), bytes(data)));
  };
  site.clock.set_wall(site.clock.now().wall_ns + 59'900'000'000);
  CHECK(fate("TWO") == DropReason::kNone);
  site.clock.advance_ms(200);
  CHECK(fate("TWO") == DropReason::kSignatureHit);
}

TEST_CASE("scan: an edit elsewhere in the policy does not forget half a match", "[scan]") {
  const std::string policy = looked_at(tcp_rule("drop", "content:\"EVIL\";"));
  Site site(policy);
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.client_fate(c.client_data(bytes("..EV"))) == DropReason::kNone);
  site.apply(policy + "never:\n  - { name: v, from: stranger, to: near-plc }\n");
  CHECK(c.client_fate(c.client_data(bytes("IL"))) == DropReason::kSignatureHit);
}

TEST_CASE("scan: signatures for labels look at all that those send and get, and at nobody else",
          "[scan]") {
  const auto whom = [](const std::string& selector) {
    return opens("tcp: { ports: [5020] }", "",
                 "signatures:\n  - name: ics\n    for: " + selector + "\n    rules: |\n" +
                     tcp_rule("drop", "content:\"EVIL\";"));
  };
  CHECK(Site(whom("{ role: hmi }")).first_bytes(5020, bytes("EVIL")) == DropReason::kSignatureHit);
  CHECK(Site(whom("{ name: near-plc }")).first_bytes(5020, bytes("EVIL")) ==
        DropReason::kSignatureHit);
  CHECK(Site(whom("{ name: stranger }")).first_bytes(5020, bytes("EVIL")) == DropReason::kNone);
}

TEST_CASE("scan: a label that an identity gets brings its signatures into open connections",
          "[scan]") {
  const auto whom = [](const std::string& name) {
    return opens("tcp: { ports: [5020] }", "",
                 "signatures:\n  - name: ics\n    for: { name: " + name + " }\n    rules: |\n" +
                     tcp_rule("drop", "content:\"EVIL\";"));
  };
  Site site(whom("stranger"));
  LocalConversation c(site, 5020);
  REQUIRE(c.open());
  CHECK(c.client_fate(c.client_data(bytes("EVIL"))) == DropReason::kNone);
  site.apply(whom("near-plc"));
  CHECK(c.client_fate(c.client_data(bytes("EVIL"))) == DropReason::kSignatureHit);
}
