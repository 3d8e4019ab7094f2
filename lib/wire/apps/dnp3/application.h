// SPDX-License-Identifier: Apache-2.0
// DNP3 application header (IEEE 1815 4.2.2): control octet, function, and of responses the internal
// indications (IIN).
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

struct ApplicationHeader {
  uint8_t control = 0;
  uint8_t function = 0;
  uint8_t iin2 = 0;  // second octet of the indications
  size_t size = 0;   // 2, of a response 4

  [[nodiscard]] bool first() const noexcept { return (control & 0x80) != 0; }
  [[nodiscard]] bool final() const noexcept { return (control & 0x40) != 0; }
  [[nodiscard]] bool unsolicited() const noexcept { return (control & 0x10) != 0; }
  [[nodiscard]] uint8_t sequence() const noexcept { return control & 0x0f; }
  // Of an outstation; an unknown function above 127 is taken for one.
  [[nodiscard]] bool response() const noexcept { return function > 127; }
  [[nodiscard]] Direction direction() const noexcept;
};

// Faults: kTruncated; kBadFlags: a request in more than one fragment, or UNS where it does not
// belong (it is set in 130, in its confirmation, and nowhere else).
Fault take_application(std::span<const uint8_t> fragment, ApplicationHeader& out) noexcept;

}  // namespace bulkhead::wire::dnp3
