// SPDX-License-Identifier: Apache-2.0
// lock, unlock, island, release, posture set, state.
#pragma once

#include <functional>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

// `session` and `command` outlive the parsing.
void add_lock_commands(CLI::App& app, const Session& session, std::function<int()>& command);

// All that is ordered.
int run_state(const Session& session);

}  // namespace bulkhead::cli
