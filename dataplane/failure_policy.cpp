// SPDX-License-Identifier: Apache-2.0
#include "failure_policy.h"

#include <array>

namespace bulkhead::dataplane {
namespace {

constexpr std::array<std::string_view, kFailureCauses> kNames = {"inspector_full", "scan_full",
                                                                 "out_of_turn", "unasked_answer"};

}  // namespace

std::string_view name_of(FailureCause cause) noexcept {
  return kNames[static_cast<size_t>(cause)];
}

std::optional<FailureCause> failure_cause(std::string_view name) noexcept {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<FailureCause>(i);
  return std::nullopt;
}

std::string to_string(const FailurePolicy& policy) {
  std::string text;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (!policy.passes(static_cast<FailureCause>(i))) continue;
    text += text.empty() ? "" : ", ";
    text += kNames[i];
  }
  return text;
}

}  // namespace bulkhead::dataplane
