// SPDX-License-Identifier: Apache-2.0
// top, trace, capture: what passes and what does not, while it happens.
#pragma once

#include <functional>
#include <string>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

// `session` and `command` outlive the parsing.
void add_watch_commands(CLI::App& app, const Session& session, std::function<int()>& command);

// What the gateway does, on a screen that is renewed so often; to no terminal: one page, or with
// --json a line each time.
int run_top(const Session& session, uint32_t seconds);

struct CaptureArguments {
  std::string out = "-";  // file; "-": standard output
  bool follow = false;
  uint32_t last = 1000;
  std::string reason;    // empty: all
  std::string identity;  // empty: all
};
// Packets of events as pcapng.
int run_capture(const Session& session, const CaptureArguments& arguments);

struct TraceArguments {
  std::string from;  // identity or address; empty: any
  std::string to;    // likewise
  uint32_t port = 0;
  uint32_t count = 10;
  std::string time = "30s";
  bool both = false;
};
// Packets on their way through the stages.
int run_trace(const Session& session, const TraceArguments& arguments);

}  // namespace bulkhead::cli
