// SPDX-License-Identifier: Apache-2.0
// policy::Policy to an unsigned image: identities to classes (equal matches over all selectors),
// class pairs to relationship and veto lists, rules to match programs.
// A pure function: the same rules in any order give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/model.h"

namespace bulkhead::image {

struct CompileOptions {
  std::string gateway;  // whom the image is for (at most 63 bytes)
  uint64_t generation = 0;
  int64_t created_wall_ns = 0;
};

// The last kSignatureBytes are zero until sign(). Errors: kInvalid, kExhausted (limits named in the
// sentence).
Result<std::vector<uint8_t>> compile(const policy::Policy& policy, const CompileOptions& options);

}  // namespace bulkhead::image
