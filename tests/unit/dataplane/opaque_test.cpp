// SPDX-License-Identifier: Apache-2.0
// Encrypted traffic on inspected services: refused unless a relationship lets it pass unread, and
// then held to what TLS shows of itself.
#include <catch2/catch.hpp>

#include "conversation.h"
#include "tls_bytes.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

std::string grant(const std::string& service, const std::string& refuse_with) {
  return "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
         "    until: 2027-01-15T09:00Z\n    refuse_with: " +
         refuse_with + "\n    " + service + "\n";
}

constexpr const char* kAllow = "iec104: { port: 19998, allow: [], opaque: allow }";

struct Secured : TestGateway {
  explicit Secured(const std::string& service, const std::string& refuse_with = "exception",
                   const std::string& more = "")
      : TestGateway(GatewayOptions{}) {
    set(service, refuse_with, more);
    REQUIRE(c.open());
  }
  void set(const std::string& service, const std::string& refuse_with = "exception",
           const std::string& more = "") {
    PlantPolicy policy;
    policy.extra = grant(service, refuse_with) + more;
    apply(plant(policy));
  }
  // Both hellos pass.
  void agree(const TlsBytes& server = server_hello_13()) {
    REQUIRE(c.client(c.client_data(client_hello())));
    REQUIRE(c.server(c.server_data(server)));
  }
  LocalConversation c{*this, 19998};
};

}  // namespace

TEST_CASE("inspect: TLS on an inspected service is opaque_session, whatever refuse_with says",
          "[dataplane][inspect][opaque]") {
  for (const char* refuse_with : {"exception", "reset", "drop"}) {
    Secured gw("iec104: { port: 19998, allow: [read, control, session] }", refuse_with);
    CHECK(gw.c.client_fate(gw.c.client_data(client_hello())) == DropReason::kOpaqueSession);
    const auto events = gw.events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kDropped));
    CHECK(events[0].technique == 869);
    CHECK(events[0].app == static_cast<uint8_t>(wire::App::kTls));
    // Nothing can be taken out of a session: the flow has ended.
    CHECK(gw.c.client_fate(gw.c.client_data(client_hello())) == DropReason::kFlowCut);
  }
}

TEST_CASE("inspect: with opaque: allow TLS passes, and what is in the clear does not",
          "[dataplane][inspect][opaque]") {
  Secured gw(kAllow);
  gw.agree();
  CHECK(gw.c.client(gw.c.client_data(tls_data(300))));
  CHECK(gw.c.server(gw.c.server_data(tls_data(1200))));
  CHECK(gw.counters[0].operations_refused == 0);
  Secured clear(kAllow, "reset");
  const Bytes interrogation{0x68, 14, 0, 0, 0, 0, 100, 1, 6, 0, 1, 0, 0, 0, 0, 20};
  // STARTDT is of the session.
  CHECK(clear.c.client(clear.c.client_data({0x68, 4, 0x07, 0, 0, 0})));
  CHECK(clear.c.server(clear.c.server_data({0x68, 4, 0x0b, 0, 0, 0})));
  CHECK(clear.c.client_fate(clear.c.client_data(interrogation)) == DropReason::kOperationDenied);
}

TEST_CASE("inspect: a record passes as it comes, in pieces", "[dataplane][inspect][opaque]") {
  Secured gw(kAllow);
  gw.agree();
  const TlsBytes record = tls_data(2500);
  Bytes first(record.begin(), record.begin() + 1400), second(record.begin() + 1400, record.end());
  CHECK(gw.c.client(gw.c.client_data(first)));
  CHECK(gw.c.client(gw.c.client_data(second)));
  CHECK(gw.c.client(gw.c.client_data(tls_data(3))));
}

TEST_CASE("inspect: a hello in pieces is held until it is whole and judged",
          "[dataplane][inspect][opaque]") {
  Secured gw("iec104: { port: 19998, allow: [], opaque: { tls: { server_name: [other] } } }");
  const TlsBytes hello = client_hello();
  const Bytes first(hello.begin(), hello.begin() + 60), second(hello.begin() + 60, hello.end());
  gw.receive(TestGateway::kZone0, gw.c.client_data(first));
  const size_t nothing = gw.c.client_ack().size();
  for (const Bytes& frame : gw.sent(TestGateway::kZone1)) CHECK(frame.size() == nothing);
  CHECK(gw.c.client_fate(gw.c.client_data(second)) == DropReason::kTlsTerms);
}

TEST_CASE("inspect: TLS 1.0 is refused by default, offered or chosen",
          "[dataplane][inspect][opaque]") {
  Secured offered(kAllow);
  CHECK(offered.c.client_fate(offered.c.client_data(client_hello_10())) == DropReason::kTlsTerms);
  Secured chosen(kAllow);
  REQUIRE(chosen.c.client(chosen.c.client_data(client_hello())));
  const TlsBytes old = tls_record(22, server_hello_message(0x0301), 0x0301);
  CHECK(chosen.c.server_fate(chosen.c.server_data(old)) == DropReason::kTlsTerms);
  Secured let("iec104: { port: 19998, allow: [], opaque: { tls: { min_version: \"1.0\" } } }");
  CHECK(let.c.client(let.c.client_data(client_hello_10())));
  CHECK(let.c.server(let.c.server_data(old)));
}

TEST_CASE("inspect: the server's name and the version hold for the whole session",
          "[dataplane][inspect][opaque]") {
  Secured gw(
      "iec104: { port: 19998, allow: [], opaque: { tls: { server_name: [PLC-7.plant.example] } } "
      "}");
  gw.agree(server_hello_12());
  CHECK(gw.c.client(gw.c.client_data(tls_data(90, 22))));
  gw.set("iec104: { port: 19998, allow: [], opaque: { tls: { min_version: \"1.3\" } } }");
  CHECK(gw.c.client_fate(gw.c.client_data(tls_data(90, 22))) == DropReason::kTlsTerms);
}

TEST_CASE("inspect: garbage after the handshake is protocol_violation",
          "[dataplane][inspect][opaque]") {
  Secured gw(kAllow);
  gw.agree();
  CHECK(gw.c.client_fate(gw.c.client_data({'S', 'S', 'H', '-', '2', '.', '0'})) ==
        DropReason::kProtocolViolation);
  Secured longer(kAllow);
  longer.agree();
  Bytes header = tls_data(1);
  header[3] = 0x48;
  CHECK(longer.c.server_fate(longer.c.server_data(header)) == DropReason::kProtocolViolation);
}

TEST_CASE("inspect: a rate counts the records of both ends", "[dataplane][inspect][opaque]") {
  Secured gw("iec104: { port: 19998, allow: [], opaque: { rate: \"1/h burst 4\" } }");
  gw.agree();
  CHECK(gw.c.client(gw.c.client_data(tls_data(20))));
  CHECK(gw.c.server(gw.c.server_data(tls_data(20))));
  CHECK(gw.c.client_fate(gw.c.client_data(tls_data(20))) == DropReason::kRateExceeded);
}

TEST_CASE("inspect: a veto of classes closes what is encrypted, from the first hello on",
          "[dataplane][inspect][opaque]") {
  const std::string veto =
      "never:\n  - { name: no-firmware, to: { role: plc }, operations: [firmware] }\n";
  Secured gw(kAllow, "exception", veto);
  CHECK(gw.c.client_fate(gw.c.client_data(client_hello())) == DropReason::kVetoed);
}

TEST_CASE("inspect: a session ends when the policy lets nothing pass unread any more",
          "[dataplane][inspect][opaque]") {
  Secured gw(kAllow);
  gw.agree();
  gw.set("iec104: { port: 19998, allow: [read] }");
  CHECK(gw.c.server_fate(gw.c.server_data(tls_data(20))) == DropReason::kOpaqueSession);
}
