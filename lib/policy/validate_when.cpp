// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_when.h"

#include <algorithm>

#include "policy/limits.h"
#include "policy/schedule.h"
#include "policy/time_zone.h"

namespace bulkhead::policy {

void validate_when(const Relationship& relationship, const std::string& object,
                   FindingList& findings) {
  const auto error = [&](std::string sentence) {
    findings.error(relationship.place, object + ".when.schedule", std::move(sentence));
  };
  if (relationship.posture.size() > kMaxAttributes)
    findings.error(relationship.place, object + ".when.posture",
                   "more than " + std::to_string(kMaxAttributes) + " attributes");
  for (const auto& attribute : relationship.posture)
    if (!name_ok(attribute))
      findings.error(relationship.place, object + ".when.posture",
                     "'" + attribute + "' is no name of an attribute");
  if (relationship.schedules.size() > kMaxSchedules)
    error("more than " + std::to_string(kMaxSchedules) + " schedules");
  for (const auto& schedule : relationship.schedules) {
    const bool within = std::all_of(
        schedule.open.begin(), schedule.open.end(),
        [](const NumberRange& r) { return r.first <= r.last && r.last < kMinutesPerWeek; });
    if (schedule.open.empty() || !within) error("has no open time within a week");
    if (!time_zone_known(schedule.zone))
      error("the tz database knows no zone '" + schedule.zone + '\'');
  }
}

}  // namespace bulkhead::policy
