// SPDX-License-Identifier: Apache-2.0
// An overlay as bytes, without its signature:
//
//   magic(8)="BLHKOVL1"  number(be64)  created(be64)  gateway: length(1) text
//   locks(be32)   { target(1) name }
//   islands(be32) { name gateway members(be32) { name } }
//   facts(be32)   { identity attribute until(be64) }
//
// Texts are a length (1) and bytes. Canonical: one value has one encoding, lists are strictly
// ascending, and every accepted input is such an encoding.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "overlay/model.h"
#include "wire/fault.h"

namespace bulkhead::overlay {

// Sorts lists and drops doubles; of two facts about the same the later end stays.
void normalise(Overlay& overlay);

// Errors: kInvalid (a name out of bounds, a list not normal), kExhausted (over a limit).
Result<std::vector<uint8_t>> encode(const Overlay& overlay);

// The whole input is one overlay; never NeedMore.
wire::Parsed<Overlay> decode(std::span<const uint8_t> bytes);

}  // namespace bulkhead::overlay
