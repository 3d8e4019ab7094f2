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
  std::vector<uint32_t> functions;
  std::vector<WideRangeRecord> units;
  std::map<wire::PointType, std::vector<WideRangeRecord>> points;
  std::map<wire::PointType, std::vector<policy::NamePattern>> names;
  std::optional<WideRangeRecord> value;
  std::optional<policy::Rate> rate;
  std::optional<uint32_t> max_step;
  std::string owner;  // with a rate: the relationship, whose own it is; else empty

  auto operator<=>(const CanonicalRule&) const = default;
};

struct CanonicalOpaque {
  uint16_t min_version = 0;
  std::vector<std::string> server_names;  // in lower case
  std::optional<policy::Rate> rate;
  std::string owner;  // as in a rule

  auto operator<=>(const CanonicalOpaque&) const = default;
};

struct CanonicalService {
  uint8_t protocol = 0;
  uint8_t app = 0;
  match::ProtocolMask protocols = 0;
  std::vector<RangeRecord> ports;
  std::vector<CanonicalRule> rules;
  std::optional<CanonicalOpaque> opaque;

  auto operator<=>(const CanonicalService&) const = default;
};

std::vector<WideRangeRecord> coalesced(const std::vector<policy::NumberRange>& ranges);
// Of numbers that are known to fit 32 bits.
std::vector<RangeRecord> narrow(const std::vector<WideRangeRecord>& ranges);
std::vector<CanonicalService> canonical(const policy::Relationship& relationship);

}  // namespace bulkhead::image
