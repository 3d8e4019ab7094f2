// SPDX-License-Identifier: Apache-2.0
// Which service each request without an answer asked for, so that a response is judged as what it
// answers. The oldest is forgotten when there are too many.
#pragma once

#include <array>
#include <cstdint>

namespace bulkhead::wire::opcua {

class Outstanding {
 public:
  void asked(uint32_t id, uint16_t code) noexcept {
    entries_[next_] = {id, code};
    next_ = static_cast<uint16_t>((next_ + 1u) % entries_.size());
  }
  // The code of the request that this answers; 0: not known. It is answered then.
  uint16_t answered(uint32_t id) noexcept {
    for (Entry& entry : entries_) {
      if (entry.code == 0 || entry.id != id) continue;
      const uint16_t code = entry.code;
      entry.code = 0;
      return code;
    }
    return 0;
  }

 private:
  struct Entry {
    uint32_t id = 0;
    uint16_t code = 0;  // 0: free
  };
  std::array<Entry, 128> entries_{};
  uint16_t next_ = 0;
};

}  // namespace bulkhead::wire::opcua
