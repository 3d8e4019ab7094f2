// SPDX-License-Identifier: Apache-2.0
// Commands of the channel "fox", and other channels. What those carry (components, files, streams
// of either) is not told apart, and any of it may be a change: program. Codes are for good.
#include <algorithm>

#include "wire/apps/fact_table.h"
#include "wire/apps/fox/fox.h"

namespace bulkhead::wire::fox {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{1,  "fox_hello",                      Class::kDiscover, 888},
    FunctionFact{2,  "fox_kerberos",                   Class::kSession,  859},
    FunctionFact{3,  "fox_username",                   Class::kSession,  859},
    FunctionFact{4,  "fox_challenge",                  Class::kSession,  859},
    FunctionFact{5,  "fox_client_key_exchange_method", Class::kSession,  859},
    FunctionFact{6,  "fox_auth_message1",              Class::kSession,  859},
    FunctionFact{7,  "fox_auth_message2",              Class::kSession,  859},
    FunctionFact{8,  "fox_welcome",                    Class::kSession,  0},
    FunctionFact{9,  "fox_retry",                      Class::kSession,  0},
    FunctionFact{10, "fox_rejected",                   Class::kSession,  0},
    FunctionFact{11, "fox_redirect",                   Class::kSession,  0},
    FunctionFact{12, "fox_busy",                       Class::kSession,  0},
    FunctionFact{13, "fox_ping",                       Class::kSession,  0},
    FunctionFact{14, "fox_keepalive",                  Class::kSession,  0},
    FunctionFact{15, "fox_close",                      Class::kSession,  0},
    FunctionFact{32, "sys_channel",                    Class::kProgram,  855},
    FunctionFact{33, "user_channel",                   Class::kProgram,  892},
    FunctionFact{34, "spy_channel",                    Class::kProgram,  888},
    FunctionFact{35, "broker_channel",                 Class::kProgram,  855},
    FunctionFact{36, "data_channel",                   Class::kProgram,  855},
    FunctionFact{37, "file_channel",                   Class::kProgram,  867},
    FunctionFact{38, "circuit_channel",                Class::kProgram,  855},
};
// clang-format on
static_assert(ascends(kFunctions));

struct Word {
  consteval Word(std::string_view word, uint32_t code) noexcept
      : text(word), fact(fact_of(kFunctions, code)) {}
  std::string_view text;
  const FunctionFact* fact;
};
constexpr std::array kCommands = {
    Word{"hello", 1},        Word{"kerberos", 2},     Word{"username", 3},
    Word{"challenge", 4},    Word{"authMessage1", 6}, Word{"clientKeyExchangeMethod", 5},
    Word{"authMessage2", 7}, Word{"welcome", 8},      Word{"retry", 9},
    Word{"rejected", 10},    Word{"redirect", 11},    Word{"busy", 12},
    Word{"ping", 13},        Word{"keepalive", 14},   Word{"close", 15},
};
constexpr std::array kChannels = {
    Word{"sys", 32},  Word{"user", 33}, Word{"spy", 34},     Word{"broker", 35},
    Word{"data", 36}, Word{"file", 37}, Word{"circuit", 38},
};

const FunctionFact* named(std::span<const Word> words, std::string_view text) noexcept {
  const auto found = std::ranges::find(words, text, &Word::text);
  return found == words.end() ? nullptr : found->fact;
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(std::string_view channel, std::string_view command) noexcept {
  return channel == "fox" ? named(kCommands, command) : named(kChannels, channel);
}

}  // namespace bulkhead::wire::fox
