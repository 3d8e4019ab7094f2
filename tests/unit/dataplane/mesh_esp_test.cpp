// SPDX-License-Identifier: Apache-2.0
// Encrypt, underlay and decrypt between two gateways, and every way in which they refuse.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "base/byte_order.h"
#include "mesh_fixture.h"
#include "stage/decrypt.h"
#include "stage/encrypt.h"
#include "stage/flow_tuple.h"
#include "stage/underlay.h"
#include "wire/checksum.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kOuterV4 = 14 + 20 + 8;

Bytes plain(size_t payload_bytes, uint8_t tos = 0) {
  Bytes frame = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(40000, 502) | filler(payload_bytes);
  if (tos == 0) return frame;
  frame[15] = tos;
  frame[24] = frame[25] = 0;
  store_be<uint16_t>(&frame[24], wire::internet_checksum(std::span(frame).subspan(14, 20)));
  return frame;
}

Bytes without_link(const Bytes& frame) {
  return {frame.begin() + 14, frame.end()};
}

// What gateway a puts on the wire for `frame`.
Bytes sealed(MeshPair& pair, const Bytes& frame, const std::string& to = "10.0.0.2") {
  EncryptStage stage;
  const Outcome out = pair.a.run(stage, pair.a.decided(frame, to));
  REQUIRE(out.in_burst);
  return bytes_of(*out.packet);
}

// What gateway b makes of it.
Outcome opened(MeshPair& pair, const Bytes& wire) {
  UnderlayStage underlay;
  DecryptStage decrypt;
  const Outcome first = pair.b.run(underlay, wire);
  if (!first.in_burst) return first;
  pair.b.worker = first.packet->meta.owner;  // the hand-over
  return pair.b.run(decrypt, first.packet);
}

// A well-formed ESP packet around any text, as only the key's holder can make it.
Bytes esp_around(MeshPair& pair, const Bytes& text) {
  OutboundLane& lane = pair.a.outbound_lane();
  const EpochKey& key = *pair.a.outbound_keys().find(0);
  const uint64_t sequence = lane.sequence.next();
  Bytes esp(16 + text.size() + 16);
  store_be<uint32_t>(esp.data(), lane.spi);
  store_be<uint32_t>(esp.data() + 4, static_cast<uint32_t>(sequence));
  store_be<uint64_t>(esp.data() + 8, sequence);
  std::copy(text.begin(), text.end(), esp.begin() + 16);
  uint8_t nonce[12];
  std::memcpy(nonce, key.salt.data(), 4);
  store_be<uint64_t>(nonce + 4, sequence);
  uint8_t aad[12];
  store_be<uint32_t>(aad, lane.spi);
  store_be<uint64_t>(aad + 4, sequence);
  REQUIRE(
      key.key.seal(std::span(esp).subspan(16, text.size()), nonce, aad, std::span(esp).last<16>()));
  return ethernet("02:aa:00:00:00:01", "02:aa:00:00:00:02") | ipv4("192.0.2.1", "192.0.2.2") |
         udp(50000, 4500) | payload(esp);
}

}  // namespace

TEST_CASE("mesh: any size of inner packet, arrives at the peer as it was", "[mesh][esp]") {
  const IpVersion underlay = GENERATE(IpVersion::kV4, IpVersion::kV6);
  MeshPair pair({underlay, 1500, 1, 1});
  for (size_t n = 0; n < 1300; n += 1 + n / 8) {
    const Bytes frame = plain(n);
    const Outcome out = opened(pair, sealed(pair, frame));
    REQUIRE(out.in_burst);
    REQUIRE(bytes_of(*out.packet) == without_link(frame));
    const PacketMeta& meta = out.packet->meta;
    REQUIRE(meta.from_mesh);
    REQUIRE(pair.b.snapshot().image.text(
                pair.b.snapshot().image.gateways()[meta.peer.value].name) == "gw-a");
    REQUIRE(meta.frame.ip.l3_offset == 0);
    REQUIRE(meta.frame.ip.src == *parse_ip("10.0.0.1"));
    REQUIRE(meta.frame.ip.dst_port == 502);
    REQUIRE(meta.frame.ethertype == 0x0800);
    REQUIRE(meta.tx_port == kNoPort);
    pair.b.pool.free({&out.packet, 1});
  }
}

TEST_CASE("mesh: an IPv6 packet, arrives at the peer as it was", "[mesh][esp]") {
  MeshPair pair;
  const Bytes frame = ethernet() | ipv6("2001:db8::1", "2001:db8::2") | tcp(1, 502) | filler(77);
  const Outcome out = opened(pair, sealed(pair, frame, "2001:db8::2"));
  REQUIRE(out.in_burst);
  REQUIRE(bytes_of(*out.packet) == without_link(frame));
  REQUIRE(out.packet->meta.frame.ethertype == 0x86dd);
}

TEST_CASE("encrypt: link padding behind the IP packet, does not travel", "[mesh][esp]") {
  MeshPair pair;
  Bytes frame = plain(1);
  const Bytes inner = without_link(frame);
  frame.resize(60);
  const Outcome out = opened(pair, sealed(pair, frame));
  REQUIRE(bytes_of(*out.packet) == inner);
}

TEST_CASE("encrypt: the outer IPv4 header, is right in every field", "[mesh][esp]") {
  MeshPair pair;
  const Bytes wire = sealed(pair, plain(100, 0xb9));  // DSCP EF, ECN bits set
  REQUIRE(Bytes(wire.begin(), wire.begin() + 14) ==
          Bytes{0x02, 0xaa, 0, 0, 0, 2, 0x02, 0xaa, 0, 0, 0, 1, 0x08, 0x00});
  REQUIRE(wire[14] == 0x45);
  REQUIRE(wire[15] == 0xb8);  // DSCP copied, ECN not
  REQUIRE(load_be<uint16_t>(&wire[16]) == wire.size() - 14);
  REQUIRE(load_be<uint16_t>(&wire[20]) == 0x4000);  // DF
  REQUIRE(wire[23] == 17);
  REQUIRE(wire::internet_checksum(std::span(wire).subspan(14, 20)) == 0);
  REQUIRE(load_be<uint16_t>(&wire[34]) == 50000);
  REQUIRE(load_be<uint16_t>(&wire[36]) == 4500);
  REQUIRE(load_be<uint16_t>(&wire[38]) == wire.size() - 34);
  REQUIRE(load_be<uint16_t>(&wire[40]) == 0);  // RFC 3948 2.1
  REQUIRE(load_be<uint32_t>(&wire[42]) == pair.a.outbound_lane().spi);
  REQUIRE(load_be<uint32_t>(&wire[46]) == 1);
  REQUIRE(load_be<uint64_t>(&wire[50]) == 1);
  REQUIRE((wire.size() - kOuterV4) % 4 == 0);
}

TEST_CASE("encrypt: the outer IPv6 header, is right in every field", "[mesh][esp]") {
  MeshPair pair({IpVersion::kV6, 1500, 1, 1});
  const Bytes wire = sealed(pair, plain(100, 0xb9));
  REQUIRE(load_be<uint16_t>(&wire[12]) == 0x86dd);
  REQUIRE(load_be<uint32_t>(&wire[14]) == 0x6b80'0000);
  REQUIRE(load_be<uint16_t>(&wire[18]) == wire.size() - 54);
  REQUIRE(wire[20] == 17);
  REQUIRE(load_be<uint16_t>(&wire[54 + 4]) == wire.size() - 54);
  REQUIRE(load_be<uint16_t>(&wire[54 + 6]) == 0);  // RFC 6935
}

TEST_CASE("encrypt: nothing of the inner packet, is readable on the wire", "[mesh][esp]") {
  MeshPair pair;
  Bytes frame = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 502) | payload("open the valve");
  const Bytes wire = sealed(pair, frame);
  const std::string text(wire.begin(), wire.end());
  REQUIRE(text.find("valve") == std::string::npos);
  REQUIRE(text.find(std::string("\x0a\x00\x00\x01", 4)) == std::string::npos);
}

TEST_CASE("encrypt: local, finished and transit packets, are left alone", "[mesh][esp]") {
  MeshPair pair;
  EncryptStage stage;
  Packet* packet = pair.a.decided(plain(10), "10.0.0.2");
  SECTION("local") {
    packet->meta.destination = pair.a.identity("10.0.0.1");
  }
  SECTION("finished") {
    packet->meta.tx_port = kZonePort;
  }
  SECTION("transit") {
    packet->meta.from_mesh = true;
  }
  SECTION("without destination") {
    packet->meta.destination = IdentityIndex{};
  }
  const Outcome out = pair.a.run(stage, packet);
  REQUIRE(out.in_burst);
  REQUIRE(bytes_of(*packet) == plain(10));
  REQUIRE(pair.a.outbound_lane().sequence.last() == 0);
}

TEST_CASE("encrypt: no peer, no keys or no link-layer address, drops with no_peer",
          "[mesh][esp][drop]") {
  MeshPair pair;
  EncryptStage stage;
  SECTION("no link-layer address") {
    pair.a.peer_hop().link_address.store(0);
  }
  SECTION("no keys") {
    REQUIRE(pair.a.state.set_peers({}));
    ipc::SetPeers again{
        {{"gw-b", {{{*parse_ip("192.0.2.2"), 4500}, {}}}, kHandshakePort, false, {}}},
        kHandshakePort};
    REQUIRE(pair.a.state.set_peers(again));
    pair.a.publish();
    pair.a.resolve_peer();
  }
  SECTION("no peer") {
    REQUIRE(pair.a.state.set_peers({}));
    pair.a.publish();
  }
  REQUIRE(pair.a.run(stage, pair.a.decided(plain(10), "10.0.0.2")).reason == DropReason::kNoPeer);
}

TEST_CASE("encrypt: the largest packet that fits passes, and one byte more drops with mtu",
          "[mesh][esp][drop]") {
  const uint16_t mtu = GENERATE(uint16_t{576}, uint16_t{1400}, uint16_t{1500});
  MeshPair pair({GENERATE(IpVersion::kV4, IpVersion::kV6), mtu, 1, 1});
  EncryptStage stage;
  const size_t largest = pair.a.outer().max_inner;
  const Outcome fits = pair.a.run(stage, pair.a.decided(plain(largest - 40), "10.0.0.2"));
  REQUIRE(fits.in_burst);
  REQUIRE(fits.packet->length - 14 <= mtu);
  REQUIRE(fits.packet->length - 14 > mtu - 4);
  REQUIRE(pair.a.run(stage, pair.a.decided(plain(largest - 39), "10.0.0.2")).reason ==
          DropReason::kMtu);
}

TEST_CASE("encrypt: a buffer without room for headers or trailer, drops with mtu",
          "[mesh][esp][drop]") {
  MeshPair pair;
  EncryptStage stage;
  Packet* packet = pair.a.decided(plain(10), "10.0.0.2");
  SECTION("in front") {
    packet->headroom = 10;
  }
  SECTION("behind") {
    packet->tailroom = 10;
  }
  REQUIRE(pair.a.run(stage, packet).reason == DropReason::kMtu);
  REQUIRE(pair.a.outbound_lane().sequence.last() == 0);  // and no number was spent
}

TEST_CASE("encrypt: a cipher that refuses, drops with crypto_error", "[mesh][esp][drop]") {
  MeshPair pair;
  EncryptStage stage;
  const_cast<GcmKey&>(pair.a.outbound_keys().find(0)->key).wipe();
  REQUIRE(pair.a.run(stage, pair.a.decided(plain(10), "10.0.0.2")).reason ==
          DropReason::kCryptoError);
}

TEST_CASE("decrypt: a replayed packet, drops with replay", "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes wire = sealed(pair, plain(10));
  REQUIRE(opened(pair, wire).in_burst);
  REQUIRE(opened(pair, wire).reason == DropReason::kReplay);
  const Bytes next = sealed(pair, plain(10));
  REQUIRE(opened(pair, next).in_burst);
  REQUIRE(opened(pair, wire).reason == DropReason::kReplay);
}

TEST_CASE("decrypt: a packet older than the window, drops with replay", "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes old = sealed(pair, plain(10));
  for (uint64_t i = 0; i < esp::ReplayWindow::kWindow - 1; ++i)
    (void)pair.a.outbound_lane().sequence.next();
  REQUIRE(opened(pair, sealed(pair, plain(10))).in_burst);
  REQUIRE(opened(pair, old).reason == DropReason::kReplay);
}

TEST_CASE(
    "decrypt: any one changed bit behind the SPI, drops with auth_failed, replay or stale_epoch "
    "and leaves the window alone",
    "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes good = sealed(pair, plain(20));
  for (size_t bit = (kOuterV4 + 4) * 8; bit < good.size() * 8; bit += 3) {
    Bytes bad = good;
    bad[bit / 8] = static_cast<uint8_t>(bad[bit / 8] ^ (1 << (bit % 8)));
    const DropReason reason = opened(pair, bad).reason;
    const bool refused = reason == DropReason::kAuthFailed || reason == DropReason::kReplay ||
                         reason == DropReason::kStaleEpoch;
    REQUIRE(refused);
  }
  Bytes tampered = good;
  tampered.back() ^= 1;
  REQUIRE(opened(pair, tampered).reason == DropReason::kAuthFailed);
  REQUIRE(opened(pair, good).in_burst);
}

TEST_CASE("decrypt: what failed its integrity check is told without what was decrypted of it",
          "[mesh][esp][events]") {
  MeshPair pair;
  Bytes tampered = sealed(pair, plain(200));
  tampered.back() ^= 1;
  const Outcome out = opened(pair, tampered);
  REQUIRE(out.reason == DropReason::kAuthFailed);

  alignas(64) static std::array<std::byte, sync::ring_bytes(4, sizeof(telemetry::EventRecord))>
      memory;
  REQUIRE(sync::create_ring(memory, 4, sizeof(telemetry::EventRecord)).ok());
  auto ring = *EventRing::attach(memory);
  auto events = *sync::RingConsumer<telemetry::EventRecord>::attach(memory);
  EventSink sink(&ring, 0, 1);
  sink.begin_burst({}, Generation{});
  sink.dropped(*out.packet, out.reason);
  telemetry::EventRecord record;
  REQUIRE(events.pop(record));
  CHECK(record.sample_total > 200);
  REQUIRE(record.sample_length == esp::kHeaderBytes + esp::kIvBytes);
  CHECK(std::equal(record.sample.begin(), record.sample.begin() + record.sample_length,
                   tampered.begin() + kOuterV4));
  CHECK(std::all_of(record.sample.begin() + record.sample_length, record.sample.end(),
                    [](uint8_t byte) { return byte == 0; }));
}

TEST_CASE("decrypt: an unknown SPI, drops with no_sa", "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes good = sealed(pair, plain(20));
  const uint32_t spi = load_be<uint32_t>(&good[kOuterV4]);
  for (const uint32_t other : {spi ^ 1u, spi ^ (1u << 20), spi ^ (1u << 31), 255u, 0xffff'ffffu}) {
    Bytes bad = good;
    store_be<uint32_t>(&bad[kOuterV4], other);
    REQUIRE(opened(pair, bad).reason == DropReason::kNoSa);
  }
}

TEST_CASE("decrypt: a lane that was removed, drops with no_sa", "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes good = sealed(pair, plain(20));
  REQUIRE(pair.b.state.remove_inbound({"gw-a", {pair.a.outbound_lane().spi}}));
  pair.b.publish();
  REQUIRE(opened(pair, good).reason == DropReason::kNoSa);
}

TEST_CASE("decrypt: a lane of another worker, drops with no_sa", "[mesh][esp][drop]") {
  MeshPair pair({IpVersion::kV4, 1500, 1, 2});
  const Bytes wire = sealed(pair, plain(20));
  UnderlayStage underlay;
  DecryptStage decrypt;
  const Outcome first = pair.b.run(underlay, wire);
  pair.b.worker = static_cast<uint16_t>(1 - first.packet->meta.owner);
  REQUIRE(pair.b.run(decrypt, first.packet).reason == DropReason::kNoSa);
}

TEST_CASE("decrypt: an authentic packet that is no IP packet inside, drops with bad_inner",
          "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes inner = without_link(plain(8));  // 48 bytes
  REQUIRE(inner.size() == 48);
  const auto [name, text] = GENERATE_COPY(table<std::string, Bytes>({
      {"rubbish", Bytes(40, 0xee) + Bytes{1, 2, 2, 4}},
      {"padding that does not count up", inner + Bytes{1, 1, 2, 4}},
      {"padding longer than the text", inner + Bytes{1, 2, 200, 4}},
      {"next header TCP", inner + Bytes{1, 2, 2, 6}},
      {"IPv4 that says it is IPv6", inner + Bytes{1, 2, 2, 41}},
      {"cut short", Bytes(inner.begin(), inner.begin() + 30) + Bytes{0, 4}},
      {"nothing but a trailer", Bytes{1, 2, 2, 4}},
  }));
  INFO(name);
  REQUIRE(opened(pair, esp_around(pair, text)).reason == DropReason::kBadInner);
}

TEST_CASE("decrypt: traffic flow padding behind the inner packet, is cut off", "[mesh][esp]") {
  MeshPair pair;
  const Bytes inner = without_link(plain(8));
  const Outcome out = opened(pair, esp_around(pair, inner + Bytes(30, 0) + Bytes{0, 4}));
  REQUIRE(out.in_burst);
  REQUIRE(bytes_of(*out.packet) == inner);
}

TEST_CASE("decrypt: an inner IPv4 fragment, goes on to reassembly with its lane's SPI",
          "[mesh][esp]") {
  MeshPair pair;
  const Bytes frame =
      ethernet() | ipv4("10.0.0.1", "10.0.0.2").more_fragments() | tcp(1, 502) | filler(16);
  const Outcome out = opened(pair, esp_around(pair, without_link(frame) + Bytes{1, 2, 2, 4}));
  REQUIRE(out.in_burst);
  REQUIRE(out.packet->meta.frame.ip.fragment);
  REQUIRE(out.packet->meta.flow_hash == pair.a.outbound_lane().spi);
}

TEST_CASE("decrypt: an inner IPv6 fragment, drops with ip_fragment", "[mesh][esp][drop]") {
  MeshPair pair;
  const Bytes frame = ethernet() | ipv6("2001:db8::1", "2001:db8::2").fragment(0, true, 7) |
                      tcp(1, 502) | filler(8);
  const Bytes inner = without_link(frame);
  REQUIRE(inner.size() % 4 == 0);
  REQUIRE(opened(pair, esp_around(pair, inner + Bytes{1, 2, 2, 41})).reason ==
          DropReason::kIpFragment);
}

TEST_CASE("mesh: 3 workers here and 2 there, every flow arrives at the worker that owns it",
          "[mesh][esp]") {
  MeshPair pair({IpVersion::kV4, 1500, 3, 2});
  for (uint16_t port = 1000; port < 1064; ++port) {
    const Bytes frame = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(port, 2) | filler(20);
    pair.a.worker = port % 3;
    const Outcome out = opened(pair, sealed(pair, frame));
    REQUIRE(out.in_burst);
    REQUIRE(flow_hash_of(out.packet->bytes(), out.packet->meta.frame.ip) % 2 == pair.b.worker);
  }
}

TEST_CASE("mesh: traffic, is counted on both sides", "[mesh][esp]") {
  MeshPair pair;
  for (int i = 0; i < 3; ++i) REQUIRE(opened(pair, sealed(pair, plain(10))).in_burst);
  const ipc::PeerStatus out = first_status(pair.a.state);
  const ipc::PeerStatus in = first_status(pair.b.state);
  REQUIRE(out.packets_out == 3);
  REQUIRE(out.bytes_out == 3 * 50);
  REQUIRE(out.newest_sequence == 3);
  REQUIRE(in.packets_in == 3);
  REQUIRE(in.bytes_in == 3 * 50);
  REQUIRE(in.last_in_wall_ns == pair.b.now.wall_ns);
  REQUIRE(in.paths.at(0).resolved);
}

}  // namespace bulkhead::dataplane
