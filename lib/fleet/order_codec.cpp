// SPDX-License-Identifier: Apache-2.0
#include "fleet/order_codec.h"

#include "fleet/fields.h"

namespace bulkhead::fleet {
namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr uint64_t kMagic = 0x42'4c'48'4b'46'4c'4f'31;  // "BLHKFLO1"

}  // namespace

Result<std::vector<uint8_t>> encode(const Order& order) {
  if (Status good = check(order); !good) return good.error();
  std::vector<uint8_t> bytes(kMaxOrderBytes);
  Writer out{bytes};
  out.be64(kMagic);
  out.u8(static_cast<uint8_t>(order.kind));
  out.u8(order.scope);
  put(out, order.name);
  put(out, order.detail);
  put(out, order.until_wall_ns);
  out.u8(order.ended ? 1 : 0);
  out.be64(order.sequence);
  put(out, order.author);
  put(out, order.reason);
  put(out, order.at_wall_ns);
  put(out, order.gateway);
  bytes.resize(out.size());
  return bytes;
}

wire::Parsed<Order> decode_order(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  const auto fault = [&in](FaultKind kind) {
    return Fault{in.ok() ? kind : FaultKind::kTruncated, static_cast<uint32_t>(in.at())};
  };
  if (bytes.size() > kMaxOrderBytes) return fault(FaultKind::kBadTotalLength);
  if (in.be64() != kMagic) return fault(FaultKind::kBadVersion);
  Order out;
  out.kind = static_cast<OrderKind>(in.u8());
  out.scope = in.u8();
  out.name = text(in);
  out.detail = text(in);
  out.until_wall_ns = time(in);
  const uint8_t ended = in.u8();
  out.ended = ended == 1;
  out.sequence = in.be64();
  out.author = text(in);
  out.reason = text(in);
  out.at_wall_ns = time(in);
  out.gateway = text(in);
  if (!in.ok()) return fault(FaultKind::kTruncated);
  if (in.left() != 0) return fault(FaultKind::kBadLength);
  if (ended > 1 || !check(out)) return fault(FaultKind::kBadValue);
  return out;
}

}  // namespace bulkhead::fleet
