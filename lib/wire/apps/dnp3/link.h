// SPDX-License-Identifier: Apache-2.0
// DNP3 data link layer (IEEE 1815 9.2): the header, and the user data between its checksums.
//
//   05 64 | length | control | destination | source | CRC | up to 16 bytes | CRC | ...
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

inline constexpr size_t kLinkHeader = 10;
inline constexpr size_t kBlock = 16;
inline constexpr size_t kCrcSize = 2;
inline constexpr size_t kMaxUserData = 250;
inline constexpr size_t kMaxLinkFrame = 292;
inline constexpr uint16_t kFirstReserved = 0xfff0;  // no station has this address or a higher one
inline constexpr uint16_t kSelfAddress = 0xfffc;    // whoever is there; above it are broadcasts

using UserData = std::array<uint8_t, kMaxUserData>;

// Functions of the primary (asking) station; any other number is unknown.
enum class PrimaryFunction : uint8_t {
  kResetLink = 0,
  kResetProcess = 1,
  kTestLink = 2,
  kConfirmedData = 3,
  kUnconfirmedData = 4,
  kRequestStatus = 9,
};

struct LinkHeader {
  uint8_t control = 0;
  uint8_t user_size = 0;
  uint16_t destination = 0;
  uint16_t source = 0;

  [[nodiscard]] bool from_master() const noexcept { return (control & 0x80) != 0; }
  [[nodiscard]] bool primary() const noexcept { return (control & 0x40) != 0; }
  [[nodiscard]] bool counted() const noexcept { return (control & 0x10) != 0; }  // FCV
  [[nodiscard]] uint8_t function() const noexcept { return control & 0x0f; }
  [[nodiscard]] bool carries_data() const noexcept;
  [[nodiscard]] size_t frame_size() const noexcept;
};

uint16_t crc_of(std::span<const uint8_t> bytes) noexcept;

// The header at the front, as soon as its ten bytes are there, its CRC checked: no length is
// believed before. Faults: kBadMarker, kBadLength (below 5), kBadChecksum.
Parsed<LinkHeader> parse_link_header(std::span<const uint8_t> bytes) noexcept;

// Addresses that frames may have, and what the control octet must be for the function: FCV, and
// user data exactly where it belongs. Faults: kBadAddress, kBadFlags, kBadLength. Unknown functions
// are left to whoever tells them.
Fault check_header(const LinkHeader& header) noexcept;

// Copies the user data of a whole frame to `out`. Fault: kBadChecksum at the block whose CRC is
// wrong; then nothing of `out` may be used.
Fault take_user_data(std::span<const uint8_t> frame, UserData& out) noexcept;

// Where a byte of the user data lies in its frame.
constexpr size_t frame_offset(size_t user_offset) noexcept {
  return kLinkHeader + user_offset + user_offset / kBlock * kCrcSize;
}

}  // namespace bulkhead::wire::dnp3
