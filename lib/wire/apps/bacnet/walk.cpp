// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/walk.h"

#include <algorithm>

#include "wire/apps/bacnet/values.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr uint32_t kFileType = 10;
constexpr uint32_t kMaxPriority = 16;
constexpr size_t kObjectIdSize = 4;
constexpr unsigned kMaxLists = 4;  // lists within lists: no layout has more

// fields(), take() and take_constructed() call each other, kMaxLists deep at most.
// NOLINTBEGIN(misc-no-recursion)
class Walker {
 public:
  explicit Walker(Operation& out) noexcept : out_(out) {}

  Fault fields(const Layout& layout, TagReader& in, unsigned depth) noexcept;
  Fault finish(const Layout& layout, uint32_t end) noexcept;

 private:
  Fault take(const Field& field, const Tag& tag, TagReader& in, unsigned depth) noexcept;
  Fault take_constructed(const Field& field, const Tag& tag, TagReader& in,
                         unsigned depth) noexcept;
  Fault take_object(What what, const Tag& tag) noexcept;
  Fault take_number(What what, const Tag& tag) noexcept;
  Fault take_property(uint32_t property, uint32_t at) noexcept;
  Fault take_limit(What what, uint32_t limit, uint32_t at) noexcept;
  Fault take_priority(uint32_t priority, uint32_t at) noexcept;
  void add(PointType type, uint64_t first, uint64_t last, uint32_t detail) noexcept;

  Operation& out_;
  uint64_t first_ = 0;  // the object, or objects, in scope
  uint64_t last_ = 0;
  uint64_t low_ = 0;  // device instances asked for
  uint64_t high_ = kMaxInstance;
  unsigned limits_ = 0;
};

void Walker::add(PointType type, uint64_t first, uint64_t last, uint32_t detail) noexcept {
  if (!out_.points.empty()) {
    PointRange& before = out_.points[out_.points.size() - 1];
    const bool same_type =
        type != PointType::kBacnetObject || before.first >> kInstanceBits == first >> kInstanceBits;
    if (same_type && before.type == type && before.detail == detail && before.name.empty() &&
        before.last + 1 == first)
      return (void)(before.last = last);
  }
  out_.add_point(
      {.type = type, .access = out_.cls, .first = first, .last = last, .detail = detail});
}

Fault Walker::take_object(What what, const Tag& tag) noexcept {
  if (tag.content.size() != kObjectIdSize) return {FaultKind::kBadLength, tag.at};
  const uint64_t id = Cursor{tag.content}.be32();
  first_ = last_ = id;
  const uint64_t instance = id & kMaxInstance;
  if (what == What::kDevice)
    add(PointType::kBacnetDeviceRange, instance, instance, 0);
  else if (what == What::kFile && id >> kInstanceBits == kFileType)
    add(PointType::kBacnetFile, instance, instance, 0);
  else if (what != What::kScope)
    add(PointType::kBacnetObject, id, id, kNoProperty);
  return {};
}

Fault Walker::take_property(uint32_t property, uint32_t at) noexcept {
  if (property > kMaxInstance) return {FaultKind::kBadAddress, at};
  add(PointType::kBacnetObject, first_, last_, property);
  return {};
}

Fault Walker::take_limit(What what, uint32_t limit, uint32_t at) noexcept {
  if (limit > kMaxInstance) return {FaultKind::kBadValue, at};
  (what == What::kLow ? low_ : high_) = limit;
  ++limits_;
  return {};
}

Fault Walker::take_priority(uint32_t priority, uint32_t at) noexcept {
  if (priority < 1 || priority > kMaxPriority) return {FaultKind::kBadValue, at};
  out_.exception_code =
      out_.exception_code == 0 ? priority : std::min(out_.exception_code, priority);
  return {};
}

Fault Walker::take_number(What what, const Tag& tag) noexcept {
  uint32_t number = 0;
  if (!unsigned_of(tag.content, number)) return {FaultKind::kBadLength, tag.at};
  switch (what) {
    case What::kProperty:
      return take_property(number, tag.at);
    case What::kPriority:
      return take_priority(number, tag.at);
    case What::kObjectType:
      if (number > UINT32_MAX >> kInstanceBits) return {FaultKind::kBadAddress, tag.at};
      first_ = uint64_t{number} << kInstanceBits;
      last_ = first_ | kMaxInstance;
      add(PointType::kBacnetObject, first_, last_, kNoProperty);
      return {};
    default:
      return take_limit(what, number, tag.at);
  }
}

Fault Walker::take_constructed(const Field& field, const Tag& tag, TagReader& in,
                               unsigned depth) noexcept {
  if (depth == kMaxLists) return {FaultKind::kTooDeep, tag.at};
  const uint32_t at = in.at();
  std::span<const uint8_t> inside;
  if (const Fault fault = in.enclosed(tag, inside); failed(fault)) return fault;
  if (field.what == What::kAny) return {};
  if (field.what == What::kValues) return take_values(inside, at, out_);
  TagReader inner{inside, at};
  if (field.what == What::kStruct)
    if (const Fault fault = fields(*field.inner, inner, depth + 1); failed(fault)) return fault;
  while (field.what == What::kList && inner.more()) {
    const uint32_t before = inner.at();
    if (const Fault fault = fields(*field.inner, inner, depth + 1); failed(fault)) return fault;
    if (inner.at() == before) break;
  }
  return inner.more() ? Fault{FaultKind::kBadLength, inner.at()} : Fault{};
}

Fault Walker::take(const Field& field, const Tag& tag, TagReader& in, unsigned depth) noexcept {
  switch (field.what) {
    case What::kPlain:
      return {};
    case What::kScope:
    case What::kTarget:
    case What::kFile:
    case What::kDevice:
      return take_object(field.what, tag);
    case What::kObjectName: {
      if (tag.content.empty()) return {FaultKind::kBadLength, tag.at};
      const auto name = tag.content.subspan(1);  // behind the character set
      out_.add_point({.type = PointType::kBacnetObject,
                      .access = out_.cls,
                      .last = UINT32_MAX,
                      .detail = kNoProperty,
                      .name = {reinterpret_cast<const char*>(name.data()), name.size()}});
      return {};
    }
    case What::kVendor:
      return in.rest_of(tag);
    case What::kAny:
    case What::kValues:
    case What::kList:
    case What::kStruct:
      return take_constructed(field, tag, in, depth);
    default:
      return take_number(field.what, tag);
  }
}

Fault Walker::fields(const Layout& layout, TagReader& in, unsigned depth) noexcept {
  Tag tag;  // at the front, once it was read
  size_t size = 0;
  bool read = false;
  for (const Field& field : layout.fields) {
    if (!read) {
      tag.at = in.at();
      if (in.more())
        if (const Fault fault = in.front(tag, size); failed(fault)) return fault;
      read = true;
    }
    if (!in.more() || !tag.is(field.kind, field.number)) {
      if (field.optional) continue;
      return {in.more() ? FaultKind::kBadEncoding : FaultKind::kTruncated, tag.at};
    }
    in.skip(size);
    read = false;
    if (const Fault fault = take(field, tag, in, depth); failed(fault)) return fault;
  }
  return {};
}

// NOLINTEND(misc-no-recursion)

// Who-Is and Who-Has: both limits, or neither, which is all devices.
Fault Walker::finish(const Layout& layout, uint32_t end) noexcept {
  const bool ranged =
      std::ranges::any_of(layout.fields, [](const Field& f) { return f.what == What::kLow; });
  if (!ranged) return {};
  if (limits_ == 1 || low_ > high_) return {FaultKind::kBadValue, end};
  add(PointType::kBacnetDeviceRange, low_, high_, 0);
  return {};
}

Fault walk_free(TagReader& in) noexcept {
  while (in.more()) {
    Tag tag;
    if (const Fault fault = in.next(tag); failed(fault)) return fault;
    if (tag.kind == Tag::Kind::kClosing) return {FaultKind::kBadEncoding, tag.at};
    std::span<const uint8_t> inside;
    if (tag.kind == Tag::Kind::kOpening)
      if (const Fault fault = in.enclosed(tag, inside); failed(fault)) return fault;
  }
  return {};
}

}  // namespace

Fault walk(const Layout& layout, std::span<const uint8_t> bytes, size_t at,
           Operation& out) noexcept {
  TagReader in{bytes, at};
  if (layout.free) return walk_free(in);
  Walker walker{out};
  do {
    const uint32_t before = in.at();
    if (const Fault fault = walker.fields(layout, in, 0); failed(fault)) return fault;
    if (in.at() == before) break;
  } while (layout.repeated && in.more());
  if (in.more()) return {FaultKind::kBadLength, in.at()};
  return walker.finish(layout, in.at());
}

}  // namespace bulkhead::wire::bacnet
