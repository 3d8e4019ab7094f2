// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/frame_maker.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/byte_order.h"
#include "wire/ethernet.h"
#include "wire/transport_write.h"
#include "wire/udp.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kUdpAt = wire::kEthernetSize + 20, kChecksumAt = kUdpAt + 6;
constexpr size_t kStampAt = kUdpAt + wire::kUdpSize;
static_assert(kStampAt + kStampBytes <= kShortestFrame);
constexpr size_t kImixPeriod = 12;  // frame_mix.h; a single length has every period

}  // namespace

FrameMaker::FrameMaker(const Way& way, FrameMix mix)
    : mix_(std::move(mix)), first_src_port_(way.first_src_port), flows_(way.flows) {
  for (size_t n = 0; n < kImixPeriod; ++n) {
    const uint16_t bytes = mix_.bytes(n);
    if (std::ranges::none_of(templates_, [&](const auto& t) { return t.frame.size() == bytes; }))
      templates_.push_back(made_for(way, bytes));
  }
}

// The payload behind the stamp counts up, so that no compressing link has an easy time.
FrameMaker::Template FrameMaker::made_for(const Way& way, uint16_t bytes) {
  std::vector<uint8_t> payload(bytes - kStampAt);
  for (size_t i = kStampBytes; i < payload.size(); ++i) payload[i] = static_cast<uint8_t>(i * 7);
  Template made;
  made.frame.resize(bytes);
  wire::Writer link{made.frame};
  wire::EthernetHeader header;
  header.dst = way.next_hop_mac;
  header.src = way.src_mac;
  header.ethertype = wire::ethertype::kIpv4;
  wire::write_ethernet(link, header);
  const std::span<uint8_t> packet = std::span(made.frame).subspan(wire::kEthernetSize);
  wire::write_udp(packet, {way.src, way.dst, 0, way.dst_port}, payload);
  store_be(&made.frame[kChecksumAt], uint16_t{0});
  const auto datagram = std::span<const uint8_t>(made.frame).subspan(kUdpAt);
  made.sum = wire::pseudo_header_sum(way.src, way.dst, wire::ip_protocol::kUdp,
                                     static_cast<uint32_t>(datagram.size()));
  made.sum.add(datagram);
  return made;
}

const FrameMaker::Template& FrameMaker::template_of(uint16_t bytes) const noexcept {
  size_t at = 0;
  while (at + 1 < templates_.size() && templates_[at].frame.size() != bytes) ++at;
  return templates_[at];
}

bool FrameMaker::make(dataplane::Packet& packet, const Stamp& stamp) const noexcept {
  const Template& from = template_of(mix_.bytes(stamp.sequence));
  if (packet.tailroom < from.frame.size()) return false;
  uint8_t* const frame = packet.data;
  std::memcpy(frame, from.frame.data(), from.frame.size());
  const auto port = static_cast<uint16_t>(first_src_port_ + stamp.sequence % flows_);
  store_be(frame + kUdpAt, port);
  const std::span<uint8_t, kStampBytes> stamped(frame + kStampAt, kStampBytes);
  write_stamp(stamped, stamp);
  wire::ChecksumSum sum = from.sum;
  sum.add(port);
  sum.add(stamped);
  const uint16_t checksum = sum.value();
  store_be(frame + kChecksumAt, checksum == 0 ? uint16_t{0xffff} : checksum);  // RFC 768
  packet.append(static_cast<uint16_t>(from.frame.size()));
  return true;
}

}  // namespace bulkhead::bench
