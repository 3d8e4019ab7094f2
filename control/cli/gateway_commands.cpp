// SPDX-License-Identifier: Apache-2.0
// status.
#include <fmt/format.h>

#include <ctime>
#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

void line(const std::string& name, const std::string& value) {
  std::cout << fmt::format("{:<14}{}\n", name, value);
}

std::string policy_text(uint64_t generation, const std::string& digest) {
  if (generation == 0) return paint(Colour::kRed, "none: everything is denied");
  return fmt::format("generation {} ({})", generation, hex(digest, 6));
}

void print_dataplane(const v1::GetStatusResponse& status) {
  if (!status.connected()) {
    line("dataplane", paint(Colour::kRed, "not connected"));
    return;
  }
  line("dataplane",
       fmt::format("{}, {} workers ({}), up {}, version {}", paint(Colour::kGreen, "connected"),
                   status.workers(), status.worker_mode(), duration(status.uptime_ns()),
                   status.dataplane_version()));
  line("in force", policy_text(status.generation(), status.digest()) +
                       (status.image_from_disk() ? ", last good policy from disk" : ""));
  if (!status.in_step() && status.stored_generation() != 0)
    line("", paint(Colour::kYellow, "the policy in force is not the stored one"));
  if (!status.pass_and_mark().empty())
    line("FAILS OPEN", paint(Colour::kRed, "for " + status.pass_and_mark()));
  if (!status.last_image_error().empty())
    line("last refusal", paint(Colour::kRed, status.last_image_error()));
}

void print(const v1::GetStatusResponse& status) {
  line("gateway", status.gateway());
  line("control", fmt::format("version {}, since {}", status.control_version(),
                              local_time(status.control_started().seconds(), 0, TimeStyle::kDate)));
  line("stored", policy_text(status.stored_generation(), status.stored_digest()));
  if (status.has_trial()) line("", paint(Colour::kYellow, trial_text(status.trial())));
  print_dataplane(status);
  for (const auto& glass : status.break_glass())
    line("BREAK-GLASS",
         paint(Colour::kRed, fmt::format("'{}' is open until {}, by {}: {}", glass.grant(),
                                         local_time(glass.until().seconds(), 0, TimeStyle::kDate),
                                         glass.approvers(), glass.reason())));
  if (!status.last_overlay_error().empty())
    line("locks", paint(Colour::kRed, "not in force: " + status.last_overlay_error()));
  if (!status.last_push_error().empty())
    line("not installed", paint(Colour::kRed, status.last_push_error()));
  line("peers",
       fmt::format("{} of {} with keys", status.peers_with_keys(), status.peers_configured()));
}

}  // namespace

int run_status(const Session& session) {
  const auto answer = ApiClient(session.place).status();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& status = std::get<v1::GetStatusResponse>(answer);
  if (session.json)
    print_json(status);
  else
    print(status);
  return kOk;
}

}  // namespace bulkhead::cli
