// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/objects.h"

#include <limits>

#include "wire/apps/s7comm_plus/table.h"

namespace bulkhead::wire::s7comm_plus {
namespace {

constexpr uint32_t kSessionContainer = 285;
constexpr uint64_t kSessionClass = 287;
constexpr uint64_t kSubscriptionClass = 1001;
constexpr uint8_t kStartOfObject = 0xa1;
constexpr uint8_t kUdint = 0x04;
constexpr unsigned kMostItems = 4096;  // more than a PDU has room for

// Objects that every CPU has, below them those of the process: inputs, outputs, flags, counters,
// timers. Blocks have 0x8a, a type, and their number.
constexpr uint64_t kLastNative = 199, kFirstOfProcess = 80, kLastOfProcess = 84;
constexpr uint64_t kExecutionUnit = 52;  // whose attribute 2167 is the mode that is asked for
constexpr uint64_t kDataBlock = 0x8a0e, kBlock = 0x8a;
constexpr uint16_t kChangeMode = 858, kModifyProgram = 889;

// Does a write of the object change what the CPU is, not what its program works on?
bool is_of_program(uint64_t id) noexcept {
  if (id <= kLastNative) return id < kFirstOfProcess || id > kLastOfProcess;
  return id >> 24 == kBlock && id >> 16 != kDataBlock;
}

bool writes(const Operation& out) noexcept {
  return (out.code == kSetVariable || out.code == kSetMultiVariables) &&
         out.cls != OperationClass::kSession;
}

// What is written may be anything then.
void add_any(Operation& out) noexcept {
  constexpr auto kLast = std::numeric_limits<uint64_t>::max();
  if (writes(out)) out.cls = OperationClass::kProgram;
  out.add_point({PointType::kS7plusObject, out.cls, 0, kLast});
}

void add_object(uint64_t id, uint64_t attribute, Operation& out) noexcept {
  OperationClass access = out.cls;
  if (writes(out)) {
    access = is_of_program(id) ? OperationClass::kProgram : OperationClass::kWrite;
    if (access == OperationClass::kProgram && out.technique != kChangeMode)
      out.technique = id == kExecutionUnit ? kChangeMode : kModifyProgram;
    if (access == OperationClass::kProgram) out.cls = access;
  }
  out.add_point({PointType::kS7plusObject, access, id, id, static_cast<uint32_t>(attribute)});
}

// Of the request's own session; nobody has session 0.
bool is_own_session(uint32_t id, const Operation& out) noexcept {
  return id != 0 && id == out.from_unit;
}

void call_session(Operation& out) noexcept {
  out.cls = OperationClass::kSession;
  out.technique = 0;
}

// An item is a symbol's CRC, its area, and a counted path of local ids.
bool take_addresses(Cursor& in, uint64_t items, Operation& out) noexcept {
  for (uint64_t i = 0; i < items; ++i) {
    (void)take_varuint(in);
    const uint64_t area = take_varuint(in);
    const uint64_t ids = take_varuint(in);
    if (!in.ok() || ids > in.left()) return false;
    uint64_t first = 0;
    for (uint64_t id = 0; id < ids; ++id) {
      const uint64_t local = take_varuint(in);
      if (id == 0) first = local;
    }
    if (!in.ok()) return false;
    add_object(area, first, out);
  }
  return true;
}

// Attributes of one object; or, with link 0, addresses.
void take_multi(Cursor in, Layout layout, Operation& out) noexcept {
  if (layout.old) return add_any(out);
  const uint32_t link = in.be32();
  const uint64_t items = take_varuint(in);
  (void)take_varuint(in);  // number of fields
  if (is_own_session(link, out)) call_session(out);
  bool understood = in.ok() && items != 0 && items <= kMostItems;
  if (understood && link == 0) understood = take_addresses(in, items, out);
  for (uint64_t i = 0; understood && link != 0 && i < items; ++i) {
    const uint64_t attribute = take_varuint(in);
    understood = in.ok();
    if (understood) add_object(link, attribute, out);
  }
  if (!understood || (layout.cut && in.left() == 0)) add_any(out);
}

// The parent, a value, and the object: its start, RID and class.
void take_creation(Cursor in, Operation& out) noexcept {
  const uint32_t parent = in.be32();
  in.skip(1);
  const bool plain = in.u8() == kUdint;
  (void)take_varuint(in);
  in.skip(4);
  const bool begins = in.u8() == kStartOfObject;
  in.skip(4);  // RID
  const uint64_t cls = take_varuint(in);
  if (!in.ok() || !plain || !begins) return add_any(out);
  if (parent == kSessionContainer && cls == kSessionClass) call_session(out);
  if (cls == kSubscriptionClass) out.cls = OperationClass::kRead;
  add_object(parent, cls, out);
}

void take_deletion(Cursor in, Operation& out) noexcept {
  const uint32_t object = in.be32();
  if (!in.ok()) return add_any(out);
  if (is_own_session(object, out)) call_session(out);
  add_object(object, 0, out);
}

void take_variable(Cursor in, Operation& out) noexcept {
  const uint64_t object = in.be32();
  in.skip(1);
  const uint64_t attribute = take_varuint(in);
  if (!in.ok()) return add_any(out);
  add_object(object, attribute, out);
}

void take_object(Cursor in, Operation& out) noexcept {
  const uint64_t object = in.be32();
  if (!in.ok()) return add_any(out);
  add_object(object, 0, out);
}

}  // namespace

uint64_t take_varuint(Cursor& in) noexcept {
  constexpr int kLastByte = 8;
  uint64_t value = 0;
  for (int i = 0; i < kLastByte; ++i) {
    const uint8_t byte = in.u8();
    value = value << 7 | (byte & 0x7fu);
    if ((byte & 0x80) == 0) return value;
  }
  return value << 8 | in.u8();
}

void take_objects(Cursor in, Layout layout, Operation& out) noexcept {
  switch (out.code) {
    case kSetMultiVariables:
    case kGetMultiVariables:
      return take_multi(in, layout, out);
    case kCreateObject:
      return take_creation(in, out);
    case kDeleteObject:
      return take_deletion(in, out);
    case kSetVariable:
    case kGetVariable:
      return take_variable(in, out);
    case kExplore:
    case kInvoke:
    case kGetLink:
    case kGetVarSubStreamed:
    case kSetVarSubStreamed:
      return take_object(in, out);
    case kInitSsl:
      return;
    default:
      return add_any(out);
  }
}

}  // namespace bulkhead::wire::s7comm_plus
