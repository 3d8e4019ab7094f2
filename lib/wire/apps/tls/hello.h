// SPDX-License-Identifier: Apache-2.0
// The two hellos of TLS, which say in the clear what a session is about.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire::tls {

inline constexpr uint16_t kTls10 = 0x0301;
inline constexpr uint16_t kTls12 = 0x0303;
inline constexpr uint16_t kTls13 = 0x0304;

// A handshake message: type, length, body. RFC 8446 4.
inline constexpr size_t kMessageHeader = 4;
inline constexpr uint8_t kClientHelloType = 1;
inline constexpr uint8_t kServerHelloType = 2;

// A hello of which not all bytes are there.
class HelloBuffer {
 public:
  static constexpr size_t kLongest = 4096;  // with post-quantum key shares some have 2000

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // Bytes that complete its header, or then the message.
  [[nodiscard]] size_t wants() const noexcept {
    return (size_ < kMessageHeader ? kMessageHeader : kMessageHeader + length()) - size_;
  }
  // At most wants() bytes; they fit once fits() holds.
  void add(std::span<const uint8_t> bytes) noexcept {
    std::ranges::copy(bytes, bytes_.begin() + size_);
    size_ = static_cast<uint16_t>(size_ + bytes.size());
  }
  [[nodiscard]] bool has_header() const noexcept { return size_ >= kMessageHeader; }
  [[nodiscard]] uint8_t type() const noexcept { return bytes_[0]; }
  [[nodiscard]] bool fits() const noexcept { return kMessageHeader + length() <= kLongest; }
  [[nodiscard]] std::span<const uint8_t> body() const noexcept {
    return std::span(bytes_).first(size_).subspan(kMessageHeader);
  }
  void clear() noexcept { size_ = 0; }

 private:
  [[nodiscard]] size_t length() const noexcept {
    return size_t{bytes_[1]} << 16 | size_t{bytes_[2]} << 8 | bytes_[3];
  }
  uint16_t size_ = 0;
  std::array<uint8_t, kLongest> bytes_;  // the first size_
};

// What the hellos settled, for the life of the connection.
struct Facts {
  static constexpr size_t kLongestName = 255;
  uint16_t version = 0;  // the highest that was offered, then the one that was chosen
  uint16_t suite = 0;    // chosen
  uint8_t name_size = 0;
  std::array<char, kLongestName> name;

  [[nodiscard]] std::string_view server_name() const noexcept { return {name.data(), name_size}; }
};

// Adds to `out` the versions offered, the server's name and the application protocols, and notes
// the highest version and the name. Faults: kBadLength, kBadVersion, kBadValue (a name that is
// none), kTooMany (an extension twice), kBadCount (more than one name, or none).
Fault read_client_hello(std::span<const uint8_t> body, Operation& out, Facts& facts) noexcept;
// The version and suite chosen, and the application protocol where it is in the clear. `retry`: it
// asks for another hello.
Fault read_server_hello(std::span<const uint8_t> body, Operation& out, Facts& facts,
                        bool& retry) noexcept;

}  // namespace bulkhead::wire::tls
