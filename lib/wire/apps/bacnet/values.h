// SPDX-License-Identifier: Apache-2.0
// Values of BACnet properties as views into the packet.
#pragma once

#include <span>

#include "wire/apps/bacnet/tag.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::bacnet {

// Adds what stands between an opening tag and its closing one, to the last point of `out`, one view
// a value. Numbers: boolean, unsigned, signed, enumerated of 1, 2, 4 and 8 bytes, real, double;
// everything else is kBytes: null without any, constructed elements whole with their tags.
// `inside` is well formed (TagReader::enclosed).
Fault take_values(std::span<const uint8_t> inside, uint32_t at, Operation& out) noexcept;

}  // namespace bulkhead::wire::bacnet
