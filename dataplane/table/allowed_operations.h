// SPDX-License-Identifier: Apache-2.0
// Operations that one worker found allowed lately. A plant polls: the same master asks the same
// device for the same points, and what the policy said of it stands until the policy, an overlay or
// the clock says otherwise. One cache line instead of a walk over pair, relationships, services and
// rules.
//
// Exact: an answer is given only to a question that is the same in everything that the decision
// rests on. What rests on more (values, names, several ranges, rates and steps) is no question here
// and is decided every time. Refusals are not kept: they are reported one by one.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/hash.h"
#include "table/flow_entry.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

class AllowedOperations {
 public:
  static constexpr size_t kEntries = 8192;  // a power of two

  // What a flow asks, and of whom.
  struct Question {
    uint64_t decided_by = 0;  // FlowEntry::decided_by: policy and overlay
    uint64_t first = 0;       // of the only range of points
    uint32_t source = 0;
    uint32_t destination = 0;
    uint32_t code = 0;
    uint32_t unit = 0;
    uint32_t detail = 0;
    uint32_t more = 0;  // points after the first
    uint16_t port = 0;
    uint8_t protocol = 0;
    wire::App app = wire::App::kNone;
    wire::OperationClass cls = wire::OperationClass::kUnspecified;
    wire::OperationClass access = wire::OperationClass::kUnspecified;
    wire::PointType type = wire::PointType::kNone;
    uint8_t ranges = 0;  // 0 or 1

    bool operator==(const Question&) const noexcept = default;
  };
  static_assert(sizeof(Question) == 48 && std::has_unique_object_representations_v<Question>);

  AllowedOperations() : entries_(kEntries) {}

  // None: its decision rests on more than a Question holds.
  static std::optional<Question> question(const FlowEntry& flow,
                                          const wire::Operation& operation) noexcept {
    if (operation.clipped || operation.opaque || operation.points.size() > 1 ||
        !operation.values.empty())
      return std::nullopt;
    Question q{.decided_by = flow.decided_by,
               .source = flow.source.value,
               .destination = flow.destination.value,
               .code = operation.code,
               .unit = operation.unit,
               .port = flow.responder_port,
               .protocol = flow.key.protocol,
               .app = operation.app,
               .cls = operation.cls};
    if (operation.points.empty()) return q;
    const wire::PointRange& range = operation.points[0];
    const uint64_t more = range.last - range.first;
    if (!range.name.empty() || !range.scope.empty() || more > UINT32_MAX) return std::nullopt;
    q.first = range.first;
    q.detail = range.detail;
    q.more = static_cast<uint32_t>(more);
    q.access = range.access;
    q.type = range.type;
    q.ranges = 1;
    return q;
  }

  [[nodiscard]] bool holds(const Question& q, int64_t wall_ns) const noexcept {
    const Entry& entry = entries_[place_of(q)];
    return entry.question == q && wall_ns >= entry.since_wall_ns && wall_ns < entry.until_wall_ns;
  }
  // It was allowed at `since`, and stands until the flow's decision has to be made again.
  void note(const Question& q, int64_t since_wall_ns, int64_t until_wall_ns) noexcept {
    entries_[place_of(q)] = {q, since_wall_ns, until_wall_ns};
  }

 private:
  struct alignas(64) Entry {
    Question question;  // decided_by 0: none
    int64_t since_wall_ns = 0;
    int64_t until_wall_ns = 0;  // exclusive
  };
  static_assert(sizeof(Entry) == 64);

  // Who makes questions meet in one place only has them decided each time.
  static size_t place_of(const Question& q) noexcept {
    const auto pair = [](uint32_t high, uint32_t low) { return uint64_t{high} << 32 | low; };
    const uint64_t parties = mix(pair(q.source, q.destination), q.decided_by ^ q.port);
    const uint64_t points = mix(q.first, pair(q.more, q.detail));
    return mix(parties ^ points, pair(q.code, q.unit)) % kEntries;
  }

  std::vector<Entry> entries_;
};

}  // namespace bulkhead::dataplane
