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

template <wire::StreamProtocol P>
class StreamState {
 public:
  // Tells `sink` each operation that the bytes complete. A fault: what follows is not looked at.
  wire::Fault feed(wire::Side side, std::span<const uint8_t> bytes,
                   wire::OperationSink& sink) noexcept {
    Held& held = held_[side == wire::Side::kRequest ? 0 : 1];
    while (!bytes.empty()) {
      const wire::Fault fault =
          held.size == 0 ? whole(side, held, bytes, sink) : complete(side, held, bytes, sink);
      if (fault.kind != wire::FaultKind::kNone) return fault;
    }
    return {};
  }

 private:
  // The bytes are not initialised: only those that were held are read.
  struct Held {
    uint32_t size = 0;
    std::array<uint8_t, P::kLongestFrame> bytes;

    [[nodiscard]] std::span<const uint8_t> view() const noexcept {
      return std::span(bytes).first(size);
    }
    void take(std::span<const uint8_t>& from, size_t n) noexcept {
      n = std::min({n, from.size(), bytes.size() - size});
      std::copy_n(from.begin(), n, bytes.begin() + size);
      size += static_cast<uint32_t>(n);
      from = from.subspan(n);
    }
  };

  // The frame at the front where it lies, or all of the bytes put aside.
  wire::Fault whole(wire::Side side, Held& held, std::span<const uint8_t>& bytes,
                    wire::OperationSink& sink) noexcept {
    const wire::Parsed<size_t> size = protocol_.frame_size(side, bytes);
    if (size.faulty()) return size.fault();
    if (!size.ok() || *size > bytes.size()) {
      held.take(bytes, bytes.size());
      return {};
    }
    const auto frame = bytes.first(*size);
    bytes = bytes.subspan(*size);
    return protocol_.frame(side, frame, sink);
  }

  // More of the frame that was put aside, never of the one behind it.
  wire::Fault complete(wire::Side side, Held& held, std::span<const uint8_t>& bytes,
                       wire::OperationSink& sink) noexcept {
    wire::Parsed<size_t> size = protocol_.frame_size(side, held.view());
    if (size.faulty()) return size.fault();
    const bool room = held.size < held.bytes.size();
    if (!room && !size.ok()) return {wire::FaultKind::kTooLong, 0};
    held.take(bytes, size.ok() ? *size - held.size : std::max<size_t>(size.missing(), 1));
    if (!size.ok()) size = protocol_.frame_size(side, held.view());
    if (size.faulty()) return size.fault();
    if (!size.ok() || *size > held.size) return {};
    const auto frame = held.view().first(*size);
    held.size = 0;  // its bytes stay good until more are held
    return protocol_.frame(side, frame, sink);
  }

  P protocol_;
  std::array<Held, 2> held_;
};

// A protocol over UDP: whole datagrams.
template <wire::DatagramProtocol P>
class DatagramState {
 public:
  wire::Fault feed(wire::Side side, std::span<const uint8_t> bytes,
                   wire::OperationSink& sink) noexcept {
    return protocol_.datagram(side, bytes, sink);
  }

 private:
  P protocol_;
};

}  // namespace bulkhead::dataplane
