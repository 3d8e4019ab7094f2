// SPDX-License-Identifier: Apache-2.0
// How protocols begin: a row per pattern, with its source. Control compiles the rows into a
// database; the image carries both, so that a dataplane goes by the rows of its image.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "match/protocol.h"
#include "match/records.h"

namespace bulkhead::match {

enum class Speaker : uint8_t { kOpener = 0, kAnswerer, kEither };

struct IdentifyRow {
  Protocol protocol;
  Speaker speaker;
  uint8_t group;   // as IdentifyRecord
  bool confirmed;  // as IdentifyRecord
  std::string_view pattern;
};

std::span<const IdentifyRow> identify_rows() noexcept;

// Whether `bytes`, the first that an opener sent, are that protocol; nullptr: its pattern decides.
using Confirm = bool (*)(std::span<const uint8_t> bytes) noexcept;
Confirm confirm_of(Protocol protocol) noexcept;

struct CompiledIdentification {
  std::vector<IdentifyRecord> rows;
  std::vector<uint8_t> database;
};
// Compiled once per process: the rows are facts.
const CompiledIdentification& compiled_identification();

}  // namespace bulkhead::match
