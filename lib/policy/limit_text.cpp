// SPDX-License-Identifier: Apache-2.0
#include "policy/limit_text.h"

#include "policy/point_text.h"

namespace bulkhead::policy {
namespace {

using telemetry::Limit;
using telemetry::LimitKind;

struct Unit {
  const char* name;
  uint64_t ns;
};
constexpr Unit kUnits[] = {{"s", 1'000'000'000}, {"min", 60'000'000'000}, {"h", 3'600'000'000'000}};

// The smallest unit in which the interval is that of a whole count, as the rule was written.
std::string rate_text(const Limit& limit) {
  const uint64_t interval = limit.first;
  if (interval == 0) return {};  // records come from shared memory
  for (const Unit& unit : kUnits) {
    const uint64_t count = unit.ns / interval;
    if (count == 0 || unit.ns / count != interval) continue;
    std::string out = "rate " + std::to_string(count) + '/' + unit.name;
    return limit.last == count ? out : out + " burst " + std::to_string(limit.last);
  }
  return "rate 1 in " + std::to_string(interval) + " ns";
}

std::string step_text(wire::App app, const Limit& limit) {
  const bool known = limit.last != telemetry::kUnknownValue;
  return "max_step " + std::to_string(limit.first) + " from " +
         (known ? value_text(app, limit.last) : "an unknown value");
}

}  // namespace

std::string limit_text(wire::App app, const Limit& limit) {
  switch (limit.kind) {
    case LimitKind::kValue:
      return "value " + value_text(app, limit.first) + ".." + value_text(app, limit.last);
    case LimitKind::kStep:
      return step_text(app, limit);
    case LimitKind::kRate:
      return rate_text(limit);
    case LimitKind::kNone:
      break;
  }
  return {};
}

}  // namespace bulkhead::policy
