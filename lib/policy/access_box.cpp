// SPDX-License-Identifier: Apache-2.0
#include "policy/access_box.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "policy/point_text.h"
#include "wire/apps/value_key.h"

namespace bulkhead::policy {
namespace {

using What = Box::What;

bool within(const NumberRange& outer, const NumberRange& inner) {
  return outer.first <= inner.first && inner.last <= outer.last;
}
bool meet(const NumberRange& a, const NumberRange& b) {
  return a.first <= b.last && b.first <= a.last;
}

// --- sets of functions ---

using Functions = std::vector<uint32_t>;

Functions without(const Functions& a, const Functions& b) {
  Functions out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}
Functions either(const Functions& a, const Functions& b) {
  Functions out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}
Functions both(const Functions& a, const Functions& b) {
  Functions out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

FunctionSet common(const FunctionSet& a, const FunctionSet& b) {
  if (a.all_but && b.all_but) return {true, either(a.listed, b.listed)};
  if (a.all_but) return {false, without(b.listed, a.listed)};
  if (b.all_but) return {false, without(a.listed, b.listed)};
  return {false, both(a.listed, b.listed)};
}
FunctionSet complement(const FunctionSet& set) {
  return {!set.all_but, set.listed};
}
bool is_empty(const FunctionSet& set) {
  return !set.all_but && set.listed.empty();
}
bool within(const FunctionSet& outer, const FunctionSet& inner) {
  return is_empty(common(inner, complement(outer)));
}

// --- sets of values ---

bool within(const ValueSet& outer, const ValueSet& inner) {
  return (!inner.uncarried || outer.uncarried) &&
         (!inner.carried || (outer.carried && within(outer.range, inner.range)));
}
bool meet(const ValueSet& a, const ValueSet& b) {
  return (a.uncarried && b.uncarried) || (a.carried && b.carried && meet(a.range, b.range));
}

// --- sets of names ---

bool covers(const NamePattern& outer, const NamePattern& inner) {
  if (outer.container && outer.container != inner.container) return false;
  return outer.prefix ? inner.text.starts_with(outer.text)
                      : !inner.prefix && inner.text == outer.text;
}
bool meet(const NamePattern& a, const NamePattern& b) {
  if (a.container && b.container && a.container != b.container) return false;
  if (a.prefix && b.text.starts_with(a.text)) return true;
  return b.prefix ? a.text.starts_with(b.text) : a.text == b.text;
}
// All that is named in `inner`.
bool names_within(const NameSet& outer, const NameSet& inner) {
  if (!inner.named) return true;
  return outer.named && (!outer.name || (inner.name && covers(*outer.name, *inner.name)));
}
bool points_within(const Box& outer, const Box& inner) {
  const bool numbers =
      !inner.names.numbered || (outer.names.numbered && within(outer.points, inner.points));
  return numbers && names_within(outer.names, inner.names);
}
bool points_meet(const Box& a, const Box& b) {
  if (a.names.numbered && b.names.numbered && meet(a.points, b.points)) return true;
  if (!a.names.named || !b.names.named) return false;
  return !a.names.name || !b.names.name || meet(*a.names.name, *b.names.name);
}

// Whether the boxes speak of the same kind of thing; kAny of all but flows.
bool comparable(const Box& outer, const Box& inner) {
  if (outer.protocol != inner.protocol) return false;
  if (outer.what == What::kAny) return inner.what != What::kFlow;
  if (outer.what != inner.what) return false;
  return outer.what == What::kFlow || outer.app == inner.app;
}

// Cuts `box` down to its part within [first, last] of a dimension; what lies outside goes to `out`.
template <typename Number, typename Low, typename High>
void cut(Box& box, Number first, Number last, Low&& low, High&& high, std::vector<Box>& out) {
  if (low(box) < first) {
    out.push_back(box);
    high(out.back()) = first - 1;
    low(box) = first;
  }
  if (high(box) > last) {
    out.push_back(box);
    low(out.back()) = last + 1;
    high(box) = last;
  }
}

void cut_range(Box& box, NumberRange Box::*dimension, const NumberRange& keep,
               std::vector<Box>& out) {
  cut(
      box, keep.first, keep.last, [=](Box& b) -> uint64_t& { return (b.*dimension).first; },
      [=](Box& b) -> uint64_t& { return (b.*dimension).last; }, out);
}

template <typename Mask>
void cut_mask(Box& box, Mask Box::*dimension, Mask keep, std::vector<Box>& out) {
  const auto rest = static_cast<Mask>(box.*dimension & ~keep);
  if (rest != 0) {
    out.push_back(box);
    out.back().*dimension = rest;
  }
  box.*dimension = static_cast<Mask>(box.*dimension & keep);
}

void cut_functions(Box& box, const FunctionSet& keep, std::vector<Box>& out) {
  FunctionSet rest = common(box.functions, complement(keep));
  if (!is_empty(rest)) {
    out.push_back(box);
    out.back().functions = std::move(rest);
  }
  box.functions = common(box.functions, keep);
}

// Cuts to the points of `keep`. What of the names cannot be told apart stays whole in `out`.
void cut_points(Box& box, const Box& keep, std::vector<Box>& out) {
  if (box.names.named && !names_within(keep.names, box.names)) {
    out.push_back(box);
    out.back().names.numbered = false;
    box.names.named = false;
  }
  if (box.names.numbered && !keep.names.numbered) {
    out.push_back(box);
    out.back().names.named = false;
    box.names.numbered = false;
  }
  if (!box.names.numbered) return;
  const size_t before = out.size();
  cut_range(box, &Box::points, keep.points, out);
  for (size_t i = before; i < out.size(); ++i) out[i].names.named = false;
}

void cut_values(Box& box, const ValueSet& keep, std::vector<Box>& out) {
  if (box.values.uncarried && !keep.uncarried) {
    out.push_back(box);
    out.back().values.carried = false;
    box.values.uncarried = false;
  }
  if (box.values.carried && !keep.carried) {
    out.push_back(box);
    out.back().values.uncarried = false;
    box.values.carried = false;
  }
  if (!box.values.carried) return;
  const size_t before = out.size();
  cut(
      box, keep.range.first, keep.range.last,
      [](Box& b) -> uint64_t& { return b.values.range.first; },
      [](Box& b) -> uint64_t& { return b.values.range.last; }, out);
  for (size_t i = before; i < out.size(); ++i) out[i].values.uncarried = false;
}

// The values an operation carries for one range; nullopt unless for each of its points.
std::optional<NumberRange> carried(const wire::Operation& operation, size_t range) {
  std::optional<NumberRange> out;
  uint64_t count = 0;
  for (const auto& view : operation.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    count += wire::points_of(operation.points[range].type, view);
    for (size_t i = 0; i < view.count; ++i) {
      const uint64_t value = wire::value_key(operation.app, view, i);
      out = out ? NumberRange{std::min(out->first, value), std::max(out->last, value)}
                : NumberRange{value, value};
    }
  }
  const auto& points = operation.points[range];
  return count > points.last - points.first ? out : std::nullopt;
}

// Not so: GUID and opaque nodes of OPC UA. No pattern is of them.
bool named_by_text(const wire::PointRange& range) {
  const uint8_t shift = wire::facts_of(range.type).shift;
  return shift == 0 || (range.first & ((uint64_t{1} << shift) - 1)) == 0;
}

NamePattern named_as(const wire::PointRange& range) {
  const uint8_t shift = wire::facts_of(range.type).shift;
  return {name_of(range), false, shift == 0 ? std::nullopt : std::optional(range.first >> shift)};
}

}  // namespace

bool contains(const Box& outer, const Box& inner) {
  if (!comparable(outer, inner)) return false;
  if (!within(outer.ports, inner.ports) || outer.first_ns > inner.first_ns ||
      inner.last_ns > outer.last_ns)
    return false;
  if (outer.what == What::kFlow) return true;
  if ((inner.classes & ~outer.classes) != 0) return false;
  if (outer.what == What::kAny) return true;
  if (!within(outer.functions, inner.functions) || !within(outer.units, inner.units)) return false;
  if (outer.what == What::kNoPoint) return true;
  return (inner.types & ~outer.types) == 0 && points_within(outer, inner) &&
         within(outer.values, inner.values);
}

bool overlap(const Box& a, const Box& b) {
  if (!comparable(a, b) && !comparable(b, a)) return false;
  if (!meet(a.ports, b.ports) || a.first_ns > b.last_ns || b.first_ns > a.last_ns) return false;
  if (a.what == What::kFlow) return true;
  if ((a.classes & b.classes) == 0) return false;
  if (a.what == What::kAny || b.what == What::kAny) return true;
  if (is_empty(common(a.functions, b.functions)) || !meet(a.units, b.units)) return false;
  if (a.what == What::kNoPoint) return true;
  return (a.types & b.types) != 0 && points_meet(a, b) && meet(a.values, b.values);
}

std::vector<Box> subtract(const Box& box, const Box& taken) {
  if (!comparable(taken, box) || !overlap(taken, box)) return {box};
  std::vector<Box> out;
  Box rest = box;
  cut_range(rest, &Box::ports, taken.ports, out);
  cut(
      rest, taken.first_ns, taken.last_ns, [](Box& b) -> int64_t& { return b.first_ns; },
      [](Box& b) -> int64_t& { return b.last_ns; }, out);
  if (taken.what == What::kFlow) return out;
  cut_mask(rest, &Box::classes, taken.classes, out);
  if (taken.what == What::kAny) return out;
  cut_functions(rest, taken.functions, out);
  cut_range(rest, &Box::units, taken.units, out);
  if (taken.what == What::kNoPoint) return out;
  cut_mask(rest, &Box::types, taken.types, out);
  cut_points(rest, taken, out);
  if (!rest.names.named && !rest.names.numbered) return out;
  cut_values(rest, taken.values, out);
  return out;
}

std::vector<Box> pieces_of(const AccessRequest& request) {
  Box piece;
  piece.protocol =
      request.protocol == wire::ip_protocol::kIcmpv6 ? wire::ip_protocol::kIcmp : request.protocol;
  const bool echo = piece.protocol == wire::ip_protocol::kIcmp;
  piece.ports = echo ? NumberRange{} : NumberRange{request.port, request.port};
  piece.first_ns = piece.last_ns = request.wall_ns;
  if (request.operation == nullptr) return {piece};
  const wire::Operation& operation = *request.operation;
  piece.app = operation.app;
  piece.functions = {false, {operation.code}};
  piece.units = {operation.unit, operation.unit};
  std::vector<Box> out;
  bool own_class = false;
  for (size_t i = 0; i < operation.points.size(); ++i) {
    const auto& range = operation.points[i];
    own_class |= range.access == operation.cls;
    piece.what = What::kPoint;
    piece.classes = class_bit(range.access);
    piece.types = type_bit(range.type);
    piece.points = {wire::point_key(range, range.first), wire::point_key(range, range.last)};
    piece.names = {range.name.empty(), !range.name.empty(), {}};
    if (piece.names.named && named_by_text(range)) piece.names.name = named_as(range);
    const auto values = carried(operation, i);
    piece.values = {!values, values.has_value(), values.value_or(NumberRange{})};
    out.push_back(piece);
  }
  if (operation.clipped || operation.opaque) {  // what is not told is not known
    piece.what = What::kNoPoint;
    piece.classes = class_bit(wire::OperationClass::kUnspecified);
    out.push_back(piece);
  }
  if (own_class) return out;
  piece.what = What::kNoPoint;
  piece.classes = class_bit(operation.cls);
  out.push_back(piece);
  return out;
}

std::vector<NumberRange> merged(std::vector<NumberRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const NumberRange& a, const NumberRange& b) { return a.first < b.first; });
  std::vector<NumberRange> out;
  for (const NumberRange& range : ranges) {
    if (!out.empty() && (out.back().last == UINT64_MAX || range.first <= out.back().last + 1))
      out.back().last = std::max(out.back().last, range.last);
    else
      out.push_back(range);
  }
  return out;
}

}  // namespace bulkhead::policy
