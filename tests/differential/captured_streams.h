// SPDX-License-Identifier: Apache-2.0
// The TCP conversations of a capture that a stack of the dataplane speaks, as turns.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "inspect/stack.h"

namespace bulkhead::differential {

using Bytes = std::vector<uint8_t>;

// What one side said before the other did, or what one segment carried.
struct Turn {
  wire::Side side;
  Bytes bytes;
};

using OnStream = std::function<void(const dataplane::Stack&, const std::vector<Turn>&)>;

// Calls `on_stream` for each conversation, a turn for each segment; what a hole of the capture
// ends, or a new connection, is one.
Status each_stream(const std::string& path, const OnStream& on_stream);

// Neighbours of one side as one turn.
std::vector<Turn> joined(const std::vector<Turn>& turns);

}  // namespace bulkhead::differential
