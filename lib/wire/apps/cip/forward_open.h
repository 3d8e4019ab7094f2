// SPDX-License-Identifier: Apache-2.0
// How connections are opened and closed: CIP Vol 1 3-5.5.2, 3-5.5.3.
#pragma once

#include <cstdint>

#include "wire/apps/cip/io_connection.h"
#include "wire/apps/cip/message.h"
#include "wire/apps/cip/triad.h"

namespace bulkhead::wire::cip {

// What one way is asked to be.
struct OpeningWay {
  uint32_t interval_us = 0;  // of packets
  uint16_t size = 0;
  IoType type = IoType::kNull;
  uint8_t priority = 0;
};

struct ForwardOpen {
  uint32_t to_target = 0;      // connection identifiers; the target chooses this one
  uint32_t to_originator = 0;  // and the originator this
  Triad triad;
  uint8_t multiplier = 0;  // of the intervals: lifetime_ns
  OpeningWay target_way, originator_way;
  uint8_t transport_class = 0;
  Path path;

  // Of data that goes by UDP.
  [[nodiscard]] bool for_datagrams() const noexcept { return transport_class <= 1; }
  // Of messages, rather than of data that is produced and consumed.
  [[nodiscard]] bool for_messages(const TagText& text) const noexcept;
};
ForwardOpen read_forward_open(Reader& in, TagText& text, bool large) noexcept;

struct ForwardClose {
  Triad triad;
  Path path;
};
ForwardClose read_forward_close(Reader& in, TagText& text) noexcept;

// The answer to an opening that succeeded.
struct Opened {
  uint32_t to_target = 0;
  uint32_t to_originator = 0;
  Triad triad;
  uint32_t target_interval_us = 0;  // what there will be
  uint32_t originator_interval_us = 0;
};
Opened read_opened(Reader& in) noexcept;
// What the other answers of either begin with.
Triad read_triad(Reader& in) noexcept;

}  // namespace bulkhead::wire::cip
