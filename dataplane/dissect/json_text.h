// SPDX-License-Identifier: Apache-2.0
// Pieces of JSON (RFC 8259) out of what is on the wire.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bulkhead::dataplane {

// In quotes. Bytes that are not printable ASCII become \u00XX, one by one: names on the wire are
// bytes in no certain encoding.
std::string json_string(std::string_view bytes);
std::string hex_string(std::span<const uint8_t> bytes);
// Integers as such; null for what JSON has no number for.
std::string json_number(double value);

}  // namespace bulkhead::dataplane
