// SPDX-License-Identifier: Apache-2.0
// Which service each request without an answer asked for, so that a response is judged as what it
// answers. The oldest is forgotten when there are too many.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

namespace bulkhead::wire::opcua {

class Outstanding {
 public:
  // An identifier that is asked with again is no longer asked with before.
  void asked(uint32_t id, uint16_t code) noexcept {
    (void)answered(id);
    Entry& oldest = entries_[next_];
    if (oldest.code != 0) --open_[alike(oldest.id)];
    oldest = {id, code};
    if (code != 0) ++open_[alike(id)];
    next_ = (next_ + 1) % kMost;
  }
  // The code of the request that this answers; 0: not known. It is answered then.
  uint16_t answered(uint32_t id) noexcept {
    if (open_[alike(id)] == 0) return 0;
    for (uint32_t back = 1; back <= kMost; ++back) {  // most answer the latest
      Entry& entry = entries_[(next_ - back) % kMost];
      if (entry.code == 0 || entry.id != id) continue;
      --open_[alike(id)];
      return std::exchange(entry.code, uint16_t{0});
    }
    return 0;
  }

 private:
  static constexpr uint32_t kMost = 128;  // a power of two, for next_ runs round

  struct Entry {
    uint32_t id = 0;
    uint16_t code = 0;  // 0: free
  };
  // Identifiers count up: few that are open at a time have this in common.
  static constexpr uint8_t alike(uint32_t id) noexcept { return static_cast<uint8_t>(id); }

  std::array<Entry, kMost> entries_{};
  std::array<uint8_t, 256> open_{};  // how many entries, by alike()
  uint32_t next_ = 0;
};

}  // namespace bulkhead::wire::opcua
