// SPDX-License-Identifier: Apache-2.0
// HART-IP: HART commands over TCP and UDP, to a device or to those behind a multiplexer or gateway.
//
// Sources: HCF_SPEC-085 (network management: HART-IP messages), HCF_SPEC-081 (token-passing
// frames), HCF_SPEC-099, HCF_SPEC-127 and HCF_SPEC-151 (commands), HCF_SPEC-307 (response codes).
#pragma once

#include "wire/apps/protocol.h"

namespace bulkhead::wire::hart_ip {

inline constexpr uint16_t kPort = 5094;

// Code: the number of the command, extended ones as such; of messages without one kMessages | id.
inline constexpr uint32_t kMessages = 1u << 24;
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// A point is a device variable of a device: address << 8 | code. The address of a device is its
// unique one of 38 bits, or its polling address, which is below 64 and no unique one.
inline constexpr uint8_t kVariableBits = 8;
inline constexpr uint64_t kLastDevice = (uint64_t{1} << 38) - 1;
inline constexpr uint32_t kLastPollingAddress = 63;
// The unit where a unique address is used: it does not fit, and no rule that names units holds.
inline constexpr uint32_t kNoUnit = UINT32_MAX;

// No state: each message stands for itself.
class Connection {
 public:
  static constexpr App kApp = App::kHartIp;
  static constexpr size_t kLongestFrame = 4096;

  // Faults: kBadVersion (not 1 or 2), kBadLength (below 8), kTooLong.
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  // Faults: kBadType (of message, or of the token-passing frame), kBadState (a type that this side
  // does not send), kBadLength, kBadChecksum, kBadAddress, kBadFunction (an extended command inside
  // another), kTooDeep.
  Fault frame(Side side, std::span<const uint8_t> message, OperationSink& sink) noexcept;
  // One message; kBadLength where there is more.
  Fault datagram(Side side, std::span<const uint8_t> message, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // The bytes begin with a request to initiate a session.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  // The answer of a device that restricts access (response code 16) to `operation`, which `frame`
  // asks: the whole message, in `out`. 0: there are no words for it, or no room.
  size_t refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                std::span<uint8_t> out) noexcept;
};

}  // namespace bulkhead::wire::hart_ip
