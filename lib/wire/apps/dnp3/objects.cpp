// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/objects.h"

#include "wire/apps/dnp3/file_object.h"
#include "wire/apps/dnp3/functions.h"
#include "wire/apps/dnp3/harm.h"
#include "wire/apps/dnp3/object_facts.h"
#include "wire/apps/dnp3/object_header.h"

namespace bulkhead::wire::dnp3 {

namespace {

using Encoding = ValueView::Encoding;
using Range = ObjectHeader::Range;

constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}
constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

// One header on its way into an operation.
struct Visit {
  const ObjectHeader& header;
  const ObjectFact fact;
  const GroupFact* group;
  uint8_t function;
  size_t value_size;  // of one of fixed size
  PointRange point;   // of its objects, without indexes
};

// Does the function only name objects, so that no data is behind the header?
bool names_only(const Visit& visit) noexcept {
  const uint8_t f = visit.function, group = visit.header.group;
  if (visit.header.sized || group == group::kAuthentication) return false;
  if (visit.fact.layout == Layout::kNone) return true;
  const bool freeze = f >= function::kImmediateFreeze && f <= function::kFreezeWithTimeNoAck;
  if (freeze) return group != group::kTime;  // when to freeze is told as data
  return f == function::kRead || f == function::kEnableUnsolicited ||
         f == function::kDisableUnsolicited || f == function::kAssignClass;
}

void add_range(const Visit& visit, uint64_t first, uint64_t last, Operation& out) noexcept {
  PointRange point = visit.point;
  point.first = first;
  point.last = last;
  if (!out.points.empty()) {
    PointRange& before = out.points[out.points.size() - 1];
    const bool alike = before.type == point.type && before.access == point.access &&
                       before.detail == point.detail && before.name.empty();
    if (alike && before.last + 1 == first) {
      before.last = last;
      return;
    }
  }
  out.add_point(point);
}

// Points that a header names without saying which they are.
void add_any(const Visit& visit, Operation& out) noexcept {
  const bool indexed = visit.group == nullptr || visit.group->indexed;
  add_range(visit, 0, indexed ? kLastIndex : 0, out);
}

void add_unknown(const Visit& visit, Operation& out) noexcept {
  Visit unknown = visit;
  unknown.point.access = OperationClass::kUnspecified;
  out.cls = OperationClass::kUnspecified;
  out.clipped = true;
  add_range(unknown, 0, kLastIndex, out);
}

Fault take_names(Cursor& in, const Visit& visit, Operation& out) noexcept {
  const ObjectHeader& header = visit.header;
  if (header.range == Range::kIndexes) add_range(visit, header.first, header.last, out);
  if (header.range == Range::kAddresses) add_unknown(visit, out);
  if (header.range == Range::kAll || (header.range == Range::kCount && header.prefix == 0))
    add_any(visit, out);
  if (header.prefix == 0) return {};
  if (header.count * header.prefix > in.left()) return fault_at(FaultKind::kTruncated, in.at());
  for (uint64_t i = 0; i < header.count; ++i) {
    const uint32_t index = take_number(in, header.prefix);
    add_range(visit, index, index, out);
  }
  return {};
}

Fault take_packed(Cursor& in, const Visit& visit, Operation& out) noexcept {
  const ObjectHeader& header = visit.header;
  const unsigned width = visit.fact.layout == Layout::kBits ? 1 : 2;
  if (header.prefix != 0) return fault_at(FaultKind::kBadType, header.at);
  const uint64_t size = (header.count * width + 7) / 8;
  if (size > in.left()) return fault_at(FaultKind::kTruncated, in.at());
  if (header.range == Range::kIndexes)
    add_range(visit, header.first, header.last, out);
  else
    add_any(visit, out);
  const auto bytes = in.bytes(size);
  ValueView view{
      .encoding = Encoding::kBits, .count = static_cast<uint16_t>(header.count), .bytes = bytes};
  if (width == 2) view = {.encoding = Encoding::kBytes, .count = 1, .bytes = bytes};
  out.add_values(view);
  return {};
}

void take_status(const Visit& visit, uint8_t status, Operation& out) noexcept {
  const bool answer = visit.function >= function::kResponse;
  if (!answer || (status & 0x7f) == 0 || out.exception_code != 0) return;
  out.is_exception = true;
  out.exception_code = (status & 0x7fu) << 8;
}

void add_values_of(const Visit& visit, std::span<const uint8_t> object, Operation& out) noexcept {
  const ObjectFact& fact = visit.fact;
  const size_t size = fact.layout == Layout::kFixed ? visit.value_size : object.size();
  if (fact.encoding != Encoding::kNone)
    out.add_values(
        {.encoding = fact.encoding, .count = 1, .bytes = object.subspan(fact.value_at, size)});
  if (fact.status_at == 0 || visit.function < function::kResponse) return;
  const auto status = object.subspan(fact.status_at, 1);
  out.add_values({.encoding = Encoding::kU8, .count = 1, .bytes = status});
  take_status(visit, status[0], out);
}

// Bytes of the next object, behind its prefix.
size_t size_of_object(Cursor ahead, const Visit& visit) noexcept {
  if (visit.fact.layout == Layout::kVariation) return visit.fact.variation;
  if (visit.fact.layout != Layout::kAttribute) return visit.fact.size;
  ahead.skip(1);
  return size_t{2} + ahead.u8();
}

Fault take_fixed(Cursor& in, const Visit& visit, Operation& out) noexcept {
  const ObjectHeader& header = visit.header;
  const bool placed = header.range == Range::kIndexes || header.prefix != 0;
  const bool numbered = visit.group != nullptr && visit.group->indexed;
  const bool each = placed || !numbered;
  // Where they follow one another they are one range, which has room if its first one has.
  const bool together = each && header.prefix == 0 && !out.points.full();
  if (!each) add_any(visit, out);
  if (together) add_range(visit, header.first, header.first + header.count - 1, out);
  for (uint64_t i = 0; i < header.count; ++i) {
    const uint64_t index = header.prefix != 0 ? take_number(in, header.prefix) : header.first + i;
    const size_t at = in.at();
    const auto object = in.bytes(size_of_object(in, visit));
    if (!in.ok()) return fault_at(FaultKind::kTruncated, at);
    if (each && !together) add_range(visit, index, index, out);
    add_values_of(visit, object, out);
  }
  return {};
}

Fault take_sized(Cursor object, const Visit& visit, Operation& out) noexcept {
  const size_t at = object.at();
  const Layout layout = visit.fact.layout;
  if (layout == Layout::kUnknown) {
    add_unknown(visit, out);
    return {};
  }
  if (layout == Layout::kFixed && object.left() == visit.fact.size) {
    add_any(visit, out);
    add_values_of(visit, object.rest(), out);
    return {};
  }
  if (layout != Layout::kFree) return fault_at(FaultKind::kBadType, at);
  PointRange point = visit.point;
  ValueView value{.encoding = Encoding::kBytes, .count = 1, .bytes = object.rest()};
  if (visit.header.group == group::kFile) {
    const Fault fault = take_file(object, visit.header.variation, point, value);
    if (failed(fault)) return fault;
  }
  out.add_point(point);
  if (value.encoding != Encoding::kNone) out.add_values(value);
  return {};
}

// Objects that each tell their size.
Fault take_free(Cursor& in, const Visit& visit, Operation& out) noexcept {
  for (uint64_t i = 0; i < visit.header.count; ++i) {
    const size_t at = in.at();
    const uint32_t size = take_number(in, visit.header.prefix);
    const Cursor object = in.take(size);
    if (!in.ok()) return fault_at(FaultKind::kTruncated, at);
    if (const Fault fault = take_sized(object, visit, out); failed(fault)) return fault;
  }
  return {};
}

Fault take_data(Cursor& in, const Visit& visit, Operation& out) noexcept {
  const ObjectHeader& header = visit.header;
  if (header.range == Range::kAll) return fault_at(FaultKind::kBadType, header.at);
  if (header.sized) return take_free(in, visit, out);
  const bool nameless = header.range == Range::kAddresses;
  const Layout layout = visit.fact.layout;
  if (layout == Layout::kFree) return fault_at(FaultKind::kBadType, header.at);
  if (layout == Layout::kUnknown || nameless) {
    add_unknown(visit, out);
    in.skip(in.left());
    return {};
  }
  const bool packed = layout == Layout::kBits || layout == Layout::kDoubleBits;
  return packed ? take_packed(in, visit, out) : take_fixed(in, visit, out);
}

Visit visit_of(const ObjectHeader& header, uint8_t function, OperationClass base,
               Operation& out) noexcept {
  const GroupFact* const group = group_of(header.group);
  const ObjectFact fact = object_of(header.group, header.variation);
  const Access access = access_of(function, base, group, fact);
  const bool request = function < function::kResponse;
  if (request && access.technique != 0) out.technique = access.technique;
  out.cls = worse(out.cls, access.cls);
  const PointRange point{.type = group == nullptr ? PointType::kDnp3Object : group->type,
                         .access = access.cls,
                         .detail = uint32_t{header.group} << 8 | header.variation};
  const size_t value_size =
      fact.encoding == Encoding::kBytes ? fact.value_size : width_of(fact.encoding);
  return {header, fact, group, function, value_size, point};
}

}  // namespace

Fault walk_objects(std::span<const uint8_t> objects, size_t base, uint8_t function, Operation& out,
                   Extent& extent) noexcept {
  Cursor in{objects, base};
  const OperationClass of_function = out.cls;
  extent = {base, base};
  while (in.left() != 0) {
    ObjectHeader header;
    if (const Fault fault = take_header(in, header); failed(fault)) return fault;
    const Visit visit = visit_of(header, function, of_function, out);
    const Fault fault = names_only(visit) ? take_names(in, visit, out) : take_data(in, visit, out);
    if (failed(fault)) return fault;
    if (header.group == group::kAuthentication) continue;
    if (extent.from == extent.to) extent.from = header.at;
    extent.to = in.at();
  }
  return {};
}

}  // namespace bulkhead::wire::dnp3
