// SPDX-License-Identifier: Apache-2.0
// Which service each request without an answer asked for, so that a response is judged as what it
// answers. The oldest is forgotten when there are too many.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace bulkhead::wire::opcua {

class Outstanding {
 public:
  // An identifier that is asked with again is no longer asked with before.
  void asked(uint32_t id, uint16_t code) noexcept {
    (void)answered(id);
    entries_[next_] = {id, code};
    next_ = static_cast<uint16_t>((next_ + 1u) % entries_.size());
  }
  // The code of the request that this answers; 0: not known. It is answered then.
  uint16_t answered(uint32_t id) noexcept {
    const auto found = std::ranges::find_if(
        entries_, [=](const Entry& entry) { return entry.code != 0 && entry.id == id; });
    return found == entries_.end() ? uint16_t{0} : std::exchange(found->code, uint16_t{0});
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
