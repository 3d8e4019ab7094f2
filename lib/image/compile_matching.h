// SPDX-License-Identifier: Apache-2.0
// The databases of an image and their tables. Compiling patterns is slow, so what has not changed
// since the last image is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/builder.h"
#include "match/signature_set.h"
#include "policy/model.h"

namespace bulkhead::image {

class MatchingCompiler {
 public:
  // Errors: kInvalid, kExhausted, and then nothing has changed.
  Status set(const std::vector<policy::SignatureSet>& sets);

  // A bit for each set of those names. Errors: kInvalid: there is none of that name.
  [[nodiscard]] Result<uint64_t> bits_of(const policy::Relationship& relationship) const;

  // Whom sets are for: by set in order of their names, and its bit.
  struct ForWhom {
    uint64_t bit = 0;
    const policy::Selector* whom = nullptr;  // until the next set()
  };
  [[nodiscard]] std::vector<ForWhom> for_whom() const;

  // Into empty sections, after services, relationships, bound and class sets: only what they use.
  void write(ImageParts& parts) const;

 private:
  void write_identification(ImageParts& parts) const;
  void write_signatures(ImageParts& parts) const;

  std::vector<policy::SignatureSet> sets_;  // by name
  match::CompiledSets compiled_;            // of `sets_`, which it points into
};

}  // namespace bulkhead::image
