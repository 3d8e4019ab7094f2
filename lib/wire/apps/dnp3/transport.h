// SPDX-License-Identifier: Apache-2.0
// DNP3 transport function (IEEE 1815 8): joins the segments of one side of a connection to
// application fragments, for each pair of link addresses.
//
// A segment with FIR begins a fragment and forgets one that was not finished. A segment without FIR
// must carry the number after that of the segment before it; else what was held is forgotten and
// the segment is a fault. When every place is taken, the pair that began longest ago is forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

inline constexpr size_t kMaxFragment = 2048;

class Transport {
 public:
  static constexpr size_t kMaxHeld = 4;  // unfinished fragments

  struct Joined {
    Fault fault{};  // its offset counts from the transport octet
    bool whole = false;
    std::span<const uint8_t> fragment{};  // valid until the next call, and while `segment` is
    size_t before = 0;                    // bytes of it that came in earlier segments
  };

  // `segment`: the user data of a link frame, transport octet first.
  // Faults: kTruncated (empty), kBadSequence, kTooLong (above kMaxFragment).
  Joined add(uint16_t source, uint16_t destination, std::span<const uint8_t> segment) noexcept;
  [[nodiscard]] bool pending() const noexcept;

 private:
  struct Held {
    bool used = false;
    uint8_t next = 0;
    uint16_t source = 0;
    uint16_t destination = 0;
    uint16_t size = 0;
    uint32_t begun = 0;  // number of the fragment, of all that began
    std::array<uint8_t, kMaxFragment> bytes;
  };

  Held* find(uint16_t source, uint16_t destination) noexcept;
  Held& place() noexcept;
  Joined append(Held& held, uint8_t octet, std::span<const uint8_t> data) noexcept;

  std::array<Held, kMaxHeld> held_;
  uint32_t begun_ = 0;
};

}  // namespace bulkhead::wire::dnp3
