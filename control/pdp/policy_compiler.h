// SPDX-License-Identifier: Apache-2.0
// Policies to signed images, one after the other: what the next has in common with the last is not
// compiled again. The same policy, request and key give the same image as compile_and_sign().
//
// One thread at a time. Keeps the last policy alive.
#pragma once

#include <atomic>
#include <string>

#include "image/compiler.h"
#include "pdp/compiled_policy.h"

namespace bulkhead::control {

class PolicyCompiler {
 public:
  // `key` outlives it.
  PolicyCompiler(const std::string& gateway, const SigningKey& key)
      : gateway_(gateway), key_(key), compiler_(gateway) {}

  // Of what comes next.
  void set_extent(Extent extent) { extent_ = extent; }
  [[nodiscard]] Extent extent() const { return extent_; }

  // Errors: those of image::Compiler and of the key.
  Result<CompiledPolicyPtr> compile(policy::Policy policy, uint64_t generation,
                                    int64_t created_wall_ns);

 private:
  const std::string gateway_;
  const SigningKey& key_;
  std::atomic<Extent> extent_ = Extent::kWhole;
  image::Compiler compiler_;
};

}  // namespace bulkhead::control
