// SPDX-License-Identifier: Apache-2.0
// Where the keys of one lane come from (ADR 4): the chain of the latest epoch made, and the keys
// that workers hold. Admin thread only; workers see keys() in the published table.
#pragma once

#include "base/result.h"
#include "esp/lane.h"
#include "table/epoch_keys.h"

namespace bulkhead::dataplane {

class KeyChain {
 public:
  // `agreed`: the keys of epoch 0. Those of epoch 1 are made here. Errors: OpenSSL refuses.
  static Result<KeyChain> make(const esp::KeyMaterial& agreed);

  // Keys of `lowest` to `present` + 1 and no others. True: keys() are new. Never goes back.
  // Errors, once: OpenSSL refuses. What is there stays, and the lane ends with its last key.
  Result<bool> hold(uint64_t lowest, uint64_t present);
  // Beside those, the key of an epoch further ahead, for packets that claim to be of it: a receiver
  // that heard nothing for more than an epoch. At most kCatchUpEpochs ahead; else false.
  Result<bool> try_ahead(uint64_t epoch);

  [[nodiscard]] const EpochKeysPtr& keys() const noexcept { return keys_; }
  [[nodiscard]] uint64_t present() const noexcept { return present_; }

 private:
  explicit KeyChain(const esp::KeyMaterial& agreed);
  Status make_next();
  void gather();

  uint64_t latest_ = 0;  // the epoch of chain_
  esp::KeyMaterial chain_;
  uint64_t present_ = 0;
  std::array<EpochKeyPtr, EpochKeys::kMost - 1> held_;  // by epoch modulo their number
  EpochKeyPtr ahead_;
  EpochKeysPtr keys_;
  bool broken_ = false;
};

}  // namespace bulkhead::dataplane
