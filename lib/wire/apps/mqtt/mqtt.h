// SPDX-License-Identifier: Apache-2.0
// MQTT 3.1, 3.1.1 and 5 over TCP, and Sparkplug B by its topics: who publishes and subscribes what.
//
// Sources: MQTT V3.1 protocol specification; OASIS MQTT 3.1.1; OASIS MQTT 5.0 2 (packets and
// properties), 3 (each packet), 3.3.2.3.4 (topic aliases), 4.7 (topics and filters), 4.8.2 (shared
// subscriptions); Eclipse Sparkplug 3.0 4.1 (topic namespace).
#pragma once

#include <array>

#include "wire/apps/mqtt/aliases.h"
#include "wire/apps/mqtt/exchanges.h"
#include "wire/apps/mqtt/packet.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::mqtt {

// Ascending by code: packet type | kind << 16. Kinds of a publication, and of the will in a
// connect: the Sparkplug message; of a subscription: 1, it finds out what topics there are.
inline constexpr uint32_t kOtherWill = 10;  // the will is no message of Sparkplug
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

class Connection {
 public:
  static constexpr App kApp = App::kMqtt;
  static constexpr size_t kLongestFrame = 65535;

  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> packet, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // As wire/apps/protocol.h says (Refusing).
  size_t refuse(Side asker, std::span<const uint8_t> packet, const Operation& operation,
                std::span<uint8_t> out) noexcept;
  // The first bytes are the beginning of a connect: fixed header, protocol name and level.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

 private:
  void dispatch(Packet& packet, Operation& out) noexcept;
  void connect(Packet& packet, Operation& out) noexcept;
  void connack(Packet& packet, Operation& out) noexcept;
  void publish(Packet& packet, Operation& out) noexcept;
  std::string_view resolve(Packet& packet, std::string_view topic, uint16_t alias) noexcept;
  void acknowledge(Packet& packet, Operation& out) noexcept;
  void subscribe(Packet& packet, Operation& out) noexcept;
  void subscribe_acknowledge(Packet& packet, Operation& out) noexcept;
  void session(Packet& packet, Operation& out) noexcept;

  Level level_ = Level::kUnknown;
  bool asked_to_connect_ = false;
  bool bound_ = false;              // the packet at hand said what its alias stands for
  std::array<Aliases, 2> aliases_;  // of each side's publications
  Exchanges exchanges_;
};

}  // namespace bulkhead::wire::mqtt
