// SPDX-License-Identifier: Apache-2.0
#include "image/match.h"

#include <algorithm>

#include "base/static_vector.h"

namespace bulkhead::image {
namespace {

using wire::Operation;
using wire::OperationClass;
using wire::PointRange;

bool bit(const std::array<uint64_t, 4>& bitmap, size_t index) noexcept {
  return ((bitmap[index / 64] >> (index % 64)) & 1u) != 0;
}

bool function_fits(const Sections& s, const RuleRecord& rule, uint32_t code) noexcept {
  if (rule.any_function != 0) return true;
  if (code < 256) return bit(rule.functions, code);
  return contains(Sections::slice(s.ranges, rule.subfunctions), code, code);
}

bool rule_applies(const Sections& s, const RuleRecord& rule, const Operation& op,
                  OperationClass cls) noexcept {
  return rule.cls == static_cast<uint8_t>(cls) && op.unit < 256 && bit(rule.units, op.unit) &&
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

// How much of a rule is looked at: each level all that the one before it does, and one thing more.
enum class Level : uint8_t { kPoints, kValues, kSteps, kRates };

// One question about one operation.
struct Question {
  const Sections& sections;
  std::span<const RuleRecord> rules;
  const Operation& op;
  const OperationMemory& memory;
};

// Every register of the range has a last known value from which the new one is no further away.
bool steps_fit(const Question& q, const RuleRecord& rule, size_t range) noexcept {
  uint64_t carried = 0;
  const PointRange& points = q.op.points[range];
  for (const wire::ValueView& view : q.op.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i, ++carried) {
      const auto address = static_cast<uint32_t>(points.first + carried);
      const auto last = q.memory.last_value(static_cast<uint8_t>(q.op.unit), address);
      if (!last) return false;
      const uint32_t value = view.at(i);
      const uint32_t step = value > *last ? value - *last : *last - value;
      if (step > rule.max_step) return false;
    }
  }
  return carried > uint64_t{points.last} - points.first;
}

bool limits_fit(const Question& q, const RuleRecord& rule, size_t range, Level level) noexcept {
  if (level >= Level::kValues && rule.has_value != 0 && !values_fit(rule, q.op, range))
    return false;
  if (level >= Level::kSteps && rule.max_step != kNone && !steps_fit(q, rule, range)) return false;
  return level < Level::kRates || rule.limit_id == 0 || q.memory.has_token(rule);
}

// The first rule that covers the range; nullptr: none. Without a rate, if there is one such.
const RuleRecord* range_cover(const Question& q, size_t index, Level level) noexcept {
  const PointRange& range = q.op.points[index];
  const RuleRecord* rated = nullptr;
  for (const RuleRecord& rule : q.rules) {
    if (!rule_applies(q.sections, rule, q.op, range.access) || !point_fits(q.sections, rule, range))
      continue;
    if (rated != nullptr && rule.limit_id != 0) continue;
    if (!limits_fit(q, rule, index, level)) continue;
    if (rule.limit_id == 0) return &rule;
    rated = &rule;
  }
  return rated;
}

// The same for the operation's own class, where no point range speaks for it.
const RuleRecord* class_cover(const Question& q, Level level) noexcept {
  const RuleRecord* rated = nullptr;
  for (const RuleRecord& rule : q.rules) {
    if (!rule_applies(q.sections, rule, q.op, q.op.cls) || rule.any_point == 0) continue;
    if (level >= Level::kValues && rule.has_value != 0) continue;
    if (rule.limit_id == 0) return &rule;
    if (rated == nullptr && (level < Level::kRates || q.memory.has_token(rule))) rated = &rule;
  }
  return rated;
}

bool own_class_has_points(const Operation& op) noexcept {
  return std::any_of(op.points.begin(), op.points.end(),
                     [&op](const PointRange& range) { return range.access == op.cls; });
}

bool covered(const Question& q, Level level) noexcept {
  if (!own_class_has_points(q.op) && class_cover(q, level) == nullptr) return false;
  for (size_t i = 0; i < q.op.points.size(); ++i) {
    if (range_cover(q, i, level) == nullptr) return false;
  }
  return true;
}

}  // namespace

bool contains(std::span<const RangeRecord> ranges, uint64_t first, uint64_t last) noexcept {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), first,
      [](uint64_t value, const RangeRecord& range) { return value < range.first; });
  return after != ranges.begin() && first <= last && last <= (after - 1)->last;
}

uint32_t class_bits(const Operation& operation) noexcept {
  uint32_t bits = 1u << static_cast<unsigned>(operation.cls);
  for (const PointRange& range : operation.points)
    bits |= 1u << static_cast<unsigned>(range.access);
  return bits;
}

Fit fit(const Sections& sections, const ServiceRecord& service, const Operation& operation,
        const OperationMemory& memory) noexcept {
  if ((class_bits(operation) & 1u) != 0) return Fit::kNo;
  if (service.app != static_cast<uint8_t>(operation.app)) return Fit::kNo;
  const Question q{sections, Sections::slice(sections.rules, service.rules), operation, memory};
  if (covered(q, Level::kRates)) return Fit::kYes;
  if (covered(q, Level::kSteps)) return Fit::kRateExceeded;
  if (covered(q, Level::kValues)) return Fit::kValueStep;
  return covered(q, Level::kPoints) ? Fit::kValueOutOfRange : Fit::kNo;
}

void charge(const Sections& sections, const ServiceRecord& service, const Operation& operation,
            OperationMemory& memory) noexcept {
  const Question q{sections, Sections::slice(sections.rules, service.rules), operation, memory};
  StaticVector<const RuleRecord*, wire::kMaxPointRanges + 1> charged;
  const auto take = [&](const RuleRecord* rule) {
    if (rule == nullptr || rule->limit_id == 0) return;
    for (const RuleRecord* before : charged) {
      if (before == rule) return;
    }
    (void)charged.push_back(rule);  // one range each, and the class: there is room
    memory.charge(*rule);
  };
  if (!own_class_has_points(operation)) take(class_cover(q, Level::kRates));
  for (size_t i = 0; i < operation.points.size(); ++i) take(range_cover(q, i, Level::kRates));
}

}  // namespace bulkhead::image
