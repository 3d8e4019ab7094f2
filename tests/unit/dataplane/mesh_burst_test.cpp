// SPDX-License-Identifier: Apache-2.0
// Whole bursts through encrypt and decrypt: packets of one burst share what was found for the ones
// before them, and each still has its own fate.
#include <catch2/catch.hpp>

#include "base/byte_order.h"
#include "mesh_fixture.h"
#include "stage/decrypt.h"
#include "stage/encrypt.h"
#include "stage/flow_tuple.h"
#include "stage/underlay.h"

namespace bulkhead::dataplane {
namespace {

constexpr const char* kHere = "10.0.0.1";
constexpr const char* kBehindPeer = "10.0.0.2";

Bytes plain(uint16_t port, size_t size = 20) {
  return ethernet() | ipv4(kHere, kBehindPeer) | udp(port, 2) | filler(size);
}

template <typename Stage>
void run(MeshGateway& gateway, Stage& stage, Burst& burst) {
  WorkerView view = gateway.make_view();
  stage.process(burst, view);
}

// What gateway a makes of them on the wire.
std::vector<Bytes> sealed(MeshPair& pair, const std::vector<Bytes>& frames) {
  Burst burst;
  for (const Bytes& frame : frames) REQUIRE(burst.push(pair.a.decided(frame, kBehindPeer)));
  EncryptStage stage;
  run(pair.a, stage, burst);
  REQUIRE(burst.size() == frames.size());
  std::vector<Bytes> wire;
  for (const Packet* packet : burst.packets()) wire.push_back(bytes_of(*packet));
  pair.a.pool.free(burst.packets());
  return wire;
}

// What gateway b's burst is after decrypt, and why the others are not in it, in their order.
struct Opened {
  std::vector<uint16_t> ports;  // source ports of what stayed
  std::vector<DropReason> reasons;
};
Opened opened(MeshPair& pair, const std::vector<Bytes>& wire) {
  Burst burst;
  for (const Bytes& frame : wire) {
    Packet* packet = pair.b.pool.make(frame);
    packet->meta.rx_port = kMeshPort;
    REQUIRE(burst.push(packet));
  }
  UnderlayStage underlay;
  DecryptStage decrypt;
  run(pair.b, underlay, burst);
  run(pair.b, decrypt, burst);
  Opened out;
  for (const Packet* packet : burst.packets()) {
    REQUIRE(packet->meta.from_mesh);
    out.ports.push_back(packet->meta.frame.ip.src_port);
  }
  for (const Burst::Dropped& dropped : burst.dropped()) out.reasons.push_back(dropped.reason);
  pair.b.pool.free(burst.packets());
  for (const Burst::Dropped& dropped : burst.dropped()) pair.b.pool.free({&dropped.packet, 1});
  return out;
}

std::vector<Bytes> frames_from(uint16_t first, size_t n) {
  std::vector<Bytes> frames;
  for (size_t i = 0; i < n; ++i) frames.push_back(plain(static_cast<uint16_t>(first + i), i));
  return frames;
}

}  // namespace

TEST_CASE("mesh: a full burst, arrives whole and in order, and is counted", "[mesh][burst]") {
  MeshPair pair;
  const Opened out = opened(pair, sealed(pair, frames_from(1000, Burst::kCapacity)));
  REQUIRE(out.reasons.empty());
  REQUIRE(out.ports.size() == Burst::kCapacity);
  for (size_t i = 0; i < out.ports.size(); ++i) REQUIRE(out.ports[i] == 1000 + i);
  const OutboundLane& lane = pair.a.outbound_lane();
  REQUIRE(lane.packets.load() == Burst::kCapacity);
  REQUIRE(lane.newest.load() == Burst::kCapacity);
  size_t inner = 0;
  for (size_t i = 0; i < Burst::kCapacity; ++i) inner += 20 + 8 + i;
  REQUIRE(lane.bytes.load() == inner);
  const InboundLane& inbound = *pair.b.mesh().inbound(lane.spi).lane;
  REQUIRE(inbound.packets.load() == Burst::kCapacity);
  REQUIRE(inbound.bytes.load() == inner);
}

TEST_CASE("mesh: a burst over two lanes of a peer, each packet takes its own and is counted there",
          "[mesh][burst]") {
  MeshPair pair({IpVersion::kV4, 1500, 1, 2});
  std::array<uint64_t, 2> flows{};
  std::vector<uint32_t> hashes;
  const auto frames = frames_from(2000, 40);
  for (const Bytes& frame : frames) {
    wire::Frame parsed;
    REQUIRE(wire::parse_frame(frame, parsed).kind == wire::FaultKind::kNone);
    hashes.push_back(flow_hash_of(frame, parsed.ip));
    ++flows[hashes.back() % 2];
  }
  REQUIRE((flows[0] > 5 && flows[1] > 5));
  const auto wire = sealed(pair, frames);
  for (size_t i = 0; i < wire.size(); ++i)
    REQUIRE(load_be<uint32_t>(&wire[i][14 + 20 + 8]) == pair.a.outbound_lane(hashes[i]).spi);
  for (const uint32_t worker : {0u, 1u}) {
    const OutboundLane& lane = pair.a.outbound_lane(worker);
    REQUIRE(lane.packets.load() == flows[worker]);
    REQUIRE(lane.newest.load() == flows[worker]);
    REQUIRE(lane.sequence.last() == flows[worker]);
  }
}

TEST_CASE("encrypt: packets for here and for a peer in one burst, only the latter are sealed",
          "[mesh][burst]") {
  MeshPair pair;
  Burst burst;
  for (size_t i = 0; i < 20; ++i)
    REQUIRE(burst.push(pair.a.decided(plain(3000), i % 3 == 0 ? kHere : kBehindPeer)));
  EncryptStage stage;
  run(pair.a, stage, burst);
  REQUIRE(burst.size() == 20);
  burst.for_each([](Slot i, Packet& packet) {
    const bool here = i % 3 == 0;
    REQUIRE((packet.meta.tx_port == kNoPort) == here);
    REQUIRE((bytes_of(packet) == plain(3000)) == here);
  });
}

TEST_CASE("encrypt: packets too large for the path in one burst with others, drop with mtu alone",
          "[mesh][burst][drop]") {
  MeshPair pair;
  Burst burst;
  std::vector<Packet*> large;
  for (size_t i = 0; i < 20; ++i) {
    const bool too_large = i == 0 || i == 7 || i == 19;
    REQUIRE(burst.push(pair.a.decided(plain(3000, too_large ? 1450 : 20), kBehindPeer)));
    if (too_large) large.push_back(&burst[i]);
  }
  EncryptStage stage;
  run(pair.a, stage, burst);
  REQUIRE(burst.size() == 17);
  REQUIRE(burst.dropped().size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    REQUIRE(burst.dropped()[i].packet == large[i]);
    REQUIRE(burst.dropped()[i].reason == DropReason::kMtu);
  }
  REQUIRE(pair.a.outbound_lane().packets.load() == 17);
  burst.for_each([](Slot, Packet& packet) { REQUIRE(packet.meta.tx_port == kMeshPort); });
}

TEST_CASE("decrypt: repeats and forgeries within one burst, each packet has its own fate",
          "[mesh][burst][replay][drop]") {
  MeshPair pair;
  const auto good = sealed(pair, frames_from(4000, 8));
  Bytes forged = good[2];
  forged.back() ^= 1;
  Bytes nobodys = good[3];
  nobodys[14 + 20 + 8] ^= 0x80;  // of the SPI
  const Opened out = opened(
      pair, {good[5], good[0], good[0], forged, good[2], nobodys, good[5], good[7], good[1]});
  REQUIRE(out.ports == std::vector<uint16_t>{4005, 4000, 4002, 4007, 4001});
  REQUIRE(out.reasons == std::vector<DropReason>{DropReason::kReplay, DropReason::kAuthFailed,
                                                 DropReason::kNoSa, DropReason::kReplay});
}

}  // namespace bulkhead::dataplane
