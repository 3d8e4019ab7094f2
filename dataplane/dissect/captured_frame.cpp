// SPDX-License-Identifier: Apache-2.0
#include "dissect/captured_frame.h"

#include "base/byte_order.h"
#include "rehearse/mend.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint8_t kLoopback = 127;  // 127.0.0.0/8 (RFC 1122 3.2.1.3)
constexpr uint8_t kStandIn = 10;
constexpr size_t kSourceAt = 12;
constexpr size_t kDestinationAt = 16;
constexpr size_t kIpv4Size = 20;
constexpr size_t kLongestFrame = 65'535 + 64;

IpAddress v4_at(std::span<const uint8_t> bytes, size_t at) {
  return IpAddress::v4(load_be<uint32_t>(&bytes[at]));
}

bool parse(std::vector<uint8_t>& bytes, wire::Frame& out) {
  (void)mend_checksums(bytes);
  const wire::Fault fault = wire::parse_frame(bytes, out);
  if (fault.kind == wire::FaultKind::kNone) return true;
  if (fault.kind != wire::FaultKind::kBadSourceAddress || fault.offset < kSourceAt) return false;
  const size_t l3 = fault.offset - kSourceAt;
  if (l3 + kIpv4Size > bytes.size() || bytes[l3] >> 4 != 4) return false;
  const IpAddress src = v4_at(bytes, l3 + kSourceAt), dst = v4_at(bytes, l3 + kDestinationAt);
  for (const size_t at : {kSourceAt, kDestinationAt})
    if (bytes[l3 + at] == kLoopback) bytes[l3 + at] = kStandIn;
  (void)mend_checksums(bytes);
  if (wire::parse_frame(bytes, out).kind != wire::FaultKind::kNone) return false;
  out.ip.src = src;
  out.ip.dst = dst;
  return true;
}

}  // namespace

bool parse_captured(std::vector<uint8_t>& bytes, bool cut, wire::Frame& out) {
  const size_t size = bytes.size();
  if (cut) bytes.resize(kLongestFrame);  // what IP does not count is padding to the parser
  const bool parsed = parse(bytes, out);
  bytes.resize(size);
  return parsed;
}

}  // namespace bulkhead::dataplane
