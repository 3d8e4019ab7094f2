// SPDX-License-Identifier: Apache-2.0
// The keys of one lane that workers may use just now, by epoch (ADR 4). Immutable once published;
// made by KeyChain, replaced with the table when an epoch begins. A key is wiped when the last
// table that holds it is retired.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/prefetch.h"
#include "crypto/gcm.h"
#include "esp/lane.h"

namespace bulkhead::dataplane {

struct EpochKey {
  EpochKey(uint64_t epoch_, const esp::KeyMaterial& keys) noexcept
      : epoch(epoch_), salt(keys.salt), key(keys.key) {}

  const uint64_t epoch;
  const std::array<uint8_t, esp::kSaltBytes> salt;
  const GcmKey key;
};
using EpochKeyPtr = std::shared_ptr<const EpochKey>;

class EpochKeys {
 public:
  // The present epoch's, the one after it, the one before it, and one further ahead.
  static constexpr size_t kMost = 4;

  EpochKeys() = default;
  explicit EpochKeys(std::array<EpochKeyPtr, kMost> keys) noexcept : keys_(std::move(keys)) {}

  // nullptr: there is no key of that epoch (yet, or any more).
  [[nodiscard]] const EpochKey* find(uint64_t epoch) const noexcept {
    for (const EpochKeyPtr& key : keys_)
      if (key != nullptr && key->epoch == epoch) return key.get();
    return nullptr;
  }
  // Brings near what most packets need: the present epoch's.
  void prefetch() const noexcept {
    if (keys_.front() == nullptr) return;
    prefetch_line(keys_.front().get());
    keys_.front()->key.prefetch();
  }

 private:
  std::array<EpochKeyPtr, kMost> keys_;  // the present epoch's first
};
using EpochKeysPtr = std::shared_ptr<const EpochKeys>;

}  // namespace bulkhead::dataplane
