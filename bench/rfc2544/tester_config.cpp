// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/tester_config.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/file.h"
#include "config/strict_yaml.h"
#include "config_rules.h"

namespace bulkhead::bench {
namespace {

using config::MapReader;
using config::Problems;

constexpr size_t kMaxFileBytes = 1u << 20;
constexpr uint16_t kFcs = 4;
constexpr uint32_t kMaxFlows = 40'000;

struct TestName {
  std::string_view name;
  bool Tests::*wanted;
  bool needs_throughput;  // a load is a part of it
};
constexpr std::array kTests = {
    TestName{"throughput", &Tests::throughput, false}, TestName{"latency", &Tests::latency, true},
    TestName{"loss", &Tests::loss, false}, TestName{"back_to_back", &Tests::back_to_back, false},
    TestName{"recovery", &Tests::recovery, true}};

template <typename T>
T number(MapReader& map, std::string_view key, T fallback, uint64_t min, uint64_t max) {
  return static_cast<T>(map.optional_number(key, fallback, min, max));
}

// A text that `parse` understands; a problem at the key otherwise.
template <typename T>
std::optional<T> parsed(MapReader& map, std::string_view key,
                        const std::optional<std::string>& text,
                        Result<T> (*parse)(std::string_view)) {
  if (!text) return std::nullopt;
  Result<T> value = parse(*text);
  if (value) return *value;
  map.error(key, value.error().sentence);
  return std::nullopt;
}

std::optional<IpAddress> ipv4(MapReader& map, std::string_view key,
                              const std::optional<std::string>& text) {
  const auto ip = parsed<IpAddress>(map, key, text, parse_ip);
  if (!ip) return ip;
  if (ip->is_v4() && !ip->is_zero() && !ip->is_multicast()) return ip;
  map.error(key, *text + " is no IPv4 address of a host; the tester speaks IPv4 only");
  return std::nullopt;
}

void read_port(MapReader& side, const std::string& name, dataplane::PortConfig& port) {
  const config::Node* node = side.required("port");
  if (node == nullptr) return;
  MapReader map(*node, side.object("port"), side.problems());
  port.name = name;
  map.required("driver");
  port.driver = map.optional_choice("driver", dataplane::kPortDrivers, port.driver);
  port.device = map.optional_string("device", "");
  port.options = map.optional_string("options", "");
  dataplane::check_port(port, map);
  map.finish();
}

// nullopt, and a problem, when it is missing.
std::optional<std::string> required(MapReader& map, std::string_view key) {
  return map.required(key) == nullptr ? std::nullopt : map.optional_string(key);
}

void read_host(MapReader& map, HostAddress& host) {
  const auto mac = parsed<MacAddress>(map, "mac", required(map, "mac"), parse_mac);
  if (mac && (mac->is_zero() || mac->is_multicast())) map.error("mac", "is no address of a host");
  host.mac = mac.value_or(MacAddress{});
  host.ip = ipv4(map, "ip", required(map, "ip")).value_or(IpAddress{});
  host.next_hop = ipv4(map, "next_hop", map.optional_string("next_hop")).value_or(IpAddress{});
}

void read_side(MapReader& root, const std::string& name, Side& side) {
  const config::Node* node = root.required(name);
  if (node == nullptr) return;
  MapReader map(*node, name, root.problems());
  read_port(map, name, side.port);
  read_host(map, side.host);
  map.finish();
}

void read_sizes(MapReader& map, TesterConfig& c) {
  std::vector<std::string> wanted = map.optional_strings("frame_bytes");
  if (!map.has("frame_bytes")) wanted = {"64", "128", "256", "512", "1024", "1280", "1518", "imix"};
  for (const std::string& text : wanted) {
    if (auto size = frame_size(text))
      c.sizes.push_back(std::move(*size));
    else
      map.error("frame_bytes",
                "'" + text + "' is neither imix nor a number of bytes from 64 to 1518");
  }
  if (c.sizes.empty() && map.has("frame_bytes")) map.error("frame_bytes", "must not be empty");
}

void read_traffic(MapReader& map, TesterConfig& c) {
  read_sizes(map, c);
  c.flows = number(map, "flows", c.flows, 1, kMaxFlows);
  c.source_port = number(map, "source_port", c.source_port, 1, 65535);
  c.port = number(map, "port", c.port, 1, 65535);
  if (c.source_port + c.flows - 1 > 65535)
    map.error("flows", fmt::format("{} flows have no place above source_port {}: the last port is "
                                   "65535",
                                   c.flows, c.source_port));
}

void read_loads(MapReader& map, TesterConfig& c) {
  if (!map.has("latency_loads")) return;
  c.latency_loads.clear();
  for (const config::Node* node : map.optional_list("latency_loads"))
    if (const auto load =
            config::read_number(*node, map.object("latency_loads"), 1, 100, map.problems()))
      c.latency_loads.push_back(static_cast<uint32_t>(*load));
}

void read_trials(MapReader& map, TesterConfig& c) {
  const auto names = map.optional_strings("tests");
  const auto tests =
      tests_of(map.has("tests") ? names
                                : std::vector<std::string>{"throughput", "latency", "loss",
                                                           "back_to_back", "recovery"});
  if (tests)
    c.tests = *tests;
  else
    map.error("tests", tests.error().sentence);
  c.seconds = number(map, "seconds", c.seconds, 1, 86'400);
  c.wait_ms = number(map, "wait_ms", c.wait_ms, 10, 60'000);
  c.rest_ms = number(map, "rest_ms", c.rest_ms, 0, 600'000);
  c.highest_per_second = number(map, "highest_per_second", c.highest_per_second, 1, 200'000'000);
  c.lowest_per_second = number(map, "lowest_per_second", c.lowest_per_second, 1, 1'000'000);
  c.link_mbps = number(map, "link_mbps", c.link_mbps, 1, 400'000);
  c.resolution_percent = number(map, "resolution_percent", c.resolution_percent, 1, 50);
  read_loads(map, c);
  c.back_to_back_repeats = number(map, "back_to_back_repeats", c.back_to_back_repeats, 1, 1000);
  c.back_to_back_ms = number(map, "back_to_back_ms", c.back_to_back_ms, 1, 60'000);
  c.recovery_seconds = number(map, "recovery_seconds", c.recovery_seconds, 1, 3600);
  if (c.highest_per_second != 0 && c.highest_per_second < c.lowest_per_second)
    map.error("highest_per_second", "is below lowest_per_second");
}

void read_gateways(MapReader& map, TesterConfig& c) {
  c.near_command = map.optional_strings("near");
  c.far_command = map.optional_strings("far");
  if (c.near_command.empty() != c.far_command.empty())
    map.error(c.near_command.empty() ? "near" : "far",
              "the way is only proven by both gateways: name both commands, or none");
}

void read_accept(MapReader& map, TesterConfig& c) {
  c.accept_line_rate_percent = number(map, "line_rate_percent", 0u, 1, 100);
  c.accept_p99_us = number(map, "p99_us", 0u, 1, 10'000'000);
  c.accept_recovery_ms = number(map, "recovery_ms", 0u, 1, 1'000'000);
  const auto needs = [&](std::string_view key, bool wanted, const char* test) {
    if (map.has(key) && !wanted) map.error(key, std::string("needs the test ") + test);
  };
  needs("line_rate_percent", c.tests.throughput, "throughput");
  needs("p99_us", c.tests.latency, "latency");
  needs("recovery_ms", c.tests.recovery, "recovery");
}

void read_machine(MapReader& map, TesterConfig& c) {
  c.threads = number(map, "threads", c.threads, 1, 2);
  c.packet_buffers = number(map, "packet_buffers", c.packet_buffers, 4096, 1u << 20);
  c.eal = map.optional_strings("eal");
}

// A section may be missing: then its defaults hold.
template <typename Read>
void section(MapReader& root, std::string_view name, TesterConfig& c, Read read) {
  config::Node nothing;
  nothing.kind = config::Node::Kind::kMap;
  const config::Node* node = root.optional(name);
  MapReader map(node != nullptr ? *node : nothing, std::string(name), root.problems());
  read(map, c);
  map.finish();
}

void check_line_rate(const TesterConfig& c, MapReader& root) {
  if (c.link_mbps != 0 || c.highest_per_second != 0) return;
  for (const Side* side : {&c.out, &c.back})
    if (side->port.driver != dataplane::PortDriver::kPci)
      return root.error("trials",
                        "only PCI ports say what their line carries: set "
                        "trials.link_mbps or trials.highest_per_second");
}

TesterConfig read(MapReader& root) {
  TesterConfig c;
  read_side(root, "out", c.out);
  read_side(root, "back", c.back);
  section(root, "traffic", c, read_traffic);
  section(root, "trials", c, read_trials);
  section(root, "gateways", c, read_gateways);
  section(root, "accept", c, read_accept);
  section(root, "machine", c, read_machine);
  // Without a router the far host itself is asked for; its gateway answers in its place.
  if (c.out.host.next_hop.is_zero()) c.out.host.next_hop = c.back.host.ip;
  if (c.back.host.next_hop.is_zero()) c.back.host.next_hop = c.out.host.ip;
  if (c.out.host.ip == c.back.host.ip && !c.out.host.ip.is_zero())
    root.error("back", "has the address of out");
  if (c.out.port.driver == c.back.port.driver && c.out.port.device == c.back.port.device &&
      !c.out.port.device.empty())
    root.error("back", "is the port of out");
  check_line_rate(c, root);
  root.finish();
  return c;
}

}  // namespace

std::optional<FrameSize> frame_size(const std::string& text) {
  if (text == "imix") return FrameSize{text, FrameMix::imix()};
  uint16_t bytes = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, bytes);
  if (error != std::errc{} || at != end || bytes < kShortestFrame + kFcs ||
      bytes > kLongestFrame + kFcs)
    return std::nullopt;
  return FrameSize{text + "B", FrameMix(static_cast<uint16_t>(bytes - kFcs))};
}

Result<Tests> tests_of(const std::vector<std::string>& names) {
  Tests tests;
  for (const std::string& name : names) {
    const auto row = std::ranges::find(kTests, name, &TestName::name);
    if (row == kTests.end())
      return Error{ErrorCode::kInvalid, "'" + name +
                                            "' is not one of throughput, latency, loss, "
                                            "back_to_back, recovery"};
    tests.*row->wanted = true;
  }
  for (const TestName& row : kTests)
    if (row.needs_throughput && tests.*row.wanted && !tests.throughput)
      return Error{ErrorCode::kInvalid, fmt::format("{} is measured at parts of the throughput: "
                                                    "add throughput",
                                                    row.name)};
  if (names.empty()) return Error{ErrorCode::kInvalid, "must not be empty"};
  return tests;
}

void make_quick(TesterConfig& config) {
  config.seconds = 1;
  config.wait_ms = 300;
  config.rest_ms = 0;
  config.resolution_percent = std::max(config.resolution_percent, 10u);
  config.back_to_back_repeats = 3;
  config.back_to_back_ms = std::min(config.back_to_back_ms, 200u);
  config.recovery_seconds = 1;
}

Result<TesterConfig> parse_tester_config(const std::string& text, const std::string& file) {
  Problems problems(file);
  const auto root = config::parse_document(text, {}, problems);
  if (!root) return error_of(problems);
  MapReader map(*root, "", problems);
  TesterConfig config = read(map);
  if (!problems.empty()) return error_of(problems);
  return config;
}

Result<TesterConfig> load_tester_config(const std::string& path) {
  auto text = read_file(path, kMaxFileBytes);
  if (!text) return std::move(text).error();
  return parse_tester_config(*text, path);
}

}  // namespace bulkhead::bench
