// SPDX-License-Identifier: Apache-2.0
#include "image/step_points.h"

#include <algorithm>
#include <map>
#include <set>

#include "image/match.h"

namespace bulkhead::image {
namespace {

constexpr auto kHolding = static_cast<size_t>(wire::PointType::kHolding);

bool has_step(const RuleRecord& rule) noexcept {
  return rule.max_step != kNone;
}

// Rules with a step by relationship; empty where it has none.
std::vector<std::vector<uint32_t>> rules_of_relationships(const Sections& s) {
  std::vector<std::vector<uint32_t>> out(s.relationships.size());
  for (size_t r = 0; r < out.size(); ++r) {
    for (const ServiceRecord& service : Sections::slice(s.services, s.relationships[r].services)) {
      for (uint32_t i = 0; i < service.rules.count; ++i) {
        if (has_step(s.rules[service.rules.first + i])) out[r].push_back(service.rules.first + i);
      }
    }
  }
  return out;
}

std::map<uint32_t, std::set<uint32_t>> rules_of_classes(const Sections& s) {
  const auto by_relationship = rules_of_relationships(s);
  std::map<uint32_t, std::set<uint32_t>> out;
  for (const PairSlot& pair : s.pairs) {
    if (pair.source_class == kNone) continue;
    for (const uint32_t r : Sections::slice(s.pair_lists, pair.relationships)) {
      for (const uint32_t rule : by_relationship[r]) out[pair.destination_class].insert(rule);
    }
  }
  return out;
}

std::vector<RangeRecord> coalesced(std::vector<RangeRecord> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<RangeRecord> out;
  for (const RangeRecord& range : ranges) {
    if (!out.empty() && range.first <= out.back().last + 1) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

// What the rules say of one unit.
std::vector<RangeRecord> ranges_of_unit(const Sections& s, const std::set<uint32_t>& rules,
                                        size_t unit) {
  std::vector<RangeRecord> all;
  for (const uint32_t i : rules) {
    const RuleRecord& rule = s.rules[i];
    if ((rule.units[unit / 64] >> (unit % 64) & 1u) == 0) continue;
    const auto ranges = Sections::slice(s.ranges, rule.points[kHolding]);
    all.insert(all.end(), ranges.begin(), ranges.end());
  }
  return coalesced(std::move(all));
}

}  // namespace

bool WatchedRegisters::contains(uint8_t unit, uint32_t address) const noexcept {
  const std::span<const RangeRecord> ranges = lists_[list_of_unit_[unit]];
  return image::contains(ranges, address, address);
}

StepPoints::StepPoints(const Sections& s) {
  if (std::none_of(s.rules.begin(), s.rules.end(), has_step)) return;
  watched_of_class_.resize(s.identities.size(), 0);
  for (const auto& [cls, rules] : rules_of_classes(s)) {
    WatchedRegisters watched;
    for (size_t unit = 0; unit < watched.list_of_unit_.size(); ++unit) {
      auto ranges = ranges_of_unit(s, rules, unit);
      auto& lists = watched.lists_;  // the first is empty, for units without any
      const auto known = std::find(lists.begin(), lists.end(), ranges);
      watched.list_of_unit_[unit] = static_cast<uint16_t>(known - lists.begin());
      if (known == lists.end()) lists.push_back(std::move(ranges));
    }
    watched_.push_back(std::move(watched));
    watched_of_class_[cls] = static_cast<uint32_t>(watched_.size());
  }
}

}  // namespace bulkhead::image
