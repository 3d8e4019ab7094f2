// SPDX-License-Identifier: Apache-2.0
// What was seen that no rule allows yet, who did it how often: from the events of monitor mode,
// live or in a rehearsal. What comes out of it is a proposal for people (learn/proposal.h).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/model.h"
#include "telemetry/event.h"
#include "wire/apps/operation.h"

namespace bulkhead::learn {

// The opening of a flow (app kNone), one range of points that an operation touches, or an operation
// of a class that it touches no points in (type kNone).
struct Interaction {
  std::string from;  // identity names; who began
  std::string to;
  uint8_t protocol = 0;  // ip_protocol
  uint16_t port = 0;     // the responder's; 0: none
  wire::App app = wire::App::kNone;
  wire::OperationClass cls = wire::OperationClass::kUnspecified;
  uint32_t code = 0;  // wire::Operation::code
  uint32_t unit = 0;
  wire::PointType type = wire::PointType::kNone;
  uint64_t first = 0;  // wire::point_key
  uint64_t last = 0;   // inclusive
  auto operator<=>(const Interaction&) const = default;
};

struct Seen {
  uint64_t count = 0;
  int64_t first_wall_ns = 0;
  int64_t last_wall_ns = 0;
  std::optional<policy::NumberRange> values;  // smallest and largest written
  bool all_values = true;                     // false: some writes did not tell theirs
};

void merge(Seen& into, const Seen& more);

class Evidence {
 public:
  static constexpr size_t kMost = 100'000;  // interactions; further ones are counted only

  // An event of monitor mode; others are passed over. `from`, `to`: names of its identities; empty:
  // nobody known, passed over.
  void add(const telemetry::EventRecord& event, const std::string& from, const std::string& to);
  // What is in no vocabulary of ours is passed over: records come from another process.
  void add(const Interaction& interaction, const Seen& seen);

  [[nodiscard]] const std::map<Interaction, Seen>& all() const noexcept { return all_; }
  [[nodiscard]] uint64_t left_out() const noexcept { return left_out_; }
  // Operations of several ranges of which the event did not show all.
  [[nodiscard]] uint64_t incomplete() const noexcept { return incomplete_; }
  void note(uint64_t left_out, uint64_t incomplete) noexcept;
  // Moves all of it out.
  [[nodiscard]] Evidence take();

 private:
  void add_operation(const telemetry::EventRecord& event, Interaction about);

  std::map<Interaction, Seen> all_;
  uint64_t left_out_ = 0;
  uint64_t incomplete_ = 0;
};

}  // namespace bulkhead::learn
