// SPDX-License-Identifier: Apache-2.0
// TLS 1.0 to 1.3 on one connection: where its records begin and end, what the hellos say in the
// clear, and nothing of what is inside.
//
// Sources: RFC 8446 4.1 (hellos), 4.2 (extensions), 5 (records), appendix D (earlier versions);
// RFC 5246 6.2, 7.4.1; RFC 6066 3 (server name); RFC 7301 3.1 (application protocols).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "wire/apps/protocol.h"
#include "wire/apps/tls/hello.h"

namespace bulkhead::wire::tls {

// Ascending by code: content type | handshake type << 16.
std::span<const FunctionFact> functions() noexcept;
inline constexpr uint32_t kChangeCipherSpec = 20;
inline constexpr uint32_t kAlert = 21;
inline constexpr uint32_t kHandshake = 22;  // any but the hellos
inline constexpr uint32_t kApplicationData = 23;
inline constexpr uint32_t kClientHello = kHandshake | 1u << 16;
inline constexpr uint32_t kServerHello = kHandshake | 2u << 16;
inline constexpr uint32_t kHelloRetryRequest = kHandshake | 6u << 16;

// Type, version, length.
inline constexpr size_t kRecordHeader = 5;
// Do these bytes begin a handshake record (3 of them are enough to say)? Nothing else opens a
// connection.
inline constexpr size_t kEnoughToTell = 3;
constexpr bool opens_connection(std::span<const uint8_t> bytes) noexcept {
  return bytes.size() >= kEnoughToTell && bytes[0] == kHandshake && bytes[1] == 3 &&
         bytes[2] >= 1 && bytes[2] <= 3;
}

class Connection {
 public:
  static constexpr App kApp = App::kTls;
  static constexpr size_t kLongestFrame = 256;

  // A frame is a record's header, or a piece of its body of at most `most` bytes, which is 1 or
  // more. Faults: kBadType, kBadVersion, kBadLength, kBadState: no record that may come here.
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes,
                                          size_t most = kLongestFrame) const noexcept;
  // Bytes of the stream, cut anywhere. A hello is told when it is whole, every other record with
  // its header. Faults: as frame_size(), and what is wrong with a hello; then nothing may follow.
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // Amid a hello: nothing of it has been told. What is inside of other records nobody judges, so
  // that they pass as they come.
  [[nodiscard]] bool pending(Side side) const noexcept;
  // Amid a record, its header included.
  [[nodiscard]] bool amid_record(Side side) const noexcept;
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

 private:
  enum class Awaits : uint8_t { kClient, kServer, kNothing };
  struct Way {
    std::array<uint8_t, kRecordHeader> header;
    uint8_t held = 0;       // bytes of the next header
    uint16_t left = 0;      // of the record
    bool hello = false;     // of a record whose bytes are a hello's, up to its end
    bool ciphered = false;  // it said change_cipher_spec
  };
  [[nodiscard]] bool awaited(Side side) const noexcept;
  [[nodiscard]] Fault check(Side side, std::span<const uint8_t> header) const noexcept;
  [[nodiscard]] Fault check_order(Side side, uint8_t type) const noexcept;
  [[nodiscard]] bool length_ok(const Way& way, uint8_t type, size_t length) const noexcept;
  Fault begin_record(Side side, OperationSink& sink) noexcept;
  void tell_record(Side side, uint8_t type, OperationSink& sink) noexcept;
  Fault take_hello(Side side, std::span<const uint8_t>& bytes, OperationSink& sink) noexcept;
  Fault end_hello(Side side, OperationSink& sink) noexcept;
  void forget_hello(Side side) noexcept;
  void add_facts(Operation& out, std::span<const uint8_t> length) const noexcept;
  [[nodiscard]] Way& way(Side side) noexcept { return ways_[static_cast<size_t>(side)]; }
  [[nodiscard]] const Way& way(Side side) const noexcept {
    return ways_[static_cast<size_t>(side)];
  }

  std::array<Way, 2> ways_{};
  Awaits awaits_ = Awaits::kClient;
  bool offered_ = false;  // a client's hello has been told
  HelloBuffer buffer_;    // the hello that is awaited: there is one at a time
  Facts facts_;
};

}  // namespace bulkhead::wire::tls
