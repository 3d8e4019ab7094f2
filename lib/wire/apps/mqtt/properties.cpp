// SPDX-License-Identifier: Apache-2.0
// Properties of MQTT 5 (2.2.2.2): what kind of value each has, and where it may stand.
#include <algorithm>
#include <array>

#include "wire/apps/mqtt/packet.h"

namespace bulkhead::wire::mqtt {
namespace {

enum class Kind : uint8_t { kByte, kTwo, kFour, kVariable, kText, kBinary, kPair };

constexpr uint16_t in(Type type) noexcept {
  return static_cast<uint16_t>(1u << static_cast<unsigned>(type));
}
constexpr uint16_t kWill = 1u << kOfWill;
constexpr uint16_t kConnect = in(Type::kConnect), kConnack = in(Type::kConnack),
                   kPublish = in(Type::kPublish), kSubscribe = in(Type::kSubscribe),
                   kDisconnect = in(Type::kDisconnect), kAuth = in(Type::kAuth);
constexpr uint16_t kMessage = kPublish | kWill;
constexpr uint16_t kAcks = in(Type::kPuback) | in(Type::kPubrec) | in(Type::kPubrel) |
                           in(Type::kPubcomp) | in(Type::kSuback) | in(Type::kUnsuback);
constexpr uint16_t kAnywhere = kWill | kConnect | kConnack | kPublish | kSubscribe | kDisconnect |
                               kAuth | kAcks | in(Type::kUnsubscribe);

struct Property {
  uint8_t id;
  Kind kind;
  uint16_t places;
  bool repeats = false;
};

// clang-format off
constexpr uint8_t kTopicAlias = 0x23;
constexpr std::array kProperties = {
    Property{0x01, Kind::kByte,     kMessage},               // payload format
    Property{0x02, Kind::kFour,     kMessage},               // message expiry
    Property{0x03, Kind::kText,     kMessage},               // content type
    Property{0x08, Kind::kText,     kMessage},               // response topic
    Property{0x09, Kind::kBinary,   kMessage},               // correlation data
    Property{0x0b, Kind::kVariable, kPublish | kSubscribe, true},  // subscription identifier
    Property{0x11, Kind::kFour,     kConnect | kConnack | kDisconnect},  // session expiry
    Property{0x12, Kind::kText,     kConnack},               // assigned client identifier
    Property{0x13, Kind::kTwo,      kConnack},               // server keep alive
    Property{0x15, Kind::kText,     kConnect | kConnack | kAuth},  // authentication method
    Property{0x16, Kind::kBinary,   kConnect | kConnack | kAuth},  // authentication data
    Property{0x17, Kind::kByte,     kConnect},               // request problem information
    Property{0x18, Kind::kFour,     kWill},                  // will delay
    Property{0x19, Kind::kByte,     kConnect},               // request response information
    Property{0x1a, Kind::kText,     kConnack},               // response information
    Property{0x1c, Kind::kText,     kConnack | kDisconnect}, // server reference
    Property{0x1f, Kind::kText,     kConnack | kAcks | kDisconnect | kAuth},  // reason
    Property{0x21, Kind::kTwo,      kConnect | kConnack},    // receive maximum
    Property{0x22, Kind::kTwo,      kConnect | kConnack},    // topic alias maximum
    Property{kTopicAlias, Kind::kTwo, kPublish},
    Property{0x24, Kind::kByte,     kConnack},               // maximum QoS
    Property{0x25, Kind::kByte,     kConnack},               // retain available
    Property{0x26, Kind::kPair,     kAnywhere, true},        // user property
    Property{0x27, Kind::kFour,     kConnect | kConnack},    // maximum packet size
    Property{0x28, Kind::kByte,     kConnack},               // wildcard subscription available
    Property{0x29, Kind::kByte,     kConnack},               // subscription identifiers available
    Property{0x2a, Kind::kByte,     kConnack},               // shared subscription available
};
// clang-format on

// The value, of those of two bytes.
uint16_t read_value(Reader& in, Kind kind) noexcept {
  switch (kind) {
    case Kind::kByte:
      in.skip(1);
      break;
    case Kind::kTwo:
      return in.be16();
    case Kind::kFour:
      in.skip(4);
      break;
    case Kind::kVariable:
      (void)read_variable(in);
      break;
    case Kind::kText:
      (void)read_text(in);
      break;
    case Kind::kBinary:
      (void)read_binary(in);
      break;
    case Kind::kPair:
      (void)read_text(in);
      (void)read_text(in);
      break;
  }
  return 0;
}

}  // namespace

Properties read_properties(Reader& in, uint8_t place) noexcept {
  Properties out;
  uint64_t seen = 0;
  const uint32_t size = read_variable(in);
  Reader list = in.take(size);
  while (list.left() != 0) {
    const size_t at = list.at();
    const uint8_t id = list.u8();
    const auto* const found = std::ranges::find(kProperties, id, &Property::id);
    const bool known = found != kProperties.end() && (found->places >> place & 1) != 0;
    const bool again = known && !found->repeats && (seen >> id & 1) != 0;
    list.expect(known && !again, FaultKind::kBadOption, at);
    if (!list.ok()) break;
    seen |= uint64_t{1} << id;
    const uint16_t value = read_value(list, found->kind);
    if (id != kTopicAlias) continue;
    list.expect(value != 0, FaultKind::kBadValue, at);
    out.topic_alias = value;
  }
  in.fail(list.fault());
  return out;
}

}  // namespace bulkhead::wire::mqtt
