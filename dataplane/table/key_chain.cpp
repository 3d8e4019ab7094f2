// SPDX-License-Identifier: Apache-2.0
#include "table/key_chain.h"

#include <algorithm>

#include "esp/key_chain.h"

namespace bulkhead::dataplane {

KeyChain::KeyChain(const esp::KeyMaterial& agreed) : chain_(agreed) {
  held_[0] = std::make_shared<const EpochKey>(0, agreed);
}

Result<KeyChain> KeyChain::make(const esp::KeyMaterial& agreed) {
  KeyChain chain(agreed);
  if (Status made = chain.make_next(); !made.ok()) return std::move(made).error();
  chain.gather();
  return chain;
}

Status KeyChain::make_next() {
  if (Status stepped = esp::step(chain_); !stepped.ok()) return stepped;
  ++latest_;
  held_[latest_ % held_.size()] = std::make_shared<const EpochKey>(latest_, chain_);
  return {};
}

Result<bool> KeyChain::hold(uint64_t lowest, uint64_t present) {
  if (broken_ || present < present_) return false;
  bool changed = present != present_;
  while (latest_ <= present && !broken_) {
    changed = true;
    if (Status made = make_next(); !made.ok()) {
      broken_ = true;
      return std::move(made).error();
    }
  }
  present_ = present;
  for (EpochKeyPtr& key : held_) {
    if (key == nullptr || key->epoch >= lowest) continue;
    key = nullptr;
    changed = true;
  }
  if (ahead_ != nullptr && ahead_->epoch <= latest_) ahead_ = nullptr;
  if (changed) gather();
  return changed;
}

Result<bool> KeyChain::try_ahead(uint64_t epoch) {
  if (broken_ || epoch <= latest_ || epoch - present_ > esp::kCatchUpEpochs) return false;
  if (ahead_ != nullptr && ahead_->epoch == epoch) return false;
  esp::KeyMaterial keys = chain_;
  for (uint64_t at = latest_; at < epoch; ++at)
    if (Status stepped = esp::step(keys); !stepped.ok()) return std::move(stepped).error();
  ahead_ = std::make_shared<const EpochKey>(epoch, keys);
  gather();
  return true;
}

void KeyChain::gather() {
  std::array<EpochKeyPtr, EpochKeys::kMost> keys;
  std::ranges::copy(held_, keys.begin());
  keys.back() = ahead_;
  std::swap(keys.front(), keys[present_ % held_.size()]);
  keys_ = std::make_shared<const EpochKeys>(std::move(keys));
}

}  // namespace bulkhead::dataplane
