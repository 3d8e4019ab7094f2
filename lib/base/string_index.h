// SPDX-License-Identifier: Apache-2.0
// Numbers for texts: equal texts, equal numbers, from 0 without gaps. For hundreds of thousands of
// short ones: texts lie end to end, and a look-up compares hashes before it touches one.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace bulkhead {

inline uint64_t hash_of_bytes(const void* data, size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(data);
  uint64_t hash = size;
  for (; size >= 8; size -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  uint64_t word = 0;
  if (size != 0) std::memcpy(&word, at, size);  // of nothing, `data` may be null
  return mix(hash, word);
}

class StringIndex {
 public:
  static constexpr uint32_t kNone = 0xffff'ffff;

  // The text's number; a new one if it has none.
  uint32_t add(std::string_view text) {
    if (ends_.size() * 2 >= table_.size()) grow();
    const uint64_t hash = hash_of_bytes(text.data(), text.size());
    Place& place = find(text, hash);
    if (place.number == kNone) {
      place = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(ends_.size())};
      bytes_ += text;
      ends_.push_back(bytes_.size());
    }
    return place.number;
  }

  [[nodiscard]] std::string_view text(uint32_t number) const {
    const size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(bytes_).substr(begin, ends_[number] - begin);
  }
  [[nodiscard]] size_t size() const { return ends_.size(); }

 private:
  struct Place {
    uint32_t hash = 0;  // the upper half
    uint32_t number = kNone;
  };

  Place& find(std::string_view wanted, uint64_t hash) {
    size_t at = hash & (table_.size() - 1);
    for (;; at = (at + 1) & (table_.size() - 1)) {
      Place& place = table_[at];
      if (place.number == kNone || (place.hash == hash >> 32 && text(place.number) == wanted))
        return place;
    }
  }
  void grow() {
    table_.assign(table_.empty() ? 64 : table_.size() * 2, Place{});
    for (uint32_t number = 0; number < ends_.size(); ++number) {
      const uint64_t hash = hash_of_bytes(text(number).data(), text(number).size());
      find(text(number), hash) = {static_cast<uint32_t>(hash >> 32), number};
    }
  }

  std::string bytes_;
  std::vector<size_t> ends_;  // of each text
  std::vector<Place> table_;  // open addressing, at most half full
};

}  // namespace bulkhead
