// SPDX-License-Identifier: Apache-2.0
// The last few generations in compiled form, so that events and questions about them can be given
// names. An older one is compiled again from the store when somebody asks.
//
// Threads: any.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "pdp/compiled_policy.h"

namespace bulkhead::control {

class RecentPolicies {
 public:
  static constexpr size_t kKept = 8;
  using Loader = std::function<Result<CompiledPolicyPtr>(uint64_t generation)>;

  explicit RecentPolicies(Loader loader) : loader_(std::move(loader)) {}

  void keep(CompiledPolicyPtr policy);
  // nullptr when the generation is neither kept nor loadable. A failure is remembered, so that a
  // flood of events of an unknown generation does not become a flood of loads.
  CompiledPolicyPtr find(uint64_t generation);

 private:
  CompiledPolicyPtr kept(uint64_t generation) const;

  Loader loader_;
  mutable std::mutex mutex_;
  std::deque<CompiledPolicyPtr> policies_;  // newest use last
  std::deque<uint64_t> unknown_;
};

}  // namespace bulkhead::control
