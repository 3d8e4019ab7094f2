// SPDX-License-Identifier: Apache-2.0
// S7comm on one ISO transport connection, TSDU by TSDU.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::s7comm {

class Session {
 public:
  // One whole TSDU, of first byte 0x32. `unit`: rack and slot that the connection called.
  Fault tsdu(Side side, uint32_t unit, std::span<const uint8_t> bytes,
             OperationSink& sink) noexcept;
};

}  // namespace bulkhead::wire::s7comm
