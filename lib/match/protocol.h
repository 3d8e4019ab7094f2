// SPDX-License-Identifier: Apache-2.0
// The protocols that the first bytes of a TCP connection are identified as, on any port. Numbers
// are in images: add at the end only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bulkhead::match {

enum class Protocol : uint8_t {
  kUnknown = 0,
  kRdp,
  kSmb,
  kSsh,
  kVnc,
  kHttp,
  kFtp,
  kTelnet,
  kDcerpc,
  kTls,
  kSmtp,
  kMssql,
  kX11,
  kRlogin,
  kModbus,
  kIso,
  kDnp3,
  kOpcua,
  kIec104,
  kMqtt,
  kEnip,
  kCount,
};

struct PortSpan {
  uint16_t first = 0;
  uint16_t last = 0;
};

struct ProtocolRow {
  Protocol protocol;
  std::string_view word;  // in policy, events and explanations
  bool plant;             // an OT protocol; others are IT, and mean lateral movement where unasked
  std::array<PortSpan, 6> ports;  // where it is to be expected (IANA, and usage)
};

std::span<const ProtocolRow> protocols() noexcept;
// kUnknown's row for a number of no protocol.
const ProtocolRow& row_of(Protocol protocol) noexcept;
std::string_view to_string(Protocol protocol) noexcept;
// kUnknown: no such word.
Protocol protocol_named(std::string_view word) noexcept;

using ProtocolMask = uint64_t;  // bit per Protocol
constexpr ProtocolMask bit(Protocol protocol) noexcept {
  return ProtocolMask{1} << static_cast<unsigned>(protocol);
}
inline constexpr ProtocolMask kAnyProtocol = ~ProtocolMask{0};
inline constexpr ProtocolMask kEveryProtocol = bit(Protocol::kCount) - 2;  // by name
// OT protocols, and what is not identified.
ProtocolMask plant_protocols() noexcept;
// IT protocols that belong on that port.
ProtocolMask usual_on(uint16_t port) noexcept;
// What may pass on a port where `named` are named; 0: none.
ProtocolMask expected_on(ProtocolMask named, uint16_t port) noexcept;
// "ssh, http", in the order of the table.
std::string words_of(ProtocolMask mask);

}  // namespace bulkhead::match
