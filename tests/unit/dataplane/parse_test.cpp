// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "plant.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0;

struct Parsing : TestGateway {
  Parsing() : TestGateway(GatewayOptions{}) { apply(plant()); }
  Ethernet link() const { return ethernet(kHmi.mac, mac(kZone0)); }
  static Ipv4 ip() { return ipv4(kHmi.ip, kNearPlc.ip); }
};

}  // namespace

TEST_CASE("parse: a runt is malformed_frame", "[dataplane][parse]") {
  Parsing gw;
  const Bytes whole = gw.link() | Parsing::ip() | udp(1, 5000) | filler(8);
  for (size_t n = 0; n < 14; ++n)
    CHECK(gw.fate(kZone0, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))) ==
          DropReason::kMalformedFrame);
}

TEST_CASE("parse: every truncation of a good frame is refused with the layer that is short",
          "[dataplane][parse]") {
  Parsing gw;
  const Bytes whole = gw.link() | Parsing::ip() | udp(1, 5000) | filler(8);
  for (size_t n = 14; n < whole.size(); ++n)
    CHECK(gw.fate(kZone0, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))) ==
          DropReason::kMalformedIp);
  CHECK(gw.sent(TestGateway::kZone1).empty());
}

TEST_CASE("parse: a giant frame that no port can carry is mtu", "[dataplane][parse]") {
  Parsing gw;
  const Bytes giant = gw.link() | Parsing::ip().dont_fragment() | udp(1, 5000) | filler(3000);
  CHECK(gw.fate(kZone0, giant) == DropReason::kMtu);
}

TEST_CASE("parse: a frame in more than one buffer is segmented_buffer", "[dataplane][parse]") {
  Parsing gw;
  const Bytes frame = gw.link() | Parsing::ip() | udp(1, 5000) | filler(8);
  dataplane::Packet* packet = gw.pool.make(frame);
  packet->segments = 2;
  gw.queues[0][kZone0]->put(packet);
  gw.poll();
  CHECK(gw.drops(DropReason::kSegmentedBuffer) == 1);
}

TEST_CASE("parse: a bad header length is malformed_ip, a bad data offset malformed_transport",
          "[dataplane][parse]") {
  Parsing gw;
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip().with_total_length(19) | udp(1, 5000)) ==
        DropReason::kMalformedIp);
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip() | tcp(1, 502).syn().with_data_offset(4)) ==
        DropReason::kMalformedTransport);
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip() | tcp(1, 502).with_flags(0x03)) ==
        DropReason::kMalformedTransport);
}

TEST_CASE("parse: wrong checksums of IP, TCP and UDP are bad_checksum", "[dataplane][parse]") {
  Parsing gw;
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip().with_checksum(1) | udp(1, 5000)) ==
        DropReason::kBadChecksum);
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip() | tcp(1, 502).syn().with_checksum(1)) ==
        DropReason::kBadChecksum);
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip() | udp(1, 5000).with_checksum(1)) ==
        DropReason::kBadChecksum);
}

TEST_CASE("parse: first and later fragments are ip_fragment", "[dataplane][parse]") {
  Parsing gw;
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip().more_fragments() | udp(1, 5000) | filler(16)) ==
        DropReason::kIpFragment);
  CHECK(gw.fate(kZone0, gw.link() | Parsing::ip().fragment_offset(2) | filler(16)) ==
        DropReason::kIpFragment);
}

TEST_CASE("parse: an ethertype nobody can name is unknown_ethertype and makes no event",
          "[dataplane][parse]") {
  Parsing gw;
  CHECK(gw.fate(kZone0, gw.link().with_type(0x88cc) | filler(40)) == DropReason::kUnknownEthertype);
  CHECK(gw.events().empty());
}

TEST_CASE("parse: a frame for another station is not_for_us", "[dataplane][parse]") {
  Parsing gw;
  CHECK(gw.fate(kZone0, ethernet(kHmi.mac, kNearPlc.mac) | Parsing::ip() | udp(1, 5000)) ==
        DropReason::kNotForUs);
}

TEST_CASE("parse: a fault is reported with its kind and place", "[dataplane][parse][event]") {
  Parsing gw;
  gw.receive(kZone0, gw.link() | Parsing::ip().with_checksum(1) | udp(1, 5000));
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].fault == static_cast<uint8_t>(wire::FaultKind::kBadChecksum));
  CHECK(events[0].fault_offset == 14 + 10);
}
