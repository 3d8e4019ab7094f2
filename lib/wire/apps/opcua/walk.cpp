// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/opcua/walk.h"

#include <algorithm>

namespace bulkhead::wire::opcua {

namespace {

using Kind = Field::Kind;
using Role = Field::Role;

constexpr uint32_t kBad = 0x8000'0000;  // severity of a StatusCode (Part 4, 7.39)

// The details of a history update, all of which begin with the node (Part 11, 6.9).
constexpr uint32_t kUpdateDetails[] = {682, 685, 688, 691, 694, 11300};

// Nodes of one string and of one number never look alike; GUIDs and opaque ones say what they are.
PointRange point_of(const NodeId& node, OperationClass access) noexcept {
  PointRange range;
  range.type = PointType::kOpcuaNode;
  range.access = access;
  uint64_t lower = node.numeric;
  if (node.kind == NodeId::Kind::kGuid || node.kind == NodeId::Kind::kOpaque)
    lower = static_cast<uint64_t>(node.kind);
  range.first = range.last = uint64_t{node.space} << 32 | lower;
  range.name = node.name;
  return range;
}

// A node whose namespace or server is named in words cannot be held against a rule.
void add_point(const NodeId& node, Operation& out) noexcept {
  out.add_point(point_of(node, out.cls));
  if (node.elsewhere) out.clipped = true;
}

void take_node(const NodeId& node, Role role, Operation& out) noexcept {
  if (role == Role::kPoint) add_point(node, out);
  if (role == Role::kPointIfGiven && !node.null()) add_point(node, out);
}

void take_number(uint32_t number, Role role, Operation& out) noexcept {
  if (role == Role::kAttribute && !out.points.empty() && !(out.clipped && out.points.full()))
    out.points[out.points.size() - 1].detail = number;
  if (role == Role::kStatus && (number & kBad) != 0) {
    out.is_exception = true;
    out.exception_code = number;
  }
}

void take_value(const Value& value, Role role, size_t index, Operation& out) noexcept {
  if (role != Role::kValue || !value.given) return;
  ValueView view = value.view;
  if (out.direction == Direction::kRequest) return out.add_values(view);
  view.range = static_cast<uint16_t>(std::min<size_t>(index, UINT16_MAX));
  (void)out.values.push_back(view);
}

// An update of a kind that we do not know might be of any node.
void take_history(const Reader::Extension& detail, Reader& in, Operation& out) noexcept {
  const bool known =
      detail.type.kind == NodeId::Kind::kNumeric && detail.type.space == 0 &&
      std::ranges::find(kUpdateDetails, detail.type.numeric) != std::ranges::end(kUpdateDetails);
  if (!known || !detail.binary) return (void)(out.clipped = true);
  Reader body(Cursor(detail.body, detail.body_at));
  const NodeId node = body.node();
  if (!body.ok()) return in.fail(body.fault().kind, body.fault().offset);
  add_point(node, out);
}

void take_one(const Field& field, size_t index, Reader& in, Operation& out) noexcept {
  switch (field.kind) {
    case Kind::kFixed:
      if (field.role == Role::kNone) return in.skip(field.size);
      return take_number(in.u32(), field.role, out);
    case Kind::kString:
      return (void)in.string();
    case Kind::kNode:
      return take_node(in.node(), field.role, out);
    case Kind::kExpandedNode:
      return take_node(in.expanded_node(), field.role, out);
    case Kind::kQualifiedName:
      return in.qualified_name();
    case Kind::kLocalizedText:
      return in.localized_text();
    case Kind::kVariant:
      return take_value(in.variant(), field.role, index, out);
    case Kind::kDataValue:
      return take_value(in.data_value(), field.role, index, out);
    case Kind::kDiagnostic:
      return in.diagnostic_info();
    case Kind::kStructure:
      return walk(field.inner, in, out);
    case Kind::kExtension:
      break;
  }
  const Reader::Extension extension = in.extension();
  if (field.role == Role::kHistoryDetail && in.ok()) take_history(extension, in, out);
}

}  // namespace

// As deep as layouts are nested, which is a matter of their tables.
void walk(Layout layout, Reader& in, Operation& out) noexcept {
  for (const Field& field : layout) {
    const uint32_t n = field.many ? in.count(field.smallest) : 1;
    for (uint32_t i = 0; i < n && in.ok(); ++i) take_one(field, i, in, out);
  }
}

}  // namespace bulkhead::wire::opcua
