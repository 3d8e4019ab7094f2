// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/network.h"

#include <array>

#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/bacnet/describe.h"
#include "wire/apps/bacnet/tag.h"
#include "wire/cursor.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr uint8_t kReject = 3;
constexpr uint8_t kSecurityPayload = 11;
constexpr uint8_t kProprietary = 0x80;

// How long what follows the type is, and which way it goes.
struct Shape {
  enum class Kind : uint8_t { kFixed, kMaybe, kNetworks, kPorts, kOpaque };
  Kind kind = Kind::kOpaque;
  uint8_t size = 0;
  Direction direction = Direction::kRequest;
};
using Kind = Shape::Kind;
constexpr std::array<Shape, 20> kShapes = {{
    {Kind::kMaybe, 2},
    {Kind::kNetworks, 2, Direction::kUnsolicited},
    {Kind::kFixed, 3, Direction::kUnsolicited},
    {Kind::kFixed, 3, Direction::kResponse},
    {Kind::kNetworks, 2, Direction::kUnsolicited},
    {Kind::kNetworks, 2, Direction::kUnsolicited},
    {Kind::kPorts},
    {Kind::kPorts, 0, Direction::kResponse},
    {Kind::kFixed, 3},
    {Kind::kFixed, 2},
    {},
    {},
    {Kind::kOpaque, 0, Direction::kResponse},
    {},
    {},
    {},
    {},
    {},
    {Kind::kFixed, 0},
    {Kind::kFixed, 3, Direction::kUnsolicited},
}};

// Number of ports, then of each: network, port, length of its information, information (6.4.7). An
// acknowledgement may have none, not even the number.
bool ports_ok(Cursor in) noexcept {
  if (in.left() == 0) return true;
  const uint8_t count = in.u8();
  for (unsigned i = 0; i < count; ++i) {
    in.skip(3);
    in.skip(in.u8());
  }
  return in.ok() && in.left() == 0;
}

bool size_ok(const Shape& shape, Cursor in) noexcept {
  const size_t size = in.left();
  switch (shape.kind) {
    case Kind::kFixed:
      return size == shape.size;
    case Kind::kMaybe:
      return size == 0 || size == shape.size;
    case Kind::kNetworks:
      return size % shape.size == 0;
    case Kind::kPorts:
      return ports_ok(in);
    case Kind::kOpaque:
      break;
  }
  return true;
}

}  // namespace

Fault take_network_message(const Envelope& envelope, Operation& out) noexcept {
  Cursor in{envelope.body, envelope.body_at};
  const uint8_t type = in.u8();
  const Shape shape = type < kShapes.size() ? kShapes[type] : Shape{};
  describe(out, code_of(Space::kNetwork, type), shape.direction);
  identify(out, envelope.peers, kNoTransaction, 0);
  out.pairing.alone = true;
  const auto at = static_cast<uint32_t>(in.at());
  if (!size_ok(shape, in)) return {FaultKind::kBadLength, at};
  if (type >= kProprietary && in.left() < 2) return {FaultKind::kTruncated, at};
  out.opaque = type == kSecurityPayload;
  out.is_exception = type == kReject;
  if (out.is_exception) out.exception_code = in.u8();
  return {};
}

}  // namespace bulkhead::wire::bacnet
