// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mqtt/describe.h"

#include "wire/apps/fact_table.h"
#include "wire/apps/mqtt/mqtt.h"

namespace bulkhead::wire::mqtt {

uint32_t publication_code(Type type, Sparkplug kind) noexcept {
  uint32_t sub = static_cast<uint32_t>(kind);
  if (type == Type::kConnect && kind == Sparkplug::kNone) sub = kOtherWill;
  return static_cast<uint32_t>(type) | sub << 16;
}

void describe(Operation& out, uint32_t code) noexcept {
  wire::describe(out, code, function_of(code));
}

void add_topic(Operation& out, std::string_view topic, OperationClass access,
               std::string_view scope) noexcept {
  out.add_point({.type = PointType::kMqttTopic, .access = access, .name = topic, .scope = scope});
}

void refuse(Operation& out, uint8_t reason) noexcept {
  if (out.is_exception || reason < kRefused) return;
  out.is_exception = true;
  out.exception_code = reason;
}

uint8_t read_reason(Packet& packet, Level level) noexcept {
  const bool five = level == Level::k5 || level == Level::kUnknown;
  if (!five || packet.body.left() == 0) return 0;
  const uint8_t reason = packet.body.u8();
  if (packet.body.left() != 0)
    (void)read_properties(packet.body, static_cast<uint8_t>(packet.type));
  return reason;
}

}  // namespace bulkhead::wire::mqtt
