// SPDX-License-Identifier: Apache-2.0
// The header of a HART-IP message (HCF_SPEC-085 10.2), and the token-passing frame that most carry
// (HCF_SPEC-081 5): delimiter, address, expansion, command, byte count, data, check byte.
#pragma once

#include <span>

#include "wire/apps/reader.h"

namespace bulkhead::wire::hart_ip {

enum class MessageType : uint8_t { kRequest = 0, kResponse = 1, kPublish = 2, kNak = 15 };

enum class MessageId : uint8_t {
  kInitiate = 0,
  kClose = 1,
  kKeepAlive = 2,
  kTokenPassing = 3,
  kDirect = 4,
  kAuditLog = 5,
};

struct Header {
  static constexpr size_t kSize = 8;
  static constexpr size_t kTypeAt = 1, kIdAt = 2, kLengthAt = 6;

  uint8_t version = 0;
  MessageType type = MessageType::kRequest;
  MessageId id = MessageId::kInitiate;
  uint8_t status = 0;
  uint16_t sequence = 0;
  uint16_t length = 0;  // with the header
};
Header read_header(Reader& in) noexcept;

// Frames of HART: what the low three bits of a delimiter say.
enum class FrameType : uint8_t { kBurst = 1, kRequest = 2, kAnswer = 6 };

struct HartFrame {
  uint8_t delimiter = 0;
  size_t address_at = 0;
  std::span<const uint8_t> address{};    // 1 or 5 octets
  std::span<const uint8_t> expansion{};  // 0 to 3
  uint8_t command = 0;
  Reader data{{}};  // with the two octets of status where there are
};
// Faults: kBadType (a delimiter of no or of another frame than `wanted`), kBadLength (the byte
// count is not that of the data), and where there is a check byte kBadChecksum.
HartFrame read_hart_frame(Reader& in, FrameType wanted, bool with_check) noexcept;

// What the octets add up to, carry ignored: the check byte of a frame.
uint8_t check_of(std::span<const uint8_t> octets) noexcept;

inline constexpr uint8_t kUniqueAddress = 0x80;  // in a delimiter: the address has five octets
inline constexpr size_t kShortAddress = 1, kLongAddress = 5;

}  // namespace bulkhead::wire::hart_ip
