// SPDX-License-Identifier: Apache-2.0
// Which parsers a flow is inspected with, by what its service names (wire::stack_of). State of a
// flow is memory of a pool (table/inspector_pool.h); a stack knows how to make and to feed it.
#pragma once

#include <cstddef>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::dataplane {

struct Stack {
  wire::App app = wire::App::kNone;  // wire::stack_of
  uint8_t protocol = 0;              // ip_protocol
  size_t bytes = 0;                  // of the state of one flow
  void (*make)(void* state) noexcept = nullptr;
  void (*copy)(void* to, const void* from) noexcept = nullptr;  // over one that was made
  wire::Fault (*feed)(void* state, wire::Side side, std::span<const uint8_t> bytes,
                      wire::OperationSink& sink) noexcept = nullptr;
};

inline constexpr size_t kStackAlign = 64;

std::span<const Stack> stacks() noexcept;
// nullptr: it cannot be inspected over that transport.
const Stack* stack_for(wire::App app, uint8_t protocol) noexcept;

}  // namespace bulkhead::dataplane
