// SPDX-License-Identifier: Apache-2.0
// What is known of the secure channel of a connection: its policy, and whether its messages can be
// read. The header of OPN names the policy; only its encrypted body says whether messages are
// signed or encrypted too. So the first message decides: one that parses to its last byte is
// signed, any other encrypted, and so it stays.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bulkhead::wire::opcua {

class Channel {
 public:
  enum class Sight : uint8_t { kUndecided, kReadable, kOpaque };

  // The server's answer to an OPN: from now on this channel, by this policy.
  void opened(uint32_t id, std::string_view policy) noexcept;
  void readable() noexcept { sight_ = Sight::kReadable; }
  // Nothing of this connection's OPN was seen: the next message may be readable.
  void unreadable() noexcept {
    if (id_ != 0) sight_ = Sight::kOpaque;
  }

  // 0: not known, as no OPN was seen.
  [[nodiscard]] uint32_t id() const noexcept { return id_; }
  [[nodiscard]] Sight sight() const noexcept { return sight_; }
  // Bytes of the signature at the end of a chunk.
  [[nodiscard]] uint32_t signature() const noexcept { return signature_; }

 private:
  uint32_t id_ = 0;
  uint32_t signature_ = 0;
  Sight sight_ = Sight::kUndecided;
};

// The policy of messages that are neither signed nor encrypted.
bool is_none(std::string_view policy) noexcept;

}  // namespace bulkhead::wire::opcua
