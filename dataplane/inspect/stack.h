// SPDX-License-Identifier: Apache-2.0
// Which parsers a flow is inspected with, by what its service names (wire::stack_of). State of a
// flow is memory of a pool (table/inspector_pool.h), in two pieces: what its packets need, and
// apart what few of them do. A stack knows how to make and to feed it.
#pragma once

#include <cstddef>
#include <span>

#include "inspect/stream_state.h"
#include "wire/apps/protocol.h"

namespace bulkhead::dataplane {

struct Stack {
  wire::App app = wire::App::kNone;  // wire::stack_of
  uint8_t protocol = 0;              // ip_protocol
  size_t bytes = 0;                  // of the state of one flow
  size_t apart = 0;                  // of its other piece, which is not touched before it is needed
  size_t ring = 0;                   // of each direction's ByteRing; 0: datagrams
  void (*make)(void* state, void* apart) noexcept = nullptr;
  void (*copy)(void* to, const void* from) noexcept = nullptr;  // over one that was made
  // StreamState::step.
  Step (*step)(void* state, wire::Side side, std::span<const uint8_t> bytes,
               wire::OperationSink& sink) noexcept = nullptr;
  // StreamState::between.
  bool (*between)(const void* state, wire::Side side) noexcept = nullptr;
  // wire::Refusing; null: the protocol has no words.
  size_t (*refuse)(void* state, wire::Side asker, std::span<const uint8_t> frame,
                   const wire::Operation& operation, std::span<uint8_t> out) noexcept = nullptr;
  // wire::Renumbering; null: its frames are not numbered across the connection.
  bool (*adapt)(void* state, wire::Side sender, std::span<uint8_t> frame) noexcept = nullptr;

  // Steps until all of `bytes` are taken, or to a fault.
  wire::Fault feed(void* state, wire::Side side, std::span<const uint8_t> from,
                   wire::OperationSink& sink) const noexcept {
    while (!from.empty()) {
      const Step one = step(state, side, from, sink);
      if (one.fault.kind != wire::FaultKind::kNone) return one.fault;
      from = from.subspan(one.taken);
    }
    return {};
  }
};

inline constexpr size_t kStackAlign = 16;

std::span<const Stack> stacks() noexcept;
// nullptr: it cannot be inspected over that transport.
const Stack* stack_for(wire::App app, uint8_t protocol) noexcept;

}  // namespace bulkhead::dataplane
