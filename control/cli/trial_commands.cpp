// SPDX-License-Identifier: Apache-2.0
// confirm, rollback, and what is said of a policy on trial.
#include <fmt/format.h>

#include <charconv>
#include <iostream>

#include "cli/commands.h"
#include "cli/trial_window.h"

namespace bulkhead::cli {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

std::string time_text(uint64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h {:02}m", seconds / 3600, seconds / 60 % 60);
}

uint32_t seconds_per(std::string_view unit) {
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return 60;
  return unit == "h" ? 3600 : 0;
}

}  // namespace

std::optional<uint32_t> trial_window(const std::string& text) {
  if (text.empty()) return 0;
  uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const uint32_t unit = seconds_per({read.ptr, static_cast<size_t>(end - read.ptr)});
  if (read.ec == std::errc{} && unit != 0 && number > 0 && number <= 86'400 / unit)
    return number * unit;
  std::cerr << "bulkhead: --confirm " << text << ": a time like 30s, 5m or 1h, at most a day\n";
  return std::nullopt;
}

std::string trial_text(const v1::Trial& trial) {
  return fmt::format(
      "on trial: generation {} comes back in {} (at {}) unless `bulkhead confirm {}` comes before",
      trial.former_generation(), time_text(trial.left_ns() / kSecond),
      local_time(trial.deadline().seconds(), 0, TimeStyle::kDate), trial.generation());
}

int run_confirm(const Session& session, uint64_t generation) {
  v1::ConfirmRequest request;
  request.set_generation(generation);
  const auto answer = ApiClient(session.place).confirm(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::ConfirmResponse>(answer);
  if (session.json)
    print_json(response);
  else
    std::cout << fmt::format("{} generation {}: it stays in force\n",
                             paint(Colour::kGreen, "confirmed"), response.generation());
  return kOk;
}

int run_rollback(const Session& session, const RollbackArguments& arguments) {
  v1::RollbackRequest request;
  request.set_generation(arguments.generation);
  request.set_comment(arguments.comment);
  if (arguments.expected_generation)
    request.set_expected_generation(*arguments.expected_generation);
  const auto window = trial_window(arguments.confirm);
  if (!window) return kUsage;
  request.set_confirm_within_s(*window);
  const auto answer = ApiClient(session.place).rollback(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::RollbackResponse>(answer);
  if (session.json)
    print_json(response);
  else
    print_applied(response.applied());
  return kOk;
}

}  // namespace bulkhead::cli
