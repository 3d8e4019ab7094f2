// SPDX-License-Identifier: Apache-2.0
// SPDUs of the session protocol (ISO 8327-1 8), as MMS uses them: one a TSDU, and data behind
// GIVE TOKENS.
#pragma once

#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::mms {

enum class Spdu : uint8_t {
  kData = 1,  // GIVE TOKENS, then DATA TRANSFER
  kNotFinished = 8,
  kFinish = 9,
  kDisconnect = 10,
  kRefuse = 12,
  kConnect = 13,
  kAccept = 14,
  kAbort = 25,
  kAbortAccept = 26,
};

struct SessionPdu {
  Spdu type = Spdu::kData;
  std::span<const uint8_t> user_data{};
  size_t user_data_at = 0;
};

bool is_spdu(uint8_t first) noexcept;

// Faults: kBadType (none of the above; GIVE TOKENS without data), kTruncated, kBadLength (a
// parameter past the end; bytes behind the SPDU), kBadCount (user data twice), kBadState (data in
// pieces: segmenting is not for us).
Fault parse_session(std::span<const uint8_t> tsdu, SessionPdu& out) noexcept;

}  // namespace bulkhead::wire::mms
