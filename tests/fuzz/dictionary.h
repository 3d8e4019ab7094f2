// SPDX-License-Identifier: Apache-2.0
// libFuzzer dictionaries made from the protocols' tables of operations.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/apps/operation.h"

namespace bulkhead::fuzz {

// Fuzz targets that have a dictionary.
std::vector<std::string_view> dictionary_targets();

// Whose operations the target's dictionary has.
std::vector<wire::App> protocols_of(std::string_view target);

// Entries of the target's dictionary, raw bytes, sorted and each once: the code of every operation
// of its protocols as it stands on the wire, and what marks their frames. Empty: no such target.
std::vector<std::string> dictionary_of(std::string_view target);

// `"\x32\x01"` and a newline, as libFuzzer reads it.
std::string dictionary_line(std::string_view entry);

}  // namespace bulkhead::fuzz
