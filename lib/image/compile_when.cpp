// SPDX-License-Identifier: Apache-2.0
#include "image/compile_when.h"

#include <set>

#include "image/canonical.h"
#include "policy/time_zone.h"

namespace bulkhead::image {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kYear = 366ll * 24 * 3600;
// What nanoseconds in 64 bits can say.
constexpr int64_t kEarliest = INT64_MIN / kSecond + 1;
constexpr int64_t kLatest = INT64_MAX / kSecond - 1;

}  // namespace

ScheduleCompiler::ScheduleCompiler(int64_t created_wall_ns, ImageParts& parts)
    : from_s_(std::max(created_wall_ns / kSecond - kYearsBefore * kYear, kEarliest)),
      to_s_(std::min(created_wall_ns / kSecond + kYearsAfter * kYear, kLatest)),
      parts_(parts) {}

Result<Run> ScheduleCompiler::offsets(const std::string& zone) {
  if (const auto known = known_.find(zone); known != known_.end()) return known->second;
  const auto changes = policy::utc_offsets(zone, from_s_, to_s_);
  if (changes.empty())
    return Error{ErrorCode::kNotFound, "the tz database knows no zone '" + zone + '\''};
  if (changes.size() > kMaxOffsetsPerSchedule)
    return Error{ErrorCode::kExhausted, "zone '" + zone + "' changes its clocks more than " +
                                            std::to_string(kMaxOffsetsPerSchedule) + " times"};
  std::vector<OffsetRecord> records;
  for (const auto& change : changes) {
    const int64_t from = records.empty() ? INT64_MIN : change.from_s * kSecond;
    records.push_back({from, change.offset_s, 0});
  }
  return known_.emplace(zone, parts_.offsets.add(records)).first->second;
}

Result<Run> ScheduleCompiler::add(const std::vector<policy::Schedule>& schedules) {
  std::map<std::string, std::vector<policy::NumberRange>> by_zone;
  for (const auto& schedule : schedules) {
    auto& open = by_zone[schedule.zone];
    open.insert(open.end(), schedule.open.begin(), schedule.open.end());
  }
  std::vector<ScheduleRecord> records;
  for (const auto& [zone, open] : by_zone) {
    const auto clock = offsets(zone);
    if (!clock) return clock.error();
    records.push_back({parts_.ranges.add(narrow(coalesced(open))), *clock});
  }
  return parts_.schedules.add(records);
}

void AttributeIndex::note(const std::vector<std::string>& names) {
  for (const auto& name : names) index_.emplace(name, 0);
}

void AttributeIndex::write(ImageParts& parts) {
  for (auto& [name, index] : index_) {
    index = static_cast<uint32_t>(parts.attributes.size());
    parts.attributes.push_back({parts.text(name)});
  }
}

std::vector<uint32_t> AttributeIndex::of(const std::vector<std::string>& names) const {
  std::set<uint32_t> out;
  for (const auto& name : names) out.insert(index_.at(name));
  return {out.begin(), out.end()};
}

Status BreakGlassCompiler::note(const policy::Relationship& relationship) {
  if (!relationship.break_glass) return {};
  for (const policy::Approver& approver : relationship.break_glass->approvers) {
    const auto [known, fresh] = approvers_.try_emplace(approver.name, Known{approver.key});
    if (!fresh && known->second.key != approver.key)
      return Error{ErrorCode::kInvalid, "approver '" + approver.name + "' has two keys"};
  }
  return {};
}

void BreakGlassCompiler::write(ImageParts& parts) {
  for (auto& [name, known] : approvers_) {
    known.index = static_cast<uint32_t>(parts.approvers.size());
    parts.approvers.push_back({parts.text(name), known.key});
  }
}

uint32_t BreakGlassCompiler::add(const policy::Relationship& relationship, uint32_t index,
                                 ImageParts& parts) {
  if (!relationship.break_glass) return 0;
  std::set<uint32_t> approvers;
  for (const policy::Approver& approver : relationship.break_glass->approvers)
    approvers.insert(approvers_.at(approver.name).index);
  const std::vector<uint32_t> list(approvers.begin(), approvers.end());
  parts.break_glass.push_back(
      {index, relationship.break_glass->longest_s, parts.pair_lists.add(list)});
  return static_cast<uint32_t>(parts.break_glass.size());
}

}  // namespace bulkhead::image
