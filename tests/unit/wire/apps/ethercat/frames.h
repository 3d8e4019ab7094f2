// SPDX-License-Identifier: Apache-2.0
// EtherCAT frames by hand, and what a connection tells of them.
#pragma once

#include <catch2/catch.hpp>

#include "../iso/told.h"
#include "wire/apps/ethercat/ethercat.h"

namespace bulkhead::test::ecat {

inline Octets le16(size_t value) {
  return {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8)};
}
inline Octets le32(size_t value) {
  return le16(value & 0xffff) + le16(value >> 16);
}

inline Octets frame(uint8_t type, const Octets& content) {
  return le16(size_t{type} << 12 | content.size()) + content;
}

struct Header {
  uint8_t command = 4;  // FPRD
  uint8_t index = 7;
  uint16_t device = 0x1001;
  uint16_t offset = 0x1000;
  uint16_t counter = 0;
  uint16_t flags = 0;  // beside the length
};
constexpr uint16_t kMore = 0x8000;

inline Octets datagram(const Header& header, const Octets& data) {
  return Octets{header.command, header.index} + le16(header.device) + le16(header.offset) +
         le16(header.flags | data.size()) + le16(0) + data + le16(header.counter);
}
inline Octets commands(const Octets& datagrams) {
  return frame(1, datagrams);
}
inline Octets command(const Header& header, const Octets& data) {
  return commands(datagram(header, data));
}

inline Octets mailbox(uint8_t type, const Octets& content, uint16_t station = 0x1001) {
  return le16(content.size()) + le16(station) + Octets{0, static_cast<uint8_t>(0x10 | type)} +
         content;
}
// CoE: type, and what is behind it.
inline Octets coe(uint8_t type, const Octets& content) {
  return mailbox(3, le16(size_t{type} << 12) + content);
}
inline Octets sdo(uint8_t type, uint8_t command, uint16_t index, uint8_t sub, const Octets& data) {
  return coe(type, Octets{command} + le16(index) + Octets{sub} + data);
}

template <typename Connection = wire::ethercat::Connection>
struct Master {
  wire::Fault say(const Octets& bytes, wire::Side side = wire::Side::kRequest) {
    return connection.datagram(side, bytes, tells);
  }
  const Told& told(const Octets& bytes, wire::Side side = wire::Side::kRequest) {
    REQUIRE(say(bytes, side) == wire::Fault{});
    return tells.all.back();
  }
  Connection connection;
  Tells tells;
};

inline constexpr uint64_t in_space(wire::ethercat::PointSpace space, uint64_t number) {
  return static_cast<uint64_t>(space) << wire::ethercat::kPointSpaceShift | number;
}

}  // namespace bulkhead::test::ecat
