// SPDX-License-Identifier: Apache-2.0
// One generation in all its forms: the rules as written, the signed image, and the view on it. The
// image may be of a part of the rules.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/model.h"
#include "push/signing_key.h"

namespace bulkhead::control {

struct CompiledPolicy {
  uint64_t generation = 0;
  policy::Policy policy;
  std::vector<uint8_t> image;  // signed
  image::Digest digest{};
  image::ImageView view;  // of `image`
};
using CompiledPolicyPtr = std::shared_ptr<const CompiledPolicy>;

// What of a policy goes into a gateway's image.
enum class Extent : uint8_t { kWhole, kSlice };  // kSlice: policy/slice.h

struct CompileRequest {
  std::string gateway;
  uint64_t generation = 0;
  int64_t created_wall_ns = 0;
  Extent extent = Extent::kWhole;
};

// Deterministic: the same policy, request and key give the same image.
Result<CompiledPolicyPtr> compile_and_sign(policy::Policy policy, const CompileRequest& request,
                                           const SigningKey& key);

// Signs `image`, which was compiled from `policy.policy`, and puts it into `policy`.
Status finish(CompiledPolicy& policy, std::vector<uint8_t> image, const SigningKey& key);

}  // namespace bulkhead::control
