// SPDX-License-Identifier: Apache-2.0
// Lanes that change their keys by themselves (ADR 4): around the end of an epoch, after a silence
// of whole epochs, and when somebody claims epochs that are not.
#include <catch2/catch.hpp>

#include "base/byte_order.h"
#include "mesh_fixture.h"
#include "stage/decrypt.h"
#include "stage/encrypt.h"
#include "stage/underlay.h"

namespace bulkhead::dataplane {
namespace {

using esp::kEpochPackets;
constexpr size_t kSequenceAt = 14 + 20 + 8 + 4;

Bytes plain() {
  return ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(40000, 502) | filler(20);
}

// What gateway a puts on the wire; empty: dropped for `reason`.
Bytes sealed(MeshPair& pair, DropReason* reason = nullptr) {
  EncryptStage stage;
  const Outcome out = pair.a.run(stage, pair.a.decided(plain(), "10.0.0.2"));
  if (reason != nullptr) *reason = out.reason;
  Bytes wire = out.in_burst ? bytes_of(*out.packet) : Bytes{};
  pair.a.pool.free({&out.packet, 1});
  return wire;
}

DropReason opened(MeshPair& pair, const Bytes& wire) {
  UnderlayStage underlay;
  DecryptStage decrypt;
  Outcome out = pair.b.run(underlay, wire);
  if (out.in_burst) out = pair.b.run(decrypt, out.packet);
  pair.b.pool.free({&out.packet, 1});
  return out.reason;
}

// As if that many packets had been sent since the lane was made.
void sent(MeshPair& pair, uint64_t last) {
  OutboundLane& lane = pair.a.outbound_lane();
  lane.sequence = esp::Sequence(last);
  lane.newest.store(last);
  while (pair.a.tick()) {
  }
}

Bytes claiming(Bytes wire, uint64_t epoch) {
  store_be<uint32_t>(&wire[kSequenceAt], static_cast<uint32_t>(epoch * kEpochPackets + 7));
  return wire;
}

}  // namespace

TEST_CASE("epoch: packets around its end, are opened, each with its own key", "[mesh][epoch]") {
  MeshPair pair;
  sent(pair, kEpochPackets - 3);
  for (int i = 0; i < 8; ++i) {
    REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
    (void)pair.a.tick();
    (void)pair.b.tick();
  }
  REQUIRE(first_status(pair.a.state).outbound_epoch == 1);
  REQUIRE(first_status(pair.b.state).inbound_epoch == 1);
}

TEST_CASE("epoch: the tables hold the present key and the next before any worker needs it",
          "[mesh][epoch]") {
  MeshPair pair;
  REQUIRE(pair.a.outbound_keys().find(0) != nullptr);
  REQUIRE(pair.a.outbound_keys().find(1) != nullptr);
  REQUIRE(pair.a.outbound_keys().find(2) == nullptr);
  REQUIRE(pair.a.outbound_keys().find(0)->salt != pair.a.outbound_keys().find(1)->salt);
  sent(pair, kEpochPackets + 1);
  REQUIRE(pair.a.outbound_keys().find(0) == nullptr);
  REQUIRE(pair.a.outbound_keys().find(1) != nullptr);
  REQUIRE(pair.a.outbound_keys().find(2) != nullptr);
}

TEST_CASE("epoch: a packet held back over its end, is opened while the window reaches back to it",
          "[mesh][epoch]") {
  MeshPair pair;
  sent(pair, kEpochPackets - 2);
  const Bytes late = sealed(pair);
  const Bytes later = sealed(pair);
  for (int i = 0; i < 3; ++i) REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
  (void)pair.b.tick();
  REQUIRE(opened(pair, late) == DropReason::kNone);

  sent(pair, kEpochPackets + esp::ReplayWindow::kWindow);
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
  (void)pair.b.tick();
  REQUIRE(pair.b.mesh().inbound(pair.a.outbound_lane().spi).keys->find(0) == nullptr);
  REQUIRE(opened(pair, later) == DropReason::kReplay);
}

TEST_CASE("encrypt: a lane whose next key is not there, drops with lane_exhausted",
          "[mesh][epoch][drop]") {
  MeshPair pair;
  pair.a.outbound_lane().sequence = esp::Sequence(2 * kEpochPackets - 1);  // and no tick
  DropReason reason{};
  REQUIRE_FALSE(sealed(pair, &reason).empty());
  REQUIRE(sealed(pair, &reason).empty());
  REQUIRE(reason == DropReason::kLaneExhausted);
  REQUIRE(pair.a.outbound_lane().sequence.last() == 2 * kEpochPackets);  // no number was spent
}

TEST_CASE("decrypt: whole epochs were missed, drops with stale_epoch until the key is found",
          "[mesh][epoch][drop]") {
  const uint64_t missed = GENERATE(2u, 3u, 17u, 31u);
  MeshPair pair;
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
  sent(pair, missed * kEpochPackets + 5);
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kStaleEpoch);
  REQUIRE(pair.b.tick());
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
  REQUIRE(pair.b.tick());
  REQUIRE(first_status(pair.b.state).inbound_epoch == missed);
  sent(pair, (missed + 1) * kEpochPackets + 5);
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
}

TEST_CASE("decrypt: forged claims of every epoch, do not keep it from the true one",
          "[mesh][epoch][drop]") {
  MeshPair pair;
  const Bytes any = sealed(pair);
  REQUIRE(opened(pair, any) == DropReason::kNone);
  sent(pair, 9 * kEpochPackets + 5);
  int rounds = 0;
  for (; opened(pair, sealed(pair)) != DropReason::kNone; ++rounds) {
    REQUIRE(rounds < 31);
    for (uint64_t epoch = 2; epoch < 32; ++epoch) {
      const DropReason reason = opened(pair, claiming(any, epoch));
      const bool refused = reason == DropReason::kStaleEpoch || reason == DropReason::kAuthFailed;
      REQUIRE(refused);
    }
    (void)pair.b.tick();
  }
  (void)pair.b.tick();
  REQUIRE(first_status(pair.b.state).inbound_epoch == 9);
}

TEST_CASE("decrypt: forged claims alone, move neither keys nor window", "[mesh][epoch][drop]") {
  MeshPair pair;
  const Bytes first = sealed(pair);
  REQUIRE(opened(pair, first) == DropReason::kNone);
  for (uint64_t epoch = 2; epoch < 32; ++epoch) {
    REQUIRE(opened(pair, claiming(first, epoch)) == DropReason::kStaleEpoch);
    (void)pair.b.tick();
    REQUIRE(opened(pair, claiming(first, epoch)) == DropReason::kAuthFailed);
  }
  REQUIRE(first_status(pair.b.state).inbound_epoch == 0);
  REQUIRE(opened(pair, sealed(pair)) == DropReason::kNone);
}

TEST_CASE("decrypt: a number of the far half of the ring, drops with replay and claims nothing",
          "[mesh][epoch][drop]") {
  MeshPair pair;
  const Bytes first = sealed(pair);
  REQUIRE(opened(pair, first) == DropReason::kNone);
  REQUIRE(opened(pair, claiming(first, 32)) == DropReason::kReplay);
  REQUIRE(opened(pair, claiming(first, 63)) == DropReason::kReplay);
  REQUIRE_FALSE(pair.b.tick());
}

TEST_CASE("key chain: an epoch far ahead, has the key to which single steps lead",
          "[mesh][epoch]") {
  esp::KeyMaterial agreed;
  agreed.chain.fill(7);
  Result<KeyChain> jumped = KeyChain::make(agreed);
  Result<KeyChain> walked = KeyChain::make(agreed);
  REQUIRE(*jumped->try_ahead(20));
  REQUIRE_FALSE(*jumped->try_ahead(20));
  for (uint64_t epoch = 1; epoch <= 20; ++epoch) REQUIRE(*walked->hold(epoch, epoch));
  REQUIRE(jumped->keys()->find(20)->salt == walked->keys()->find(20)->salt);
  REQUIRE(jumped->keys()->find(0) != nullptr);  // nothing was given up for it
  REQUIRE(*jumped->hold(20, 20));
  REQUIRE(jumped->keys()->find(0) == nullptr);
  REQUIRE(jumped->keys()->find(21) != nullptr);
  REQUIRE_FALSE(*jumped->try_ahead(20 + esp::kCatchUpEpochs + 1));
}

}  // namespace bulkhead::dataplane
