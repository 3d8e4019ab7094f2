// SPDX-License-Identifier: Apache-2.0
#include "inspect/stack.h"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <type_traits>

#include "inspect/stream_state.h"
#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/enip/connection.h"
#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/fins/fins.h"
#include "wire/apps/fox/fox.h"
#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/pn_cm/pn_cm.h"
#include "wire/apps/slmp/slmp.h"
#include "wire/apps/tls/either.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

// A frame that is put aside, a few behind it that are under way, and a message in segments.
constexpr size_t ring_for(size_t longest_frame) noexcept {
  constexpr size_t kLeast = 16384;  // and a jumbo frame
  return std::max(kLeast, std::bit_ceil(longest_frame + kLeast / 2));
}

template <typename State, typename P>
constexpr Stack stack_of(wire::App app, uint8_t protocol) noexcept {
  static_assert(std::is_trivially_destructible_v<State> && alignof(State) <= kStackAlign);
  static_assert(alignof(typename State::Apart) <= kStackAlign);
  Stack out;
  out.app = app;
  out.protocol = protocol;
  out.bytes = sizeof(State);
  out.apart = sizeof(typename State::Apart);
  out.make = [](void* state, void* apart) noexcept {
    ::new (state) State(*static_cast<typename State::Apart*>(apart));
  };
  out.copy = [](void* to, const void* from) noexcept {
    *static_cast<State*>(to) = *static_cast<const State*>(from);
  };
  out.step = [](void* state, wire::Side side, std::span<const uint8_t> bytes,
                wire::OperationSink& sink) noexcept {
    return static_cast<State*>(state)->step(side, bytes, sink);
  };
  out.between = [](const void* state, wire::Side side) noexcept {
    return static_cast<const State*>(state)->between(side);
  };
  if constexpr (wire::Refusing<P>)
    out.refuse = [](void* state, wire::Side asker, std::span<const uint8_t> frame,
                    const wire::Operation& operation, std::span<uint8_t> to) noexcept {
      return static_cast<State*>(state)->protocol().refuse(asker, frame, operation, to);
    };
  if constexpr (wire::Renumbering<P>)
    out.adapt = [](void* state, wire::Side sender, std::span<uint8_t> frame) noexcept {
      return static_cast<State*>(state)->protocol().adapt(sender, frame);
    };
  return out;
}

template <wire::StreamProtocol P>
constexpr Stack stream(wire::App app = P::kApp) noexcept {
  Stack out = stack_of<StreamState<P>, P>(app, wire::ip_protocol::kTcp);
  out.ring = ring_for(P::kLongestFrame);
  return out;
}

template <wire::DatagramProtocol P>
constexpr Stack datagrams(wire::App app = P::kApp) noexcept {
  return stack_of<DatagramState<P>, P>(app, wire::ip_protocol::kUdp);
}

// In the clear, or in TLS from the connection's first byte. ISO transport is not: it has TLS inside
// (wire/apps/s7comm_plus).
template <wire::StreamProtocol P>
constexpr Stack either() noexcept {
  return stream<wire::tls::Either<P, wire::Apart>>();
}

using Modbus = wire::modbus::ConnectionWith<wire::Apart>;

constexpr std::array kStacks = {
    either<Modbus>(),
    either<wire::dnp3::Connection>(),
    datagrams<wire::dnp3::Connection>(),
    stream<wire::iso::Connection>(),
    either<wire::mqtt::Connection>(),
    either<wire::opcua::Connection>(),
    either<wire::iec104::Connection>(),
    datagrams<wire::bacnet::Connection>(),
    either<wire::hart_ip::Connection>(),
    datagrams<wire::hart_ip::Connection>(),
    datagrams<wire::pn_cm::Connection>(),
    either<wire::fins::Connection>(),
    datagrams<wire::fins::Connection>(),
    either<wire::slmp::Connection>(),
    datagrams<wire::slmp::Connection>(),
    either<wire::fox::Connection>(),
    either<wire::enip::Connection>(),
    datagrams<wire::enip::Connection>(),
    datagrams<wire::ethercat::Connection>(),
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
