// SPDX-License-Identifier: Apache-2.0
#include "wire/ipv6.h"

#include "wire/cursor.h"

namespace bulkhead::wire {

namespace {

constexpr size_t kFragmentHeaderSize = 8;

// The header of kind `out.protocol` at the front of `in`; false when malformed.
bool skip_one(Cursor& in, Ipv6Header& out) noexcept {
  const uint8_t kind = out.protocol;
  const size_t start = in.at();
  out.protocol = in.u8();
  const uint8_t units = in.u8();  // of 8 bytes, the first not counted
  if (kind == ip_protocol::kFragment) {
    out.fragment = true;
    in.skip(kFragmentHeaderSize - 2);
  } else if (kind == ip_protocol::kRouting) {
    in.skip(1);
    const uint8_t segments_left = in.u8();
    if (segments_left != 0) return false;
    in.skip(4 + size_t{units} * 8);
  } else {
    in.skip(6 + size_t{units} * 8);
  }
  out.header_size = static_cast<uint16_t>(out.header_size + (in.at() - start));
  return in.ok();
}

}  // namespace

Fault skip_extension_headers(std::span<const uint8_t> packet, Ipv6Header& out) noexcept {
  Cursor in{packet.subspan(kIpv6Size), kIpv6Size};
  for (unsigned i = 0; is_extension_header(out.protocol) && !out.fragment; ++i) {
    const Fault bad{FaultKind::kBadExtensionHeader, out.header_size};
    const bool misplaced = out.protocol == ip_protocol::kHopByHop && i > 0;  // RFC 8200 4.3
    if (misplaced || i == kMaxExtensionHeaders || !skip_one(in, out)) return bad;
  }
  return {};
}

}  // namespace bulkhead::wire
