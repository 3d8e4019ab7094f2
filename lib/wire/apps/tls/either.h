// SPDX-License-Identifier: Apache-2.0
// A protocol over TCP in the clear, or inside of TLS: the first bytes that the opener sends decide.
#pragma once

#include "wire/apps/rare.h"
#include "wire/apps/tls/tls.h"

namespace bulkhead::wire::tls {

// No protocol that is told here begins as TLS does: Modbus comes nearest, with transaction 0x1603,
// and has a zero behind it.
// Where: the state of TLS (wire/apps/rare.h).
template <StreamProtocol P, template <typename> typename Where = Inside>
class Either {
 public:
  static constexpr App kApp = P::kApp;
  static constexpr size_t kLongestFrame = P::kLongestFrame;
  static_assert(kLongestFrame >= kRecordHeader);
  static constexpr size_t kApart = Where<Connection>::kRoom + kRoomApart<P>;

  void place(std::byte* memory) noexcept {
    tls_.place(memory);
    place_apart(clear_, memory + Where<Connection>::kRoom);
  }

  [[nodiscard]] Parsed<size_t> frame_size(Side side,
                                          std::span<const uint8_t> bytes) const noexcept {
    const Is is = is_ == Is::kUndecided ? told_by(side, bytes) : is_;
    if (is == Is::kUndecided)
      return NeedMore{static_cast<uint32_t>(kEnoughToTell - std::min(bytes.size(), size_t{2}))};
    if (is == Is::kClear) [[likely]]
      return clear_.frame_size(side, bytes);
    const Connection* tls = tls_.known();
    return tls != nullptr ? tls->frame_size(side, bytes, kLongestFrame)
                          : Connection{}.frame_size(side, bytes, kLongestFrame);
  }
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
    if (is_ == Is::kUndecided) is_ = told_by(side, bytes);
    return is_ == Is::kTls ? tls_.get().frame(side, bytes, sink) : clear_.frame(side, bytes, sink);
  }
  [[nodiscard]] bool pending(Side side) const noexcept {
    if (is_ != Is::kTls) return clear_.pending(side);
    return tls_.known() != nullptr && tls_.known()->pending(side);
  }
  static bool recognises(std::span<const uint8_t> bytes) noexcept { return P::recognises(bytes); }

  // TLS has no words that could be put amid its records, and numbers none that could be seen.
  size_t refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                std::span<uint8_t> out) noexcept requires Refusing<P> {
    return is_ == Is::kTls ? 0 : clear_.refuse(asker, frame, operation, out);
  }
  bool adapt(Side sender, std::span<uint8_t> frame) noexcept requires Renumbering<P> {
    return is_ == Is::kTls || clear_.adapt(sender, frame);
  }

 private:
  enum class Is : uint8_t { kUndecided, kClear, kTls };

  // Who answers first speaks in the clear: a server of TLS waits for the client's hello.
  static Is told_by(Side side, std::span<const uint8_t> bytes) noexcept {
    if (side == Side::kResponse) return Is::kClear;
    if (bytes.size() >= kEnoughToTell) return opens_connection(bytes) ? Is::kTls : Is::kClear;
    constexpr std::array<uint8_t, 2> kBegins = {kHandshake, 3};
    return std::ranges::equal(bytes, std::span(kBegins).first(bytes.size())) ? Is::kUndecided
                                                                             : Is::kClear;
  }

  Is is_ = Is::kUndecided;
  P clear_;
  Where<Connection> tls_;
};

}  // namespace bulkhead::wire::tls
