// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_commands.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace bulkhead::cli {

namespace {

using Command = std::function<int()>;

void add_top(CLI::App& app, const Session& session, Command& command) {
  auto* top = app.add_subcommand("top", "Rates, drops, peers, workers, events: live; q leaves");
  const auto seconds = std::make_shared<uint32_t>(1);
  top->add_option("--interval", *seconds, "Seconds between readings")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  top->callback([&session, &command, seconds] {
    command = [&session, seconds] { return run_top(session, *seconds); };
  });
}

void add_trace(CLI::App& app, const Session& session, Command& command) {
  auto* trace = app.add_subcommand("trace", "Follow packets through every stage, from now on");
  const auto words = std::make_shared<TraceArguments>();
  trace->add_option("--from", words->from, "Identity or address; default: any");
  trace->add_option("--to", words->to, "Identity or address; default: any");
  trace->add_option("--port", words->port, "Of TCP or UDP, at either end")
      ->check(CLI::Range(1, 65535));
  trace->add_flag("--both", words->both, "Packets of the other direction, too");
  trace->add_option("--count", words->count, "How many packets")
      ->check(CLI::Range(1, 250))
      ->capture_default_str();
  trace->add_option("--for", words->time, "How long at most: 30s, 5m")->capture_default_str();
  trace->callback([&session, &command, words] {
    command = [&session, words] { return run_trace(session, *words); };
  });
}

void add_capture(CLI::App& app, const Session& session, Command& command) {
  auto* capture = app.add_subcommand(
      "capture",
      "The packets of events as pcapng: `bulkhead capture --follow | wireshark -k -i -`");
  const auto words = std::make_shared<CaptureArguments>();
  capture->add_option("--out", words->out, "File, mode 0600; - for standard output")
      ->capture_default_str();
  capture->add_flag("--follow", words->follow, "Stay and write new ones");
  capture->add_option("--last", words->last, "How many past ones first")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  capture->add_option("--reason", words->reason, "Only these: operation_denied");
  capture->add_option("--identity", words->identity, "Only from or to this identity");
  capture->callback([&session, &command, words] {
    command = [&session, words] { return run_capture(session, *words); };
  });
}

}  // namespace

void add_watch_commands(CLI::App& app, const Session& session, Command& command) {
  add_top(app, session, command);
  add_trace(app, session, command);
  add_capture(app, session, command);
}

}  // namespace bulkhead::cli
