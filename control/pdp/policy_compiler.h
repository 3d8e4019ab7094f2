// SPDX-License-Identifier: Apache-2.0
// Policies to signed images, one after the other: what the next has in common with the last is not
// compiled again. The same policy, request and key give the same image as compile_and_sign().
//
// One thread at a time. Keeps the last policy alive.
#pragma once

#include <string>

#include "image/compiler.h"
#include "pdp/compiled_policy.h"

namespace bulkhead::control {

class PolicyCompiler {
 public:
  // `key` outlives it.
  PolicyCompiler(std::string gateway, const SigningKey& key)
      : key_(key), compiler_(std::move(gateway)) {}

  // Errors: those of image::Compiler and of the key.
  Result<CompiledPolicyPtr> compile(policy::Policy policy, uint64_t generation,
                                    int64_t created_wall_ns);

 private:
  const SigningKey& key_;
  image::Compiler compiler_;
};

}  // namespace bulkhead::control
