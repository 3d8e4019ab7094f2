// SPDX-License-Identifier: Apache-2.0
// A protocol over TCP as one flow speaks it: the parser's connection, and of each direction the
// bytes of the frame that is not whole yet. Bytes come in order.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::dataplane {

// What one step took of the bytes it was given.
struct Step {
  size_t taken = 0;
  std::span<const uint8_t> frame{};  // the frame that ended with them; empty: none did
  wire::Fault fault{};               // what follows is not looked at
};

template <wire::StreamProtocol P>
class StreamState {
 public:
  // Takes bytes up to the end of the first frame at most, and tells `sink` each operation that the
  // frame completes. The frame's bytes are good until the next step.
  Step step(wire::Side side, std::span<const uint8_t> bytes, wire::OperationSink& sink) noexcept {
    Held& held = held_[index(side)];
    return held.size == 0 ? whole(side, held, bytes, sink) : complete(side, held, bytes, sink);
  }
  // No message of that side is unfinished.
  [[nodiscard]] bool between(wire::Side side) const noexcept {
    return held_[index(side)].size == 0 && !protocol_.pending(side);
  }
  [[nodiscard]] P& protocol() noexcept { return protocol_; }

 private:
  // The bytes are not initialised: only those that were held are read.
  struct Held {
    uint32_t size = 0;
    std::array<uint8_t, P::kLongestFrame> bytes;

    [[nodiscard]] std::span<const uint8_t> view() const noexcept {
      return std::span(bytes).first(size);
    }
    size_t take(std::span<const uint8_t> from, size_t n) noexcept {
      n = std::min({n, from.size(), bytes.size() - size});
      std::copy_n(from.begin(), n, bytes.begin() + size);
      size += static_cast<uint32_t>(n);
      return n;
    }
  };
  static constexpr size_t index(wire::Side side) noexcept {
    return side == wire::Side::kRequest ? 0 : 1;
  }

  // The frame at the front where it lies, or all of the bytes put aside.
  Step whole(wire::Side side, Held& held, std::span<const uint8_t> bytes,
             wire::OperationSink& sink) noexcept {
    const wire::Parsed<size_t> size = protocol_.frame_size(side, bytes);
    if (size.faulty()) return {0, {}, size.fault()};
    if (!size.ok() || *size > bytes.size()) return {held.take(bytes, bytes.size()), {}, {}};
    const auto frame = bytes.first(*size);
    return {*size, frame, protocol_.frame(side, frame, sink)};
  }

  // More of the frame that was put aside, never of the one behind it.
  Step complete(wire::Side side, Held& held, std::span<const uint8_t> bytes,
                wire::OperationSink& sink) noexcept {
    wire::Parsed<size_t> size = protocol_.frame_size(side, held.view());
    if (size.faulty()) return {0, {}, size.fault()};
    const bool room = held.size < held.bytes.size();
    if (!room && !size.ok()) return {0, {}, {wire::FaultKind::kTooLong, 0}};
    const size_t taken =
        held.take(bytes, size.ok() ? *size - held.size : std::max<size_t>(size.missing(), 1));
    if (!size.ok()) size = protocol_.frame_size(side, held.view());
    if (size.faulty()) return {taken, {}, size.fault()};
    if (!size.ok() || *size > held.size) return {taken, {}, {}};
    const auto frame = held.view().first(*size);
    held.size = 0;  // its bytes stay good until more are held
    return {taken, frame, protocol_.frame(side, frame, sink)};
  }

  P protocol_;
  std::array<Held, 2> held_;
};

// A protocol over UDP: whole datagrams.
template <wire::DatagramProtocol P>
class DatagramState {
 public:
  Step step(wire::Side side, std::span<const uint8_t> bytes, wire::OperationSink& sink) noexcept {
    return {bytes.size(), bytes, protocol_.datagram(side, bytes, sink)};
  }
  [[nodiscard]] bool between(wire::Side) const noexcept { return true; }
  [[nodiscard]] P& protocol() noexcept { return protocol_; }

 private:
  P protocol_;
};

}  // namespace bulkhead::dataplane
