// SPDX-License-Identifier: Apache-2.0
// Which sets of inbound lanes of one peer are installed, and when each may go. No keys here.
//
// A set whose session ended between our Ready and the peer's Switched may or may not be in use, so
// it stays until the peer says which lanes it sends on (its next Hello) or confirms a newer set.
// Owned by the peer's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace bulkhead::control {

class InboundLanes {
 public:
  // More unconfirmed sets than that cannot be: the oldest goes at once.
  static constexpr size_t kMaxSets = 4;

  using Spis = std::vector<uint32_t>;

  // A new set was installed.
  void add(Spis spis, uint64_t now_ns);
  // The peer sends on the newest set only: older ones go at `retire_at_ns`.
  void confirm_newest(uint64_t retire_at_ns);
  // The peer says that it sends on the set with this SPI (0: it does not know). Others go.
  void peer_sends_on(uint32_t spi, uint64_t retire_at_ns);
  // The dataplane lost them all.
  void clear() { sets_.clear(); }

  // Takes out the SPIs whose time has come.
  Spis take_due(uint64_t now_ns);
  [[nodiscard]] std::optional<uint64_t> next_due() const;
  [[nodiscard]] size_t lanes() const;
  [[nodiscard]] size_t sets() const { return sets_.size(); }

 private:
  struct Set {
    Spis spis;
    std::optional<uint64_t> retire_at_ns;
  };
  static void retire(Set& set, uint64_t at_ns);

  std::deque<Set> sets_;  // oldest first
};

}  // namespace bulkhead::control
