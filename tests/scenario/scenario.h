// SPDX-License-Identifier: Apache-2.0
// A scenario as its folder holds it: policy.yaml, scenario.yaml (which gateway, and the port each
// frame arrives on) and send.pcap. Anything missing or odd throws with the file's name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "packet_builder.h"
#include "port/port.h"

namespace bulkhead::scenario {

struct SentFrame {
  int64_t time_us = 0;  // after the first frame
  uint16_t port = 0;    // TestGateway::kZone0, ...
  test::Bytes bytes;
};

struct Scenario {
  std::string policy;  // YAML
  std::string gateway = "gw-a";
  dataplane::ZoneMode mode = dataplane::ZoneMode::kSegment;
  std::vector<SentFrame> frames;
};

Scenario read_scenario(const std::filesystem::path& folder);

std::string read_text(const std::filesystem::path& file);

// "zone0", "zone1", "mesh".
std::string port_name(uint16_t port);

}  // namespace bulkhead::scenario
