// SPDX-License-Identifier: Apache-2.0
// Causes for which an operator may choose availability: what the gateway then lets pass, it marks
// by an event and a counter (docs/failure_policy.md). None by default; everything else always fails
// closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::dataplane {

enum class FailureCause : uint8_t {
  kInspectorFull = 0,  // no memory to inspect another flow: it passes without
  kScanFull,           // no memory to look at another flow's content: as above
  kOutOfTurn,          // an operation before the one it needs
  kUnaskedAnswer,      // an answer that nobody asked for
};
inline constexpr uint8_t kFailureCauses = 4;

class FailurePolicy {
 public:
  void pass_and_mark(FailureCause cause) noexcept { marks_ |= bit(cause); }
  [[nodiscard]] bool passes(FailureCause cause) const noexcept {
    return (marks_ & bit(cause)) != 0;
  }
  [[nodiscard]] bool fails_closed() const noexcept { return marks_ == 0; }

 private:
  static uint8_t bit(FailureCause cause) noexcept {
    return static_cast<uint8_t>(1u << static_cast<unsigned>(cause));
  }
  uint8_t marks_ = 0;
};

// As the start-up file spells it, and as its drop reason is called.
[[nodiscard]] std::string_view name_of(FailureCause cause) noexcept;
[[nodiscard]] std::optional<FailureCause> failure_cause(std::string_view name) noexcept;
// "inspector_full, out_of_turn"; empty: fails closed.
[[nodiscard]] std::string to_string(const FailurePolicy& policy);

}  // namespace bulkhead::dataplane
