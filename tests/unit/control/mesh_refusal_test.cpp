// SPDX-License-Identifier: Apache-2.0
// Who must not get keys, and where the reason can be read.
#include <catch2/catch.hpp>

#include "mesh_fixture.h"
#include "mesh_stranger.h"

namespace bulkhead::control {

namespace {

// gw-b as it should be, and a caller made from `caller`, which thinks that gw-b is its peer.
struct Encounter {
  explicit Encounter(GatewaySpec caller, TestPki& pki) {
    GatewaySpec spec{"gw-b", 2, pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}};
    b = std::make_unique<Gateway>(spec, log);
    REQUIRE(b->started.ok());
    caller.peers = {peer_at("gw-b", 2, b->keys->listening().port)};
    a = std::make_unique<Gateway>(caller, log);
    REQUIRE(a->started.ok());
    b->dataplane.start(1);
    a->dataplane.start(1);
  }
  // Each of the gateways names its reason, and neither has a lane.
  void ends_with(const std::string& at_a, const std::string& at_b) const {
    const auto says = [](const Gateway& gateway, const std::string& text) {
      return gateway.peer().last_error.find(text) != std::string::npos;
    };
    const bool said = eventually([&] { return says(*a, at_a) && says(*b, at_b); });
    INFO("a: " << a->peer().last_error << "\nb: " << b->peer().last_error);
    REQUIRE(said);
    REQUIRE(a->dataplane.inbound().empty());
    REQUIRE(b->dataplane.inbound().empty());
    REQUIRE(a->dataplane.outbound().empty());
    REQUIRE(b->dataplane.outbound().empty());
    REQUIRE(eventually([&] { return b->peer().phase == PeerPhase::kWaiting; }));
  }

  EventLog log;
  std::unique_ptr<Gateway> b;
  std::unique_ptr<Gateway> a;
};

}  // namespace

TEST_CASE("key agreement: a certificate of another CA is refused, the reason seen on both sides",
          "[mesh]") {
  TestPki pki, foreign;
  const Encounter met({"gw-a", 1, foreign.gateway("gw-a"), pki.anchors(), {}}, pki);
  met.ends_with("does not know the authority", "the peer's certificate is refused");
}

TEST_CASE("key agreement: a server's certificate of another CA is refused by the client",
          "[mesh]") {
  TestPki pki, foreign;
  const Encounter met({"gw-a", 1, foreign.gateway("gw-a"), foreign.anchors(), {}}, pki);
  met.ends_with("the peer's certificate is refused", "does not know the authority");
}

TEST_CASE("key agreement: an expired certificate is refused", "[mesh]") {
  TestPki pki;
  const auto id = *identity::gateway_id("bulkhead", "gw-a");
  const Encounter met(
      {"gw-a", 1, pki.issue(id, pki::CertificateUse::kGateway, -7200, -3600), pki.anchors(), {}},
      pki);
  met.ends_with("expired", "expired");
}

TEST_CASE("key agreement: a valid certificate of a gateway that is no peer is refused", "[mesh]") {
  TestPki pki;
  const Encounter met({"gw-0", 1, pki.gateway("gw-0"), pki.anchors(), {}}, pki);
  met.ends_with("wrong peer", "the certificate is for spiffe://bulkhead/gateway/gw-0");
}

TEST_CASE("key agreement: a peer's name from another address is refused before cryptography",
          "[mesh]") {
  TestPki pki;
  const Encounter met({"gw-a", 3, pki.gateway("gw-a"), pki.anchors(), {}}, pki);
  REQUIRE(eventually([&] { return met.b->keys->acceptor_counters().strangers > 0; }));
  REQUIRE(met.b->keys->acceptor_counters().handshakes == 0);
  REQUIRE(met.b->dataplane.inbound().empty());
}

TEST_CASE("key agreement: another gateway at the peer's address is refused by the client",
          "[mesh]") {
  TestPki pki;
  EventLog log;
  Gateway c({"gw-c", 2, pki.gateway("gw-c"), pki.anchors(), {peer_at("gw-a", 1, 1)}}, log);
  Gateway a({"gw-a",
             1,
             pki.gateway("gw-a"),
             pki.anchors(),
             {peer_at("gw-b", 2, c.keys->listening().port)}},
            log);
  c.dataplane.start(1);
  a.dataplane.start(1);
  REQUIRE(eventually([&] {
    return a.peer().last_error.find("is for spiffe://bulkhead/gateway/gw-c, not") !=
           std::string::npos;
  }));
  REQUIRE(a.dataplane.inbound().empty());
}

TEST_CASE("key agreement: the gateway with the larger name does not connect", "[mesh]") {
  TestPki pki;
  EventLog log;
  Gateway a({"gw-a", 1, pki.gateway("gw-a"), pki.anchors(), {peer_at("gw-b", 2, 1)}}, log);
  a.dataplane.start(1);
  const std::string stem = pki.gateway("gw-b");
  const auto said = call({loopback(2), a.keys->listening(), stem, pki.anchors()});
  REQUIRE(said.handshake_done);
  REQUIRE(said.refusal.find("smaller name") != std::string::npos);
}

TEST_CASE("key agreement: a client of TLS 1.2 is refused", "[mesh]") {
  TestPki pki;
  EventLog log;
  Gateway b({"gw-b", 2, pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}}, log);
  Call caller{loopback(1), b.keys->listening(), pki.gateway("gw-a"), pki.anchors()};
  caller.tls12 = true;
  const auto said = call(caller);
  REQUIRE_FALSE(said.handshake_done);
  REQUIRE(eventually([&] { return b.keys->acceptor_counters().failed == 1; }));
  REQUIRE(b.peer().last_error.find("does not speak TLS 1.3") != std::string::npos);
}

TEST_CASE("key agreement: a client without a certificate is refused", "[mesh]") {
  TestPki pki;
  EventLog log;
  Gateway b({"gw-b", 2, pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}}, log);
  (void)call({loopback(1), b.keys->listening(), "", pki.anchors()});
  REQUIRE(eventually([&] { return b.keys->acceptor_counters().failed == 1; }));
  REQUIRE(b.peer().last_error.find("no certificate") != std::string::npos);
}

TEST_CASE("key agreement: an operator's certificate is no gateway's", "[mesh]") {
  TestPki pki;
  EventLog log;
  Gateway b({"gw-b", 2, pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}}, log);
  const auto id = *identity::role_id("bulkhead", "gateway", "gw-a");
  const auto said = call({loopback(1), b.keys->listening(),
                          pki.issue(id, pki::CertificateUse::kOperator), pki.anchors()});
  REQUIRE(said.refusal.empty());  // refused within TLS
  REQUIRE(eventually([&] { return b.keys->acceptor_counters().failed == 1; }));
  INFO(b.peer().last_error);
  REQUIRE(b.peer().last_error.find("role/gateway/gw-a") != std::string::npos);
}

TEST_CASE("key agreement: floods are closed before cryptography, and bounded", "[mesh]") {
  TestPki pki;
  EventLog log;
  MeshTuning tuning = fast_tuning();
  tuning.bucket_burst = 6;
  tuning.bucket_per_second = 1;
  tuning.handshake_ns = 300 * kMillisecond;
  Gateway b(
      {"gw-b", 2, pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}, 3600, 0, tuning},
      log);
  const uint64_t begin = b.clock.now().steady_ns;
  const auto stranger = flood(loopback(3), b.keys->listening(), 200);
  const auto peer = flood(loopback(1), b.keys->listening(), 200);
  REQUIRE(eventually([&] {
    const AcceptorCounters seen = b.keys->acceptor_counters();
    return seen.strangers == 200 && seen.limited + seen.handshakes == 200 &&
           seen.failed == seen.handshakes;
  }));
  const AcceptorCounters seen = b.keys->acceptor_counters();
  const uint64_t seconds = (b.clock.now().steady_ns - begin) / kSecond + 1;
  REQUIRE(seen.handshakes <= tuning.bucket_burst + seconds * tuning.bucket_per_second);
  REQUIRE(seen.most_at_once <= tuning.handshakes_per_source);
  REQUIRE(b.peer().last_error.find("in time") != std::string::npos);
}

TEST_CASE("key agreement: credentials of another gateway do not start", "[mesh]") {
  TestPki pki;
  EventLog log;
  const Gateway a({"gw-a", 1, pki.gateway("gw-b"), pki.anchors(), {}}, log);
  REQUIRE_FALSE(a.started.ok());
  REQUIRE(a.started.error().code == ErrorCode::kInvalid);
}

}  // namespace bulkhead::control
