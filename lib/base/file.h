// SPDX-License-Identifier: Apache-2.0
// Whole-file reads with a bound, and writes that are all or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead {

// Errors: kIo, kNotFound; kExhausted when the file is longer than max_bytes.
Result<std::string> read_file(const std::string& path, size_t max_bytes);

// Writes a temporary beside `path`, syncs it, renames it over. `mode` as for open(2).
Status write_file_atomically(const std::string& path, std::span<const uint8_t> bytes,
                             unsigned mode);
Status write_file_atomically(const std::string& path, std::string_view text, unsigned mode);

}  // namespace bulkhead
