// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/answers.h"

#include <array>

namespace bulkhead::wire {
namespace {

constexpr uint16_t kMinute = 60, kHour = 3600;
constexpr uint32_t kUmasFunction = 90;

// clang-format off
constexpr std::array kRules = {
    //         app                family             unit   function patience
    AnswerRule{App::kModbus,      App::kModbus,      true,  true,    kMinute},
    AnswerRule{App::kUmas,        App::kModbus,      true,  true,    kMinute},
    AnswerRule{App::kCotp,        App::kCotp,        false, false,   kMinute},
    AnswerRule{App::kS7comm,      App::kS7comm,      false, false,   kMinute},
    AnswerRule{App::kS7commPlus,  App::kS7commPlus,  false, false,   kMinute},
    AnswerRule{App::kMms,         App::kMms,         false, false,   kMinute},
    AnswerRule{App::kEnip,        App::kCip,         false, false,   kMinute},
    AnswerRule{App::kCip,         App::kCip,         false, false,   kMinute},
    AnswerRule{App::kOpcua,       App::kOpcua,       false, false,   kHour},  // Publish waits for news
    AnswerRule{App::kDnp3,        App::kDnp3,        false, false,   kMinute},
    AnswerRule{App::kBacnet,      App::kBacnet,      true,  false,   kMinute},
    AnswerRule{App::kIec104,      App::kIec104,      false, false,   kMinute},
    AnswerRule{App::kHartIp,      App::kHartIp,      false, false,   kMinute},
    AnswerRule{App::kFins,        App::kFins,        true,  false,   kMinute},
    AnswerRule{App::kSlmp,        App::kSlmp,        true,  false,   kMinute},
    AnswerRule{App::kPnCm,        App::kPnCm,        false, false,   kMinute},
    AnswerRule{App::kEthercat,    App::kEthercat,    false, false,   kMinute},
    AnswerRule{App::kFox,         App::kFox,         false, false,   kMinute},
};
// clang-format on

// By protocol, for there is an answer to most packets.
constexpr auto kByApp = [] {
  std::array<const AnswerRule*, kAppCount> out{};
  for (const AnswerRule& rule : kRules) out[static_cast<size_t>(rule.app)] = &rule;
  return out;
}();

}  // namespace

std::span<const AnswerRule> answer_rules() noexcept {
  return kRules;
}

const AnswerRule* answer_rule_of(App app) noexcept {
  const auto index = static_cast<size_t>(app);
  return index < kByApp.size() ? kByApp[index] : nullptr;
}

bool is_matched(const Operation& operation) noexcept {
  return operation.direction != Direction::kUnsolicited && !operation.pairing.alone &&
         !operation.opaque && answer_rule_of(operation.app) != nullptr;
}

uint32_t answered_function(const AnswerRule& rule, App app, uint32_t code) noexcept {
  if (!rule.by_function) return 0;
  return app == App::kUmas ? kUmasFunction : code_parts(app, code).function;
}

}  // namespace bulkhead::wire
