// SPDX-License-Identifier: Apache-2.0
// Subscriptions of MQTT: which topics a client wants to be told.
#include "wire/apps/mqtt/describe.h"
#include "wire/apps/mqtt/mqtt.h"

namespace bulkhead::wire::mqtt {
namespace {

using Class = OperationClass;

bool options_ok(uint8_t options, bool five) noexcept {
  if ((options & 3) == 3) return false;
  return five ? (options & 0xc0) == 0 && (options & 0x30) != 0x30 : options <= 2;
}

void read_filter(Reader& in, Type type, bool five, Operation& out) noexcept {
  const size_t at = in.at();
  const Filter filter = filter_of(read_text(in));
  in.expect(!filter.filter.empty(), FaultKind::kBadValue, at);
  const size_t options_at = in.at();
  if (type == Type::kSubscribe)
    in.expect(options_ok(in.u8(), five), FaultKind::kBadFlags, options_at);
  const bool finds = type == Type::kSubscribe && finds_topics(filter.filter);
  if (in.ok()) add_topic(out, filter.filter, finds ? Class::kDiscover : Class::kRead, filter.group);
}

// The whole packet, read as one of level 5 or of an earlier one.
uint16_t read_filters(Reader& in, Type type, bool five, Operation& out) noexcept {
  const uint16_t id = read_identifier(in);
  if (five) (void)read_properties(in, static_cast<uint8_t>(type));
  in.expect(in.left() != 0, FaultKind::kBadCount, in.at());
  while (in.left() != 0) read_filter(in, type, five, out);
  return id;
}

// Where the connect was not seen, the packet must make sense in one way only.
bool is_five(const Packet& packet, Operation& out) noexcept {
  Reader other = packet.body;
  (void)read_filters(other, packet.type, true, out);
  out.points.clear();
  out.clipped = false;
  return other.ok();
}

}  // namespace

void Connection::subscribe(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  bool five = level_ == Level::k5;
  if (level_ == Level::kUnknown && is_five(packet, out)) {
    Reader other = in;
    (void)read_filters(other, packet.type, false, out);
    out.points.clear();
    out.clipped = false;
    in.expect(!other.ok(), FaultKind::kBadState, 0);
    five = true;
  }
  const uint16_t id = read_filters(in, packet.type, five, out);
  bool finds = false;
  for (const PointRange& point : out.points) finds = finds || point.access == Class::kDiscover;
  describe(out, static_cast<uint32_t>(packet.type) | (finds ? 1u << 16 : 0u));
  out.request_id = exchange(id, Side::kRequest);
  if (in.ok()) exchanges_.asked(out.request_id, out.cls);
}

// One reason for each filter; the first that refuses is told.
void Connection::subscribe_acknowledge(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  const uint16_t id = read_identifier(in);
  if (level_ == Level::k5) (void)read_properties(in, static_cast<uint8_t>(packet.type));
  describe(out, static_cast<uint32_t>(packet.type));
  out.direction = Direction::kResponse;
  out.request_id = exchange(id, Side::kRequest);
  out.cls = exchanges_.class_of(out.request_id, out.cls);
  if (packet.type == Type::kUnsuback && level_ != Level::k5 && level_ != Level::kUnknown) return;
  in.expect(packet.type == Type::kUnsuback || in.left() != 0, FaultKind::kBadCount, in.at());
  for (const uint8_t reason : in.rest()) mqtt::refuse(out, reason);
}

}  // namespace bulkhead::wire::mqtt
