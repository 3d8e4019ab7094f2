// SPDX-License-Identifier: Apache-2.0
// A captured frame as a gateway would have met it.
#pragma once

#include <cstdint>
#include <vector>

#include "wire/frame.h"

namespace bulkhead::dataplane {

// Checksums that a network card was to fill in are mended, loopback addresses, which never travel,
// are let through, and of a frame that the capture cut (`cut`) the missing bytes are taken as read:
// `bytes` keeps its size, so offsets and lengths of `out` may lie beyond it. False: it does not
// parse.
bool parse_captured(std::vector<uint8_t>& bytes, bool cut, wire::Frame& out);

}  // namespace bulkhead::dataplane
