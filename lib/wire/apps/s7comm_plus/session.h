// SPDX-License-Identifier: Apache-2.0
// S7comm-plus on one ISO transport connection, TSDU by TSDU.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::s7comm_plus {

// Does the TSDU begin with a TLS record? From firmware V4.5 of the 1200 on S7comm-plus is inside.
bool is_tls(std::span<const uint8_t> tsdu) noexcept;

class Session {
 public:
  // One whole TSDU, of first byte 0x72, or TLS.
  Fault tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // A PDU was begun that later TSDUs complete.
  [[nodiscard]] bool pending(Side side) const noexcept;
  void forget() noexcept;
};

}  // namespace bulkhead::wire::s7comm_plus
