// SPDX-License-Identifier: Apache-2.0
// One datagram of a frame: command, index, address, length and flags, interrupts, data, working
// counter (ETG.1000.4 5.4). Devices follow the flag that says that another one comes; they do not
// look at the frame's length.
#pragma once

#include "wire/apps/operation.h"
#include "wire/apps/protocol.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::ethercat {

struct Datagram {
  uint8_t command = 0;
  uint8_t index = 0;
  uint32_t address = 0;  // of physical ones: offset << 16 | device
  std::span<const uint8_t> data{};
  uint16_t counter = 0;  // how often it was done
  bool more = false;

  [[nodiscard]] constexpr uint16_t device() const noexcept {
    return static_cast<uint16_t>(address);
  }
  [[nodiscard]] constexpr uint16_t offset() const noexcept {
    return static_cast<uint16_t>(address >> 16);
  }
};

// Faults of `in`: kBadLength, kBadFlags, kBadAddress.
Datagram read_datagram(Reader& in) noexcept;

// `order`: of the datagram in its frame, from 0.
void tell_datagram(const Datagram& datagram, Side side, uint32_t order, Operation& out) noexcept;

}  // namespace bulkhead::wire::ethercat
