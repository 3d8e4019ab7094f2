// SPDX-License-Identifier: Apache-2.0
// The blocks of PNIO operations (IEC 61158-6-10 5.2): those that name records, and the first of the
// others.
#pragma once

#include "wire/apps/operation.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::pn_cm {

enum class Operations : uint16_t {
  kConnect = 0,
  kRelease = 1,
  kRead = 2,
  kWrite = 3,
  kControl = 4,
  kReadImplicit = 5,
};
inline constexpr uint16_t kResponseBlock = 0x8000;  // | type of the request's block

// Checks that the first block is one that the operation has, and that it is whole; fills points,
// values and refusals of the records of reads and writes. `response`: its blocks are answers.
void take_blocks(Operations operation, bool response, Reader& in, Operation& out) noexcept;
// Does the connect's first block open a relation as supervisor?
bool is_supervisor(Reader in) noexcept;

}  // namespace bulkhead::wire::pn_cm
