// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/io_connection.h"

#include <algorithm>

#include "wire/apps/cip/points.h"

namespace bulkhead::wire::cip {
namespace {

constexpr uint8_t kLargestMultiplier = 7;  // times 512; more is reserved: 3-5.5.1.4
constexpr uint64_t kNsPerUs = 1000;
constexpr uint8_t kCounted = 1;  // the class whose data begins with a sequence count
constexpr size_t kCount = 2;
constexpr uint16_t kWrites = 855, kReports = 856;  // ATT&CK for ICS

void add_all(const Path& path, const TagText& text, IoPoints& out) noexcept {
  for (const ObjectRef& object : path.objects) out.add_object(object);
  for (const uint32_t point : path.connection_points) out.add_point(point);
  if (!text.empty()) out.add_tag(text.whole());
}

// Of application paths, in their order: consumption and production, or one for both.
bool by_connection_points(const Path& path, bool both, IoConnection& out) noexcept {
  const auto& points = path.connection_points;
  if (points.empty() || points.size() > 2 || (points.size() == 2 && !both)) return false;
  out.to_target.points.add_point(points[0]);
  out.to_originator.points.add_point(points[points.size() - 1]);
  return true;
}

// The same; the first of three is for the configuration.
bool by_objects(const Path& path, bool both, IoConnection& out) noexcept {
  const auto& objects = path.objects;
  const size_t count = objects.size();
  if (count == 0 || count > 3 || (count > 1 && !both)) return false;
  out.to_target.points.add_object(objects[count == 3 ? 1 : 0]);
  out.to_originator.points.add_object(objects[count - 1]);
  return true;
}

}  // namespace

void IoPoints::add(const Point& point) noexcept {
  if (size_ == kMost) return clip();
  points_[size_++] = point;
}

void IoPoints::add_point(uint32_t connection_point) noexcept {
  add({connection_point, connection_point, 0, PointType::kCipAssembly});
}

void IoPoints::add_object(const ObjectRef& object) noexcept {
  const uint64_t attribute = object.has_attribute ? object.attribute : kEveryAttribute;
  add({object_key(object.cls, object.instance, object.has_attribute ? attribute : 0),
       object_key(object.cls, object.instance, attribute), object.cls, PointType::kCipObject});
}

void IoPoints::add_tag(std::string_view name) noexcept {
  if (name.size() > tag_.size() || tag_size_ != 0) return clip();
  std::ranges::copy(name, tag_.begin());
  tag_size_ = static_cast<uint8_t>(name.size());
  add({.type = PointType::kCipTag});
}

void IoPoints::tell(OperationClass access, Operation& out) const noexcept {
  out.points.clear();
  out.clipped |= clipped_;
  for (size_t i = 0; i < size_; ++i) {
    const Point& point = points_[i];
    const bool named = point.type == PointType::kCipTag;
    out.add_point({.type = point.type,
                   .access = access,
                   .first = point.first,
                   .last = point.last,
                   .detail = point.detail,
                   .name = named ? std::string_view(tag_.data(), tag_size_) : std::string_view{}});
  }
}

uint64_t lifetime_ns(uint32_t interval_us, uint8_t multiplier) noexcept {
  const unsigned shift = 2u + std::min(multiplier, kLargestMultiplier);
  return std::max(kLeastLifetimeNs, (interval_us * kNsPerUs) << shift);
}

void set_points(const Path& path, const TagText& text, IoConnection& out) noexcept {
  const bool both = out.to_target.type != IoType::kNull && out.to_originator.type != IoType::kNull;
  out.to_target.points = out.to_originator.points = {};
  const bool told =
      text.empty() && (by_connection_points(path, both, out) ||
                       (path.connection_points.empty() && by_objects(path, both, out)));
  for (IoWay* way : {&out.to_target, &out.to_originator}) {
    if (!told) add_all(path, text, way->points);
    if (path.odd || way->points.empty()) way->points.clip();
  }
}

void tell_io(const IoTelling& telling, Operation& out) noexcept {
  out.cls = telling.to_target ? OperationClass::kWrite : OperationClass::kRead;
  out.technique = telling.to_target ? kWrites : kReports;
  out.unit = telling.unit;
  telling.way.points.tell(out.cls, out);
  out.out_of_turn = false;
  if (out.values.empty()) return;
  auto& bytes = out.values[0].bytes;
  const bool longer = bytes.size() > telling.way.size;
  const bool counted = telling.transport_class == kCounted;
  out.out_of_turn = longer || (counted && bytes.size() < kCount);
  if (counted) bytes = bytes.subspan(std::min(kCount, bytes.size()));
}

}  // namespace bulkhead::wire::cip
