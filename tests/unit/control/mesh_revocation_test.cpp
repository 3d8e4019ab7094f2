// SPDX-License-Identifier: Apache-2.0
// Deny records and renewed certificates at peers in session: lanes go at once, records go on.
#include <catch2/catch.hpp>
#include <filesystem>

#include "mesh/revocation.h"
#include "mesh_fixture.h"

namespace bulkhead::control {

namespace {

Status deny(Gateway& at, const std::vector<uint8_t>& record) {
  Result<trust::AcceptedDeny> accepted = at.keys->trust().deny_list().accept(record);
  return accepted.ok() ? Status{} : Status(accepted.error());
}

bool has_lanes(const Gateway& gateway, const std::string& peer) {
  return !gateway.dataplane.inbound(peer).empty() || !gateway.dataplane.outbound(peer).empty();
}

// gw-a - gw-b - gw-c: a and c do not know each other.
struct Row {
  Row() {
    c = add("gw-c", 3, {peer_at("gw-b", 2, 1)});
    b = add("gw-b", 2, {peer_at("gw-a", 1, 1), peer_at("gw-c", 3, c->keys->listening().port)});
    a = add("gw-a", 1, {peer_at("gw-b", 2, b->keys->listening().port)});
    for (Gateway* gateway : {c.get(), b.get(), a.get()}) gateway->dataplane.start(1);
  }
  std::unique_ptr<Gateway> add(const std::string& name, uint32_t address,
                               std::vector<PeerConfig> peers) {
    GatewaySpec spec;
    spec.name = name;
    spec.address = address;
    spec.credentials = pki.gateway(name);
    spec.anchors = pki.anchors();
    spec.peers = std::move(peers);
    auto gateway = std::make_unique<Gateway>(spec, log);
    REQUIRE(gateway->started.ok());
    return gateway;
  }
  [[nodiscard]] bool up() const {
    return b->peer("gw-a").phase == PeerPhase::kUp && b->peer("gw-c").phase == PeerPhase::kUp &&
           a->peer("gw-b").phase == PeerPhase::kUp && c->peer("gw-b").phase == PeerPhase::kUp;
  }

  EventLog log;
  TestPki pki;
  std::unique_ptr<Gateway> c, b, a;
};

}  // namespace

TEST_CASE("revocation: a denied peer has no lanes when accept() returns, and gets none again",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const bool by_key = GENERATE(true, false);
  Gateway& judge = GENERATE(true, false) ? *pair.a : *pair.b;
  Gateway& denied = &judge == pair.a.get() ? *pair.b : *pair.a;
  REQUIRE(deny(judge, pair.pki.deny(denied.spec.credentials, 1, by_key)).ok());
  REQUIRE_FALSE(has_lanes(judge, denied.spec.name));
  REQUIRE(eventually([&] { return judge.peer().phase == PeerPhase::kRevoked; }));
  REQUIRE(eventually([&] { return denied.peer().phase != PeerPhase::kUp; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));  // several retries
  REQUIRE_FALSE(has_lanes(judge, denied.spec.name));
  REQUIRE_FALSE(judge.peer().cut_off.empty());
}

TEST_CASE("revocation: a peer with a certificate for a new key is taken again",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(deny(*pair.a, pair.pki.deny(pair.b->spec.credentials, 1)).ok());
  REQUIRE(eventually([&] { return pair.a->peer().phase == PeerPhase::kRevoked; }));
  const std::string fresh = pair.pki.gateway("gw-b");
  for (const char* end : {".pem", ".key"})
    std::filesystem::rename(fresh + end, pair.b->spec.credentials + end);
  REQUIRE(pair.b->keys->reload_credentials().ok());
  REQUIRE(pair.a->keys->rekey("gw-b").ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(pair.a->peer().cut_off.empty());
  REQUIRE(lanes_match(*pair.a, *pair.b));
}

TEST_CASE("revocation: a record goes along a row of gateways, and not back", "[mesh][revocation]") {
  Row row;
  REQUIRE(eventually([&] { return row.up(); }));
  const std::string third = row.pki.gateway("gw-x");
  REQUIRE(deny(*row.a, row.pki.deny(third, 1)).ok());
  REQUIRE(eventually([&] { return row.c->keys->trust().deny_list().size() == 1; }));
  REQUIRE(row.b->keys->trust().deny_list().size() == 1);
  REQUIRE(row.up());
}

TEST_CASE("revocation: a record about the end of the row cuts it at its neighbour",
          "[mesh][revocation]") {
  Row row;
  REQUIRE(eventually([&] { return row.up(); }));
  REQUIRE(deny(*row.a, row.pki.deny(row.c->spec.credentials, 1)).ok());
  REQUIRE(eventually([&] { return !has_lanes(*row.b, "gw-c"); }));
  REQUIRE(eventually([&] { return row.b->peer("gw-c").phase == PeerPhase::kRevoked; }));
  REQUIRE(has_lanes(*row.b, "gw-a"));
  REQUIRE(row.b->peer("gw-a").phase == PeerPhase::kUp);
}

TEST_CASE("revocation: records from before a connection are caught up with, both ways",
          "[mesh][revocation]") {
  Pair pair;
  const std::string x = pair.pki.gateway("gw-x"), y = pair.pki.gateway("gw-y");
  for (uint64_t n = 1; n <= 20; ++n) REQUIRE(deny(*pair.a, pair.pki.deny(x, n, n % 2 == 0)).ok());
  REQUIRE(deny(*pair.b, pair.pki.deny(y, 21)).ok());
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const auto held = [](Gateway& g) { return g.keys->trust().deny_list().have(); };
  REQUIRE(eventually([&] {
    return held(*pair.b).size() == 1 && held(*pair.b).front().complete_to == 21 &&
           held(*pair.a) == held(*pair.b);
  }));
}

TEST_CASE("revocation: a revoked authority takes all of its leaves with it", "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(deny(*pair.a, pair.pki.deny_authority(1)).ok());
  REQUIRE_FALSE(has_lanes(*pair.a, "gw-b"));
  REQUIRE_FALSE(pair.a->keys->own_denial().empty());
}

TEST_CASE("revocation: who is revoked itself says so and agrees with nobody",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(deny(*pair.b, pair.pki.deny(pair.a->spec.credentials, 1)).ok());
  // gw-b tells it before it hangs up.
  REQUIRE(eventually([&] { return !pair.a->keys->own_denial().empty(); }));
  REQUIRE_FALSE(has_lanes(*pair.b, "gw-a"));
}

TEST_CASE("revocation: it holds over a restart of control, before the peer is met again",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  pair.a->keys->stop();
  pair.b->dataplane.refuse("drop");
  REQUIRE(deny(*pair.b, pair.pki.deny(pair.a->spec.credentials, 1)).ok());
  REQUIRE(has_lanes(*pair.b, "gw-a"));  // the dataplane did not obey
  pair.b->dataplane.refuse("");
  pair.b->restart_control();
  REQUIRE_FALSE(has_lanes(*pair.b, "gw-a"));
  REQUIRE(eventually([&] { return pair.b->peer().phase == PeerPhase::kRevoked; }));
}

TEST_CASE("revocation: while the exchange is under way it ends it without lanes",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  uint64_t number = 1;
  std::thread rekeys([&] {
    for (int i = 0; i < 50; ++i) {
      (void)pair.a->keys->rekey("gw-b");
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(GENERATE(3, 17, 41)));
  REQUIRE(deny(*pair.b, pair.pki.deny(pair.a->spec.credentials, number)).ok());
  const bool none = !has_lanes(*pair.b, "gw-a");
  rekeys.join();
  REQUIRE(none);
  REQUIRE_FALSE(has_lanes(*pair.b, "gw-a"));
}

TEST_CASE("revocation: by name with the issuing key, again and without the key",
          "[mesh][revocation]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  ControlConfig config;
  Revoker without(*pair.a->keys, config);
  REQUIRE(without.revoke("gw-b", "lost").error().code == ErrorCode::kUnsupported);
  config.pki.issuing = IssuingConfig{};
  config.pki.issuing->certificate = pair.pki.directory() + "/pki/issuing-ca.pem";
  config.pki.issuing->private_key = pair.pki.directory() + "/pki/issuing-ca.key";
  Revoker revoker(*pair.a->keys, config);
  REQUIRE(revoker.revoke("gw-x", "lost").error().code == ErrorCode::kNotFound);
  const auto done = revoker.revoke("gw-b", "lost");
  INFO((done.ok() ? "" : done.error().sentence));
  REQUIRE(done.ok());
  REQUIRE(done->records.size() == 2);
  REQUIRE(done->not_dropped.empty());
  REQUIRE_FALSE(has_lanes(*pair.a, "gw-b"));
  REQUIRE(revoker.denied().size() == 2);
  REQUIRE(revoker.denied().front().record.reason == "lost");
}

TEST_CASE("credentials: a reload gives fresh keys with a new certificate, lanes go on meanwhile",
          "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  Gateway& renewed = GENERATE(true, false) ? *pair.a : *pair.b;
  Gateway& other = &renewed == pair.a.get() ? *pair.b : *pair.a;
  const auto before = other.peer().certificate;
  const std::string fresh = pair.pki.gateway(renewed.spec.name);
  for (const char* end : {".pem", ".key"})
    std::filesystem::rename(fresh + end, renewed.spec.credentials + end);
  pair.log.clear();
  REQUIRE(renewed.keys->reload_credentials().ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(other.peer().certificate != before);
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(std::ranges::count(pair.log.events(), renewed.spec.name + " drop") == 0);
}

TEST_CASE("credentials: another gateway's certificate is not taken at a reload", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const std::string fresh = pair.pki.gateway("gw-c");
  for (const char* end : {".pem", ".key"})
    std::filesystem::rename(fresh + end, pair.a->spec.credentials + end);
  REQUIRE(pair.a->keys->reload_credentials().error().code == ErrorCode::kInvalid);
  REQUIRE(pair.a->keys->rekey("gw-b").ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
}

}  // namespace bulkhead::control
