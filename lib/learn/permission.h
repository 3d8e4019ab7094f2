// SPDX-License-Identifier: Apache-2.0
// All that one identity did with another, as the rules that allow it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "learn/evidence.h"

namespace bulkhead::learn {

// One rule of an inspected service: a unit and a class, with its points, or its functions where it
// touches none.
struct Rule {
  wire::App app = wire::App::kNone;
  uint32_t unit = 0;
  wire::OperationClass cls = wire::OperationClass::kUnspecified;
  std::map<wire::PointType, std::vector<policy::NumberRange>> points;  // merged, ascending
  std::set<uint32_t> functions;                                        // with `points` empty
  std::optional<policy::NumberRange> values;                           // limits, if wanted
};

struct Inspected {
  wire::App app = wire::App::kNone;
  uint8_t protocol = 0;
  uint16_t port = 0;
  auto operator<=>(const Inspected&) const = default;
};

struct Permission {
  // Inspected services and their rules.
  std::map<Inspected, std::vector<Rule>> inspected;
  std::map<uint8_t, std::set<uint16_t>> ports;  // opaque, by ip_protocol
  bool echo = false;

  [[nodiscard]] bool empty() const { return inspected.empty() && ports.empty() && !echo; }
  // The lines under a relationship that open it. The same permission gives the same text.
  [[nodiscard]] std::string yaml(const std::string& indent) const;
};

using Observed = std::pair<const Interaction, Seen>;

// More ports than that of one protocol are no use of a service.
inline constexpr size_t kScan = 32;

// What is not proposed.
struct LeftOut {
  std::vector<const Observed*> nameless;  // no rule can name it
  // Pairs, protocol and how many ports.
  std::vector<std::pair<const Observed*, size_t>> scans;
};

// `values`: limit writes to the values seen.
Permission permission_for(const std::vector<const Observed*>& seen, bool values, LeftOut& left_out);

}  // namespace bulkhead::learn
