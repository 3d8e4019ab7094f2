// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/session.h"

namespace bulkhead::wire::s7comm {

Fault Session::tsdu(Side, uint32_t, std::span<const uint8_t>, OperationSink&) noexcept {
  return {};
}

}  // namespace bulkhead::wire::s7comm
