// SPDX-License-Identifier: Apache-2.0
#include "pdp/glass_watch.h"

#include <spdlog/spdlog.h>

#include "policy/time_text.h"

namespace bulkhead::control {

void GlassWatch::on_connected() {
  auto answer = link_.ask(ipc::GetStatus{});
  const auto* status = answer ? std::get_if<ipc::DataplaneStatus>(&*answer) : nullptr;
  if (status == nullptr) return;
  for (const ipc::BreakGlassStatus& open : status->break_glass) {
    const std::string until = policy::time_text(open.until_wall_ns);
    const std::string details = "until " + until + ", by " + open.approvers + ": " + open.reason;
    if (!entered_.insert(open.grant + ' ' + until).second) continue;
    spdlog::warn("BREAK-GLASS '{}' is OPEN {}", open.grant, details);
    const Status entered = audit_.append({.wall_ns = clock_.now().wall_ns,
                                          .actor = open.approvers,
                                          .authentication = "signatures",
                                          .action = "break_glass.found_open",
                                          .object = "grant " + open.grant,
                                          .outcome = "done",
                                          .details = details});
    if (!entered) spdlog::error("audit log: {}", entered.error().sentence);
  }
}

}  // namespace bulkhead::control
