// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/enip/cpf.h"

namespace bulkhead::wire::enip {
namespace {

constexpr uint16_t kMostItems = 4;  // address, data, one socket address of each direction
constexpr uint16_t kMostListed = 64;
constexpr size_t kSockaddrSize = 16;
constexpr uint16_t kInternet = 2;  // sin_family; its fields are big endian (2-6.3.3)

// sin_family, sin_port, sin_addr, 8 bytes of 0. An address that is none of a group is not used.
uint32_t read_group(Reader in) noexcept {
  const bool internet = in.be16() == kInternet;
  in.skip(2);
  const uint32_t address = in.be32();
  return internet && address >> 28 == 0xe ? address : 0;
}

size_t size_of_address(uint16_t type) noexcept {
  if (type == item::kNull) return 0;
  return type == item::kSequencedAddress ? 8 : 4;
}

// The next item, which must be of that type.
Reader expect_item(Reader& in, uint16_t type) noexcept {
  const size_t at = in.at();
  in.expect(in.le16() == type, FaultKind::kBadType, at);
  const size_t size = in.le16();
  return in.take(size);
}

bool is_sockaddr(uint16_t type) noexcept {
  return type == item::kSockaddrToTarget || type == item::kSockaddrToOriginator;
}

}  // namespace

Packet read_packet(Reader& in, const Envelope& envelope) noexcept {
  Packet out;
  const size_t at = in.at();
  const uint16_t items = in.le16();
  in.expect(items >= 2 && items <= kMostItems, FaultKind::kBadCount, at);
  Reader address = expect_item(in, envelope.address);
  in.expect(address.left() == size_of_address(envelope.address), FaultKind::kBadLength,
            address.at());
  if (envelope.address != item::kNull) out.connection = address.le32();
  if (envelope.address == item::kSequencedAddress) out.sequence = address.le32();
  out.data = expect_item(in, envelope.data);
  for (uint16_t i = 2; in.ok() && i < items; ++i) {
    const size_t item_at = in.at();
    const uint16_t type = in.le16();
    in.expect(is_sockaddr(type), FaultKind::kBadType, item_at);
    in.expect(in.le16() == kSockaddrSize, FaultKind::kBadLength, item_at + 2);
    const Reader sockaddr = in.take(kSockaddrSize);
    if (type == item::kSockaddrToOriginator) out.group = read_group(sockaddr);
  }
  in.end();
  return out;
}

void check_items(Reader& in) noexcept {
  const size_t at = in.at();
  const uint16_t items = in.le16();
  in.expect(items <= kMostListed, FaultKind::kBadCount, at);
  for (uint16_t i = 0; in.ok() && i < items; ++i) {
    in.skip(2);
    const size_t size = in.le16();
    in.skip(size);
  }
}

}  // namespace bulkhead::wire::enip
