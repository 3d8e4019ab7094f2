// SPDX-License-Identifier: Apache-2.0
// How MQTT packets become operations.
#pragma once

#include "wire/apps/mqtt/packet.h"
#include "wire/apps/mqtt/topics.h"

namespace bulkhead::wire::mqtt {

// What is under way by a packet identifier: those of the broker count apart (bit 16).
constexpr uint64_t exchange(uint16_t id, Side begun_by) noexcept {
  return id | (begun_by == Side::kResponse ? 1u << 16 : 0u);
}
inline constexpr uint64_t kConnecting = 1u << 17;
inline constexpr uint64_t kPinging = 1u << 18;
// Reason codes from here on are refusals.
inline constexpr uint8_t kRefused = 0x80;

uint32_t publication_code(Type type, Sparkplug kind) noexcept;
void describe(Operation& out, uint32_t code) noexcept;
void add_topic(Operation& out, std::string_view topic, OperationClass access,
               std::string_view scope = {}) noexcept;
void refuse(Operation& out, uint8_t reason) noexcept;
// The reason and properties that may end a packet of level 5; 0 where there is none.
uint8_t read_reason(Packet& packet, Level level) noexcept;

}  // namespace bulkhead::wire::mqtt
