// SPDX-License-Identifier: Apache-2.0
#include "pdp/policy_compiler.h"

#include "policy/slice.h"

namespace bulkhead::control {

Result<CompiledPolicyPtr> PolicyCompiler::compile(policy::Policy policy, uint64_t generation,
                                                  int64_t created_wall_ns) {
  auto compiled = std::make_shared<CompiledPolicy>();
  compiled->generation = generation;
  compiled->policy = std::move(policy);
  // The compiler holds on to the objects of what it is given until the next one.
  std::shared_ptr<const policy::Policy> given(compiled, &compiled->policy);
  if (extent_ == Extent::kSlice)
    given = std::make_shared<const policy::Policy>(policy::slice(compiled->policy, gateway_));
  if (Status taken = compiler_.assign(given); !taken) return std::move(taken).error();
  auto image = compiler_.build(generation, created_wall_ns);
  if (!image) return std::move(image).error();
  if (Status done = finish(*compiled, std::move(*image), key_); !done)
    return std::move(done).error();
  return CompiledPolicyPtr{std::move(compiled)};
}

}  // namespace bulkhead::control
