// SPDX-License-Identifier: Apache-2.0
// Builds MQTT packets and keeps what a connection tells of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wire/apps/mqtt/mqtt.h"

namespace bulkhead::test::mqtt {

using Packet = std::vector<uint8_t>;

inline Packet operator+(Packet left, const Packet& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Packet text(const std::string& words) {
  Packet out = {static_cast<uint8_t>(words.size() >> 8), static_cast<uint8_t>(words.size())};
  return out + Packet(words.begin(), words.end());
}

inline Packet packet(uint8_t first, const Packet& body) {
  Packet out = {first};
  for (size_t left = body.size();; left >>= 7) {
    out.push_back(static_cast<uint8_t>((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
    if (left <= 0x7f) break;
  }
  return out + body;
}

inline Packet connect(uint8_t level, uint8_t flags = 2, const Packet& rest = {}) {
  const Packet properties = level == 5 ? Packet{0} : Packet{};
  const std::string name = (level & 0x7f) == 3 ? "MQIsdp" : "MQTT";
  return packet(0x10, text(name) + Packet{level, flags, 0, 60} + properties + text("me") + rest);
}

struct Talk final : wire::OperationSink {
  Talk() = default;
  // Behind a connect of that level.
  explicit Talk(uint8_t level) { (void)say(connect(level)); }
  void told() noexcept override { ++count; }

  wire::Fault say(const Packet& bytes, wire::Side side = wire::Side::kRequest) {
    count = 0;
    last = bytes;
    return connection->frame(side, last, *this);
  }
  wire::Fault answer(const Packet& bytes) { return say(bytes, wire::Side::kResponse); }
  [[nodiscard]] std::string topic(size_t i = 0) const {
    return std::string(operation.points[i].name);
  }

  std::unique_ptr<wire::mqtt::Connection> connection = std::make_unique<wire::mqtt::Connection>();
  Packet last;
  int count = 0;
};

}  // namespace bulkhead::test::mqtt
