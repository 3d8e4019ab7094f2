// SPDX-License-Identifier: Apache-2.0
// Messages as bytes: Header { magic, type, request id }, then the body as fields.h lays it out,
// little endian, counts and lengths (32 and 16 bits) before what they count.
//
// The encoding is canonical: what decode() accepts, encode() gives back byte for byte.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/secure_wipe.h"
#include "ipc/messages.h"

namespace bulkhead::ipc {

inline constexpr uint32_t kMessageMagic = 0x314d4842;  // "BHM1"
inline constexpr size_t kMessageHeaderBytes = 12;

// Bytes that may hold keys: reserved once, so that they never move, and wiped when they die.
class WipedBytes {
 public:
  explicit WipedBytes(size_t capacity) { bytes_.reserve(capacity); }
  WipedBytes(WipedBytes&& other) noexcept = default;
  WipedBytes& operator=(WipedBytes&&) = delete;
  ~WipedBytes() {
    if (!bytes_.empty()) secure_wipe(bytes_.data(), bytes_.size());
  }

  [[nodiscard]] std::vector<uint8_t>& vector() noexcept { return bytes_; }
  [[nodiscard]] std::span<const uint8_t> span() const noexcept { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

// Errors: kInvalid when a string or list is longer than its limit, kExhausted when the whole is
// longer than kMaxMessageBytes.
Result<WipedBytes> encode(const Message& message);

// Error: kInvalid with what is wrong and at which byte.
Result<Message> decode(std::span<const uint8_t> bytes);

// Whether this kind of message comes with a descriptor.
bool carries_descriptor(const Body& body) noexcept;

}  // namespace bulkhead::ipc
