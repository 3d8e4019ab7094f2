// SPDX-License-Identifier: Apache-2.0
// The two headers in front of a BACnet/IP message: BVLC (ASHRAE 135 annex J) and NPDU (clause 6).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::bacnet {

// A station on a network behind a router. Network 0: none is named, it is the IP peer itself.
struct Address {
  static constexpr uint16_t kEveryNetwork = 0xffff;
  static constexpr uint8_t kMaxLength = 7;

  uint16_t network = 0;
  uint8_t length = 0;  // 0 of a destination: every station
  std::array<uint8_t, kMaxLength> station{};

  bool operator==(const Address&) const noexcept = default;
  // network << 16 | station, 0xffff for every station. A station of more than two bytes is folded:
  // the exclusive or of its 16-bit words from the end.
  [[nodiscard]] uint32_t unit() const noexcept;
};

// Functions of BVLC (J.2).
enum class Bvlc : uint8_t {
  kResult = 0,
  kWriteBdt,
  kReadBdt,
  kReadBdtAck,
  kForwarded,
  kRegisterForeign,
  kReadFdt,
  kReadFdtAck,
  kDeleteFdtEntry,
  kDistribute,
  kUnicast,
  kBroadcast,
  kSecure,
};

// Who talks to whom.
struct Peers {
  Address to;
  Address from;
  uint64_t origin = 0;  // of a Forwarded-NPDU: IPv4 address << 16 | port of its first sender

  bool operator==(const Peers&) const noexcept = default;
};

struct Envelope {
  Bvlc function = Bvlc::kResult;
  bool carries_npdu = false;  // otherwise `body` is that of the BVLC function
  bool network_message = false;
  Peers peers;
  std::span<const uint8_t> body{};  // network message or APDU
  size_t body_at = 0;
};

// Faults: kBadProtocolId (not 0x81), kBadLength (BVLC length is not the datagram's), kBadVersion,
// kBadFlags (reserved bits of the control octet), kBadAddress, kTruncated.
Fault open_envelope(std::span<const uint8_t> datagram, Envelope& out) noexcept;

}  // namespace bulkhead::wire::bacnet
