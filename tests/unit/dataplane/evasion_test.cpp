// SPDX-License-Identifier: Apache-2.0
// What was used against other engines below the protocols: order, repeats and borders of TCP, IP
// and Ethernet (docs/evasions.md).
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0, kZone1 = TestGateway::kZone1;

struct Evading : TestGateway {
  explicit Evading(const std::string& refuse_with = "drop") : TestGateway(GatewayOptions{}) {
    PlantPolicy p;
    p.refuse_with = refuse_with;
    apply(plant(p));
    REQUIRE(c.open());
  }
  LocalConversation c{*this};
  uint64_t allowed() const { return counters[0].operations_allowed.load(); }
  uint64_t refused() const { return counters[0].operations_refused.load(); }
  // `data` at `offset` bytes behind what the client has sent.
  Bytes at(int32_t offset, const Bytes& data) const {
    return c.client_says(c.from_client().psh().seq(c.client_seq + static_cast<uint32_t>(offset)),
                         data);
  }
  // How many bytes of the client's have reached the device since the last call.
  size_t at_device() {
    size_t bytes = 0;
    for (const Bytes& frame : sent(kZone1)) {
      wire::Frame f;
      REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
      bytes += f.ip.payload_length;
    }
    return bytes;
  }
};

Bytes part(const Bytes& of, size_t from, size_t to) {
  return {of.begin() + static_cast<std::ptrdiff_t>(from),
          of.begin() + static_cast<std::ptrdiff_t>(to)};
}

const Bytes kWrite = write_register(7, 1, 9);  // refused
const Bytes kRead = read_holding(9);           // allowed, of the same length

}  // namespace

TEST_CASE("evasion: a Modbus request in five segments reaches the device whole, or not at all",
          "[dataplane][evasion]") {
  const size_t cuts[] = {0, 1, 6, 7, 9, kRead.size()};
  for (const bool allowed : {true, false}) {
    Evading gw;
    for (size_t i = 0; i + 1 < std::size(cuts); ++i) {
      CHECK(gw.at_device() == 0);
      const Bytes piece = part(allowed ? kRead : kWrite, cuts[i], cuts[i + 1]);
      gw.receive(kZone0, gw.c.client_data(piece));
    }
    CHECK(gw.at_device() == (allowed ? kRead.size() : 0));
    CHECK(gw.allowed() == (allowed ? 1 : 0));
    CHECK(gw.drops(DropReason::kOperationDenied) == (allowed ? 0 : 1));
  }
}

TEST_CASE("evasion: of 500 requests under way each is decided, and the write among them refused",
          "[dataplane][evasion]") {
  Evading gw;
  for (uint16_t id = 1; id <= 500; ++id) {
    if (id == 321)
      CHECK(gw.c.client_fate(gw.c.client_data(write_register(7, 1, id))) ==
            DropReason::kOperationDenied);
    else
      gw.receive(kZone0, gw.c.client_data(read_holding(id)));
    // The device takes the bytes and answers none of them yet.
    if (id == 321) gw.c.removed += static_cast<uint32_t>(kWrite.size());
    if (id % 100 == 0) gw.receive(kZone1, gw.c.server_ack());
  }
  CHECK(gw.allowed() == 499);
  CHECK(gw.refused() == 1);
  CHECK(gw.at_device() == 499 * kRead.size());
}

TEST_CASE(
    "evasion: a repeat that begins earlier, or ends later, with other bytes is stream_conflict",
    "[dataplane][evasion]") {
  const Bytes harmless = read_holding(1) + kRead, harmful = read_holding(1) + kWrite;
  SECTION("harmless bytes first, harmful ones over them") {
    Evading gw;
    gw.receive(kZone0, gw.c.client_data(harmless));
    CHECK(gw.c.client_fate(gw.at(-static_cast<int32_t>(harmful.size()), harmful)) ==
          DropReason::kStreamConflict);
  }
  SECTION("the beginning of harmful bytes first, harmless ones over it") {
    Evading gw;
    gw.receive(kZone0, gw.c.client_data(part(kWrite, 0, 8)));
    CHECK(gw.c.client_fate(gw.at(-4, part(kRead, 4, kRead.size()))) == DropReason::kStreamConflict);
  }
  SECTION("a repeat that overlaps by its last byte only") {
    Evading gw;
    gw.receive(kZone0, gw.c.client_data(part(kRead, 0, 7)));
    CHECK(gw.c.client_fate(gw.at(-1, part(kWrite, 6, kWrite.size()))) ==
          DropReason::kOperationDenied);  // that byte is the same in both: a write, whole
    CHECK(gw.at_device() == 0);
  }
}

TEST_CASE("evasion: bytes ahead of the stream are not kept, so what comes later cannot change them",
          "[dataplane][evasion]") {
  Evading gw;
  CHECK(gw.c.client_fate(gw.at(6, part(kRead, 6, kRead.size()))) == DropReason::kStreamGap);
  CHECK(gw.c.client_fate(gw.at(0, kWrite)) == DropReason::kOperationDenied);
  CHECK(gw.at_device() == 0);
}

TEST_CASE("evasion: the garbage byte of a keep-alive is no byte of the stream",
          "[dataplane][evasion]") {
  Evading gw;
  gw.receive(kZone0, gw.c.client_data(kRead));
  gw.receive(kZone1, gw.c.server_ack());
  gw.receive(kZone0, gw.at(-1, {0xee}));  // RFC 1122 4.2.3.6
  gw.receive(kZone0, gw.c.client_data(kRead));
  CHECK(gw.allowed() == 2);
  CHECK(gw.all_drops() == 0);
}

TEST_CASE("evasion: the byte of a window probe counts once, as the message's own",
          "[dataplane][evasion]") {
  for (const Bytes& message : {kRead, kWrite}) {
    Evading gw;
    gw.receive(kZone1, gw.c.server_says(gw.c.from_server().window(0)));
    for (int probe = 0; probe < 3; ++probe) gw.receive(kZone0, gw.at(0, part(message, 0, 1)));
    CHECK(gw.at_device() == 0);
    gw.receive(kZone1, gw.c.server_ack());
    gw.receive(kZone0, gw.at(0, message));
    CHECK(gw.allowed() + gw.refused() == 1);
    CHECK(gw.drops(DropReason::kOperationDenied) == (message == kWrite ? 1 : 0));
  }
}

TEST_CASE("evasion: fragments of a request, tiny or overlapping, are ip_fragment",
          "[dataplane][evasion]") {
  Evading gw;
  const Bytes segment = gw.at(0, kWrite);
  const Bytes transport = part(segment, 34, segment.size());
  const auto fragment = [&](size_t from, size_t to, bool more) {
    Ipv4 ip = ipv4(kHmi.ip, kNearPlc.ip).id(77).with_protocol(6);
    ip.fragment_offset(static_cast<uint16_t>(from / 8));
    if (more) ip.more_fragments();
    return Bytes(ethernet(kHmi.mac, gw.mac(kZone0)) | ip | payload(part(transport, from, to)));
  };
  CHECK(gw.fate(kZone0, fragment(0, 8, true)) == DropReason::kIpFragment);  // not even a TCP header
  CHECK(gw.fate(kZone0, fragment(8, 24, true)) == DropReason::kIpFragment);
  CHECK(gw.fate(kZone0, fragment(16, transport.size(), false)) == DropReason::kIpFragment);
  CHECK(gw.fate(kZone0, fragment(0, transport.size(), true)) == DropReason::kIpFragment);
  CHECK(gw.at_device() == 0);
}

TEST_CASE("evasion: a request behind tags of another VLAN, or as a length frame, goes nowhere",
          "[dataplane][evasion]") {
  Evading gw;
  const auto framed = [&](const Layer& a) {
    return ethernet(kHmi.mac, gw.mac(kZone0)) | a | ipv4(kHmi.ip, kNearPlc.ip) |
           gw.c.from_client().psh() | payload(kRead);
  };
  const auto request = ipv4(kHmi.ip, kNearPlc.ip);
  CHECK(gw.fate(kZone0, framed(vlan(30))) == DropReason::kSpoofedBinding);
  const Bytes two_tags = ethernet(kHmi.mac, gw.mac(kZone0)) | vlan(30).service() | vlan(1) |
                         request | gw.c.from_client().psh() | payload(kRead);
  CHECK(gw.fate(kZone0, two_tags) != DropReason::kNone);
  const Bytes three_tags = ethernet(kHmi.mac, gw.mac(kZone0)) | vlan(1) | vlan(2) | vlan(3) |
                           request | gw.c.from_client().psh() | payload(kRead);
  CHECK(gw.fate(kZone0, three_tags) == DropReason::kMalformedFrame);
  const Bytes length_frame = ethernet(kHmi.mac, gw.mac(kZone0)).with_type(52) | request |
                             gw.c.from_client().psh() | payload(kRead);
  CHECK(gw.fate(kZone0, length_frame) == DropReason::kUnknownEthertype);
  CHECK(gw.at_device() == 0);
  CHECK(gw.allowed() == 0);
}

TEST_CASE("evasion: a tag of VLAN 0, which carries a priority only, hides nothing",
          "[dataplane][evasion]") {
  Evading gw;
  const Bytes tagged = ethernet(kHmi.mac, gw.mac(kZone0)) | vlan(0).priority(5) |
                       ipv4(kHmi.ip, kNearPlc.ip) | gw.c.from_client().psh() | payload(kWrite);
  CHECK(gw.fate(kZone0, tagged) != DropReason::kNone);
  CHECK(gw.at_device() == 0);
}
