// SPDX-License-Identifier: Apache-2.0
#include "mesh/path_choice.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kNone = ~size_t{0};

size_t first_in(std::span<const PathState> paths, PathState wanted) noexcept {
  for (size_t i = 0; i < paths.size(); ++i)
    if (paths[i] == wanted) return i;
  return kNone;
}

}  // namespace

size_t choose_path(std::span<const PathState> paths, size_t present) noexcept {
  const size_t up = first_in(paths, PathState::kUp);
  if (up != kNone) return up;
  if (present < paths.size() && paths[present] != PathState::kDown) return present;
  for (const PathState next : {PathState::kHeld, PathState::kUnknown})
    if (const size_t found = first_in(paths, next); found != kNone) return found;
  return 0;
}

}  // namespace bulkhead::dataplane
