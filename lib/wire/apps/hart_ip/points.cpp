// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/hart_ip/points.h"

#include "wire/apps/hart_ip/hart_ip.h"

namespace bulkhead::wire::hart_ip {
namespace {

constexpr size_t kFloat = 4;
constexpr uint8_t kLastVariable = 255;

void add_variables(Devices whom, uint8_t first, uint8_t last, Operation& out) noexcept {
  const bool one = whom.first == whom.last;
  out.add_point({.type = PointType::kHartVariable,
                 .access = out.cls,
                 .first = whom.first << kVariableBits | (one ? first : uint8_t{0}),
                 .last = whom.last << kVariableBits | (one ? last : kLastVariable)});
}

void add_value(std::span<const uint8_t> data, size_t at, Operation& out) noexcept {
  if (data.size() < at + kFloat) return;
  out.add_values({ValueView::Encoding::kBeF32, 0, 1, data.subspan(at, kFloat)});
}

// What a list without an entry asks for is not said: it may be all.
void add_listed(Devices whom, std::span<const uint8_t> codes, Operation& out) noexcept {
  if (codes.empty()) return add_variables(whom, 0, kLastVariable, out);
  for (const uint8_t code : codes) add_variables(whom, code, code, out);
}

void add_named(Devices whom, Names names, std::span<const uint8_t> data, Operation& out) noexcept {
  switch (names) {
    case Names::kDevice:
      return add_variables(whom, 0, kLastVariable, out);
    case Names::kPrimary:
      return add_variables(whom, kPrimaryVariable, kPrimaryVariable, out);
    case Names::kPercent:
      return add_variables(whom, kPercentOfRange, kLoopCurrent, out);
    case Names::kLoop:
      return add_variables(whom, kLoopCurrent, kLoopCurrent, out);
    case Names::kLoopAndAll:
      return add_variables(whom, kLoopCurrent, kQuaternaryVariable, out);
    case Names::kFirstOctet:
      return add_listed(whom, data.first(data.empty() ? 0 : 1), out);
    case Names::kEachOctet:
      return add_listed(whom, data, out);
  }
}

// A variable of its own for each value.
void add_valued(Devices whom, uint8_t code, std::span<const uint8_t> data, size_t at,
                Operation& out) noexcept {
  add_variables(whom, code, code, out);
  add_value(data, at, out);
}

// Slots of `size` octets from `at` on, each beginning with a code; the value is at `value`.
void add_slots(Devices whom, std::span<const uint8_t> data, size_t at, size_t size, size_t value,
               Operation& out) noexcept {
  for (; at + size <= data.size(); at += size) add_valued(whom, data[at], data, at + value, out);
}

// The loop current; then units and value of each dynamic variable that the device has.
void add_dynamic(Devices whom, std::span<const uint8_t> data, Operation& out) noexcept {
  constexpr size_t kUnitAndFloat = 5;
  if (data.size() < kFloat) return;
  add_valued(whom, kLoopCurrent, data, 0, out);
  uint8_t code = kPrimaryVariable;
  for (size_t at = kFloat; at + kUnitAndFloat <= data.size() && code <= kQuaternaryVariable;
       at += kUnitAndFloat)
    add_valued(whom, code++, data, at + 1, out);
}

void add_answered(Devices whom, Answer answer, std::span<const uint8_t> data,
                  Operation& out) noexcept {
  switch (answer) {
    case Answer::kNone:
      return;
    case Answer::kUnitAndValue:
      if (data.size() >= 1 + kFloat) add_valued(whom, kPrimaryVariable, data, 1, out);
      return;
    case Answer::kTwoValues:
      if (data.size() < 2 * kFloat) return;
      add_valued(whom, kLoopCurrent, data, 0, out);
      return add_valued(whom, kPercentOfRange, data, kFloat, out);
    case Answer::kLoopAndValues:
      return add_dynamic(whom, data, out);
    case Answer::kSlotsOfEight:
      return add_slots(whom, data, 1, 8, 3, out);
    case Answer::kSlotsOfSix:
      return add_slots(whom, data, 0, 6, 2, out);
  }
}

}  // namespace

void add_points(Devices whom, const CommandRow* row, std::span<const uint8_t> data,
                Operation& out) noexcept {
  const CommandRow known = row != nullptr ? *row : CommandRow{};
  if (out.direction != Direction::kRequest) {
    if (!out.is_exception) add_answered(whom, known.answer, data, out);
    if (out.direction == Direction::kUnsolicited && out.points.empty())
      add_variables(whom, 0, kLastVariable, out);
    return;
  }
  add_named(whom, known.names, data, out);
  for (size_t i = 0; known.value_at >= 0 && i < known.values; ++i)
    add_value(data, static_cast<size_t>(known.value_at) + i * kFloat, out);
}

}  // namespace bulkhead::wire::hart_ip
