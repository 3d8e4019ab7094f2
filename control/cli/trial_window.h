// SPDX-License-Identifier: Apache-2.0
// The value of --confirm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bulkhead::cli {

// "90", "90s", "5m", "1h" in seconds; 0 for an empty text. nullopt: it is none of these, and
// standard error says so.
std::optional<uint32_t> trial_window(const std::string& text);

}  // namespace bulkhead::cli
