// SPDX-License-Identifier: Apache-2.0
#include "image/refused_part.h"

#include <optional>

#include "image/nearest_rule.h"
#include "image/opaque.h"
#include "image/range_values.h"
#include "image/rule_terms.h"
#include "image/service_is.h"

namespace bulkhead::image {

using namespace terms;

namespace {

using telemetry::LimitKind;

// The first range for which `is(index)`: sooner one of the operation's own class, for what it
// writes says more than what it reads along.
template <typename Is>
uint32_t first_range(const Operation& op, Is&& is) noexcept {
  uint32_t other = kNone;
  for (uint32_t i = 0; i < op.points.size(); ++i) {
    const bool own = op.points[i].access == op.cls;
    if ((!own && other != kNone) || !is(i)) continue;
    if (own) return i;
    other = i;
  }
  return other;
}

RefusedPart all_of(const Operation& op, uint32_t range) noexcept {
  RefusedPart part;
  part.range = range;
  if (range == kNone) return part;
  part.first = op.points[range].first;
  part.last = op.points[range].last;
  part.value = value_at(op, range, 0);
  return part;
}

// --- points ---

// The last of the points from `at` on that the rule has without a gap.
std::optional<uint64_t> reach(const Sections& s, const RuleRecord& rule, const PointRange& range,
                              uint64_t at) noexcept {
  if (rule.any_point != 0) return range.last;
  const auto type = static_cast<size_t>(range.type);
  if (type >= rule.points.size()) return std::nullopt;
  const RangeRecord* found = not_after(Sections::slice(s.ranges, rule.points[type]), at);
  if (found == nullptr || found->last < at) return std::nullopt;
  return found->last;
}

// The first point that no rule has; the first of all where rules have each of them, but none has
// all.
uint64_t first_forbidden(const Question<RuleRecord>& q, const PointRange& range) noexcept {
  constexpr int kMostHops = 16;
  uint64_t at = range.first;
  for (int hop = 0; hop < kMostHops; ++hop) {
    std::optional<uint64_t> end;
    for (const RuleRecord& rule : q.rules) {
      if (!rule_applies(q.sections, rule, q.code, q.op.unit, range.access)) continue;
      if (const auto last = reach(q.sections, rule, range, at))
        end = std::max(end.value_or(0), *last);
    }
    if (!end) return at;
    if (*end >= range.last) break;
    at = *end + 1;
  }
  return range.first;
}

// How points of other protocols follow each other is their type's affair: the range stays whole.
uint64_t first_forbidden(const Question<WideRuleRecord>&, const PointRange& range) noexcept {
  return range.first;
}

template <typename Rule>
void blame_point(const Question<Rule>& q, RefusedPart& part) noexcept {
  const uint64_t first = part.first;
  part.first = first_forbidden(q, q.op.points[part.range]);
  if (part.first == first) return;
  part.value = one_value_a_point(q.op, part.range) ? value_at(q.op, part.range, part.first - first)
                                                   : wire::kNoValueKey;
}

// --- values ---

// The value that the nearest rule does not let pass, and its point, if each value has one.
void blame_value(const Operation& op, uint64_t kept, RefusedPart& part) noexcept {
  if (kept >= value_count(op, part.range)) return;  // it carries fewer than it writes
  part.value = value_at(op, part.range, kept);
  if (one_value_a_point(op, part.range)) part.first = part.last = part.first + kept;
}

template <typename Rule>
void blame_bounds(const Question<Rule>& q, RefusedPart& part) noexcept {
  const auto nearest = nearest_by_value(q, part.range);
  if (nearest.rule == nullptr) return;
  blame_value(q.op, nearest.kept, part);
  part.limit = {nearest.rule->value_first, nearest.rule->value_last, LimitKind::kValue};
}

template <typename Rule>
void blame_step(const Question<Rule>& q, RefusedPart& part) noexcept {
  const auto nearest = nearest_by_step(q, part.range);
  if (nearest.rule == nullptr) return;
  blame_value(q.op, nearest.kept, part);
  const auto last = last_value(q, part.range, nearest.kept);
  part.limit = {max_step_of(*nearest.rule), last ? *last : telemetry::kUnknownValue,
                LimitKind::kStep};
}

// The first rule that has all but a token.
template <typename Rule>
void blame_rate(const Question<Rule>& q, RefusedPart& part) noexcept {
  const Rule* rule = range_cover(q, part.range, Level::kSteps);
  if (rule != nullptr) part.limit = {rule->interval_ns, rule->burst, LimitKind::kRate};
}

// Each outcome is a failure at the level above the last that was passed.
constexpr Level failed_level(Fit fits) noexcept {
  if (fits == Fit::kRateExceeded) return Level::kRates;
  if (fits == Fit::kValueStep) return Level::kSteps;
  return fits == Fit::kValueOutOfRange ? Level::kValues : Level::kPoints;
}

template <typename Rule>
RefusedPart part_of(const Question<Rule>& q, Fit fits) noexcept {
  const Level level = failed_level(fits);
  const uint32_t range = first_range(q.op, [&](uint32_t i) {
    return i < q.points && !implied(q.op.points[i].access) && range_cover(q, i, level) == nullptr;
  });
  if (range == kNone) return whole_of(q.op);
  RefusedPart part = all_of(q.op, range);
  part.access = q.op.points[range].access;
  if (level == Level::kPoints) blame_point(q, part);
  if (level == Level::kValues) blame_bounds(q, part);
  if (level == Level::kSteps) blame_step(q, part);
  if (level == Level::kRates) blame_rate(q, part);
  return part;
}

RefusedPart by_veto(const VetoRecord& veto, const Operation& op) noexcept {
  const uint32_t range = first_range(op, [&](uint32_t i) {
    return (veto.class_mask >> static_cast<unsigned>(op.points[i].access) & 1u) != 0;
  });
  if (range == kNone) return whole_of(op);
  RefusedPart part = all_of(op, range);
  part.access = op.points[range].access;
  return part;
}

// What is encrypted names no points that a rule could have.
RefusedPart unread_part(const Sections& s, const ServiceRecord& service, Fit fits,
                        const Operation& op) noexcept {
  RefusedPart part = whole_of(op);
  const OpaqueRecord* terms = opaque_terms(s, service);
  if (terms != nullptr && fits == Fit::kRateExceeded)
    part.limit = {terms->interval_ns, terms->burst, LimitKind::kRate};
  return part;
}

// By the first of the relationship's services that came nearest.
RefusedPart by_rules(const Sections& s, const RelationshipRecord& relationship, uint8_t protocol,
                     uint16_t port, const Operation& op, const OperationMemory& memory) noexcept {
  const ServiceRecord* nearest = nullptr;
  Fit nearest_fit = Fit::kNo;
  for (const ServiceRecord& service : Sections::slice(s.services, relationship.services)) {
    if (service.app == 0 || !service_is(s, service, protocol, port)) continue;
    const Fit fits = fit(s, service, op, memory);
    if (nearest != nullptr && fits <= nearest_fit) continue;
    nearest = &service;
    nearest_fit = fits;
  }
  if (nearest == nullptr || nearest_fit == Fit::kYes) return whole_of(op);
  if (op.opaque) return unread_part(s, *nearest, nearest_fit, op);
  return with_rules(s, *nearest, op, memory,
                    [&](const auto& q) { return part_of(q, nearest_fit); });
}

bool said_by_rules(OperationDecision::Reason reason) noexcept {
  using Reason = OperationDecision::Reason;
  return reason == Reason::kOperationDenied || reason == Reason::kValueOutOfRange ||
         reason == Reason::kValueStep || reason == Reason::kRateExceeded ||
         reason == Reason::kMonitored;
}

}  // namespace

RefusedPart whole_of(const Operation& operation) noexcept {
  return all_of(operation, first_range(operation, [](uint32_t) { return true; }));
}

RefusedPart with_whole_range(RefusedPart part, const Operation& operation) noexcept {
  if (part.range == kNone) return part;
  part.first = operation.points[part.range].first;
  part.last = operation.points[part.range].last;
  return part;
}

RefusedPart refused_part(const ImageView& view, const OperationDecision& decision, uint8_t protocol,
                         uint16_t port, const Operation& operation,
                         const OperationMemory& memory) noexcept {
  using Reason = OperationDecision::Reason;
  const Sections& s = view.sections();
  if (decision.reason == Reason::kVetoed && decision.veto < s.vetoes.size())
    return by_veto(s.vetoes[decision.veto], operation);
  const uint32_t index = decision.relationship.value;
  if (!said_by_rules(decision.reason) || index >= s.relationships.size())
    return whole_of(operation);
  return by_rules(s, s.relationships[index], canonical_protocol(protocol), port, operation, memory);
}

}  // namespace bulkhead::image
