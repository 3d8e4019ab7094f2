// SPDX-License-Identifier: Apache-2.0
// Which path data takes. Pure.
#pragma once

#include <cstddef>
#include <span>

#include "mesh/path_liveness.h"

namespace bulkhead::dataplane {

// `paths`: the most wanted first, one at least. The first that is up; else the present one, while
// it is not down; else the first that at least answers (held), then the first that may (unknown).
// All down: the most wanted, so that data is never held back by our own judgement.
size_t choose_path(std::span<const PathState> paths, size_t present) noexcept;

}  // namespace bulkhead::dataplane
