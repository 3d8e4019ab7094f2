// SPDX-License-Identifier: Apache-2.0
// What each frame of the tester carries at the start of its UDP payload: 18 bytes, which is all
// that a frame of 64 bytes has room for. Integers in network order.
//
//   0 signature u32 | 4 trial u16 | 6 sequence u32 | 10 time stamp counter at sending u64
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::bench {

inline constexpr uint32_t kSignature = 0x4248'5254;
inline constexpr size_t kStampBytes = 18;
inline constexpr uint16_t kLearning = 0;  // the trial of frames that only open flows

struct Stamp {
  uint16_t trial = 0;
  uint32_t sequence = 0;
  uint64_t sent = 0;
};

inline void write_stamp(std::span<uint8_t, kStampBytes> out, const Stamp& stamp) noexcept {
  wire::Writer to{out};
  to.be32(kSignature).be16(stamp.trial).be32(stamp.sequence).be64(stamp.sent);
}

// Of a payload that is no stamp: nullopt.
inline std::optional<Stamp> read_stamp(std::span<const uint8_t> payload) noexcept {
  wire::Cursor in{payload};
  const uint32_t signature = in.be32();
  Stamp stamp;
  stamp.trial = in.be16();
  stamp.sequence = in.be32();
  stamp.sent = in.be64();
  if (!in.ok() || signature != kSignature) return std::nullopt;
  return stamp;
}

}  // namespace bulkhead::bench
