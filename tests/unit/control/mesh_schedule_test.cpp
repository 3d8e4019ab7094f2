// SPDX-License-Identifier: Apache-2.0
// The pieces of the key agreement that need no network. Vectors: mesh_document_test.cpp.
#include <catch2/catch.hpp>

#include "mesh/inbound_lanes.h"
#include "mesh/key_schedule.h"
#include "mesh/token_bucket.h"
#include "mesh/tuning.h"
#include "mesh_vector.h"

namespace bulkhead::control {

TEST_CASE("key schedule: every field of the transcript changes the context", "[mesh][keys]") {
  const auto change = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  mesh::Transcript t = vector_transcript();
  if (change == 0) t.version = 2;
  if (change == 1) t.initiator.id += "x";
  if (change == 2) t.responder.id += "x";
  if (change == 3) t.initiator.leaf.bytes[31] ^= 1;
  if (change == 4) t.responder.leaf.bytes[31] ^= 1;
  if (change == 5) t.initiator.boot_nonce[0] ^= 1;
  if (change == 6) t.responder.boot_nonce[0] ^= 1;
  if (change == 7) t.initiator.workers = 3;
  if (change == 8) t.responder.workers = 1;
  if (change == 9) t.session = 8;
  REQUIRE(exporter_context(t) != exporter_context(vector_transcript()));
}

TEST_CASE("key schedule: swapped parties make another context", "[mesh][keys]") {
  mesh::Transcript t = vector_transcript();
  std::swap(t.initiator, t.responder);
  REQUIRE(exporter_context(t) != exporter_context(vector_transcript()));
}

TEST_CASE("token bucket: a burst, then so many per second, never more", "[mesh]") {
  TokenBucket bucket(3, 2, 1000);
  REQUIRE((bucket.take(1000) && bucket.take(1000) && bucket.take(1000)));
  REQUIRE_FALSE(bucket.take(1000));
  REQUIRE_FALSE(bucket.take(1000 + kSecond / 2 - 1));
  REQUIRE(bucket.take(1000 + kSecond / 2));
  REQUIRE_FALSE(bucket.take(1000 + kSecond / 2));
  const uint64_t later = uint64_t{1} << 60;
  REQUIRE((bucket.take(later) && bucket.take(later) && bucket.take(later)));
  REQUIRE_FALSE(bucket.take(later));
  REQUIRE_FALSE(bucket.take(1));
}

TEST_CASE("inbound lanes: a confirmed set retires the older ones at the time given", "[mesh]") {
  InboundLanes lanes;
  lanes.add({1, 2}, 0);
  lanes.confirm_newest(5);
  lanes.add({3, 4}, 10);
  REQUIRE_FALSE(lanes.next_due().has_value());
  lanes.confirm_newest(20);
  REQUIRE(lanes.next_due() == 20);
  REQUIRE(lanes.take_due(19).empty());
  REQUIRE(lanes.take_due(20) == std::vector<uint32_t>{1, 2});
  REQUIRE(lanes.lanes() == 2);
}

TEST_CASE("inbound lanes: unconfirmed sets stay until the peer names the one in use", "[mesh]") {
  InboundLanes lanes;
  lanes.add({1}, 0);
  lanes.confirm_newest(0);
  lanes.add({2}, 0);
  lanes.add({3}, 0);
  lanes.peer_sends_on(0, 7);
  lanes.peer_sends_on(99, 7);
  REQUIRE_FALSE(lanes.next_due().has_value());
  lanes.peer_sends_on(2, 7);
  REQUIRE(lanes.take_due(7) == std::vector<uint32_t>{1, 3});
  REQUIRE(lanes.sets() == 1);
}

TEST_CASE("inbound lanes: unconfirmed sets are bounded, the oldest goes", "[mesh]") {
  InboundLanes lanes;
  for (uint32_t i = 1; i <= InboundLanes::kMaxSets + 1; ++i) lanes.add({i}, 3);
  REQUIRE(lanes.take_due(3) == std::vector<uint32_t>{1});
  REQUIRE(lanes.sets() == InboundLanes::kMaxSets);
}

}  // namespace bulkhead::control
