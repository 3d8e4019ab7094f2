// SPDX-License-Identifier: Apache-2.0
// What a decision about an operation needs to know beyond the image: what was before. The packet
// path has it in tables (dataplane/stage/limits.h), tests and explanations make it up.
#pragma once

#include <cstdint>
#include <optional>

#include "image/layout.h"

namespace bulkhead::image {

// What a rule says of how often it may be used.
struct RateTerm {
  uint64_t limit_id = 0;  // 0: no rate
  uint64_t interval_ns = 0;
  uint32_t burst = 0;
};
template <typename Rule>
constexpr RateTerm rate_of(const Rule& rule) noexcept {
  return {rule.limit_id, rule.interval_ns, rule.burst};
}

class OperationMemory {
 public:
  OperationMemory() = default;
  OperationMemory(const OperationMemory&) = delete;
  OperationMemory& operator=(const OperationMemory&) = delete;

  // May one more operation pass under the rate?
  [[nodiscard]] virtual bool has_token(const RateTerm& rate) const noexcept = 0;
  // The last known value of a holding register of the device asked; none: not known.
  [[nodiscard]] virtual std::optional<uint32_t> last_value(uint8_t unit,
                                                           uint32_t address) const noexcept = 0;
  // The operation passes by a rule that has the rate.
  virtual void charge(const RateTerm& rate) noexcept = 0;

 protected:
  ~OperationMemory() = default;
};

// Nothing before: no token is left and no value known, so that no rule with a limit fits.
class NoMemory final : public OperationMemory {
 public:
  [[nodiscard]] bool has_token(const RateTerm&) const noexcept override { return false; }
  [[nodiscard]] std::optional<uint32_t> last_value(uint8_t, uint32_t) const noexcept override {
    return std::nullopt;
  }
  void charge(const RateTerm&) noexcept override {}
};

}  // namespace bulkhead::image
