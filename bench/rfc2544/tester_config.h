// SPDX-License-Identifier: Apache-2.0
// The configuration of the tester (docs/benchmarking.md): two ports, the hosts it stands for there,
// the traffic between them, and the trials.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataplane_config.h"
#include "gen/frame_mix.h"
#include "rfc2544/host.h"

namespace bulkhead::bench {

struct FrameSize {
  std::string name;  // "64B" with FCS, as RFC 2544 counts; "imix"
  FrameMix mix;      // without it
};

struct Side {
  dataplane::PortConfig port;
  HostAddress host;
};

struct Tests {
  bool throughput = false, latency = false, loss = false, back_to_back = false, recovery = false;
};

struct TesterConfig {
  Side out, back;

  std::vector<FrameSize> sizes;
  uint32_t flows = 256;
  uint16_t source_port = 20000;  // of the first flow; the others follow
  uint16_t port = 47000;         // UDP destination

  Tests tests;
  uint32_t seconds = 60;            // of a trial, RFC 2544 24
  uint32_t wait_ms = 2000;          // for what is under way at its end, 23 (d)
  uint32_t rest_ms = 5000;          // before the next one, 23 (e)
  uint32_t highest_per_second = 0;  // 0: the line rate
  uint32_t lowest_per_second = 100;
  uint32_t link_mbps = 0;                           // 0: as the port says
  uint32_t resolution_percent = 1;                  // of the search
  std::vector<uint32_t> latency_loads{10, 50, 90};  // percent of the throughput
  uint32_t back_to_back_repeats = 50;
  uint32_t back_to_back_ms = 2000;  // longest burst, by time at the highest rate
  uint32_t recovery_seconds = 60;   // of overload

  // Programs that ask the gateways: "near" has the sender's side. Empty: nobody is asked.
  std::vector<std::string> near_command, far_command;

  // What the site asks for; 0: nothing.
  uint32_t accept_line_rate_percent = 0;  // throughput of every size, at least
  uint32_t accept_p99_us = 0;             // latency at every load, at most
  uint32_t accept_recovery_ms = 0;        // at most

  uint32_t threads = 2;  // 2: one a port; 1: one for both
  uint32_t packet_buffers = 16384;
  std::vector<std::string> eal;
};

// Strict; all problems with file, line and column, one a line.
Result<TesterConfig> load_tester_config(const std::string& path);
Result<TesterConfig> parse_tester_config(const std::string& text, const std::string& file);

// "64" to "1518" with FCS, or "imix".
std::optional<FrameSize> frame_size(const std::string& text);
// Names of tests: throughput, latency, loss, back_to_back, recovery. An error names the first that
// is none, or one that lacks another.
Result<Tests> tests_of(const std::vector<std::string>& names);

// Short trials, to see that everything works: claims nothing.
void make_quick(TesterConfig& config);

}  // namespace bulkhead::bench
