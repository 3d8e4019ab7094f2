// SPDX-License-Identifier: Apache-2.0
// Integers that cannot be mistaken for each other.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace bulkhead {

template <typename Tag, typename Rep>
struct StrongId {
  using rep = Rep;
  static constexpr Rep kNoneValue = static_cast<Rep>(~Rep{0});

  Rep value = kNoneValue;

  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep v) noexcept : value(v) {}
  [[nodiscard]] constexpr bool valid() const noexcept { return value != kNoneValue; }
  constexpr auto operator<=>(const StrongId&) const noexcept = default;
};

// Indices into the sections of one policy image: meaningful within one generation only.
using IdentityIndex = StrongId<struct IdentityTag, uint32_t>;
using ClassIndex = StrongId<struct ClassTag, uint32_t>;
using RelationshipIndex = StrongId<struct RelationshipTag, uint32_t>;
using GatewayIndex = StrongId<struct GatewayTag, uint32_t>;
using PairIndex = StrongId<struct PairTag, uint32_t>;

// The number of a published policy image. 0: none yet.
using Generation = StrongId<struct GenerationTag, uint64_t>;
// Security parameters index, host order (RFC 4303 2.1). 0-255 are reserved.
using Spi = StrongId<struct SpiTag, uint32_t>;

}  // namespace bulkhead

template <typename Tag, typename Rep>
struct std::hash<bulkhead::StrongId<Tag, Rep>> {
  size_t operator()(bulkhead::StrongId<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value);
  }
};
