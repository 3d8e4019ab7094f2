// SPDX-License-Identifier: Apache-2.0
#include "inspect/stack.h"

#include <array>
#include <new>
#include <type_traits>

#include "inspect/stream_state.h"
#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

template <typename State>
constexpr Stack stack_of(wire::App app, uint8_t protocol) noexcept {
  static_assert(std::is_trivially_destructible_v<State> && alignof(State) <= kStackAlign);
  Stack out;
  out.app = app;
  out.protocol = protocol;
  out.bytes = sizeof(State);
  out.make = [](void* state) noexcept { ::new (state) State; };
  out.copy = [](void* to, const void* from) noexcept {
    *static_cast<State*>(to) = *static_cast<const State*>(from);
  };
  out.feed = [](void* state, wire::Side side, std::span<const uint8_t> bytes,
                wire::OperationSink& sink) noexcept {
    return static_cast<State*>(state)->feed(side, bytes, sink);
  };
  return out;
}

template <wire::StreamProtocol P>
constexpr Stack stream(wire::App app = P::kApp) noexcept {
  return stack_of<StreamState<P>>(app, wire::ip_protocol::kTcp);
}

template <wire::DatagramProtocol P>
constexpr Stack datagrams(wire::App app = P::kApp) noexcept {
  return stack_of<DatagramState<P>>(app, wire::ip_protocol::kUdp);
}

constexpr std::array kStacks = {
    stream<wire::modbus::Connection>(),  stream<wire::dnp3::Connection>(),
    datagrams<wire::dnp3::Connection>(), stream<wire::iso::Connection>(),
    stream<wire::mqtt::Connection>(),    stream<wire::opcua::Connection>(),
    stream<wire::iec104::Connection>(),  datagrams<wire::bacnet::Connection>(),
};

}  // namespace

std::span<const Stack> stacks() noexcept {
  return kStacks;
}

const Stack* stack_for(wire::App app, uint8_t protocol) noexcept {
  const wire::App asked = wire::stack_of(app);
  for (const Stack& stack : kStacks)
    if (stack.app == asked && stack.protocol == protocol) return &stack;
  return nullptr;
}

}  // namespace bulkhead::dataplane
