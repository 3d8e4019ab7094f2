// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/connections.h"

#include <algorithm>

#include "wire/apps/cip/route.h"

namespace bulkhead::wire::cip {

// A free place; else that of the one that was used least recently.
Connections::Known& Connections::place() noexcept {
  const auto age = [](const Known& known) {
    return known.state == Known::State::kFree ? 0 : known.used;
  };
  return *std::ranges::min_element(known_, {}, age);
}

void Connections::opening(Side originator, const ForwardOpen& request, uint32_t unit) noexcept {
  const Side target = originator == Side::kRequest ? Side::kResponse : Side::kRequest;
  if (Known* known = find(target, request.triad, Known::State::kOpening)) {
    if (known->unit != unit) known->unit = kUnknown;  // which of them the device takes
    return;
  }
  place() = {.state = Known::State::kOpening,
             .originator = originator,
             .to_target = request.to_target,
             .to_originator = request.to_originator,
             .unit = unit,
             .triad = request.triad,
             .used = ++clock_};
}

// Whoever else had these identifiers has them no more. One that is open already and is said to
// lead elsewhere now leads nobody knows where.
void Connections::forget_identifiers(Known& of) noexcept {
  for (Known& other : known_) {
    const bool open = other.state == Known::State::kOpen && other.originator == of.originator;
    if (!open) continue;
    if (other.triad == of.triad && other.unit != of.unit) of.unit = kUnknown;
    if (other.to_target == of.to_target || other.to_originator == of.to_originator ||
        other.triad == of.triad)
      other.state = Known::State::kFree;
  }
}

void Connections::opened(Side target, const Opened& answer) noexcept {
  Known* const known = find(target, answer.triad, Known::State::kOpening);
  if (known == nullptr) return;
  known->to_target = answer.to_target;
  known->to_originator = answer.to_originator;
  forget_identifiers(*known);
  known->state = Known::State::kOpen;
  known->used = ++clock_;
}

Connections::Known* Connections::find(Side target, const Triad& triad,
                                      Known::State state) noexcept {
  const auto found = std::ranges::find_if(known_, [&](const Known& known) {
    return known.state == state && known.originator != target && known.triad == triad;
  });
  return found == known_.end() ? nullptr : &*found;
}

void Connections::drop(Side target, const Triad& triad, Known::State state) noexcept {
  if (Known* known = find(target, triad, state)) known->state = Known::State::kFree;
}

const Connections::Known* Connections::find(Side from, uint32_t identifier) noexcept {
  for (Known& known : known_) {
    if (known.state != Known::State::kOpen) continue;
    const uint32_t own = known.originator == from ? known.to_target : known.to_originator;
    if (own != identifier) continue;
    known.used = ++clock_;
    return &known;
  }
  return nullptr;
}

}  // namespace bulkhead::wire::cip
