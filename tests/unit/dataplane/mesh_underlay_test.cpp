// SPDX-License-Identifier: Apache-2.0
// What the mesh port and the exception port let through: peers' ESP, questions and handshakes.
#include <catch2/catch.hpp>

#include "mesh_fixture.h"
#include "stage/exception.h"
#include "stage/rate_gate.h"
#include "stage/underlay.h"
#include "table/neighbour.h"
#include "wire/arp.h"
#include "wire/nd.h"

namespace bulkhead::dataplane {
namespace {

constexpr const char* kA = "02:aa:00:00:00:01";
constexpr const char* kB = "02:aa:00:00:00:02";
constexpr const char* kAll = "ff:ff:ff:ff:ff:ff";
constexpr const char* kIpA = "192.0.2.1";
constexpr const char* kIpB = "192.0.2.2";

Outcome received(MeshGateway& gateway, const Bytes& frame) {
  UnderlayStage stage;
  return gateway.run(stage, frame);
}

Bytes peer_tcp(uint16_t src, uint16_t dst) {
  return ethernet(kB, kA) | ipv4(kIpB, kIpA) | tcp(src, dst).syn();
}

Outcome from_kernel(MeshGateway& gateway, const Bytes& frame) {
  ExceptionStage stage;
  return gateway.run(stage, frame, kExceptionPort);
}

}  // namespace

TEST_CASE("underlay: a peer asks for our address, and is answered", "[mesh][underlay]") {
  MeshPair pair;
  pair.a.peer_hop().link_address.store(0);
  const Bytes question = ethernet(kB, kAll) | arp_request(kB, kIpB, kIpA);
  REQUIRE(received(pair.a, question).reason == DropReason::kArpConsumed);
  const auto said = pair.a.said();
  REQUIRE(said.size() == 1);
  REQUIRE(said[0]->meta.tx_port == kMeshPort);
  wire::Frame frame;
  REQUIRE(wire::parse_frame(said[0]->bytes(), frame).kind == wire::FaultKind::kNone);
  const auto arp = wire::parse_arp(said[0]->bytes().subspan(frame.ip.l3_offset));
  REQUIRE(arp.ok());
  REQUIRE(arp->operation == wire::ArpOperation::kReply);
  REQUIRE(arp->sender_ip == *parse_ip(kIpA));
  REQUIRE(arp->sender_mac == *parse_mac(kA));
  REQUIRE(frame.dst_mac == *parse_mac(kB));
  REQUIRE(pair.a.peer_hop().link_address.load() == parse_mac(kB)->packed());  // and is learnt
}

TEST_CASE("underlay: a stranger asks for our address, and hears nothing",
          "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes question =
      ethernet("02:66:00:00:00:01", kAll) | arp_request("02:66:00:00:00:01", "192.0.2.66", kIpA);
  REQUIRE(received(pair.a, question).reason == DropReason::kArpSilence);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("underlay: ARP about others, is not for us", "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes question = ethernet(kB, kAll) | arp_request(kB, kIpB, "192.0.2.99");
  REQUIRE(received(pair.a, question).reason == DropReason::kNotForUs);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("underlay: a peer's ARP answer, is learnt and shown to the exception port",
          "[mesh][underlay]") {
  MeshPair pair;
  pair.a.peer_hop().link_address.store(0);
  const Bytes answer = ethernet(kB, kA) | arp_reply(kB, kIpB, kA, kIpA);
  REQUIRE_FALSE(received(pair.a, answer).in_burst);
  REQUIRE(pair.a.dropped(DropReason::kArpConsumed) == 1);
  const auto said = pair.a.said();
  REQUIRE(said.size() == 1);
  REQUIRE(said[0]->meta.tx_port == kExceptionPort);
  REQUIRE(bytes_of(*said[0]) == answer);
  REQUIRE(pair.a.peer_hop().link_address.load() == parse_mac(kB)->packed());
}

TEST_CASE("underlay: a stranger's ARP answer, is not learnt", "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes answer = ethernet(kB, kA) | arp_reply(kB, "192.0.2.66", kA, kIpA);
  REQUIRE(received(pair.a, answer).reason == DropReason::kArpSilence);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("underlay: neighbour discovery over IPv6, answers peers and nobody else",
          "[mesh][underlay][nd]") {
  MeshPair pair({IpVersion::kV6, 1500, 1, 1});
  pair.a.peer_hop().link_address.store(0);
  const MacAddress group = wire::group_mac(wire::solicited_node(*parse_ip("2001:db8:f::1")));
  const std::string to = bulkhead::to_string(wire::solicited_node(*parse_ip("2001:db8:f::1")));
  const Bytes peer = ethernet(kB, bulkhead::to_string(group)) |
                     ipv6("2001:db8:f::2", to).hop_limit(255) |
                     neighbour_solicitation("2001:db8:f::1", kB);
  const Bytes stranger = ethernet(kB, bulkhead::to_string(group)) |
                         ipv6("2001:db8:f::66", to).hop_limit(255) |
                         neighbour_solicitation("2001:db8:f::1", kB);
  REQUIRE(received(pair.a, stranger).reason == DropReason::kArpSilence);
  REQUIRE(pair.a.outbox.empty());
  REQUIRE(received(pair.a, peer).reason == DropReason::kArpConsumed);
  REQUIRE(pair.a.peer_hop().link_address.load() == parse_mac(kB)->packed());
  const auto said = pair.a.said();
  REQUIRE(said.size() == 1);
  // And the peer learns from our answer.
  pair.b.peer_hop().link_address.store(0);
  REQUIRE_FALSE(received(pair.b, bytes_of(*said[0])).in_burst);
  REQUIRE(pair.b.peer_hop().link_address.load() == parse_mac(kA)->packed());
}

TEST_CASE(
    "underlay: keepalives, other protocols' packets and runts at the ESP port, are not for us",
    "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes what = GENERATE(Bytes{0xff}, Bytes(60, 0), Bytes(kMinEspBytes - 1, 1), Bytes{});
  const Bytes frame = ethernet(kB, kA) | ipv4(kIpB, kIpA) | udp(4500, 4500) | payload(what);
  REQUIRE(received(pair.a, frame).reason == DropReason::kNotForUs);
}

TEST_CASE("underlay: ESP from any address, goes on to decryption", "[mesh][underlay]") {
  MeshPair pair;
  const Bytes frame = ethernet(kB, kA) | ipv4("198.51.100.3", kIpA) | udp(1234, 4500) |
                      test::esp(pair.b.outbound_lane().spi, 1) | filler(60);
  REQUIRE(received(pair.a, frame).in_burst);
}

TEST_CASE("underlay: anything else, is not for us and gets no answer", "[mesh][underlay][drop]") {
  MeshPair pair;
  const auto [name, frame] = GENERATE(table<std::string, Bytes>({
      {"ping", ethernet(kB, kA) | ipv4(kIpB, kIpA) | icmp_echo(1, 1)},
      {"other UDP port", ethernet(kB, kA) | ipv4(kIpB, kIpA) | udp(1, 53) | filler(60)},
      {"other TCP port", peer_tcp(40000, 22)},
      {"a stranger's TCP", ethernet(kB, kA) | ipv4("192.0.2.66", kIpA) | tcp(4433, 22).syn()},
      {"another address", ethernet(kB, kA) | ipv4(kIpB, "192.0.2.9") | udp(1, 4500) | filler(60)},
      {"another MAC",
       ethernet(kB, "02:00:00:00:00:99") | ipv4(kIpB, kIpA) | udp(1, 4500) | filler(60)},
      {"a broadcast", ethernet(kB, kAll) | ipv4(kIpB, kIpA) | udp(1, 4500) | filler(60)},
      {"a VLAN", ethernet(kB, kA) | vlan(5) | ipv4(kIpB, kIpA) | udp(1, 4500) | filler(60)},
      {"a fragment",
       ethernet(kB, kA) | ipv4(kIpB, kIpA).more_fragments() | udp(1, 4500) | filler(64)},
      {"IPv6", ethernet(kB, kA) | ipv6("2001:db8::1", "2001:db8::2") | udp(1, 4500) | filler(60)},
      {"LLDP", ethernet(kB, kA).with_type(0x88cc) | filler(60)},
  }));
  INFO(name);
  REQUIRE(received(pair.a, frame).reason == DropReason::kNotForUs);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("underlay: malformed frames, are named by their layer", "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes good = ethernet(kB, kA) | ipv4(kIpB, kIpA) | udp(1, 4500) | filler(60);
  REQUIRE(received(pair.a, Bytes(good.begin(), good.begin() + 10)).reason ==
          DropReason::kMalformedFrame);
  REQUIRE(received(pair.a, Bytes(good.begin(), good.begin() + 30)).reason ==
          DropReason::kMalformedIp);
  const Bytes bad_udp =
      ethernet(kB, kA) | ipv4(kIpB, kIpA) | udp(1, 4500).with_length(999) | filler(60);
  REQUIRE(received(pair.a, bad_udp).reason == DropReason::kMalformedTransport);
  const Bytes bad_sum =
      ethernet(kB, kA) | ipv4(kIpB, kIpA).with_checksum(1) | udp(1, 4500) | filler(60);
  REQUIRE(received(pair.a, bad_sum).reason == DropReason::kBadChecksum);
}

TEST_CASE("underlay: a frame in several buffers, drops with segmented_buffer",
          "[mesh][underlay][drop]") {
  MeshPair pair;
  UnderlayStage stage;
  Packet* packet = pair.a.pool.make(peer_tcp(1, 2));
  packet->meta = PacketMeta{};
  packet->meta.rx_port = kMeshPort;
  packet->segments = 2;
  REQUIRE(pair.a.run(stage, packet).reason == DropReason::kSegmentedBuffer);
}

TEST_CASE("underlay: a peer's handshake in either direction, goes to the exception port",
          "[mesh][underlay]") {
  MeshPair pair;
  const Bytes frame = GENERATE(peer_tcp(40000, kHandshakePort), peer_tcp(kHandshakePort, 40000));
  REQUIRE_FALSE(received(pair.a, frame).in_burst);
  REQUIRE(pair.a.dropped(DropReason::kExceptionPath) == 1);
  const auto said = pair.a.said();
  REQUIRE(said.size() == 1);
  REQUIRE(said[0]->meta.tx_port == kExceptionPort);
  REQUIRE(bytes_of(*said[0]) == frame);
}

TEST_CASE("underlay: without an exception port, a handshake is not for us",
          "[mesh][underlay][drop]") {
  MeshPair pair;
  pair.a.has_exception_port = false;
  REQUIRE(received(pair.a, peer_tcp(1, kHandshakePort)).reason == DropReason::kNotForUs);
}

TEST_CASE("underlay: an outbox that is full, drops with tx_full", "[mesh][underlay][drop]") {
  MeshPair pair;
  while (Packet* packet = pair.a.outbox.make())
    if (!pair.a.outbox.send(packet)) break;
  REQUIRE(received(pair.a, peer_tcp(1, kHandshakePort)).reason == DropReason::kTxFull);
}

TEST_CASE("underlay: a stranger's handshake, is refused", "[mesh][underlay][drop]") {
  MeshPair pair;
  const Bytes frame = ethernet(kB, kA) | ipv4("192.0.2.66", kIpA) | tcp(1, kHandshakePort).syn();
  REQUIRE(received(pair.a, frame).reason == DropReason::kHandshakeRefused);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("underlay: handshake packets above their rate, are refused until time has passed",
          "[mesh][underlay][drop]") {
  MeshPair pair;
  const auto admitted = [&] {
    const bool passed = received(pair.a, peer_tcp(1, kHandshakePort)).reason == DropReason::kNone;
    for (Packet* packet : pair.a.said()) pair.a.pool.free({&packet, 1});
    return passed;
  };
  const auto knock = [&](unsigned times) {
    unsigned passed = 0;
    UnderlayStage stage;
    for (unsigned i = 0; i < times; ++i) {
      const Outcome out = pair.a.run(stage, peer_tcp(1, kHandshakePort));
      if (out.reason == DropReason::kNone) ++passed;
      if (out.reason != DropReason::kNone) pair.a.pool.free({&out.packet, 1});
      for (Packet* packet : pair.a.said()) pair.a.pool.free({&packet, 1});
    }
    return passed;
  };
  REQUIRE(knock(400) == kHandshakeGate.burst);
  pair.a.now.steady_ns += 10 * kHandshakeGate.interval_ns;
  REQUIRE(knock(100) == 10);
  REQUIRE_FALSE(admitted());
}

TEST_CASE("underlay: a flood from the peer's address, leaves what our control has begun its tokens",
          "[mesh][underlay]") {
  MeshPair pair;
  UnderlayStage stage;
  ExceptionStage exception;
  const auto heard = [&](uint16_t from, uint16_t to) {
    const Outcome out = pair.a.run(stage, peer_tcp(from, to));
    if (out.reason != DropReason::kNone) pair.a.pool.free({&out.packet, 1});
    for (Packet* packet : pair.a.said()) pair.a.pool.free({&packet, 1});
    return out.reason;
  };
  const auto says = [&](const Layer& segment) {
    const Outcome out =
        pair.a.run(exception, ethernet(kA, kB) | ipv4(kIpA, kIpB) | segment, kExceptionPort);
    REQUIRE(out.in_burst);
    pair.a.pool.free({&out.packet, 1});
  };
  says(tcp(41000, kHandshakePort).syn());         // we call
  says(tcp(kHandshakePort, 42000).ack(7));        // we were called, and it was no forgery
  says(tcp(kHandshakePort, 43000).syn().ack(7));  // anybody gets this
  says(tcp(kHandshakePort, 44000).rst());         // and this
  for (unsigned i = 0; i < 400; ++i) heard(1, kHandshakePort);
  REQUIRE(heard(1, kHandshakePort) == DropReason::kHandshakeRefused);
  CHECK(heard(kHandshakePort, 41000) == DropReason::kNone);
  CHECK(heard(42000, kHandshakePort) == DropReason::kNone);
  CHECK(heard(43000, kHandshakePort) == DropReason::kHandshakeRefused);
  CHECK(heard(44000, kHandshakePort) == DropReason::kHandshakeRefused);
  for (unsigned i = 0; i < 600; ++i) heard(42000, kHandshakePort);
  CHECK(heard(42000, kHandshakePort) == DropReason::kHandshakeRefused);
}

TEST_CASE("rate gate: any rate, admits a burst and then one per interval", "[mesh]") {
  constexpr RateGate gate{1000, 5};
  uint64_t state = 0;
  uint64_t now = 50'000;
  for (int i = 0; i < 5; ++i) REQUIRE(gate.admit(state, now));
  REQUIRE_FALSE(gate.admit(state, now));
  REQUIRE_FALSE(gate.admit(state, now + 999));
  REQUIRE(gate.admit(state, now + 1000));
  REQUIRE_FALSE(gate.admit(state, now + 1000));
  now += 1'000'000;
  for (int i = 0; i < 5; ++i) REQUIRE(gate.admit(state, now));
  REQUIRE_FALSE(gate.admit(state, now));
}

TEST_CASE("exception: the kernel's handshakes and questions about peers, go out on the mesh",
          "[mesh][exception]") {
  MeshPair pair;
  const Bytes frame =
      GENERATE(Bytes(ethernet(kA, kB) | ipv4(kIpA, kIpB) | tcp(40000, kHandshakePort).syn()),
               Bytes(ethernet(kA, kB) | ipv4(kIpA, kIpB) | tcp(kHandshakePort, 40000).syn().ack(1)),
               Bytes(ethernet(kA, kAll) | arp_request(kA, kIpA, kIpB)));
  const Outcome out = from_kernel(pair.a, frame);
  REQUIRE(out.in_burst);
  REQUIRE(out.packet->meta.tx_port == kMeshPort);
  REQUIRE(bytes_of(*out.packet) == frame);
}

TEST_CASE("exception: whatever else a kernel says, does not go out", "[mesh][exception][drop]") {
  MeshPair pair;
  const auto [name, frame, reason] = GENERATE(table<std::string, Bytes, DropReason>({
      {"ping", ethernet(kA, kB) | ipv4(kIpA, kIpB) | icmp_echo(1, 1), DropReason::kNotForUs},
      {"DNS", ethernet(kA, kB) | ipv4(kIpA, kIpB) | udp(1, 53) | filler(20), DropReason::kNotForUs},
      {"ESP", ethernet(kA, kB) | ipv4(kIpA, kIpB) | udp(1, 4500) | filler(60),
       DropReason::kNotForUs},
      {"SSH to a peer", ethernet(kA, kB) | ipv4(kIpA, kIpB) | tcp(40000, 22).syn(),
       DropReason::kHandshakeRefused},
      {"a handshake with a stranger",
       ethernet(kA, kB) | ipv4(kIpA, "192.0.2.66") | tcp(40000, kHandshakePort).syn(),
       DropReason::kHandshakeRefused},
      {"another source", ethernet(kA, kB) | ipv4("192.0.2.7", kIpB) | tcp(1, kHandshakePort).syn(),
       DropReason::kNotForUs},
      {"another MAC",
       ethernet("02:00:00:00:00:77", kB) | ipv4(kIpA, kIpB) | tcp(1, kHandshakePort).syn(),
       DropReason::kNotForUs},
      {"ARP for a stranger", ethernet(kA, kAll) | arp_request(kA, kIpA, "192.0.2.66"),
       DropReason::kNotForUs},
      {"an ARP announcement", ethernet(kA, kAll) | arp_request(kA, kIpA, kIpA),
       DropReason::kNotForUs},
      {"an ARP answer", ethernet(kA, kB) | arp_reply(kA, kIpA, kB, kIpB), DropReason::kNotForUs},
      {"a router solicitation",
       ethernet(kA, "33:33:00:00:00:02") | ipv6("fe80::1", "ff02::2").hop_limit(255) |
           icmpv6(133, 0, Bytes(4, 0)),
       DropReason::kNotForUs},
      {"rubbish", Bytes(9, 1), DropReason::kMalformedFrame},
  }));
  INFO(name);
  REQUIRE(from_kernel(pair.a, frame).reason == reason);
}

TEST_CASE("neighbour: unknown, is asked for at once and then every second", "[mesh][neighbour]") {
  NeighbourTimes times;
  const uint64_t t = 5'000'000'000;
  REQUIRE(next_action(times, t) == NeighbourAction::kAsk);
  REQUIRE(next_action(times, t + 1) == NeighbourAction::kNothing);
  REQUIRE(next_action(times, t + kNeighbourRetryNs - 1) == NeighbourAction::kNothing);
  REQUIRE(next_action(times, t + kNeighbourRetryNs) == NeighbourAction::kAsk);
}

TEST_CASE("neighbour: known, is left alone, then asked for, then forgotten", "[mesh][neighbour]") {
  const uint64_t t = 5'000'000'000;
  NeighbourTimes times{true, t, 0};
  REQUIRE(next_action(times, t + kNeighbourStaleNs - 1) == NeighbourAction::kNothing);
  REQUIRE(next_action(times, t + kNeighbourStaleNs) == NeighbourAction::kAsk);
  REQUIRE(next_action(times, t + kNeighbourStaleNs + 1) == NeighbourAction::kNothing);
  REQUIRE(next_action(times, t + kNeighbourLostNs) == NeighbourAction::kForgetAndAsk);
  REQUIRE(next_action(times, t - 1'000) == NeighbourAction::kNothing);  // a clock read earlier
}

TEST_CASE("neighbour: two gateways that know nothing, find each other", "[mesh][neighbour]") {
  MeshPair pair({GENERATE(IpVersion::kV4, IpVersion::kV6), 1500, 1, 1});
  pair.a.peer_hop().link_address.store(0);
  pair.b.peer_hop().link_address.store(0);
  WorkerView view = pair.a.make_view();
  maintain_neighbours(view);
  const auto question = pair.a.said();
  REQUIRE(question.size() == 1);
  REQUIRE(received(pair.b, bytes_of(*question[0])).reason == DropReason::kArpConsumed);
  const auto answer = pair.b.said();
  REQUIRE(answer.size() == 1);
  REQUIRE_FALSE(received(pair.a, bytes_of(*answer[0])).in_burst);
  REQUIRE(pair.a.peer_hop().link_address.load() == parse_mac(kB)->packed());
  REQUIRE(pair.b.peer_hop().link_address.load() == parse_mac(kA)->packed());
  (void)pair.a.said();
  maintain_neighbours(view);
  REQUIRE(pair.a.outbox.empty());
}

}  // namespace bulkhead::dataplane
