// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/enip/cpf.h"

namespace bulkhead::wire::enip {
namespace {

constexpr uint16_t kMostItems = 4;  // address, data, one socket address of each direction
constexpr uint16_t kMostListed = 64;
constexpr size_t kSockaddrSize = 16;

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
    in.expect(is_sockaddr(in.le16()), FaultKind::kBadType, item_at);
    in.expect(in.le16() == kSockaddrSize, FaultKind::kBadLength, item_at + 2);
    in.skip(kSockaddrSize);
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
