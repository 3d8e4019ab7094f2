// SPDX-License-Identifier: Apache-2.0
#include "dissect/captured_frame.h"

#include <algorithm>
#include <span>

#include "base/byte_order.h"
#include "rehearse/mend.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kLongestFrame = 65'535 + 64;

// Where an IP header has its source, how long addresses are, and what of them a stand-in replaces.
struct Family {
  unsigned version = 4;
  size_t header = 20;
  size_t source_at = 12;
  size_t width = 4;
  uint8_t stand_in = 10;  // first byte of an address that may travel
};
constexpr Family kFamilies[] = {{}, {6, 40, 8, 16, 0xfd}};

using Address = std::span<uint8_t>;

// 127.0.0.0/8 (RFC 1122 3.2.1.3), ::1 (RFC 4291 2.5.3).
bool is_loopback(Address address) {
  if (address.size() == 4) return address[0] == 127;
  return address.back() == 1 &&
         std::ranges::all_of(address.first(15), [](uint8_t byte) { return byte == 0; });
}

IpAddress address_of(Address address) {
  if (address.size() == 4) return IpAddress::v4(load_be<uint32_t>(address.data()));
  IpAddress out;
  std::ranges::copy(address, out.bytes.begin());
  return out;
}

// Parses again with stand-ins for the loopback addresses of an IP header of this family.
bool parse_with_stand_ins(std::vector<uint8_t>& bytes, size_t l3, const Family& family,
                          wire::Frame& out) {
  if (l3 + family.header > bytes.size() || bytes[l3] >> 4 != family.version) return false;
  const Address src(&bytes[l3 + family.source_at], family.width);
  const Address dst(src.data() + family.width, family.width);
  const IpAddress real_src = address_of(src), real_dst = address_of(dst);
  for (const Address address : {src, dst})
    if (is_loopback(address)) address[0] = family.stand_in;
  (void)mend_checksums(bytes);
  if (wire::parse_frame(bytes, out).kind != wire::FaultKind::kNone) return false;
  out.ip.src = real_src;
  out.ip.dst = real_dst;
  return true;
}

bool parse(std::vector<uint8_t>& bytes, wire::Frame& out) {
  (void)mend_checksums(bytes);
  const wire::Fault fault = wire::parse_frame(bytes, out);
  if (fault.kind == wire::FaultKind::kNone) return true;
  if (fault.kind != wire::FaultKind::kBadSourceAddress) return false;
  return std::ranges::any_of(kFamilies, [&](const Family& family) {
    return fault.offset >= family.source_at &&
           parse_with_stand_ins(bytes, fault.offset - family.source_at, family, out);
  });
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
