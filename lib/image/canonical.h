// SPDX-License-Identifier: Apache-2.0
// Services and rules in the one form that equal policies share: ranges sorted and coalesced,
// rules and services sorted, doubles dropped. What makes order irrelevant to the bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image/layout.h"
#include "policy/model.h"

namespace bulkhead::image {

struct CanonicalRule {
  uint8_t cls = 0;
  std::vector<uint16_t> functions;
  std::vector<RangeRecord> units;
  std::map<wire::PointType, std::vector<RangeRecord>> points;
  std::optional<RangeRecord> value;
  std::optional<policy::Rate> rate;
  std::optional<uint32_t> max_step;
  std::string owner;  // with a rate: the relationship, whose own it is; else empty

  auto operator<=>(const CanonicalRule&) const = default;
};

struct CanonicalService {
  uint8_t protocol = 0;
  uint8_t app = 0;
  std::vector<RangeRecord> ports;
  std::vector<CanonicalRule> rules;

  auto operator<=>(const CanonicalService&) const = default;
};

std::vector<RangeRecord> coalesced(const std::vector<policy::NumberRange>& ranges);
std::vector<CanonicalService> canonical(const policy::Relationship& relationship);

}  // namespace bulkhead::image
