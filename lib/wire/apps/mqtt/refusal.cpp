// SPDX-License-Identifier: Apache-2.0
// How a broker, or a subscriber, says that it is not authorized: by a reason code of MQTT 5
// (3.2.2.2, 3.4.2.1, 3.5.2.1, 3.9.3, 3.11.3), and to connects and subscriptions also by the return
// codes of MQTT 3.1 (3.2) and 3.1.1 (3.2.2.3, 3.9.3). Before 5 nothing can be said of a
// publication.
#include "wire/apps/mqtt/mqtt.h"
#include "wire/writer.h"

namespace bulkhead::wire::mqtt {
namespace {

constexpr uint8_t kNotAuthorized = 0x87, kFailure = 0x80, kConnectionRefused = 5;

constexpr uint8_t first_byte(Type type) noexcept {
  return static_cast<uint8_t>(static_cast<uint8_t>(type) << 4);
}

void put_connack(Writer& out, Level level) noexcept {
  const bool five = level == Level::k5;
  out.u8(first_byte(Type::kConnack)).u8(five ? 3 : 2).u8(0);
  out.u8(five ? kNotAuthorized : kConnectionRefused);
  if (five) out.u8(0);  // no properties
}

void put_acknowledgement(Writer& out, uint8_t qos, uint16_t id) noexcept {
  out.u8(first_byte(qos == 1 ? Type::kPuback : Type::kPubrec)).u8(3).be16(id).u8(kNotAuthorized);
}

// One reason for each topic filter.
void put_reasons(Writer& out, Type type, Level level, uint16_t id, size_t filters) noexcept {
  const bool five = level == Level::k5;
  const size_t length = 2u + (five ? 1 : 0) + filters;
  out.u8(first_byte(type));
  if (length > 0x7f) out.u8(static_cast<uint8_t>(0x80 | (length & 0x7f)));
  out.u8(static_cast<uint8_t>(length > 0x7f ? length >> 7 : length)).be16(id);
  if (five) out.u8(0);  // no properties
  for (size_t i = 0; i < filters; ++i) out.u8(five ? kNotAuthorized : kFailure);
}

}  // namespace

size_t Connection::refuse(Side asker, std::span<const uint8_t> packet, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (packet.empty()) return 0;
  // The other end does not know what an alias stands for that was bound just now.
  if (bound_) aliases_[static_cast<size_t>(asker)].forget();
  const auto type = static_cast<Type>(packet[0] >> 4);
  const uint8_t qos = packet[0] >> 1 & 3;
  const auto id = static_cast<uint16_t>(operation.request_id);
  const bool five = level_ == Level::k5;
  Writer writer{out};
  if (type == Type::kConnect)
    put_connack(writer, level_);
  else if (type == Type::kPublish && qos != 0 && five)
    put_acknowledgement(writer, qos, id);
  else if (type == Type::kSubscribe && !operation.clipped && (five || level_ == Level::k311))
    put_reasons(writer, Type::kSuback, level_, id, operation.points.size());
  else if (type == Type::kUnsubscribe && !operation.clipped && five)
    put_reasons(writer, Type::kUnsuback, level_, id, operation.points.size());
  return writer.whole();
}

}  // namespace bulkhead::wire::mqtt
