// SPDX-License-Identifier: Apache-2.0
// What the terms of a rule say of one range of an operation: shared by those who decide whether an
// operation fits and those who say of a refused one what did not. Packet path: bounded, no
// allocation; what the decision's inner loop calls is in line there, whoever else calls it.
#pragma once

#include <optional>

#include "image/match.h"
#include "image/point_names.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::image::terms {

using wire::Operation;
using wire::OperationClass;
using wire::PointRange;

// --- terms of a rule of Modbus ---

inline bool bit(const std::array<uint64_t, 4>& bitmap, size_t index) noexcept {
  return ((bitmap[index / 64] >> (index % 64)) & 1u) != 0;
}

inline bool function_fits(const Sections& s, const RuleRecord& rule, uint32_t code) noexcept {
  if (rule.any_function != 0) return true;
  if (code < 256) return bit(rule.functions, code);
  return contains(Sections::slice(s.ranges, rule.subfunctions), code, code);
}

inline bool unit_fits(const Sections&, const RuleRecord& rule, uint32_t unit) noexcept {
  return unit < 256 && bit(rule.units, unit);
}

inline bool point_fits(const Sections& s, const RuleRecord& rule,
                       const PointRange& range) noexcept {
  if (rule.any_point != 0) return true;
  const auto type = static_cast<size_t>(range.type);
  if (type >= rule.points.size()) return false;
  return contains(Sections::slice(s.ranges, rule.points[type]), range.first, range.last);
}

inline uint32_t max_step_of(const RuleRecord& rule) noexcept {
  return rule.max_step;
}

// --- terms of a rule of another protocol ---

inline bool function_fits(const Sections& s, const WideRuleRecord& rule, uint32_t code) noexcept {
  return rule.any_function != 0 ||
         contains(Sections::slice(s.wide_ranges, rule.functions), code, code);
}

inline bool unit_fits(const Sections& s, const WideRuleRecord& rule, uint32_t unit) noexcept {
  return rule.any_unit != 0 || contains(Sections::slice(s.wide_ranges, rule.units), unit, unit);
}

inline bool point_fits(const Sections& s, const WideRuleRecord& rule,
                       const PointRange& range) noexcept {
  if (rule.any_point != 0) return true;
  for (const PointSetRecord& set : Sections::slice(s.point_sets, rule.points)) {
    if (set.type != static_cast<uint32_t>(range.type)) continue;
    if (!range.name.empty()) return named_so(s, Sections::slice(s.point_names, set.names), range);
    return contains(Sections::slice(s.wide_ranges, set.ranges), wire::point_key(range, range.first),
                    wire::point_key(range, range.last));
  }
  return false;
}

inline uint32_t max_step_of(const WideRuleRecord&) noexcept {
  return kNone;
}

// --- terms of both ---

template <typename Rule>
bool rule_applies(const Sections& s, const Rule& rule, uint32_t code, uint32_t unit,
                  OperationClass cls) noexcept {
  return rule.cls == static_cast<uint8_t>(cls) && unit_fits(s, rule, unit) &&
         function_fits(s, rule, code);
}

// Every point of the range carries a value, and each lies within the rule's bounds.
template <typename Rule>
[[gnu::always_inline]] inline bool values_fit(const Rule& rule, const Operation& op,
                                              size_t range) noexcept {
  uint64_t carried = 0;
  const PointRange& points = op.points[range];
  for (const wire::ValueView& view : op.values) {
    if (view.range != range || view.encoding == wire::ValueView::Encoding::kNone) continue;
    for (size_t i = 0; i < view.count; ++i) {
      const uint64_t value = wire::value_key(op.app, view, i);
      if (value < rule.value_first || value > rule.value_last) return false;
    }
    carried += wire::points_of(points.type, view);
  }
  return carried > points.last - points.first;
}

// How much of a rule is looked at: each level all that the one before it does, and one thing more.
enum class Level : uint8_t { kPoints, kValues, kSteps, kRates };

// One question about one operation, or about the one in which it lies: of that neither points nor
// values are known.
template <typename Rule>
struct Question {
  const Sections& sections;
  std::span<const Rule> rules;
  const Operation& op;
  const OperationMemory& memory;
  uint32_t code = op.code;
  OperationClass cls = op.cls;
  size_t points = op.points.size();
};

// Every register of the range has a last known value from which the new one is no further away.
template <typename Rule>
[[gnu::always_inline]] inline bool steps_fit(const Question<Rule>& q, const Rule& rule,
                                             size_t range) noexcept {
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
      if (step > max_step_of(rule)) return false;
    }
  }
  return carried > uint64_t{points.last} - points.first;
}

template <typename Rule>
[[gnu::always_inline]] inline bool limits_fit(const Question<Rule>& q, const Rule& rule,
                                              size_t range, Level level) noexcept {
  if (level >= Level::kValues && rule.has_value != 0 && !values_fit(rule, q.op, range))
    return false;
  if (level >= Level::kSteps && max_step_of(rule) != kNone && !steps_fit(q, rule, range))
    return false;
  return level < Level::kRates || rule.limit_id == 0 || q.memory.has_token(rate_of(rule));
}

// The first rule that covers the range; nullptr: none. Without a rate, if there is one such.
template <typename Rule>
const Rule* range_cover(const Question<Rule>& q, size_t index, Level level) noexcept {
  const PointRange& range = q.op.points[index];
  const Rule* rated = nullptr;
  for (const Rule& rule : q.rules) {
    if (!rule_applies(q.sections, rule, q.code, q.op.unit, range.access) ||
        !point_fits(q.sections, rule, range))
      continue;
    if (rated != nullptr && rule.limit_id != 0) continue;
    if (!limits_fit(q, rule, index, level)) continue;
    if (rule.limit_id == 0) return &rule;
    rated = &rule;
  }
  return rated;
}

// The same for the operation's own class, where no point range speaks for it.
template <typename Rule>
const Rule* class_cover(const Question<Rule>& q, Level level) noexcept {
  const Rule* rated = nullptr;
  for (const Rule& rule : q.rules) {
    if (!rule_applies(q.sections, rule, q.code, q.op.unit, q.cls) || rule.any_point == 0) continue;
    if (level >= Level::kValues && rule.has_value != 0) continue;
    if (rule.limit_id == 0) return &rule;
    if (rated == nullptr && (level < Level::kRates || q.memory.has_token(rate_of(rule))))
      rated = &rule;
  }
  return rated;
}

template <typename Rule>
bool own_class_has_points(const Question<Rule>& q) noexcept {
  for (size_t i = 0; i < q.points; ++i)
    if (q.op.points[i].access == q.cls) return true;
  return false;
}

// To open and keep a connection is part of whatever is allowed in it.
constexpr bool implied(OperationClass cls) noexcept {
  return cls == OperationClass::kSession;
}

// The operation in which this one lies, if the service is of that protocol.
inline std::optional<wire::Envelope> envelope_in(const ServiceRecord& service,
                                                 const Operation& op) noexcept {
  const wire::Envelope envelope = wire::envelope_of(op.app);
  if (envelope.app == wire::App::kNone || envelope.app != static_cast<wire::App>(service.app))
    return std::nullopt;
  return envelope;
}

// Calls ask(question) about the service's rules, of whichever kind they are.
template <typename Ask>
auto with_rules(const Sections& s, const ServiceRecord& service, const Operation& op,
                const OperationMemory& memory, Ask&& ask) noexcept {
  const auto envelope = envelope_in(service, op);
  const auto put = [&](auto question) {
    if (envelope) {
      question.code = envelope->code;
      question.cls = envelope->cls;
      question.points = 0;
    }
    return ask(question);
  };
  if (is_wide(service.app))
    return put(
        Question<WideRuleRecord>{s, Sections::slice(s.wide_rules, service.rules), op, memory});
  return put(Question<RuleRecord>{s, Sections::slice(s.rules, service.rules), op, memory});
}

}  // namespace bulkhead::image::terms
