// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/associations.h"

#include <algorithm>

#include "wire/apps/dnp3/functions.h"

namespace bulkhead::wire::dnp3 {

namespace {

constexpr uint8_t kSequence = 0x0f;

}  // namespace

bool Associations::asked(Pair pair, uint8_t function, uint8_t sequence, OperationClass cls,
                         std::span<const uint8_t> commands) noexcept {
  Association* found = find(pair);
  Association& known = found != nullptr ? *found : make(pair);
  known.classes[sequence & kSequence] = cls;
  known.known = static_cast<uint16_t>(known.known | 1u << (sequence & kSequence));
  const auto select = std::span(known.select).first(known.select_size);
  const bool follows = function == function::kOperate && known.selected &&
                       sequence == ((known.select_sequence + 1) & kSequence) &&
                       std::equal(commands.begin(), commands.end(), select.begin(), select.end());
  known.selected = function == function::kSelect && commands.size() <= kMaxSelect;
  if (!known.selected) return follows;
  known.select_sequence = sequence;
  known.select_size = static_cast<uint16_t>(commands.size());
  std::copy(commands.begin(), commands.end(), known.select.begin());
  return false;
}

OperationClass Associations::answered(Pair pair, uint8_t sequence, bool first,
                                      OperationClass unasked) noexcept {
  Association* const found = find(pair);
  if (found == nullptr) return unasked;
  if (!first) return found->answering;
  const bool known = (found->known >> (sequence & kSequence) & 1) != 0;
  found->answering = known ? found->classes[sequence & kSequence] : unasked;
  return found->answering;
}

Associations::Association* Associations::find(Pair pair) noexcept {
  const auto found = std::find_if(all_.begin(), all_.end(), [=](const Association& one) {
    return one.used && one.pair == pair;
  });
  return found == all_.end() ? nullptr : found;
}

Associations::Association& Associations::make(Pair pair) noexcept {
  Association& fresh = all_[next_];
  next_ = static_cast<uint8_t>((next_ + 1) % kMost);
  fresh.pair = pair;
  fresh.used = true;
  fresh.selected = false;
  fresh.select_size = fresh.known = 0;
  fresh.answering = OperationClass::kRead;
  return fresh;
}

}  // namespace bulkhead::wire::dnp3
