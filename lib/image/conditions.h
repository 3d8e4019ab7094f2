// SPDX-License-Identifier: Apache-2.0
// What an overlay (overlay/model.h) says about one image, by index: which identities and
// relationships are locked, who is on which island, which facts about posture are known until when.
// Immutable once made; looked at only when a flow is decided.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bulkhead::image {

class Bitmap {
 public:
  void set(uint32_t bit) {
    if (bit / 64 >= words_.size()) words_.resize(bit / 64 + 1);
    words_[bit / 64] |= uint64_t{1} << (bit % 64);
  }
  // False beyond the highest that was set.
  [[nodiscard]] bool test(uint32_t bit) const noexcept {
    return bit / 64 < words_.size() && (words_[bit / 64] >> (bit % 64) & 1) != 0;
  }

 private:
  std::vector<uint64_t> words_;
};

struct Conditions {
  // `attribute` of `identity` holds until then, exclusive.
  struct Fact {
    uint32_t identity = 0;
    uint32_t attribute = 0;
    int64_t until_wall_ns = 0;
  };

  // A break-glass grant that two approvers have opened, until then, exclusive.
  struct Opened {
    uint32_t relationship = 0;
    int64_t until_wall_ns = 0;
  };

  Bitmap locked_identities;
  Bitmap locked_relationships;
  // By identity: which set of islands it is on; equal numbers, equal sets. Empty: no islands.
  std::vector<uint32_t> islands_of;
  std::vector<Fact> facts;     // ascending by identity and attribute
  std::vector<Opened> opened;  // few

  [[nodiscard]] bool locked(uint32_t a, uint32_t b) const noexcept {
    return locked_identities.test(a) || locked_identities.test(b);
  }
  // One of the two is on an island where the other is not.
  [[nodiscard]] bool apart(uint32_t a, uint32_t b) const noexcept {
    return a < islands_of.size() && b < islands_of.size() && islands_of[a] != islands_of[b];
  }
  // Until when the break-glass grant is open; INT64_MIN: it is closed.
  [[nodiscard]] int64_t opened_until(uint32_t relationship) const noexcept {
    int64_t until = INT64_MIN;
    for (const Opened& o : opened)
      if (o.relationship == relationship) until = std::max(until, o.until_wall_ns);
    return until;
  }
  // Until when the fact is known to hold; INT64_MIN: it is not known.
  [[nodiscard]] int64_t holds_until(uint32_t identity, uint32_t attribute) const noexcept {
    const auto key = [](const Fact& f) { return uint64_t{f.identity} << 32 | f.attribute; };
    const uint64_t wanted = uint64_t{identity} << 32 | attribute;
    const auto at = std::ranges::lower_bound(facts, wanted, {}, key);
    return at != facts.end() && key(*at) == wanted ? at->until_wall_ns : INT64_MIN;
  }
};

}  // namespace bulkhead::image
