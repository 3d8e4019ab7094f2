// SPDX-License-Identifier: Apache-2.0
// How an MQTT connection begins, is kept and ends. Its level is that of its connect.
#include "wire/apps/mqtt/describe.h"
#include "wire/apps/mqtt/mqtt.h"

namespace bulkhead::wire::mqtt {
namespace {

// Bridges of Mosquitto set the highest bit of the level.
constexpr uint8_t kBridge = 0x80;

namespace flag {
constexpr uint8_t kReserved = 1, kWill = 4, kWillQos = 0x18, kWillRetain = 0x20, kPassword = 0x40,
                  kUser = 0x80;
}

struct Greeting {
  Level level = Level::kUnknown;
  uint8_t flags = 0;
};

Level level_of(std::string_view protocol, uint8_t level) noexcept {
  if (protocol == "MQTT" && level == 5) return Level::k5;
  level &= static_cast<uint8_t>(~kBridge);
  if (protocol == "MQTT" && level == 4) return Level::k311;
  if (protocol == "MQIsdp" && level == 3) return Level::k31;
  return Level::kUnknown;
}

bool flags_ok(Greeting greeting) noexcept {
  const uint8_t flags = greeting.flags;
  if ((flags & flag::kReserved) != 0 || (flags & flag::kWillQos) == flag::kWillQos) return false;
  if ((flags & flag::kWill) == 0 && (flags & (flag::kWillQos | flag::kWillRetain)) != 0)
    return false;
  const bool password_alone = (flags & (flag::kPassword | flag::kUser)) == flag::kPassword;
  return greeting.level == Level::k5 || !password_alone;
}

Greeting read_greeting(Reader& in) noexcept {
  Greeting out;
  const size_t at = in.at();
  const std::string_view protocol = read_text(in);
  out.level = level_of(protocol, in.u8());
  in.expect(out.level != Level::kUnknown, FaultKind::kBadVersion, at);
  const size_t flags_at = in.at();
  out.flags = in.u8();
  in.expect(flags_ok(out), FaultKind::kBadFlags, flags_at);
  return out;
}

// What the broker publishes when the connection is lost.
void read_will(Reader& in, Level level, Operation& out) noexcept {
  if (level == Level::k5) (void)read_properties(in, kOfWill);
  const size_t at = in.at();
  const std::string_view topic = read_text(in);
  in.expect(topic_ok(topic), FaultKind::kBadValue, at);
  const auto payload = read_binary(in);
  describe(out, publication_code(Type::kConnect, sparkplug_of(topic)));
  add_topic(out, topic, out.cls);
  out.add_values({ValueView::Encoding::kBytes, 0, 1, payload});
}

}  // namespace

void Connection::connect(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  in.expect(!asked_to_connect_, FaultKind::kBadState, 0);
  const Greeting greeting = read_greeting(in);
  in.skip(2);  // keep alive
  if (greeting.level == Level::k5) (void)read_properties(in, static_cast<uint8_t>(Type::kConnect));
  (void)read_text(in);  // client identifier
  describe(out, static_cast<uint32_t>(Type::kConnect));
  if ((greeting.flags & flag::kWill) != 0) read_will(in, greeting.level, out);
  if ((greeting.flags & flag::kUser) != 0) (void)read_text(in);
  if ((greeting.flags & flag::kPassword) != 0) (void)read_binary(in);
  in.end();
  if (!in.ok()) return;
  out.request_id = kConnecting;
  level_ = greeting.level;
  asked_to_connect_ = true;
  exchanges_.asked(kConnecting, out.cls);
}

// Where the connect was not seen its length tells the level.
void Connection::connack(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  if (level_ == Level::kUnknown) level_ = in.left() > 2 ? Level::k5 : Level::k311;
  const size_t at = in.at();
  const uint8_t flags = in.u8();
  in.expect(flags <= 1, FaultKind::kBadFlags, at);
  const uint8_t reason = in.u8();
  if (level_ == Level::k5) (void)read_properties(in, static_cast<uint8_t>(Type::kConnack));
  describe(out, static_cast<uint32_t>(Type::kConnack));
  out.direction = Direction::kResponse;
  out.request_id = kConnecting;
  out.cls = exchanges_.class_of(kConnecting, out.cls);
  out.is_exception = reason != 0;
  out.exception_code = reason;
}

void Connection::session(Packet& packet, Operation& out) noexcept {
  describe(out, static_cast<uint32_t>(packet.type));
  const bool broker = packet.side == Side::kResponse;
  const bool ping = packet.type == Type::kPingreq || packet.type == Type::kPingresp;
  out.request_id = ping ? kPinging : kConnecting;
  if (packet.type == Type::kDisconnect && broker)
    out.direction = Direction::kUnsolicited;
  else if (broker)
    out.direction = Direction::kResponse;
  if (ping) return;
  (void)read_reason(packet, level_);
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  if (bytes.empty() || bytes[0] != static_cast<uint8_t>(Type::kConnect) << 4) return false;
  const auto length = variable_length(bytes.subspan(1));
  if (!length.ok() || length->value < 12) return false;
  Reader in(bytes.subspan(1u + length->size));
  (void)read_greeting(in);
  return in.ok();
}

}  // namespace bulkhead::wire::mqtt
