// SPDX-License-Identifier: Apache-2.0
#include "image/match.h"

#include <algorithm>
#include <optional>

#include "base/static_vector.h"
#include "image/opaque.h"
#include "image/point_names.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::image {
namespace {

using wire::Operation;
using wire::OperationClass;
using wire::PointRange;

// --- terms of a rule of Modbus ---

bool bit(const std::array<uint64_t, 4>& bitmap, size_t index) noexcept {
  return ((bitmap[index / 64] >> (index % 64)) & 1u) != 0;
}

bool function_fits(const Sections& s, const RuleRecord& rule, uint32_t code) noexcept {
  if (rule.any_function != 0) return true;
  if (code < 256) return bit(rule.functions, code);
  return contains(Sections::slice(s.ranges, rule.subfunctions), code, code);
}

bool unit_fits(const Sections&, const RuleRecord& rule, uint32_t unit) noexcept {
  return unit < 256 && bit(rule.units, unit);
}

bool point_fits(const Sections& s, const RuleRecord& rule, const PointRange& range) noexcept {
  if (rule.any_point != 0) return true;
  const auto type = static_cast<size_t>(range.type);
  if (type >= rule.points.size()) return false;
  return contains(Sections::slice(s.ranges, rule.points[type]), range.first, range.last);
}

uint32_t max_step_of(const RuleRecord& rule) noexcept {
  return rule.max_step;
}

// --- terms of a rule of another protocol ---

bool function_fits(const Sections& s, const WideRuleRecord& rule, uint32_t code) noexcept {
  return rule.any_function != 0 ||
         contains(Sections::slice(s.wide_ranges, rule.functions), code, code);
}

bool unit_fits(const Sections& s, const WideRuleRecord& rule, uint32_t unit) noexcept {
  return rule.any_unit != 0 || contains(Sections::slice(s.wide_ranges, rule.units), unit, unit);
}

bool point_fits(const Sections& s, const WideRuleRecord& rule, const PointRange& range) noexcept {
  if (rule.any_point != 0) return true;
  for (const PointSetRecord& set : Sections::slice(s.point_sets, rule.points)) {
    if (set.type != static_cast<uint32_t>(range.type)) continue;
    if (!range.name.empty()) return named_so(s, Sections::slice(s.point_names, set.names), range);
    return contains(Sections::slice(s.wide_ranges, set.ranges), wire::point_key(range, range.first),
                    wire::point_key(range, range.last));
  }
  return false;
}

uint32_t max_step_of(const WideRuleRecord&) noexcept {
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
bool values_fit(const Rule& rule, const Operation& op, size_t range) noexcept {
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
bool steps_fit(const Question<Rule>& q, const Rule& rule, size_t range) noexcept {
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
bool limits_fit(const Question<Rule>& q, const Rule& rule, size_t range, Level level) noexcept {
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

template <typename Rule>
bool covered(const Question<Rule>& q, Level level) noexcept {
  if (q.rules.empty()) return false;
  if (!own_class_has_points(q) && !implied(q.cls) && class_cover(q, level) == nullptr) return false;
  for (size_t i = 0; i < q.points; ++i) {
    if (!implied(q.op.points[i].access) && range_cover(q, i, level) == nullptr) return false;
  }
  return true;
}

bool only_implied(const Operation& op) noexcept {
  return implied(op.cls) &&
         std::all_of(op.points.begin(), op.points.end(),
                     [](const PointRange& range) { return implied(range.access); });
}

template <typename Rule>
Fit fit(const Question<Rule>& q) noexcept {
  if (covered(q, Level::kRates)) return Fit::kYes;
  if (covered(q, Level::kSteps)) return Fit::kRateExceeded;
  if (covered(q, Level::kValues)) return Fit::kValueStep;
  return covered(q, Level::kPoints) ? Fit::kValueOutOfRange : Fit::kNo;
}

template <typename Rule>
void charge(const Question<Rule>& q, OperationMemory& memory) noexcept {
  StaticVector<const Rule*, wire::kMaxPointRanges + 1> charged;
  const auto take = [&](const Rule* rule) {
    if (rule == nullptr || rule->limit_id == 0) return;
    for (const Rule* before : charged) {
      if (before == rule) return;
    }
    (void)charged.push_back(rule);  // one range each, and the class: there is room
    memory.charge(rate_of(*rule));
  };
  if (!own_class_has_points(q) && !implied(q.cls)) take(class_cover(q, Level::kRates));
  for (size_t i = 0; i < q.points; ++i)
    if (!implied(q.op.points[i].access)) take(range_cover(q, i, Level::kRates));
}

// The operation in which this one lies, if the service is of that protocol.
std::optional<wire::Envelope> envelope_in(const ServiceRecord& service,
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

}  // namespace

uint32_t class_bits(const Operation& operation) noexcept {
  uint32_t bits = 1u << static_cast<unsigned>(operation.cls);
  if (operation.clipped || operation.opaque) bits |= 1u;  // what is not told is not known
  for (const PointRange& range : operation.points)
    bits |= 1u << static_cast<unsigned>(range.access);
  return bits;
}

Fit fit(const Sections& sections, const ServiceRecord& service, const Operation& operation,
        const OperationMemory& memory) noexcept {
  if (operation.opaque) return fit_opaque(sections, service, operation, memory);
  if ((class_bits(operation) & 1u) != 0) return Fit::kNo;
  const auto app = static_cast<wire::App>(service.app);
  const bool enclosed = envelope_in(service, operation).has_value();
  const bool nothing_else = service.rules.count == 0 && opaque_terms(sections, service) != nullptr;
  if (app != operation.app && !enclosed) {  // what carries the service's protocol
    const bool carries = wire::stack_of(operation.app) == wire::stack_of(app);
    const bool opens = service.rules.count != 0 || nothing_else;
    return carries && only_implied(operation) && opens ? Fit::kYes : Fit::kNo;
  }
  if (nothing_else) return !enclosed && only_implied(operation) ? Fit::kYes : Fit::kNo;
  return with_rules(sections, service, operation, memory, [](const auto& q) { return fit(q); });
}

void charge(const Sections& sections, const ServiceRecord& service, const Operation& operation,
            OperationMemory& memory) noexcept {
  if (operation.opaque) {
    const OpaqueRecord* terms = opaque_terms(sections, service);
    if (terms != nullptr && terms->limit_id != 0) memory.charge(rate_of(*terms));
    return;
  }
  const bool enclosed = envelope_in(service, operation).has_value();
  if (service.app != static_cast<uint8_t>(operation.app) && !enclosed) return;  // implied
  with_rules(sections, service, operation, memory, [&](const auto& q) { charge(q, memory); });
}

}  // namespace bulkhead::image
