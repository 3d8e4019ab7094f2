// SPDX-License-Identifier: Apache-2.0
// TLS inside ISO transport: where its records begin and end, over the borders of TSDUs.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::s7comm_plus {

// Does the TSDU begin with the header of a TLS record?
bool is_tls(std::span<const uint8_t> tsdu) noexcept;

// Records of one direction.
class TlsRecords {
 public:
  // A record was begun that the next TSDU goes on with, whatever its first byte looks like.
  [[nodiscard]] bool amid_record() const noexcept { return left_ != 0 || held_ != 0; }
  // Fault: kBadType: what follows the last record is none.
  Fault pass(std::span<const uint8_t> tsdu) noexcept;

 private:
  static constexpr size_t kHeader = 5;
  uint16_t left_ = 0;  // of the record
  uint8_t held_ = 0;   // of its header
  std::array<uint8_t, kHeader> header_{};
};

}  // namespace bulkhead::wire::s7comm_plus
