// SPDX-License-Identifier: Apache-2.0
#include "pdp/compiled_policy.h"

#include "image/compile.h"

namespace bulkhead::control {

Result<CompiledPolicyPtr> compile_and_sign(policy::Policy policy, const CompileRequest& request,
                                           const SigningKey& key) {
  auto compiled = std::make_shared<CompiledPolicy>();
  compiled->generation = request.generation;
  Result<std::vector<uint8_t>> image =
      image::compile(policy, {.gateway = request.gateway,
                              .generation = request.generation,
                              .created_wall_ns = request.created_wall_ns});
  if (!image) return std::move(image).error();
  compiled->image = std::move(*image);
  if (Status signed_ok = key.sign(compiled->image); !signed_ok) return std::move(signed_ok).error();
  compiled->digest = image::digest_of(compiled->image);
  compiled->view = image::ImageView{compiled->image};
  compiled->policy = std::move(policy);
  return CompiledPolicyPtr{std::move(compiled)};
}

}  // namespace bulkhead::control
