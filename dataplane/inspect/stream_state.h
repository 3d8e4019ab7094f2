// SPDX-License-Identifier: Apache-2.0
// A protocol over TCP as one flow speaks it: the parser's connection, and of each direction the
// bytes of the frame that is not whole yet. Bytes come in order.
//
// What few packets need lies apart, in memory that somebody else owns: it is not touched before it
// is needed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"
#include "wire/apps/rare.h"

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
  struct Apart {
    alignas(wire::kRareAlign) std::array<std::byte, wire::kRoomApart<P>> protocol;
    std::array<std::array<uint8_t, P::kLongestFrame>, 2> bytes;
  };
  explicit StreamState(Apart& apart) noexcept : apart_(&apart) {
    wire::place_apart(protocol_, apart.protocol.data());
  }
  StreamState(const StreamState&) = delete;
  // Its memory stays its own.
  StreamState& operator=(const StreamState& other) noexcept {
    held_ = other.held_;
    protocol_ = other.protocol_;
    for (size_t i = 0; i < held_.size(); ++i)
      std::copy_n(other.apart_->bytes[i].begin(), held_[i], apart_->bytes[i].begin());
    return *this;
  }
  ~StreamState() = default;

  // Takes bytes up to the end of the first frame at most, and tells `sink` each operation that the
  // frame completes. The frame's bytes are good until the next step.
  Step step(wire::Side side, std::span<const uint8_t> bytes, wire::OperationSink& sink) noexcept {
    return held_[index(side)] == 0 ? whole(side, bytes, sink) : complete(side, bytes, sink);
  }
  // No message of that side is unfinished.
  [[nodiscard]] bool between(wire::Side side) const noexcept {
    return held_[index(side)] == 0 && !protocol_.pending(side);
  }
  [[nodiscard]] P& protocol() noexcept { return protocol_; }

 private:
  static constexpr size_t index(wire::Side side) noexcept {
    return side == wire::Side::kRequest ? 0 : 1;
  }
  [[nodiscard]] std::span<const uint8_t> held(wire::Side side) const noexcept {
    return std::span(apart_->bytes[index(side)]).first(held_[index(side)]);
  }
  // Puts aside at most `n` bytes; returns how many.
  size_t hold(wire::Side side, std::span<const uint8_t> from, size_t n) noexcept {
    uint32_t& size = held_[index(side)];
    n = std::min({n, from.size(), P::kLongestFrame - size});
    std::copy_n(from.begin(), n, apart_->bytes[index(side)].begin() + size);
    size += static_cast<uint32_t>(n);
    return n;
  }

  // The frame at the front where it lies, or all of the bytes put aside.
  Step whole(wire::Side side, std::span<const uint8_t> bytes, wire::OperationSink& sink) noexcept {
    const wire::Parsed<size_t> size = protocol_.frame_size(side, bytes);
    if (size.faulty()) return {0, {}, size.fault()};
    if (!size.ok() || *size > bytes.size()) return {hold(side, bytes, bytes.size()), {}, {}};
    const auto frame = bytes.first(*size);
    return {*size, frame, protocol_.frame(side, frame, sink)};
  }

  // More of the frame that was put aside, never of the one behind it.
  Step complete(wire::Side side, std::span<const uint8_t> bytes,
                wire::OperationSink& sink) noexcept {
    wire::Parsed<size_t> size = protocol_.frame_size(side, held(side));
    if (size.faulty()) return {0, {}, size.fault()};
    const size_t before = held(side).size();
    if (before == P::kLongestFrame && !size.ok()) return {0, {}, {wire::FaultKind::kTooLong, 0}};
    const size_t taken =
        hold(side, bytes, size.ok() ? *size - before : std::max<size_t>(size.missing(), 1));
    if (!size.ok()) size = protocol_.frame_size(side, held(side));
    if (size.faulty()) return {taken, {}, size.fault()};
    if (!size.ok() || *size > held(side).size()) return {taken, {}, {}};
    const auto frame = held(side).first(*size);
    held_[index(side)] = 0;  // its bytes stay good until more are held
    return {taken, frame, protocol_.frame(side, frame, sink)};
  }

  std::array<uint32_t, 2> held_{};  // bytes put aside
  Apart* apart_;
  P protocol_;
};

// A protocol over UDP: whole datagrams.
template <wire::DatagramProtocol P>
class DatagramState {
 public:
  struct Apart {};
  explicit DatagramState(Apart&) noexcept {}

  Step step(wire::Side side, std::span<const uint8_t> bytes, wire::OperationSink& sink) noexcept {
    return {bytes.size(), bytes, protocol_.datagram(side, bytes, sink)};
  }
  [[nodiscard]] bool between(wire::Side) const noexcept { return true; }
  [[nodiscard]] P& protocol() noexcept { return protocol_; }

 private:
  P protocol_;
};

}  // namespace bulkhead::dataplane
