// SPDX-License-Identifier: Apache-2.0
// All signatures of a policy compiled: three databases, for streams, for units and for messages of
// inspected protocols, and what their patterns mean.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "match/records.h"
#include "match/signature.h"

namespace bulkhead::match {

// One database and its signatures. A pattern's number is its index in `signature_of`.
struct CompiledSignatures {
  std::vector<SignatureRecord> signatures;
  std::vector<const Signature*> sources;  // of each, for its texts
  std::vector<uint32_t> signature_of;
  std::vector<SignatureTermRecord> terms;  // of each
  std::vector<SignatureRange> ranges;      // of the terms
  std::vector<uint8_t> database;           // empty: no patterns
  uint32_t slots = 0;
};

struct CompiledSets {
  CompiledSignatures streams;
  CompiledSignatures units;
  CompiledSignatures operations;
};

// `sets` outlive the result. Errors: kInvalid (an expression cannot be executed; with line and
// column), kExhausted.
Result<CompiledSets> compile_signatures(std::span<const std::vector<Signature>* const> sets);

}  // namespace bulkhead::match
