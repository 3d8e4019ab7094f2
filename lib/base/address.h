// SPDX-License-Identifier: Apache-2.0
// IP addresses of both families in one 16-byte type, and MAC addresses.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead {

// Network order; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so one table serves both families.
struct alignas(8) IpAddress {
  // Bytes 8 to 11 of an IPv4 address as the low half of low().
  static constexpr uint64_t kV4Mark = 0xffff'0000;

  std::array<uint8_t, 16> bytes{};

  static constexpr IpAddress v4(uint32_t host_order) noexcept {
    IpAddress ip;
    ip.bytes[10] = 0xff;
    ip.bytes[11] = 0xff;
    for (int i = 0; i < 4; ++i)
      ip.bytes[12 + static_cast<size_t>(i)] = static_cast<uint8_t>(host_order >> (24 - 8 * i));
    return ip;
  }
  // `at` holds 4 bytes in network order. Two whole words, so that it is never read back in pieces.
  static IpAddress from_v4_wire(const uint8_t* at) noexcept {
    uint32_t v4;
    std::memcpy(&v4, at, 4);
    const std::array<uint64_t, 2> words{0, kV4Mark | (uint64_t{v4} << 32)};
    IpAddress ip;
    std::memcpy(ip.bytes.data(), words.data(), 16);
    return ip;
  }
  // `at` holds 16 bytes in network order.
  static IpAddress from_v6_wire(const uint8_t* at) noexcept {
    IpAddress ip;
    std::memcpy(ip.bytes.data(), at, 16);
    return ip;
  }

  [[nodiscard]] uint64_t high() const noexcept {
    uint64_t v;
    std::memcpy(&v, bytes.data(), 8);
    return v;
  }
  [[nodiscard]] uint64_t low() const noexcept {
    uint64_t v;
    std::memcpy(&v, bytes.data() + 8, 8);
    return v;
  }
  [[nodiscard]] bool is_v4() const noexcept {
    return high() == 0 && (low() & 0xffff'ffff) == kV4Mark;
  }
  [[nodiscard]] bool is_zero() const noexcept {
    return high() == 0 && (low() == 0 || (is_v4() && v4_host() == 0));
  }
  [[nodiscard]] bool is_multicast() const noexcept {
    return is_v4() ? (bytes[12] & 0xf0) == 0xe0 : bytes[0] == 0xff;
  }
  [[nodiscard]] uint32_t v4_host() const noexcept {
    return (uint32_t{bytes[12]} << 24) | (uint32_t{bytes[13]} << 16) | (uint32_t{bytes[14]} << 8) |
           bytes[15];
  }
  // The 4 bytes of an IPv4 address in network order.
  [[nodiscard]] const uint8_t* v4_wire() const noexcept { return &bytes[12]; }

  constexpr auto operator<=>(const IpAddress&) const noexcept = default;
  // By words: std::array's own would call memcmp(), and packets are compared here.
  constexpr bool operator==(const IpAddress& other) const noexcept {
    using Words = std::array<uint64_t, 2>;
    const auto a = std::bit_cast<Words>(bytes), b = std::bit_cast<Words>(other.bytes);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
  }
};
static_assert(sizeof(IpAddress) == 16);

struct MacAddress {
  std::array<uint8_t, 6> bytes{};

  static MacAddress from_wire(const uint8_t* at) noexcept {
    MacAddress mac;
    std::memcpy(mac.bytes.data(), at, 6);
    return mac;
  }
  static constexpr MacAddress broadcast() noexcept {
    return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  }
  [[nodiscard]] bool is_multicast() const noexcept { return (bytes[0] & 1) != 0; }
  [[nodiscard]] bool is_zero() const noexcept { return *this == MacAddress{}; }
  // The six bytes in the low 48 bits, most significant first.
  [[nodiscard]] constexpr uint64_t packed() const noexcept {
    uint64_t v = 0;
    for (const uint8_t b : bytes) v = (v << 8) | b;
    return v;
  }
  static constexpr MacAddress unpacked(uint64_t v) noexcept {
    MacAddress mac;
    for (size_t i = 6; i-- > 0; v >>= 8) mac.bytes[i] = static_cast<uint8_t>(v);
    return mac;
  }

  constexpr auto operator<=>(const MacAddress&) const noexcept = default;
  constexpr bool operator==(const MacAddress& other) const noexcept {
    using Words = std::array<uint16_t, 3>;
    const auto a = std::bit_cast<Words>(bytes), b = std::bit_cast<Words>(other.bytes);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) == 0;
  }
};
static_assert(sizeof(MacAddress) == 6);

// "10.0.0.1", "2001:db8::1". Errors: kInvalid with the text.
Result<IpAddress> parse_ip(std::string_view text);
std::string to_string(const IpAddress& ip);

// "00:0e:8c:00:00:70". Errors: kInvalid with the text.
Result<MacAddress> parse_mac(std::string_view text);
std::string to_string(const MacAddress& mac);

struct IpPrefix {
  IpAddress address;
  uint8_t length = 128;  // bits of the 128-bit form: an IPv4 /24 is 120

  [[nodiscard]] bool contains(const IpAddress& ip) const noexcept;
};
// "10.0.0.1/24", "2001:db8::1/64". The address keeps its host bits.
Result<IpPrefix> parse_prefix(std::string_view text);
std::string to_string(const IpPrefix& prefix);

struct Endpoint {
  IpAddress ip;
  uint16_t port = 0;
  constexpr auto operator<=>(const Endpoint&) const noexcept = default;
};
// "10.0.0.1:4500", "[2001:db8::1]:4500".
Result<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

}  // namespace bulkhead
