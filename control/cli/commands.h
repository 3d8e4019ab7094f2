// SPDX-License-Identifier: Apache-2.0
// One function per sub-command: asks, prints, returns the exit status of output.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"

namespace bulkhead::cli {

struct Session {
  std::string socket = "/run/bulkhead/api.sock";
  bool json = false;
};

struct ApplyArguments {
  std::string file;  // "-": standard input
  std::optional<uint64_t> expected_generation;
  std::string comment;
};
int run_apply(const Session& session, const ApplyArguments& arguments);
// Needs no server.
int run_validate(const Session& session, const std::string& file);
int run_get(const Session& session, uint64_t generation);
int run_history(const Session& session, uint32_t limit);

struct ExplainArguments {
  std::string from;
  std::string to;
  std::vector<std::string> words;  // an event id, or the words of an access
};
int run_explain(const Session& session, const ExplainArguments& arguments);

int run_status(const Session& session);
int run_counters(const Session& session, bool watch);
int run_stages(const Session& session);
int run_peers(const Session& session);
int run_rekey(const Session& session, const std::string& peer);

struct EventsArguments {
  bool follow = false;
  uint32_t last = 20;
};
int run_events(const Session& session, const EventsArguments& arguments);

// One event as one line.
std::string event_line(const v1::Event& event);

}  // namespace bulkhead::cli
