// SPDX-License-Identifier: Apache-2.0
// Each message of the exchange lost and repeated, against either end: the real end has the old
// lanes or whole new ones, never a part of a set, and the next good exchange makes all well again.
#include <catch2/catch.hpp>
#include <thread>

#include "mesh/sockets.h"
#include "mesh_faulty_peer.h"

namespace bulkhead::control {

namespace {

struct Before {
  std::map<uint32_t, ipc::InboundLane> inbound;
  std::vector<ipc::OutboundLane> outbound;
};

// One lane each way and set: the sets are whole if the counts are.
void check_lanes(const Gateway& real, const Before& before, const FaultyPeer& faulty) {
  const auto inbound = real.dataplane.inbound();
  const auto outbound = real.dataplane.outbound();
  // Sending began on the new lanes only after the other end was ready to receive.
  REQUIRE(outbound.size() == 1);
  const bool ready_came = faulty.at > 2 || (faulty.at == 2 && faulty.fault == Fault::kTwice);
  const bool switched = outbound.front().spi != before.outbound.front().spi;
  REQUIRE(switched == ready_came);
  if (switched) REQUIRE(outbound.front().spi == 5000 + faulty.at);
  // The old inbound lane stays until the peer is known to have left it.
  const bool all_said = faulty.at == 3 && faulty.fault == Fault::kTwice;
  if (!all_said) REQUIRE(inbound.contains(before.inbound.begin()->first));
  REQUIRE(inbound.size() <= InboundLanes::kMaxSets + 1);
}

}  // namespace

TEST_CASE("key agreement: each message lost or repeated by the initiator leaves whole lanes",
          "[mesh][loss]") {
  const auto at = GENERATE(range<size_t>(0, 4));
  const auto fault = GENERATE(Fault::kLost, Fault::kTwice);
  MeshTuning tuning = fast_tuning();
  tuning.handshake_ns = 400 * kMillisecond;
  Pair pair(tuning);
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  pair.a->keys->stop();
  const Before before{pair.b->dataplane.inbound(), pair.b->dataplane.outbound()};
  const FaultyPeer faulty{
      "gw-a", pair.a->spec.credentials, pair.pki.anchors(), pair.pki.directory() + "/faulty.db", at,
      fault};
  CAPTURE(at, static_cast<int>(fault));
  (void)faulty.call(1, pair.b->keys->listening());
  std::this_thread::sleep_for(std::chrono::milliseconds(450));  // its deadline
  check_lanes(*pair.b, before, faulty);
  pair.a->restart_control();
  REQUIRE(eventually([&] {
    return pair.a->peer().phase == PeerPhase::kUp && lanes_match(*pair.a, *pair.b) &&
           lanes_match(*pair.b, *pair.a);
  }));
}

TEST_CASE("key agreement: each message lost or repeated by the responder leaves whole lanes",
          "[mesh][loss]") {
  const auto at = GENERATE(range<size_t>(0, 4));
  const auto fault = GENERATE(Fault::kLost, Fault::kTwice);
  MeshTuning tuning = fast_tuning();
  tuning.handshake_ns = 400 * kMillisecond;
  tuning.retry_min_ns = tuning.retry_away_ns = tuning.retry_refused_ns = 700 * kMillisecond;
  Pair pair(tuning);
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const Endpoint place = pair.b->keys->listening();
  const Before before{pair.a->dataplane.inbound(), pair.a->dataplane.outbound()};
  pair.b->keys->stop();
  pair.b->keys.reset();  // its listener too
  auto listener = listen_on(place);
  REQUIRE(listener.ok());
  const FaultyPeer faulty{
      "gw-b", pair.b->spec.credentials, pair.pki.anchors(), pair.pki.directory() + "/faulty.db", at,
      fault};
  CAPTURE(at, static_cast<int>(fault));
  (void)faulty.answer(std::move(*listener));
  std::this_thread::sleep_for(std::chrono::milliseconds(450));
  check_lanes(*pair.a, before, faulty);
  pair.b->start_control(place.port);
  REQUIRE(eventually([&] {
    return pair.a->peer().phase == PeerPhase::kUp && lanes_match(*pair.a, *pair.b) &&
           lanes_match(*pair.b, *pair.a);
  }));
}

}  // namespace bulkhead::control
