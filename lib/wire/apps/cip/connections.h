// SPDX-License-Identifier: Apache-2.0
// The CIP connections that were opened inside one conversation: which device each leads to, until
// it is closed, or its originator has said nothing on it for longer than it lives, or its place is
// needed.
#pragma once

#include <array>
#include <cstdint>

#include "wire/apps/cip/forward_open.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::cip {

class Connections {
 public:
  static constexpr size_t kMost = 32;

  struct Known {
    enum class State : uint8_t { kFree, kOpening, kOpen };
    State state = State::kFree;
    Side originator = Side::kRequest;
    uint32_t to_target = 0;
    uint32_t to_originator = 0;
    uint32_t unit = 0;
    Triad triad;
    uint64_t used = 0;         // when: the higher, the later
    uint64_t heard_ns = 0;     // from the originator
    uint64_t lifetime_ns = 0;  // without that
    uint8_t multiplier = 0;
    bool datagrams = false;  // `io` is told
    IoConnection io;
  };

  void opening(Side originator, const ForwardOpen& request, const TagText& text,
               uint32_t unit) noexcept;
  // The answer of the other side to an opening; nullptr: to none that is known.
  const Known* opened(Side target, const Opened& answer, uint64_t now_ns) noexcept;
  void failed(Side target, const Triad& triad) noexcept {
    drop(target, triad, Known::State::kOpening);
  }
  void closed(Side target, const Triad& triad) noexcept {
    drop(target, triad, Known::State::kOpen);
  }
  // On whose identifier `from` sends; nullptr: its opening was not seen, or is forgotten.
  // `now_ns` 0: whatever the time.
  const Known* find(Side from, uint32_t identifier, uint64_t now_ns) noexcept;

 private:
  Known* find(Side target, const Triad& triad, Known::State state) noexcept;
  void drop(Side target, const Triad& triad, Known::State state) noexcept;
  Known& place() noexcept;
  void forget_identifiers(Known& of) noexcept;

  uint64_t clock_ = 0;
  std::array<Known, kMost> known_{};
};

}  // namespace bulkhead::wire::cip
