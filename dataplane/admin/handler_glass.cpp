// SPDX-License-Identifier: Apache-2.0
// The handler's part about break-glass grants.
#include "admin/handler.h"

namespace bulkhead::dataplane {

// What cannot be read stays closed: that is the safe side here.
void AdminHandler::load_glass() {
  const Status loaded = glass_.load();
  if (!loaded && loaded.error().code != ErrorCode::kNotFound)
    warn("break-glass grants are closed: " + loaded.error().sentence);
}

void AdminHandler::tick_glass() {
  const Now now = clock_.now();
  for (const std::string& sentence : glass_.news(now.steady_ns, now.wall_ns)) warn(sentence);
}

void AdminHandler::keep_glass() {
  if (Status saved = glass_.save(); !saved)
    warn("break-glass grants could not be kept for a restart: " + saved.error().sentence);
}

ipc::Body AdminHandler::answer(const ipc::OpenBreakGlass& m, const UniqueFd& /*unused*/) {
  auto opened = glass_.open(m.request, image_.view, clock_.now().wall_ns);
  if (!opened) return ipc::Failure{std::move(opened).error()};
  if (!opened->fresh) return std::move(opened->answer);
  decide_anew();
  auto publish_ns = publish();
  keep_glass();
  tick_glass();
  if (!publish_ns) return ipc::Failure{std::move(publish_ns).error()};
  opened->answer.publish_ns = *publish_ns;
  return std::move(opened->answer);
}

ipc::Body AdminHandler::answer(const ipc::CloseBreakGlass& m, const UniqueFd& /*unused*/) {
  if (!glass_.close(m.grant, clock_.now().wall_ns))
    return ipc::Failure{
        {ErrorCode::kNotFound, "no break-glass grant '" + m.grant + "' is open here"}};
  warn("BREAK-GLASS '" + m.grant + "' is closed before its time");
  decide_anew();
  keep_glass();
  return published_or({});
}

}  // namespace bulkhead::dataplane
