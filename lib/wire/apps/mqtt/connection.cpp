// SPDX-License-Identifier: Apache-2.0
// Cuts MQTT packets and reads those of publications; connect.cpp and subscribe.cpp have the others.
#include "wire/apps/fact_table.h"
#include "wire/apps/mqtt/describe.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/mqtt/topics.h"

namespace bulkhead::wire::mqtt {
namespace {

enum class From : uint8_t { kBoth, kClient, kBroker };
struct Rule {
  From from;
  uint8_t flags;  // that its first byte must have
};
// By packet type; flags of publications are their own affair.
constexpr std::array<Rule, 16> kRules = {{
    {From::kBoth, 0},
    {From::kClient, 0},
    {From::kBroker, 0},
    {From::kBoth, 0},
    {From::kBoth, 0},
    {From::kBoth, 0},
    {From::kBoth, 2},
    {From::kBoth, 0},
    {From::kClient, 2},
    {From::kBroker, 0},
    {From::kClient, 2},
    {From::kBroker, 0},
    {From::kClient, 0},
    {From::kBroker, 0},
    {From::kBoth, 0},
    {From::kBoth, 0},
}};

constexpr uint8_t kDuplicate = 8;

bool flags_ok(const Packet& packet, Level level) noexcept {
  const uint8_t qos = packet.flags >> 1 & 3;
  if (packet.type == Type::kPublish) return qos != 3 && (qos != 0 || (packet.flags & 8) == 0);
  const uint8_t wanted = kRules[static_cast<size_t>(packet.type)].flags;
  // In 3.1 what is acknowledged may be sent again with the duplicate flag.
  const bool again = level == Level::k31 && wanted != 0;
  return (again ? packet.flags & ~kDuplicate : packet.flags) == wanted;
}

void check_header(Packet& packet, Level level) noexcept {
  const From from = kRules[static_cast<size_t>(packet.type)].from;
  const bool of_five = packet.type == Type::kAuth ||
                       (packet.type == Type::kDisconnect && packet.side == Side::kResponse);
  const bool exists = packet.type != Type::kReserved &&
                      !(of_five && level != Level::k5 && level != Level::kUnknown);
  packet.body.expect(exists, FaultKind::kBadType, 0);
  packet.body.expect(
      from == From::kBoth || (from == From::kClient) == (packet.side == Side::kRequest),
      FaultKind::kBadState, 0);
  packet.body.expect(flags_ok(packet, level), FaultKind::kBadFlags, 0);
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  if (bytes.size() < 2) return NeedMore{static_cast<uint32_t>(2 - bytes.size())};
  const auto length = variable_length(bytes.subspan(1));
  if (length.faulty()) return Fault{length.fault().kind, length.fault().offset + 1};
  if (!length.ok()) return NeedMore{};
  const size_t size = size_t{1} + length->size + length->value;
  if (size > kLongestFrame) return Fault{FaultKind::kTooLong, 1};
  return size;
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  const auto size = frame_size(side, bytes);
  if (size.faulty()) return size.fault();
  if (!size.ok() || *size != bytes.size()) return {FaultKind::kBadLength, 1};
  const size_t header = 1u + variable_length(bytes.subspan(1))->size;
  Packet packet{static_cast<Type>(bytes[0] >> 4), static_cast<uint8_t>(bytes[0] & 0xf), side,
                Reader(bytes.subspan(header), header)};
  bound_ = false;
  sink.operation.clear();
  sink.operation.app = kApp;
  sink.operation.direction = Direction::kRequest;
  check_header(packet, level_);
  if (packet.body.ok()) dispatch(packet, sink.operation);
  packet.body.end();
  if (packet.body.ok()) {
    sink.told();
  } else if (packet.type == Type::kPublish) {
    // What it may have bound is not known: no alias stands for a topic any more.
    aliases_[static_cast<size_t>(side)].forget();
  }
  return packet.body.fault();
}

void Connection::dispatch(Packet& packet, Operation& out) noexcept {
  switch (packet.type) {
    case Type::kReserved:
      return packet.body.fail(FaultKind::kBadType, 0);
    case Type::kConnect:
      return connect(packet, out);
    case Type::kConnack:
      return connack(packet, out);
    case Type::kPublish:
      return publish(packet, out);
    case Type::kPuback:
    case Type::kPubrec:
    case Type::kPubrel:
    case Type::kPubcomp:
      return acknowledge(packet, out);
    case Type::kSubscribe:
    case Type::kUnsubscribe:
      return subscribe(packet, out);
    case Type::kSuback:
    case Type::kUnsuback:
      return subscribe_acknowledge(packet, out);
    case Type::kPingreq:
    case Type::kPingresp:
    case Type::kDisconnect:
    case Type::kAuth:
      return session(packet, out);
  }
}

void Connection::publish(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  const size_t at = in.at();
  const std::string_view given = read_text(in);
  const uint16_t id = (packet.flags & 6) != 0 ? read_identifier(in) : uint16_t{0};
  uint16_t alias = 0;
  if (level_ == Level::k5)
    alias = read_properties(in, static_cast<uint8_t>(Type::kPublish)).topic_alias;
  const auto payload = in.rest();
  in.expect(given.empty() || topic_ok(given), FaultKind::kBadValue, at);
  const std::string_view topic = resolve(packet, given, alias);
  if (!in.ok()) return;
  describe(out, publication_code(Type::kPublish, sparkplug_of(topic)));
  if (packet.side == Side::kResponse) out.direction = Direction::kUnsolicited;
  add_topic(out, topic, out.cls);
  out.add_values({ValueView::Encoding::kBytes, 0, 1, payload});
  if (id != 0) out.request_id = exchange(id, packet.side);
}

// The topic that is meant; binds the alias to the one that is given.
std::string_view Connection::resolve(Packet& packet, std::string_view topic,
                                     uint16_t alias) noexcept {
  constexpr size_t kAt = 0;
  packet.body.expect(alias <= Aliases::kMost, FaultKind::kTooMany, kAt);
  packet.body.expect(alias == 0 || topic.size() <= Aliases::kLongestTopic, FaultKind::kTooLong,
                     kAt);
  packet.body.expect(alias != 0 || !topic.empty(), FaultKind::kBadValue, kAt);
  if (!packet.body.ok() || alias == 0) return topic;
  Aliases& aliases = aliases_[static_cast<size_t>(packet.side)];
  bound_ = !topic.empty();
  if (bound_) aliases.bind(alias, topic);
  const std::string_view meant = aliases.topic_of(alias);
  packet.body.expect(!meant.empty(), FaultKind::kBadState, kAt);
  return meant;
}

// Of a publication: each of its up to three acknowledgements. A release is sent by the publisher.
void Connection::acknowledge(Packet& packet, Operation& out) noexcept {
  Reader& in = packet.body;
  const uint16_t id = read_identifier(in);
  const uint8_t reason = read_reason(packet, level_);
  describe(out, static_cast<uint32_t>(packet.type));
  const bool by_publisher = packet.type == Type::kPubrel;
  const Side publisher =
      by_publisher == (packet.side == Side::kRequest) ? Side::kRequest : Side::kResponse;
  if (!by_publisher) out.direction = Direction::kResponse;
  out.request_id = exchange(id, publisher);
  if (!by_publisher) mqtt::refuse(out, reason);
}

}  // namespace bulkhead::wire::mqtt
