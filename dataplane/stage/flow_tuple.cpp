// SPDX-License-Identifier: Apache-2.0
#include "stage/flow_tuple.h"

#include <array>

#include "wire/cursor.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

namespace proto = wire::ip_protocol;

struct RoleRow {
  uint8_t version;
  uint8_t type;
  IcmpRole role;
};
constexpr std::array kRoles = {
    RoleRow{4, 8, IcmpRole::kRequest},   RoleRow{4, 0, IcmpRole::kReply},
    RoleRow{4, 3, IcmpRole::kError},   // destination unreachable, fragmentation needed
    RoleRow{4, 11, IcmpRole::kError},  // time exceeded
    RoleRow{4, 12, IcmpRole::kError},  // parameter problem
    RoleRow{6, 128, IcmpRole::kRequest}, RoleRow{6, 129, IcmpRole::kReply},
    RoleRow{6, 1, IcmpRole::kError},  // destination unreachable
    RoleRow{6, 2, IcmpRole::kError},  // packet too big
    RoleRow{6, 3, IcmpRole::kError},  // time exceeded
    RoleRow{6, 4, IcmpRole::kError},  // parameter problem
};

// The IP header at the cursor; leaves it at the transport header.
bool quoted_v4(wire::Cursor& in, flow::Tuple& out) noexcept {
  const uint8_t version = in.u8();
  const size_t header = (version & 0x0fu) * 4;
  in.skip(5);
  const uint16_t fragment = in.be16();
  in.skip(1);
  out.protocol = in.u8();
  in.skip(2);
  const uint32_t src = in.be32();
  const uint32_t dst = in.be32();
  if (!in.ok() || version >> 4 != 4 || header < 20 || (fragment & 0x1fff) != 0) return false;
  out.src = IpAddress::v4(src);
  out.dst = IpAddress::v4(dst);
  in.skip(header - 20);
  return in.ok();
}

bool quoted_v6(wire::Cursor& in, flow::Tuple& out) noexcept {
  const uint8_t version = in.u8();
  in.skip(5);
  out.protocol = in.u8();
  in.skip(1);
  const auto src = in.bytes(16);
  const auto dst = in.bytes(16);
  if (!in.ok() || version >> 4 != 6) return false;
  out.src = IpAddress::from_v6_wire(src.data());
  out.dst = IpAddress::from_v6_wire(dst.data());
  return true;
}

bool quoted_ports(wire::Cursor& in, flow::Tuple& out) noexcept {
  if (out.protocol == proto::kTcp || out.protocol == proto::kUdp) {
    out.src_port = in.be16();
    out.dst_port = in.be16();
    return in.ok();
  }
  if (out.protocol != proto::kIcmp && out.protocol != proto::kIcmpv6) return true;
  in.skip(4);  // type, code, checksum: the identifier of an echo follows
  out.src_port = out.dst_port = in.be16();
  return in.ok();
}

}  // namespace

IcmpRole icmp_message_role(const wire::PacketHeaders& ip) noexcept {
  for (const RoleRow& row : kRoles)
    if (row.version == ip.ip_version && row.type == ip.icmp_type) return row.role;
  return IcmpRole::kOther;
}

bool quoted_tuple(std::span<const uint8_t> bytes, const wire::PacketHeaders& ip,
                  flow::Tuple& out) noexcept {
  out = flow::Tuple{};
  wire::Cursor in{bytes.subspan(ip.payload_offset, ip.payload_length)};
  return (ip.ip_version == 4 ? quoted_v4(in, out) : quoted_v6(in, out)) && quoted_ports(in, out);
}

}  // namespace bulkhead::dataplane
