// SPDX-License-Identifier: Apache-2.0
// IPv4 packets that a peer's gateway cut to fit the tunnel, put together again (RFC 791 3.2). Fixed
// memory, one worker, no allocation after construction.
//
// Strict where RFC 791 is lenient: a byte that comes twice condemns the packet (RFC 5722), as does
// an end that contradicts what came before. A condemned packet is remembered until its time is up,
// so that its later fragments do not start anew.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/address.h"

namespace bulkhead::dataplane {

// What fragments of one packet share. `lane`: the SPI they came on, which stands for the peer that
// authenticated them; one packet's fragments never take two lanes.
struct FragmentKey {
  IpAddress src;
  IpAddress dst;
  uint32_t lane = 0;
  uint16_t identification = 0;
  uint8_t protocol = 0;
  bool operator==(const FragmentKey&) const noexcept = default;
};

class ReassemblyTable {
 public:
  static constexpr size_t kContexts = 64;
  static constexpr size_t kPerLane = 16;      // one peer cannot push all others out
  static constexpr size_t kMaxPacket = 9600;  // with header: the largest MTU of a port
  static constexpr uint64_t kTimeoutNs = 1'000'000'000;

  enum class Fate : uint8_t {
    kHeld,       // copied; the rest is awaited
    kWhole,      // it was the missing one
    kMalformed,  // no bytes, or not a multiple of eight before the last
    kTooLarge,   // the packet would not fit
    kOverlap,    // contradicts an earlier one, or belongs to a condemned packet
  };
  struct Outcome {
    Fate fate = Fate::kHeld;
    std::span<const uint8_t> packet{};  // kWhole: until the next call
    uint32_t fragments = 0;             // kWhole: that it was in
  };
  // Held fragments that were given up, by why.
  struct GivenUp {
    uint32_t full = 0;  // the oldest packet makes room for a new one
    uint32_t timeout = 0;
    uint32_t overlap = 0;
    uint32_t too_large = 0;
  };

  ReassemblyTable();

  // `fragment`: one IPv4 fragment as parse_ip_packet() accepted it.
  Outcome add(const FragmentKey& key, std::span<const uint8_t> fragment, uint64_t now_ns,
              GivenUp& given_up) noexcept;
  void expire(uint64_t now_ns, GivenUp& given_up) noexcept;
  // Packets begun and neither complete nor given up; condemned ones count.
  [[nodiscard]] size_t held() const noexcept { return held_; }

 private:
  static constexpr size_t kHeaderRoom = 60;
  static constexpr size_t kUnits = (kMaxPacket + 7) / 8;
  struct Context {
    std::bitset<kUnits> seen;  // by eight bytes of payload
    uint32_t fragments = 0;    // held
    uint32_t received = 0;     // payload bytes
    uint32_t reaches = 0;      // end of the farthest fragment
    uint32_t total = 0;        // payload of the whole; 0: the last has not come
    uint16_t header_size = 0;  // of the first; 0: it has not come
    bool condemned = false;
  };
  [[nodiscard]] uint8_t* payload_of(size_t at) const noexcept {
    return &bytes_[at * (kHeaderRoom + kMaxPacket) + kHeaderRoom];
  }
  [[nodiscard]] size_t find(const FragmentKey& key) const noexcept;
  size_t claim(const FragmentKey& key, uint64_t now_ns, GivenUp& given_up) noexcept;
  void release(size_t at) noexcept;
  Outcome condemn(size_t at, GivenUp& given_up) noexcept;
  Outcome finish(size_t at, GivenUp& given_up) noexcept;

  std::array<uint64_t, kContexts> since_ns_{};  // 0: free
  std::array<FragmentKey, kContexts> keys_{};
  std::array<Context, kContexts> contexts_{};
  std::unique_ptr<uint8_t[]> bytes_;  // per context: room for the header, then the payload
  size_t held_ = 0;
};

}  // namespace bulkhead::dataplane
