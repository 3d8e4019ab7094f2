// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/userdata.h"

#include "wire/apps/s7comm/blocks.h"
#include "wire/apps/s7comm/items.h"
#include "wire/apps/s7comm/programmer.h"
#include "wire/apps/s7comm/table.h"
#include "wire/apps/s7comm/values.h"

namespace bulkhead::wire::s7comm {
namespace {

constexpr uint32_t kHead = 0x000112;
constexpr uint32_t kModeHead = 0x010010;
constexpr uint8_t kShort = 4, kLong = 8;  // bytes behind the parameter length

// Types: the upper half of their byte is these; of a numerical control they are 3 more.
constexpr unsigned kPush = 0, kRequest = 4, kResponse = 8, kOfControl = 3;

constexpr uint8_t kObjectMissing = 0x0a, kReserved = 0x00;
constexpr uint16_t kModeTechnique = 868;

Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

struct Head {
  uint8_t group = 0;
  uint8_t sub = 0;
  bool part = false;  // of data over several PDUs
};

bool take_type(unsigned type, Operation& out) noexcept {
  switch (type) {
    case kPush:
    case kPush + kOfControl:
      out.direction = Direction::kUnsolicited;
      return true;
    case kRequest:
    case kRequest + kOfControl:
      out.direction = Direction::kRequest;
      return true;
    case kResponse:
    case kResponse + kOfControl:
      out.direction = Direction::kResponse;
      return true;
    default:
      return false;
  }
}

// A CPU says which mode it is in now, in a form of its own.
Fault take_mode(Cursor in, Operation& out) noexcept {
  const size_t at = in.at();
  in.skip(3);
  const uint8_t mode = in.u8();
  in.skip(1);
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  out.direction = Direction::kUnsolicited;
  describe(userdata_code(kModeTransition, mode), out);
  return {};
}

Fault take_head(Cursor in, Head& head, Operation& out) noexcept {
  const size_t at = in.at();
  const uint8_t length = in.u8();
  if (in.left() != length || (length != kShort && length != kLong))
    return fault_at(FaultKind::kBadLength, at);
  in.skip(1);  // method
  const uint8_t type_and_group = in.u8();
  if (!take_type(type_and_group >> 4, out)) return fault_at(FaultKind::kBadType, at + 2);
  head.group = type_and_group & 0x0f;
  head.sub = in.u8();
  in.skip(1);  // sequence number
  if (length == kLong) {
    head.part = in.be16() != 0;  // reference of the data unit, and whether another follows
    const uint16_t error = in.be16();
    out.is_exception = error != 0 && out.direction == Direction::kResponse;
    if (out.is_exception) out.exception_code = error;
  }
  return {};
}

std::string_view text_of(const Cursor& in) noexcept {
  const auto bytes = in.rest();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Fault take_szl(Cursor in, Operation& out) noexcept {
  constexpr uint8_t kIdentification = 0x11, kComponent = 0x1c, kModes = 0x24;
  const size_t at = in.at();
  const uint16_t id = in.be16();
  const uint16_t index = in.be16();
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  const unsigned list = id & 0xffu;
  if (list == kIdentification || list == kComponent) out.cls = OperationClass::kDiscover;
  if (list == kModes) out.technique = kModeTechnique;
  const uint64_t point = uint64_t{id} << 16 | index;
  out.add_point({PointType::kS7Szl, out.cls, point, point});
  return {};
}

Fault take_cyclic(Cursor in, Operation& out) noexcept {
  const size_t at = in.at();
  const unsigned count = in.be16();
  in.skip(2);  // interval
  if (!in.ok() || count == 0) return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count; ++i) {
    ItemValues values;
    const Fault fault = take_item(in, i + 1 == count, OperationClass::kRead, out, values);
    if (failed(fault)) return fault;
  }
  if (in.ok() && in.left() == 0) return {};
  return fault_at(FaultKind::kBadCount, at);
}

Fault take_request(const Head& head, Cursor payload, Operation& out) noexcept {
  if (head.part) add_any(out);
  if (head.part) return {};
  if (head.group == kProgrammer) return take_programmer(head.sub, payload, out);
  switch (userdata_code(head.group, head.sub)) {
    case userdata_code(kCpu, 1):
      return take_szl(payload, out);
    case userdata_code(kBlocks, 2):
      add_blocks_of_type(text_of(payload), out);
      return {};
    case userdata_code(kBlocks, 3):
      add_block(text_of(payload), out);
      return {};
    case userdata_code(kCyclic, 1):
    case userdata_code(kCyclic, 5):
    case userdata_code(kCyclic, 7):
      return take_cyclic(payload, out);
    default:
      return {};
  }
}

// "Object does not exist" with nothing in it is what a service answers that has nothing to say.
void note_outcome(const DataItem& item, Operation& out) noexcept {
  const bool nothing = item.code == kReserved || item.code == kObjectMissing;
  if (!nothing || !item.bytes.empty()) note_code(item.code, out);
}

}  // namespace

Fault take_userdata(Cursor parameters, Cursor data, Operation& out) noexcept {
  const size_t at = parameters.at();
  const uint32_t head_bytes = uint32_t{parameters.u8()} << 16 | parameters.be16();
  if (head_bytes == kModeHead) return take_mode(parameters, out);
  if (!parameters.ok() || head_bytes != kHead) return fault_at(FaultKind::kBadMarker, at);
  Head head;
  if (const Fault fault = take_head(parameters, head, out); failed(fault)) return fault;
  describe(userdata_code(head.group, head.group == kPbc ? 0 : head.sub), out);
  if (data.left() == 0) return {};
  DataItem item;
  const size_t data_at = data.at();
  if (const Fault fault = take_data_item(data, true, item); failed(fault)) return fault;
  if (data.left() != 0) return fault_at(FaultKind::kBadLength, data_at + 2);
  if (out.direction == Direction::kResponse) note_outcome(item, out);
  if (out.direction != Direction::kRequest || item.bytes.empty()) return {};
  return take_request(head, Cursor{item.bytes, data_at + 4}, out);
}

}  // namespace bulkhead::wire::s7comm
