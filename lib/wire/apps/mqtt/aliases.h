// SPDX-License-Identifier: Apache-2.0
// Topics that one side of an MQTT 5 connection gave numbers to.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace bulkhead::wire::mqtt {

class Aliases {
 public:
  static constexpr size_t kMost = 16;
  static constexpr size_t kLongestTopic = 256;

  // alias: 1 to kMost; the topic fits.
  void bind(uint16_t alias, std::string_view topic) noexcept {
    Entry& entry = entries_[alias - 1u];
    std::ranges::copy(topic, entry.topic.begin());
    entry.size = static_cast<uint16_t>(topic.size());
  }
  // Empty: bound to nothing.
  [[nodiscard]] std::string_view topic_of(uint16_t alias) const noexcept {
    const Entry& entry = entries_[alias - 1u];
    return {entry.topic.data(), entry.size};
  }
  void forget() noexcept {
    for (Entry& entry : entries_) entry.size = 0;
  }

 private:
  struct Entry {
    uint16_t size = 0;
    std::array<char, kLongestTopic> topic{};
  };
  std::array<Entry, kMost> entries_;
};

}  // namespace bulkhead::wire::mqtt
