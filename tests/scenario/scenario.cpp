// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

#include <pcap/pcap.h>

#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "config/strict_yaml.h"

namespace bulkhead::scenario {
namespace {

namespace fs = std::filesystem;
using dataplane::ZoneMode;

constexpr std::array<const char*, 3> kPortNames{"zone0", "zone1", "mesh"};  // by TestGateway index
constexpr config::Choice<ZoneMode> kModes[] = {{"segment", ZoneMode::kSegment},
                                               {"routed", ZoneMode::kRouted}};

uint16_t port_named(const std::string& name) {
  for (uint16_t port = 0; port < kPortNames.size(); ++port)
    if (name == kPortNames[port]) return port;
  throw std::runtime_error("scenario.yaml: there is no port " + name);
}

void require_none(const config::Problems& problems) {
  if (!problems.empty()) throw std::runtime_error(to_string(problems.items()[0]));
}

// Fills in all but the frames; returns where they arrive.
std::vector<uint16_t> read_settings(const fs::path& file, Scenario& scenario) {
  config::Problems problems(file.filename());
  const auto root = config::parse_document(read_text(file), {}, problems);
  require_none(problems);
  config::MapReader reader(*root, "", problems);
  scenario.gateway = reader.optional_string("gateway", "gw-a");
  scenario.mode = reader.optional_choice("mode", kModes, ZoneMode::kSegment);
  std::vector<uint16_t> ports;
  for (const std::string& name : reader.optional_strings("frames"))
    ports.push_back(port_named(name));
  reader.finish();
  require_none(problems);
  return ports;
}

std::vector<SentFrame> read_frames(const fs::path& file) {
  char error[PCAP_ERRBUF_SIZE];
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> capture(
      pcap_open_offline(file.c_str(), error), &pcap_close);
  if (!capture) throw std::runtime_error(error);
  std::vector<SentFrame> frames;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int64_t first = 0;
  while (pcap_next_ex(capture.get(), &header, &data) == 1) {
    const int64_t time_us = header->ts.tv_sec * int64_t{1'000'000} + header->ts.tv_usec;
    if (frames.empty()) first = time_us;
    frames.push_back({time_us - first, 0, test::Bytes(data, data + header->caplen)});
  }
  return frames;
}

}  // namespace

std::string port_name(uint16_t port) {
  return kPortNames.at(port);
}

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

Scenario read_scenario(const fs::path& folder) {
  Scenario scenario;
  scenario.policy = read_text(folder / "policy.yaml");
  const std::vector<uint16_t> ports = read_settings(folder / "scenario.yaml", scenario);
  scenario.frames = read_frames(folder / "send.pcap");
  if (scenario.frames.empty()) throw std::runtime_error("send.pcap holds no frame");
  if (ports.size() != scenario.frames.size())
    throw std::runtime_error(
        "scenario.yaml: `frames` must name a port for each frame of send.pcap");
  for (size_t i = 0; i < ports.size(); ++i) scenario.frames[i].port = ports[i];
  return scenario;
}

}  // namespace bulkhead::scenario
