// SPDX-License-Identifier: Apache-2.0
#include "packet_copy.h"

#include <algorithm>

#include "esp/lane.h"

namespace bulkhead::dataplane {
namespace {

using telemetry::PacketLink;
using telemetry::PacketRecord;

// After decrypt, and in the gateway's own words, the IP header is the first byte (PacketMeta).
PacketLink link_of(const PacketMeta& meta) noexcept {
  const bool bare =
      meta.frame.ip.l3_offset == 0 && (meta.from_mesh || meta.frame.ip.ip_version != 0);
  return bare ? PacketLink::kIp : PacketLink::kEthernet;
}

}  // namespace

std::span<const uint8_t> tellable(const Packet& packet, DropReason reason) noexcept {
  if (reason != DropReason::kAuthFailed) return packet.bytes();
  const size_t clear = packet.meta.frame.ip.payload_offset + esp::kHeaderBytes + esp::kIvBytes;
  return packet.bytes().first(std::min<size_t>(clear, packet.length));
}

void keep_copy(PacketRing& ring, uint64_t sequence, const Packet& packet,
               DropReason reason) noexcept {
  if (packet.length == 0) return;
  const std::span<const uint8_t> bytes = tellable(packet, reason);
  PacketRecord record;
  record.sequence = sequence;
  record.original_length = packet.length;
  record.captured_length = static_cast<uint16_t>(std::min(bytes.size(), record.frame.size()));
  record.port = packet.meta.rx_port;
  record.link = static_cast<uint16_t>(link_of(packet.meta));
  std::copy_n(bytes.begin(), record.captured_length, record.frame.begin());
  ring.push(record);
}

}  // namespace bulkhead::dataplane
