// SPDX-License-Identifier: Apache-2.0
// Topics and filters of MQTT (MQTT 5 4.7), and what Sparkplug B says by them.
#pragma once

#include <cstdint>
#include <string_view>

namespace bulkhead::wire::mqtt {

// Which message of Sparkplug a topic is for; numbers are part of operation codes.
enum class Sparkplug : uint8_t {
  kNone = 0,
  kNodeBirth,
  kDeviceBirth,
  kNodeDeath,
  kDeviceDeath,
  kNodeData,
  kDeviceData,
  kNodeCommand,
  kDeviceCommand,
  kState,
};
Sparkplug sparkplug_of(std::string_view topic) noexcept;

// Not empty, without wildcards.
bool topic_ok(std::string_view topic) noexcept;

// A filter without the group of a shared subscription; both empty when it is none.
struct Filter {
  std::string_view group;
  std::string_view filter;
};
Filter filter_of(std::string_view text) noexcept;

// Who subscribes it is told topics that it did not know: it ends in `#`, or fits birth
// certificates of Sparkplug.
bool finds_topics(std::string_view filter) noexcept;

}  // namespace bulkhead::wire::mqtt
