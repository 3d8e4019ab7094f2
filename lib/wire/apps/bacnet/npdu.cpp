// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/npdu.h"

#include <algorithm>

#include "wire/apps/bacnet/tag.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr uint8_t kType = 0x81;
constexpr uint8_t kVersion = 1;
constexpr uint8_t kNetworkMessage = 0x80;
constexpr uint8_t kDestination = 0x20;
constexpr uint8_t kSource = 0x08;
constexpr uint8_t kReserved = 0x50;

Fault take_address(Cursor& in, bool is_source, Address& out) noexcept {
  const auto at = static_cast<uint32_t>(in.at());
  out.network = in.be16();
  out.length = in.u8();
  if (in.ok() && out.length > Address::kMaxLength) return {FaultKind::kBadAddress, at};
  const auto station = in.bytes(out.length);
  if (!in.ok()) return {FaultKind::kTruncated, at};
  std::ranges::copy(station, out.station.begin());
  // No sender is everywhere (6.2.2.1), nobody is on network 0 or at a station of every network.
  const bool everywhere = out.network == Address::kEveryNetwork;
  const bool bad = out.network == 0 || (is_source && (everywhere || out.length == 0)) ||
                   (everywhere && out.length != 0);
  return bad ? Fault{FaultKind::kBadAddress, at} : Fault{};
}

Fault take_npdu(Cursor in, Envelope& out) noexcept {
  const auto at = static_cast<uint32_t>(in.at());
  const uint8_t version = in.u8();
  if (in.ok() && version != kVersion) return {FaultKind::kBadVersion, at};
  const uint8_t control = in.u8();
  if ((control & kReserved) != 0) return {FaultKind::kBadFlags, at + 1};
  if ((control & kDestination) != 0)
    if (const Fault fault = take_address(in, false, out.peers.to); failed(fault)) return fault;
  if ((control & kSource) != 0)
    if (const Fault fault = take_address(in, true, out.peers.from); failed(fault)) return fault;
  if ((control & kDestination) != 0) in.skip(1);  // hop count
  out.network_message = (control & kNetworkMessage) != 0;
  out.body_at = in.at();
  out.body = in.rest();
  if (out.body.empty()) return {FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
  return {};
}

}  // namespace

uint32_t Address::unit() const noexcept {
  if (network == 0) return 0;
  uint32_t folded = length == 0 ? 0xffff : 0;
  for (size_t i = 0; i < length; ++i)
    folded ^= uint32_t{station[length - 1u - i]} << (i % 2 == 0 ? 0 : 8);
  return uint32_t{network} << 16 | folded;
}

Fault open_envelope(std::span<const uint8_t> datagram, Envelope& out) noexcept {
  Cursor in{datagram};
  const uint8_t type = in.u8();
  if (in.ok() && type != kType) return {FaultKind::kBadProtocolId, 0};
  out.function = static_cast<Bvlc>(in.u8());
  const uint16_t length = in.be16();
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  if (length != datagram.size()) return {FaultKind::kBadLength, 2};
  switch (out.function) {
    case Bvlc::kForwarded:
      out.peers.origin = uint64_t{in.be32()} << 16;
      out.peers.origin |= in.be16();
      if (!in.ok()) return {FaultKind::kTruncated, 4};
      [[fallthrough]];
    case Bvlc::kDistribute:
    case Bvlc::kUnicast:
    case Bvlc::kBroadcast:
      out.carries_npdu = true;
      return take_npdu(in, out);
    default:
      out.body_at = in.at();
      out.body = in.rest();
      return {};
  }
}

}  // namespace bulkhead::wire::bacnet
