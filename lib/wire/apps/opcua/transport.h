// SPDX-License-Identifier: Apache-2.0
// OPC UA connection protocol (Part 6, 7.1): header of a message chunk, and the messages by which
// the ends agree on sizes.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::opcua {

enum class MessageType : uint8_t {
  kHello,
  kAcknowledge,
  kError,
  kReverseHello,
  kOpen,
  kMessage,
  kClose,
};

struct ChunkHeader {
  MessageType type = MessageType::kHello;
  char chunk = 'F';  // 'C': more to come, 'F': the last, 'A': forget what came
  uint32_t size = 0;
};
inline constexpr size_t kChunkHeader = 8;
inline constexpr size_t kChunkAt = 3;
inline constexpr size_t kSizeAt = 4;

// Needs kChunkHeader bytes. Faults: kBadMarker (no such type), kBadFlags (chunk flag), kBadLength
// (less than the type has at least, or for an acknowledge not what it has), kTooLong (> longest).
Parsed<ChunkHeader> parse_chunk_header(std::span<const uint8_t> bytes, uint32_t longest) noexcept;

// What an end takes.
struct Limits {
  uint32_t chunk = 0;    // bytes of a chunk
  uint32_t message = 0;  // bytes of a message; 0: any
  uint32_t chunks = 0;   // chunks of a message; 0: any
};

struct Agreement {
  uint32_t send_chunk = 0;  // the longest chunk that this end will send
  Limits receives{};
};

// Whole frames. Faults: kBadLength (the text at the end and the size disagree), kTooLong (an
// endpoint URL above 4096 bytes), kBadValue (a buffer below 1024 bytes).
Fault parse_hello(std::span<const uint8_t> frame, Agreement& out) noexcept;
Fault parse_acknowledge(std::span<const uint8_t> frame, Agreement& out) noexcept;
Fault parse_reverse_hello(std::span<const uint8_t> frame) noexcept;
// An error, or the body of an abort: code and reason, up to the end.
Fault parse_error(std::span<const uint8_t> bytes, size_t at, uint32_t& code) noexcept;

// Is this the first that a client sends, or a server that calls its client?
bool opens(std::span<const uint8_t> bytes) noexcept;

}  // namespace bulkhead::wire::opcua
