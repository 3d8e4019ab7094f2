// SPDX-License-Identifier: Apache-2.0
#include "pdp/policy_compiler.h"

namespace bulkhead::control {

Result<CompiledPolicyPtr> PolicyCompiler::compile(policy::Policy policy, uint64_t generation,
                                                  int64_t created_wall_ns) {
  auto compiled = std::make_shared<CompiledPolicy>();
  compiled->generation = generation;
  compiled->policy = std::move(policy);
  // The compiler holds on to the objects of the policy until the next one.
  const std::shared_ptr<const policy::Policy> shared(compiled, &compiled->policy);
  if (Status taken = compiler_.assign(shared); !taken) return std::move(taken).error();
  auto image = compiler_.build(generation, created_wall_ns);
  if (!image) return std::move(image).error();
  if (Status done = finish(*compiled, std::move(*image), key_); !done)
    return std::move(done).error();
  return CompiledPolicyPtr{std::move(compiled)};
}

}  // namespace bulkhead::control
