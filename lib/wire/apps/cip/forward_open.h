// SPDX-License-Identifier: Apache-2.0
// How connections are opened and closed: CIP Vol 1 3-5.5.2, 3-5.5.3.
#pragma once

#include <cstdint>

#include "wire/apps/cip/message.h"

namespace bulkhead::wire::cip {

// Names a connection for good: its serial number, and the vendor and serial number of who opens it.
struct Triad {
  uint16_t connection = 0;
  uint16_t vendor = 0;
  uint32_t originator = 0;
  constexpr bool operator==(const Triad&) const noexcept = default;
};

struct ForwardOpen {
  uint32_t to_target = 0;      // connection identifiers; the target chooses this one
  uint32_t to_originator = 0;  // and the originator this
  Triad triad;
  uint8_t transport_class = 0;
  Path path;

  // Of messages, rather than of data that is produced and consumed.
  [[nodiscard]] bool for_messages(const TagText& text) const noexcept;
};
ForwardOpen read_forward_open(Reader& in, TagText& text, bool large) noexcept;

struct ForwardClose {
  Triad triad;
  Path path;
};
ForwardClose read_forward_close(Reader& in, TagText& text) noexcept;

// What an answer of either begins with; of success of an opening the identifiers are in front.
struct Opened {
  uint32_t to_target = 0;
  uint32_t to_originator = 0;
  Triad triad;
};
Opened read_opened(Reader& in) noexcept;
Triad read_triad(Reader& in) noexcept;

}  // namespace bulkhead::wire::cip
