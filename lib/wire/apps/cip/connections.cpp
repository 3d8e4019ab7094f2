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

namespace {

IoWay way_of(const OpeningWay& asked) noexcept {
  IoWay out;
  out.size = asked.size;
  out.type = asked.type;
  out.priority = asked.priority;
  return out;
}

IoConnection io_of(const ForwardOpen& request, const TagText& text, uint32_t unit) noexcept {
  IoConnection out;
  out.triad = request.triad;
  out.unit = unit;
  out.transport_class = request.transport_class;
  out.to_target = way_of(request.target_way);
  out.to_originator = way_of(request.originator_way);
  set_points(request.path, text, out);
  return out;
}

}  // namespace

void Connections::opening(Side originator, const ForwardOpen& request, const TagText& text,
                          uint32_t unit) noexcept {
  const Side target = originator == Side::kRequest ? Side::kResponse : Side::kRequest;
  if (Known* known = find(target, request.triad, Known::State::kOpening)) {
    if (known->unit != unit) known->unit = kUnknown;  // which of them the device takes
    known->datagrams = false;
    return;
  }
  place() = {.state = Known::State::kOpening,
             .originator = originator,
             .to_target = request.to_target,
             .to_originator = request.to_originator,
             .unit = unit,
             .triad = request.triad,
             .used = ++clock_,
             .multiplier = request.multiplier,
             .datagrams = request.for_datagrams(),
             .io = io_of(request, text, unit)};
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

const Connections::Known* Connections::opened(Side target, const Opened& answer,
                                              uint64_t now_ns) noexcept {
  Known* const known = find(target, answer.triad, Known::State::kOpening);
  if (known == nullptr) return nullptr;
  known->to_target = answer.to_target;
  known->to_originator = answer.to_originator;
  forget_identifiers(*known);
  known->state = Known::State::kOpen;
  known->used = ++clock_;
  known->heard_ns = now_ns;
  known->lifetime_ns = lifetime_ns(answer.target_interval_us, known->multiplier);
  IoConnection& io = known->io;
  io.unit = known->unit;
  io.to_target.identifier = answer.to_target;
  io.to_target.lifetime_ns = known->lifetime_ns;
  io.to_originator.identifier = answer.to_originator;
  io.to_originator.lifetime_ns = lifetime_ns(answer.originator_interval_us, known->multiplier);
  return known;
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

// The target's timer is moved by what the originator sends (3-4.5.2).
const Connections::Known* Connections::find(Side from, uint32_t identifier,
                                            uint64_t now_ns) noexcept {
  for (Known& known : known_) {
    if (known.state != Known::State::kOpen) continue;
    const uint32_t own = known.originator == from ? known.to_target : known.to_originator;
    if (own != identifier) continue;
    if (now_ns > known.heard_ns && now_ns - known.heard_ns > known.lifetime_ns) {
      known.state = Known::State::kFree;
      return nullptr;
    }
    known.used = ++clock_;
    if (known.originator == from) known.heard_ns = std::max(known.heard_ns, now_ns);
    return &known;
  }
  return nullptr;
}

}  // namespace bulkhead::wire::cip
