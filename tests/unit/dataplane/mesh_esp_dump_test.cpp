// SPDX-License-Identifier: Apache-2.0
// Not a test by itself: the two halves that tests/differential/esp_scapy.py runs to let another
// implementation open our ESP packets and make us open its. Hidden from ordinary runs.
#include <catch2/catch.hpp>
#include <iostream>

#include "mesh_fixture.h"
#include "stage/decrypt.h"
#include "stage/encrypt.h"
#include "stage/underlay.h"

namespace bulkhead::dataplane {
namespace {

std::string plain_hex(const Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

Bytes from_hex(const std::string& text) {
  Bytes out;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return out;
}

Bytes plain(size_t n) {
  return ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1000, 502) | filler(n);
}

// "WORD SPI INNER WIRE", all but word and SPI in hex. Key, salt and chain follow from the SPI
// (install_lanes).
void print_packet(MeshPair& pair, const char* word, size_t n) {
  EncryptStage stage;
  const Bytes frame = plain(n);
  const Outcome sealed = pair.a.run(stage, pair.a.decided(frame, "10.0.0.2"));
  REQUIRE(sealed.in_burst);
  std::cout << word << ' ' << pair.a.outbound_lane().spi << ' '
            << plain_hex({frame.begin() + 14, frame.end()}) << ' '
            << plain_hex(bytes_of(*sealed.packet)) << '\n';
  pair.a.pool.free({&sealed.packet, 1});
}

// "ours": the first packets of a lane. "later": around the ends of its first epochs (ADR 4).
void print_ours(MeshPair& pair) {
  for (size_t n = 0; n < 1300; n += 13) print_packet(pair, "ours", n);
  OutboundLane& lane = pair.a.outbound_lane();
  for (uint64_t epoch = 1; epoch < 6; ++epoch) {
    lane.sequence = esp::Sequence(epoch * esp::kEpochPackets - 3);
    lane.newest.store(lane.sequence.last());
    while (pair.a.tick()) {
    }
    for (size_t n = 0; n < 6; ++n) print_packet(pair, "later", n);
  }
  std::cout << "end" << std::endl;
}

// "INNER ESP" per line, the ESP packet from its SPI on, sealed for the same lane.
size_t open_theirs(MeshPair& pair) {
  UnderlayStage underlay;
  DecryptStage decrypt;
  size_t opened = 0;
  std::string inner;
  std::string sealed;
  while (std::cin >> inner >> sealed) {
    const Bytes frame = ethernet("02:aa:00:00:00:01", "02:aa:00:00:00:02") |
                        ipv4("192.0.2.1", "192.0.2.2") | udp(4500, 4500) |
                        payload(from_hex(sealed));
    const Outcome first = pair.b.run(underlay, frame);
    REQUIRE(first.in_burst);
    const Outcome second = pair.b.run(decrypt, first.packet);
    REQUIRE(second.reason == DropReason::kNone);
    REQUIRE(bytes_of(*second.packet) == from_hex(inner));
    pair.b.pool.free({&second.packet, 1});
    (void)pair.b.tick();
    ++opened;
  }
  return opened;
}

}  // namespace

TEST_CASE("esp dump: ours to standard output, theirs from standard input", "[.esp-dump]") {
  MeshPair pair;
  print_ours(pair);
  const size_t opened = open_theirs(pair);
  std::cout << "opened " << opened << std::endl;
}

}  // namespace bulkhead::dataplane
