// SPDX-License-Identifier: Apache-2.0
// What a check of `bulkhead doctor` has to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::doctor {

enum class Level : uint8_t {
  kOk,
  kUnseen,  // could not be looked at: advice says why, or as whom
  kWarn,    // works, and worse than it could or not for long
  kBad,     // does not work, or is not safe
};
constexpr std::string_view to_string(Level level) noexcept {
  constexpr std::string_view kNames[] = {"ok", "unseen", "warn", "bad"};
  return kNames[static_cast<size_t>(level)];
}

struct Finding {
  Level level = Level::kOk;
  std::string subject;  // "port zone0", a file, an interface
  std::string saw;
  std::string advice;  // what to do; empty when ok
};
using Findings = std::vector<Finding>;

inline Finding ok(std::string subject, std::string saw) {
  return {Level::kOk, std::move(subject), std::move(saw), {}};
}
inline Finding unseen(std::string subject, std::string saw, std::string advice) {
  return {Level::kUnseen, std::move(subject), std::move(saw), std::move(advice)};
}
inline Finding warn(std::string subject, std::string saw, std::string advice) {
  return {Level::kWarn, std::move(subject), std::move(saw), std::move(advice)};
}
inline Finding bad(std::string subject, std::string saw, std::string advice) {
  return {Level::kBad, std::move(subject), std::move(saw), std::move(advice)};
}

}  // namespace bulkhead::doctor
