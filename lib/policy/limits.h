// SPDX-License-Identifier: Apache-2.0
// How large a policy may be. The image's own limits (image/layout.h) are equal or wider.
#pragma once

#include <cstddef>
#include <string_view>

namespace bulkhead::policy {

inline constexpr size_t kMaxIdentities = 1u << 20;
inline constexpr size_t kMaxRelationships = 1u << 20;
inline constexpr size_t kMaxVetoes = 1u << 14;
inline constexpr size_t kMaxServices = 64;    // per relationship
inline constexpr size_t kMaxRules = 256;      // per service
inline constexpr size_t kMaxRanges = 4096;    // per list of ports, units or points
inline constexpr size_t kMaxNames = 256;      // of points, per rule and type
inline constexpr size_t kMaxSchedules = 16;   // per relationship
inline constexpr size_t kMaxAttributes = 16;  // per relationship
inline constexpr size_t kMaxApprovers = 256;
inline constexpr size_t kMaxApproversPerGrant = 64;
inline constexpr size_t kApproversNeeded = 2;  // to open a break-glass grant
inline constexpr uint32_t kMaxBreakGlassSeconds = 24 * 3600;
inline constexpr uint32_t kMaxRateCount = 1'000'000;
inline constexpr uint32_t kMaxRateBurst = 65535;
inline constexpr size_t kMaxNameBytes = 128;
inline constexpr size_t kMaxLabels = 32;  // per identity
inline constexpr size_t kMaxTerms = 32;   // per selector

// Letters, digits and . _ - / @ : +, beginning with a letter or digit.
bool name_ok(std::string_view name) noexcept;
// Printable ASCII, 1 to kMaxNameBytes bytes.
bool label_value_ok(std::string_view value) noexcept;

}  // namespace bulkhead::policy
