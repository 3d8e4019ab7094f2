// SPDX-License-Identifier: Apache-2.0
// The pieces of the key agreement that need no network. Vectors: docs/mesh.md.
#include <catch2/catch.hpp>

#include "mesh/inbound_lanes.h"
#include "mesh/key_schedule.h"
#include "mesh/token_bucket.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

namespace {

std::string hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

mesh::Transcript example() {
  mesh::Transcript t;
  t.initiator.id = "spiffe://bulkhead/gateway/gw-a";
  t.responder.id = "spiffe://bulkhead/gateway/gw-b";
  t.initiator.leaf.bytes.fill(0xaa);
  t.responder.leaf.bytes.fill(0xbb);
  for (uint8_t i = 0; i < 16; ++i) {
    t.initiator.boot_nonce[i] = i;
    t.responder.boot_nonce[i] = static_cast<uint8_t>(16 + i);
  }
  t.initiator.workers = 1;
  t.responder.workers = 3;
  t.session = 7;
  return t;
}

KeySchedule::Secret example_secret() {
  KeySchedule::Secret secret;
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<uint8_t>(0x40 + i);
  return secret;
}

}  // namespace

TEST_CASE("key schedule: the documented context comes out", "[mesh][keys]") {
  REQUIRE(hex(exporter_context(example())) ==
          "dbe4d7b8ff9b58bf94a2e6d210c77dc8141529240caf7f4d4697e3401c8009ec");
}

TEST_CASE("key schedule: the documented lane keys come out", "[mesh][keys]") {
  struct Row {
    Direction direction;
    uint32_t index;
    const char* key;
    const char* salt;
  };
  const auto row =
      GENERATE(Row{Direction::kFromInitiator, 0,
                   "dbf843a9813cd3cf8a451643f76bbfe2d00a22b44e65da505eaf5fa52fb21e6e", "032a120e"},
               Row{Direction::kFromInitiator, 2,
                   "6dbaa0c251d3984945cebac6b8d29e87e50a21de69ef7c999a4aa2332952e828", "daee18b8"},
               Row{Direction::kFromResponder, 0,
                   "71fefe78ba72e7f3a2d6ef97627480c48c825da9006378ea59671fbe7f420ea9", "6f3f33a3"},
               Row{Direction::kFromResponder, 2,
                   "6578e3f9f4130381980acfb71d2ee6d1fa6fd69ef3bf2a3e20825401f4c8658f", "adab7e8f"});
  const KeySchedule schedule(example_secret());
  esp::KeyMaterial keys;
  REQUIRE(schedule.lane(row.direction, row.index, keys).ok());
  REQUIRE(hex(keys.key) == row.key);
  REQUIRE(hex(keys.salt) == row.salt);
}

TEST_CASE("key schedule: every field of the transcript changes the context", "[mesh][keys]") {
  const auto change = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  mesh::Transcript t = example();
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
  REQUIRE(exporter_context(t) != exporter_context(example()));
}

TEST_CASE("key schedule: swapped parties make another context", "[mesh][keys]") {
  mesh::Transcript t = example();
  std::swap(t.initiator, t.responder);
  REQUIRE(exporter_context(t) != exporter_context(example()));
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
