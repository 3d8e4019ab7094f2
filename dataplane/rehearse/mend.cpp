// SPDX-License-Identifier: Apache-2.0
#include "rehearse/mend.h"

#include <algorithm>

#include "base/byte_order.h"
#include "wire/checksum.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kChecksumAt = 10;  // in an IPv4 header

// The parser stops at a wrong header checksum: put that right first.
bool mend_ipv4_header(std::span<uint8_t> frame, const wire::Fault& fault) noexcept {
  if (fault.kind != wire::FaultKind::kBadChecksum || fault.offset < kChecksumAt) return false;
  const size_t l3 = fault.offset - kChecksumAt;
  const size_t size = size_t{frame[l3] & 0x0fu} * 4;
  if (size < 20 || l3 + size > frame.size()) return false;
  const auto header = frame.subspan(l3, size);
  store_be<uint16_t>(&header[kChecksumAt], 0);
  store_be(&header[kChecksumAt], wire::internet_checksum(header));
  return true;
}

}  // namespace

bool mend_checksums(std::span<uint8_t> frame) noexcept {
  wire::Frame parsed;
  wire::Fault fault = wire::parse_frame(frame, parsed);
  const bool header = mend_ipv4_header(frame, fault);
  if (header) fault = wire::parse_frame(frame, parsed);
  if (fault.kind != wire::FaultKind::kNone || parsed.ip.ip_version == 0 || parsed.ip.fragment)
    return header;
  if (wire::transport_checksum_ok(frame, parsed.ip)) return header;
  wire::write_checksums(frame, parsed.ip);
  return true;
}

void aim(std::span<uint8_t> frame, const MacAddress& gateway) noexcept {
  constexpr uint8_t kGroup = 1;
  if (frame.size() < gateway.bytes.size() || (frame[0] & kGroup) != 0) return;
  std::ranges::copy(gateway.bytes, frame.begin());
}

void rebind(std::vector<uint8_t>& frame, const image::ImageView& policy) {
  wire::Frame parsed;
  if (wire::parse_frame(frame, parsed).kind != wire::FaultKind::kNone || parsed.ip.ip_version == 0)
    return;
  const IdentityIndex source = policy.identity_by_ip(parsed.ip.src);
  if (!source.valid()) return;
  const image::IdentityRecord& bound = policy.identity(source);
  std::vector<uint8_t> link(frame.begin(), frame.begin() + 6);
  link.insert(link.end(), bound.mac.begin(), bound.mac.end());
  if (bound.vlan != wire::kNoVlan) {
    constexpr uint8_t kTag[] = {0x81, 0x00};
    link.insert(link.end(), std::begin(kTag), std::end(kTag));
    link.push_back(static_cast<uint8_t>(bound.vlan >> 8));
    link.push_back(static_cast<uint8_t>(bound.vlan));
  }
  link.push_back(static_cast<uint8_t>(parsed.ethertype >> 8));
  link.push_back(static_cast<uint8_t>(parsed.ethertype));
  frame.erase(frame.begin(), frame.begin() + parsed.ip.l3_offset);
  frame.insert(frame.begin(), link.begin(), link.end());
}

}  // namespace bulkhead::dataplane
