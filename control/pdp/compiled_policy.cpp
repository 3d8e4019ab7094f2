// SPDX-License-Identifier: Apache-2.0
#include "pdp/compiled_policy.h"

#include "image/compile.h"
#include "policy/slice.h"

namespace bulkhead::control {

Result<CompiledPolicyPtr> compile_and_sign(policy::Policy policy, const CompileRequest& request,
                                           const SigningKey& key) {
  auto compiled = std::make_shared<CompiledPolicy>();
  compiled->generation = request.generation;
  const image::CompileOptions options{request.gateway, request.generation, request.created_wall_ns};
  Result<std::vector<uint8_t>> image =
      request.extent == Extent::kWhole
          ? image::compile(policy, options)
          : image::compile(policy::slice(policy, request.gateway), options);
  if (!image) return std::move(image).error();
  compiled->policy = std::move(policy);
  if (Status done = finish(*compiled, std::move(*image), key); !done)
    return std::move(done).error();
  return CompiledPolicyPtr{std::move(compiled)};
}

Status finish(CompiledPolicy& policy, std::vector<uint8_t> image, const SigningKey& key) {
  policy.image = std::move(image);
  if (Status signed_ok = key.sign(policy.image); !signed_ok) return signed_ok;
  policy.digest = image::digest_of(policy.image);
  policy.view = image::ImageView{policy.image};
  return {};
}

}  // namespace bulkhead::control
