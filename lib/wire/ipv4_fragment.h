// SPDX-License-Identifier: Apache-2.0
// IPv4 fragments (RFC 791 2.3, 3.2): cutting a packet into them, and what one of them says. Putting
// them together needs memory: dataplane/table/reassembly.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead::wire {

inline constexpr size_t kFragmentUnit = 8;    // offsets count these
inline constexpr size_t kMaxIpv4Header = 60;  // with options
inline constexpr uint16_t kDontFragment = 0x4000;
inline constexpr uint16_t kMoreFragments = 0x2000;
inline constexpr uint16_t kFragmentOffset = 0x1fff;  // in units of kFragmentUnit

// What a fragment's header says. Lengths in bytes.
struct Ipv4Fragment {
  uint16_t identification = 0;
  uint16_t header_size = 0;
  uint32_t offset = 0;  // of its payload in the whole packet's
  uint32_t length = 0;  // of its payload
  bool last = false;
};

// Of an IPv4 packet that parse_ip_packet() accepted.
Ipv4Fragment read_fragment(std::span<const uint8_t> packet) noexcept;

// May a router cut it? DF clear, and not a fragment itself. `packet` as above.
bool may_be_cut(std::span<const uint8_t> packet) noexcept;

// Cuts one packet into fragments of at most `limit` bytes: rest() for each later one, in order,
// until it returns 0, then first(), which overwrites the packet's header. Options without the
// copied flag travel in the first fragment only.
class Ipv4Cutter {
 public:
  // `packet`: exactly one IPv4 packet that may_be_cut().
  Ipv4Cutter(std::span<uint8_t> packet, size_t limit) noexcept;

  // All fragments together; 0: `limit` leaves no room for eight bytes behind the header, or the
  // packet fits as it is.
  [[nodiscard]] size_t count() const noexcept { return count_; }
  // The next fragment behind the first, written to `out`; its size, or 0: that was the last, or
  // `out` is too small.
  size_t rest(std::span<uint8_t> out) noexcept;
  // Makes the packet its own first fragment in place; its new size.
  size_t first() noexcept;

 private:
  void keep_copied_options() noexcept;

  std::span<uint8_t> packet_;
  size_t header_ = 0;        // of the packet
  size_t later_header_ = 0;  // of later fragments
  size_t first_piece_ = 0;   // payload bytes
  size_t later_piece_ = 0;
  size_t count_ = 0;
  size_t at_ = 0;  // payload that rest() has passed, the first piece included
  uint8_t copied_[kMaxIpv4Header];
};

// Writes the header's total length, flags with offset, and checksum.
void finish_ipv4_header(std::span<uint8_t> packet, size_t header_size,
                        uint16_t flags_and_offset) noexcept;

}  // namespace bulkhead::wire
