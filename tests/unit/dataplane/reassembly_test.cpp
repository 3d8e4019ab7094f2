// SPDX-License-Identifier: Apache-2.0
// The table that puts fragments together, against orders, contradictions, time and crowds.
#include "table/reassembly.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "packet_builder.h"
#include "wire/ipv4_fragment.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;
using namespace bulkhead::test;
using Fate = ReassemblyTable::Fate;

namespace {

constexpr uint64_t kNow = 5'000'000'000;

Bytes whole(size_t payload_bytes, uint16_t id = 1, Bytes options = {}) {
  return ipv4("10.0.0.1", "10.0.0.2").id(id).options(std::move(options)) | udp(1, 2) |
         filler(payload_bytes, static_cast<uint8_t>(id));
}

std::vector<Bytes> cut(Bytes packet, size_t limit) {
  std::vector<Bytes> out(1);
  wire::Ipv4Cutter cutter(packet, limit);
  Bytes room(limit);
  for (size_t n = cutter.rest(room); n != 0; n = cutter.rest(room))
    out.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(n));
  packet.resize(cutter.first());
  out[0] = packet;
  return out;
}

// One fragment, as a foreign gateway might make it.
Bytes fragment(uint32_t offset, size_t bytes, bool last, uint16_t id = 1) {
  Ipv4 ip = ipv4("10.0.0.1", "10.0.0.2");
  ip.id(id).fragment_offset(static_cast<uint16_t>(offset / 8)).with_protocol(17);
  if (!last) ip.more_fragments();
  return ip | filler(bytes);
}

struct Table {
  ReassemblyTable table;
  ReassemblyTable::GivenUp given_up;
  uint64_t now = kNow;

  Fate add(const Bytes& f, uint32_t lane = 7, Bytes* out = nullptr) {
    FragmentKey key;
    key.lane = lane;
    key.identification = wire::read_fragment(f).identification;
    const auto outcome = table.add(key, f, now, given_up);
    if (out != nullptr) out->assign(outcome.packet.begin(), outcome.packet.end());
    return outcome.fate;
  }
};

}  // namespace

TEST_CASE("reassembly: any packet cut to any size, in any order, comes out as it was",
          "[dataplane][reassembly][property]") {
  std::mt19937 random(1);
  Table t;
  for (int round = 0; round < 2000; ++round) {
    const size_t size = 100 + random() % 9000;
    const Bytes options =
        random() % 4 == 0 ? Bytes{0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 1} : Bytes{};
    const Bytes packet = whole(size, static_cast<uint16_t>(round), options);
    auto pieces = cut(packet, 68 + random() % (size - 60));
    if (pieces.size() < 2) continue;
    std::shuffle(pieces.begin(), pieces.end(), random);
    for (size_t i = 0; i + 1 < pieces.size(); ++i) REQUIRE(t.add(pieces[i]) == Fate::kHeld);
    Bytes out;
    REQUIRE(t.add(pieces.back(), 7, &out) == Fate::kWhole);
    REQUIRE(out == packet);
    REQUIRE(t.table.held() == 0);
  }
}

TEST_CASE("reassembly: packets whose fragments alternate, are kept apart",
          "[dataplane][reassembly]") {
  Table t;
  const Bytes one = whole(2000, 1), two = whole(2000, 2), other_lane = whole(1900, 1);
  const auto a = cut(one, 1200), b = cut(two, 1200), c = cut(other_lane, 1200);
  REQUIRE(t.add(a[0]) == Fate::kHeld);
  REQUIRE(t.add(b[1]) == Fate::kHeld);
  REQUIRE(t.add(c[1], 8) == Fate::kHeld);
  Bytes out;
  REQUIRE(t.add(b[0], 7, &out) == Fate::kWhole);
  CHECK(out == two);
  REQUIRE(t.add(a[1], 7, &out) == Fate::kWhole);
  CHECK(out == one);
  REQUIRE(t.add(c[0], 8, &out) == Fate::kWhole);
  CHECK(out == other_lane);
}

TEST_CASE("reassembly: an overlap condemns the packet and all that comes of it",
          "[dataplane][reassembly]") {
  const auto [name, second] = GENERATE(table<std::string, Bytes>({
      {"the same again", fragment(0, 80, false)},
      {"partly the same", fragment(72, 80, false)},
      {"an end inside", fragment(8, 8, true)},
      {"an end that is too early", fragment(72, 8, true)},
  }));
  INFO(name);
  Table t;
  REQUIRE(t.add(fragment(0, 80, false)) == Fate::kHeld);
  CHECK(t.add(second) == Fate::kOverlap);
  CHECK(t.given_up.overlap == 1);
  CHECK(t.add(fragment(80, 80, true)) == Fate::kOverlap);
  CHECK(t.add(fragment(0, 80, false)) == Fate::kOverlap);
  CHECK(t.given_up.overlap == 1);  // the others were never held
  t.now += ReassemblyTable::kTimeoutNs;
  t.table.expire(t.now, t.given_up);
  CHECK(t.given_up.timeout == 0);
  CHECK(t.add(fragment(0, 80, false)) == Fate::kHeld);  // a new packet with that number
}

TEST_CASE("reassembly: two different ends, or bytes behind the end, condemn the packet",
          "[dataplane][reassembly]") {
  Table t;
  REQUIRE(t.add(fragment(160, 80, true)) == Fate::kHeld);
  CHECK(t.add(fragment(320, 80, true)) == Fate::kOverlap);
  REQUIRE(t.add(fragment(160, 80, true, 2)) == Fate::kHeld);
  CHECK(t.add(fragment(240, 80, false, 2)) == Fate::kOverlap);
}

TEST_CASE("reassembly: fragments without bytes, or cut at the wrong place, are malformed",
          "[dataplane][reassembly]") {
  Table t;
  CHECK(t.add(fragment(0, 0, false)) == Fate::kMalformed);
  CHECK(t.add(fragment(8, 0, true)) == Fate::kMalformed);
  CHECK(t.add(fragment(0, 81, false)) == Fate::kMalformed);
  CHECK(t.table.held() == 0);
}

TEST_CASE("reassembly: what is larger than a port's largest packet is refused at once",
          "[dataplane][reassembly]") {
  Table t;
  const size_t most = ReassemblyTable::kMaxPacket - 20;
  CHECK(t.add(fragment(65528, 8, true)) == Fate::kTooLarge);
  CHECK(t.add(fragment(most - most % 8, 16, false)) == Fate::kTooLarge);
  CHECK(t.table.held() == 0);
  const Bytes largest = whole(most - 8);
  auto pieces = cut(largest, 1400);
  for (size_t i = 0; i + 1 < pieces.size(); ++i) REQUIRE(t.add(pieces[i]) == Fate::kHeld);
  CHECK(t.add(pieces.back()) == Fate::kWhole);
}

TEST_CASE("reassembly: a header with options that makes the whole too large is refused at the end",
          "[dataplane][reassembly]") {
  Table t;
  const Bytes packet = whole(ReassemblyTable::kMaxPacket - 20 - 8, 1, {7, 7, 4, 0, 0, 0, 0, 1});
  const auto pieces = cut(packet, 1400);
  for (size_t i = 0; i + 1 < pieces.size(); ++i) REQUIRE(t.add(pieces[i]) == Fate::kHeld);
  CHECK(t.add(pieces.back()) == Fate::kTooLarge);
  CHECK(t.given_up.too_large == pieces.size() - 1);
  CHECK(t.table.held() == 0);
}

TEST_CASE("reassembly: after a second the parts are given up", "[dataplane][reassembly]") {
  Table t;
  const auto pieces = cut(whole(3000), 1200);
  REQUIRE(t.add(pieces[0]) == Fate::kHeld);
  t.now += ReassemblyTable::kTimeoutNs - 1;
  REQUIRE(t.add(pieces[1]) == Fate::kHeld);
  t.table.expire(t.now, t.given_up);
  CHECK(t.table.held() == 1);
  t.table.expire(t.now + 1, t.given_up);
  CHECK(t.given_up.timeout == 2);
  CHECK(t.table.held() == 0);
}

TEST_CASE("reassembly: a full table gives up the oldest", "[dataplane][reassembly]") {
  Table t;
  for (uint16_t id = 0; id < ReassemblyTable::kContexts; ++id, ++t.now)
    REQUIRE(t.add(fragment(0, 8, false, id), id / 8u) == Fate::kHeld);
  REQUIRE(t.add(fragment(0, 8, false, 500), 99) == Fate::kHeld);
  CHECK(t.given_up.full == 1);
  CHECK(t.add(fragment(8, 8, true, 1), 0) == Fate::kWhole);  // the second oldest is there
  CHECK(t.add(fragment(8, 8, true, 0), 0) == Fate::kHeld);   // the oldest began anew
}

TEST_CASE("reassembly: one lane pushes out only its own", "[dataplane][reassembly]") {
  Table t;
  REQUIRE(t.add(fragment(0, 8, false, 1), 1) == Fate::kHeld);
  for (uint16_t id = 0; id < 1000; ++id, ++t.now)
    REQUIRE(t.add(fragment(0, 8, false, id), 2) == Fate::kHeld);
  CHECK(t.table.held() == 1 + ReassemblyTable::kPerLane);
  CHECK(t.given_up.full == 1000 - ReassemblyTable::kPerLane);
  CHECK(t.add(fragment(8, 8, true, 1), 1) == Fate::kWhole);
}
