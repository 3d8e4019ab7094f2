// SPDX-License-Identifier: Apache-2.0
#include "image/match.h"

#include <algorithm>

namespace bulkhead::image {
namespace {

using wire::Operation;
using wire::OperationClass;
using wire::PointRange;

bool bit(const std::array<uint64_t, 4>& bitmap, size_t index) noexcept {
  return ((bitmap[index / 64] >> (index % 64)) & 1u) != 0;
}

bool function_fits(const Sections& s, const RuleRecord& rule, uint16_t code) noexcept {
  if (rule.any_function != 0) return true;
  if (code < 256) return bit(rule.functions, code);
  return contains(Sections::slice(s.ranges, rule.subfunctions), code, code);
}

bool rule_applies(const Sections& s, const RuleRecord& rule, const Operation& op,
                  OperationClass cls) noexcept {
  return rule.cls == static_cast<uint8_t>(cls) && bit(rule.units, op.unit) &&
         function_fits(s, rule, op.code);
}

bool point_fits(const Sections& s, const RuleRecord& rule, const PointRange& range) noexcept {
  if (rule.any_point != 0) return true;
  const auto type = static_cast<size_t>(range.type);
  if (type >= rule.points.size()) return false;
  return contains(Sections::slice(s.ranges, rule.points[type]), range.first, range.last);
}

// Every point of the range carries a value, and each lies within the rule's bounds.
bool values_fit(const RuleRecord& rule, const Operation& op, size_t range) noexcept {
  uint64_t carried = 0;
  for (const wire::ValueView& view : op.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i) {
      const uint32_t value = view.at(i);
      if (value < rule.value_first || value > rule.value_last) return false;
    }
    carried += view.count;
  }
  return carried > uint64_t{op.points[range].last} - op.points[range].first;
}

bool range_covered(const Sections& s, std::span<const RuleRecord> rules, const Operation& op,
                   size_t index, bool with_values) noexcept {
  const PointRange& range = op.points[index];
  return std::any_of(rules.begin(), rules.end(), [&](const RuleRecord& rule) {
    if (!rule_applies(s, rule, op, range.access) || !point_fits(s, rule, range)) return false;
    return !with_values || rule.has_value == 0 || values_fit(rule, op, index);
  });
}

// The operation's own class, where no point range speaks for it.
bool class_covered(const Sections& s, std::span<const RuleRecord> rules, const Operation& op,
                   bool with_values) noexcept {
  for (const PointRange& range : op.points) {
    if (range.access == op.cls) return true;
  }
  return std::any_of(rules.begin(), rules.end(), [&](const RuleRecord& rule) {
    return rule_applies(s, rule, op, op.cls) && rule.any_point != 0 &&
           (!with_values || rule.has_value == 0);
  });
}

bool covered(const Sections& s, std::span<const RuleRecord> rules, const Operation& op,
             bool with_values) noexcept {
  if (!class_covered(s, rules, op, with_values)) return false;
  for (size_t i = 0; i < op.points.size(); ++i) {
    if (!range_covered(s, rules, op, i, with_values)) return false;
  }
  return true;
}

}  // namespace

bool contains(std::span<const RangeRecord> ranges, uint32_t first, uint32_t last) noexcept {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), first,
      [](uint32_t value, const RangeRecord& range) { return value < range.first; });
  return after != ranges.begin() && first <= last && last <= (after - 1)->last;
}

uint32_t class_bits(const Operation& operation) noexcept {
  uint32_t bits = 1u << static_cast<unsigned>(operation.cls);
  for (const PointRange& range : operation.points)
    bits |= 1u << static_cast<unsigned>(range.access);
  return bits;
}

Fit fit(const Sections& sections, const ServiceRecord& service,
        const Operation& operation) noexcept {
  if ((class_bits(operation) & 1u) != 0) return Fit::kNo;
  if (service.app != static_cast<uint8_t>(operation.app)) return Fit::kNo;
  const auto rules = Sections::slice(sections.rules, service.rules);
  if (covered(sections, rules, operation, true)) return Fit::kYes;
  return covered(sections, rules, operation, false) ? Fit::kValueOutOfRange : Fit::kNo;
}

}  // namespace bulkhead::image
