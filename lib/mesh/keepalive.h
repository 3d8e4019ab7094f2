// SPDX-License-Identifier: Apache-2.0
// The payload of a keepalive: an ESP dummy packet (next header 59, RFC 4303 2.6) on a lane, so that
// who sent it, and that it is new, is proved before a byte of this is read.
//
//   version(1)=1 | type(1) | path(1) | flags(1) | id(be32) | sender's time(be64) | zeros
//
// An answer repeats path, flags, id and time of its probe and has no zeros behind.
#pragma once

#include <cstdint>
#include <span>

namespace bulkhead::mesh {

inline constexpr size_t kKeepaliveBytes = 16;

enum class KeepaliveType : uint8_t { kProbe = 1, kAnswer = 2 };

struct LaneKeepalive {
  KeepaliveType type = KeepaliveType::kProbe;
  uint8_t path = 0;      // the prober's number for it
  bool sizes = false;    // asks whether a packet of its size arrives, not whether the path is up
  uint32_t id = 0;       // the prober's
  uint64_t sent_ns = 0;  // the prober's clock; means nothing to others
};

// False: not a keepalive of this version. Everything behind the fields must be zero.
bool parse_keepalive(std::span<const uint8_t> payload, LaneKeepalive& out) noexcept;

// Fills `out`, zeros behind the fields. False, nothing written: less than kKeepaliveBytes.
bool write_keepalive(std::span<uint8_t> out, const LaneKeepalive& keepalive) noexcept;

}  // namespace bulkhead::mesh
