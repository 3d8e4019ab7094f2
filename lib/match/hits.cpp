// SPDX-License-Identifier: Apache-2.0
#include "match/hits.h"

#include <algorithm>

namespace bulkhead::match {

bool Hits::applies(const SignatureRecord& signature) const noexcept {
  const bool either = signature.toward == static_cast<uint8_t>(Toward::kEither);
  return (bound_.sets >> signature.set & 1) != 0 && signature.protocol == bound_.protocol &&
         (either || signature.toward == static_cast<uint8_t>(bound_.toward));
}

// A slot holds one more than where its part ended last; 0: it has not matched.
bool Hits::whole(const SignatureRecord& signature, uint32_t pattern, uint64_t end) noexcept {
  if (signature.first_slot == kNoSlot) return true;
  const auto parts = slots_.subspan(signature.first_slot, signature.patterns);
  parts[pattern - signature.first_pattern] = end + 1;
  const auto [first, last] = std::minmax_element(parts.begin(), parts.end());
  return *first != 0 && *last - *first <= bound_.within;
}

void Hits::hit(uint32_t index) noexcept {
  if (std::find(all_.begin(), all_.end(), index) == all_.end()) (void)all_.push_back(index);
  const bool stronger =
      strongest_ == kNoSlot || signatures_[index].action > signatures_[strongest_].action;
  if (stronger) strongest_ = index;
}

void Hits::matched(uint32_t pattern, uint64_t end) noexcept {
  if (pattern >= signature_of_.size()) return;  // of a database with other tables
  const uint32_t index = signature_of_[pattern];
  const SignatureRecord& signature = signatures_[index];
  if (applies(signature) && whole(signature, pattern, end)) hit(index);
}

}  // namespace bulkhead::match
