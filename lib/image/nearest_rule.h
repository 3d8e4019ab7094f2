// SPDX-License-Identifier: Apache-2.0
// Of the rules that have the points of a range, but not its values: the one that came nearest.
// It keeps more of the first values than the others, or as many, and the next one is closest to
// its limit. Of equals, the first.
#pragma once

#include "image/range_values.h"
#include "image/rule_terms.h"

namespace bulkhead::image {

template <typename Rule>
struct NearestRule {
  const Rule* rule = nullptr;
  uint64_t kept = 0;    // values in front of the first that the rule does not let pass
  uint64_t beyond = 0;  // how far that one is outside of the limit, in steps of wire::value_key
};

// Looks for it among the rules that pass at `level`. beyond(rule, i, value key): 0 within the
// limit.
template <typename Rule, typename Beyond>
NearestRule<Rule> nearest_rule(const terms::Question<Rule>& q, size_t range, terms::Level level,
                               Beyond&& beyond) noexcept {
  const wire::PointRange& points = q.op.points[range];
  NearestRule<Rule> nearest;
  for (const Rule& rule : q.rules) {
    if (!terms::rule_applies(q.sections, rule, q.code, q.op.unit, points.access) ||
        !terms::point_fits(q.sections, rule, points) || !terms::limits_fit(q, rule, range, level))
      continue;
    NearestRule<Rule> found{&rule, 0, 0};
    for_each_value(q.op, range, [&](uint64_t value) {
      found.beyond = beyond(rule, found.kept, value);
      if (found.beyond != 0) return false;
      ++found.kept;
      return true;
    });
    const bool nearer = nearest.rule == nullptr || found.kept > nearest.kept ||
                        (found.kept == nearest.kept && found.beyond < nearest.beyond);
    if (nearer) nearest = found;
  }
  return nearest;
}

template <typename Rule>
NearestRule<Rule> nearest_by_value(const terms::Question<Rule>& q, size_t range) noexcept {
  return nearest_rule(q, range, terms::Level::kPoints,
                      [](const Rule& rule, uint64_t, uint64_t value) -> uint64_t {
                        if (value < rule.value_first) return rule.value_first - value;
                        return value > rule.value_last ? value - rule.value_last : 0;
                      });
}

// Of the register that the n-th value is for.
template <typename Rule>
std::optional<uint32_t> last_value(const terms::Question<Rule>& q, size_t range,
                                   uint64_t n) noexcept {
  return q.memory.last_value(static_cast<uint8_t>(q.op.unit),
                             static_cast<uint32_t>(q.op.points[range].first + n));
}

template <typename Rule>
NearestRule<Rule> nearest_by_step(const terms::Question<Rule>& q, size_t range) noexcept {
  return nearest_rule(q, range, terms::Level::kValues,
                      [&](const Rule& rule, uint64_t n, uint64_t value) -> uint64_t {
                        const auto last = last_value(q, range, n);
                        if (!last) return UINT64_MAX;
                        const uint64_t step = value > *last ? value - *last : *last - value;
                        const uint32_t most = terms::max_step_of(rule);
                        return step > most ? step - most : 0;
                      });
}

}  // namespace bulkhead::image
