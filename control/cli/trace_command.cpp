// SPDX-License-Identifier: Apache-2.0
// trace.
#include <fmt/format.h>

#include <iostream>

#include "cli/trace_text.h"
#include "cli/watch_commands.h"

namespace bulkhead::cli {

namespace {

void print(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << "\n";
  std::cout << std::flush;
}

void note(const std::string& text) {
  std::cerr << "bulkhead: " << text << "\n";
}

// False: the unit is none of s, m, h.
bool to_seconds(const std::string& text, uint32_t& seconds) {
  size_t end = 0;
  try {
    seconds = static_cast<uint32_t>(std::stoul(text, &end));
  } catch (const std::exception&) {
    return false;
  }
  const std::string unit = text.substr(end);
  if (unit == "m") seconds *= 60;
  return unit.empty() || unit == "s" || unit == "m";
}

}  // namespace

int run_trace(const Session& session, const TraceArguments& arguments) {
  v1::TracePacketsRequest request;
  uint32_t seconds = 0;
  if (!to_seconds(arguments.time, seconds) || seconds == 0) {
    note("--for " + arguments.time + ": a time like 30s or 5m");
    return kUsage;
  }
  request.set_from(arguments.from);
  request.set_to(arguments.to);
  request.set_port(arguments.port);
  request.set_both(arguments.both);
  request.set_packets(arguments.count);
  request.set_seconds(seconds);
  TraceText text;
  uint32_t packets = 0;
  const auto error = ApiClient(session.place).trace(request, [&](const auto& response) {
    if (session.json) {
      print_json(response);
    } else if (response.item_case() == v1::TracePacketsResponse::kStep) {
      packets = std::max(packets, response.step().packet());
      print(text.add(response.step()));
    } else if (response.item_case() == v1::TracePacketsResponse::kLost) {
      note(fmt::format("{} steps are missing here: they came too fast", response.lost()));
    } else {
      note(fmt::format("waiting for {} packets, {} s at most", arguments.count, seconds));
    }
    return static_cast<bool>(std::cout);
  });
  print(text.rest());
  if (error) return report(*error);
  if (!session.json && packets < arguments.count)
    note(fmt::format("{} of {} packets came in time", packets, arguments.count));
  return kOk;
}

}  // namespace bulkhead::cli
