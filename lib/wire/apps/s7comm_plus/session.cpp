// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/session.h"

namespace bulkhead::wire::s7comm_plus {

bool is_tls(std::span<const uint8_t> tsdu) noexcept {
  constexpr uint8_t kChangeCipherSpec = 20, kApplicationData = 23;
  return tsdu.size() >= 5 && tsdu[0] >= kChangeCipherSpec && tsdu[0] <= kApplicationData &&
         tsdu[1] == 3 && tsdu[2] <= 4;
}

Fault Session::tsdu(Side, std::span<const uint8_t>, OperationSink&) noexcept {
  return {};
}

bool Session::pending(Side) const noexcept {
  return false;
}

void Session::forget() noexcept {}

}  // namespace bulkhead::wire::s7comm_plus
