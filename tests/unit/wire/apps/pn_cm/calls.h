// SPDX-License-Identifier: Apache-2.0
// Builds calls of PROFINET context management for tests, in either byte order.
#pragma once

#include <catch2/catch.hpp>

#include "../iso/told.h"
#include "wire/apps/pn_cm/pn_cm.h"

namespace bulkhead::test::cm {

using wire::Side;

inline Octets be32(uint64_t value) {
  return be16(value >> 16 & 0xffff) + be16(value & 0xffff);
}

enum class Order { kBig, kLittle };
inline Octets u16(size_t value, Order order) {
  Octets out = be16(value);
  if (order == Order::kLittle) std::swap(out[0], out[1]);
  return out;
}
inline Octets u32(uint64_t value, Order order) {
  Octets out = be32(value);
  return order == Order::kBig ? out : Octets{out[3], out[2], out[1], out[0]};
}

struct Call {
  uint8_t type = 0;   // of the PDU
  uint8_t flags = 0;  // 2: the last fragment, 4: a fragment
  uint16_t operation = 3;
  Order order = Order::kBig;
  uint32_t interface = 0xdea00001;
  uint32_t sequence = 9;
  uint16_t fragment = 0;
  uint8_t version = 4;
  uint8_t authentication = 0;
};

inline Octets pdu(const Call& call, const Octets& body) {
  const Order order = call.order;
  const Octets uuid = u32(call.interface, order) + u16(0x6c97, order) + u16(0x11d1, order) +
                      Octets{0x82, 0x71, 0, 0xa0, 0x24, 0x42, 0xdf, 0x7d};
  return Octets{call.version,
                call.type,
                call.flags,
                0,
                static_cast<uint8_t>(order == Order::kLittle ? 0x10 : 0),
                0,
                0,
                0} +
         Octets(16, 0xaa) + uuid + Octets(16, 0xbb) + Octets(4, 0) + u32(1, order) +
         u32(call.sequence, order) + u16(call.operation, order) + Octets(4, 0xff) +
         u16(body.size(), order) + u16(call.fragment, order) + Octets{call.authentication, 0} +
         body;
}

// `first`: the longest answer, or the status.
inline Octets array(const Octets& blocks, Order order = Order::kBig, uint32_t first = 4096) {
  return u32(first, order) + u32(blocks.size(), order) + u32(4096, order) + u32(0, order) +
         u32(blocks.size(), order) + blocks;
}
inline Octets request(const Call& call, const Octets& blocks) {
  return pdu(call, array(blocks, call.order));
}
inline Octets response(Call call, const Octets& blocks, uint32_t status = 0) {
  call.type = 2;
  return pdu(call, array(blocks, call.order, status));
}

inline Octets block(uint16_t type, const Octets& content) {
  return be16(type) + be16(content.size() + 2) + Octets{1, 0} + content;
}
// The header of a record of API 0, slot 2; `status` of an answer to a write.
inline Octets record(uint16_t type, uint16_t subslot, uint16_t index, size_t length,
                     uint32_t status = 0) {
  return be16(type) + be16(60) + Octets{1, 0, 0, 1} + Octets(16, 0xcc) + be32(0) + be16(2) +
         be16(subslot) + be16(0) + be16(index) + be32(length) + be32(0) + be32(status) +
         Octets(16, 0);
}
inline Octets write(uint16_t subslot, uint16_t index, const Octets& data) {
  return record(0x0008, subslot, index, data.size()) + data;
}
inline Octets content(uint16_t subslot, uint16_t index, const Octets& data) {
  return block(0x0401, be16(0) + be32(0) + be16(2) + be16(subslot) + be16(0) + be16(index) + data);
}

struct Caller {
  wire::Fault say(const Octets& bytes, Side side = Side::kRequest) {
    sent.push_back(bytes);
    return connection.datagram(side, sent.back(), tells);
  }
  const Told& told(const Octets& bytes, Side side = Side::kRequest) {
    REQUIRE(say(bytes, side) == wire::Fault{});
    return tells.all.back();
  }
  wire::pn_cm::Connection connection;
  Tells tells;
  std::deque<Octets> sent;
};

}  // namespace bulkhead::test::cm
