// SPDX-License-Identifier: Apache-2.0
// The start-up file, key by key. What must fit together is in config_rules.cpp.
#include <bit>

#include "base/file.h"
#include "config/strict_yaml.h"
#include "config_rules.h"
#include "dataplane_config.h"

namespace bulkhead::dataplane {
namespace {

using config::Choice;
using config::MapReader;
using config::Problems;

constexpr size_t kMaxFileBytes = 1u << 20;
constexpr size_t kMaxGatewayName = 63;
constexpr size_t kMaxSocketPath = 107;  // sockaddr_un::sun_path with its NUL
constexpr uint64_t kMaxWorkers = 64;
constexpr uint64_t kMaxFlows = 1u << 24;
constexpr uint64_t kMaxScannedFlows = 1u << 20;
constexpr uint64_t kMaxLimits = 1u << 22;
constexpr uint64_t kMaxIoConnections = 1u << 20;
constexpr uint64_t kMaxPacketBuffers = 1u << 22;

constexpr Choice<WorkerMode> kWorkerModes[] = {{"poll", WorkerMode::kPoll},
                                               {"adaptive", WorkerMode::kAdaptive}};
constexpr Choice<PortRole> kRoles[] = {{"zone", PortRole::kZone}, {"mesh", PortRole::kMesh}};
constexpr Choice<ZoneMode> kZoneModes[] = {{"segment", ZoneMode::kSegment},
                                           {"routed", ZoneMode::kRouted}};

std::string name(MapReader& map, std::string_view key, size_t max) {
  std::string text = map.required_string(key);
  if (map.has(key) && text.empty()) map.error(key, "must not be empty");
  if (text.size() > max) map.error(key, "is longer than " + std::to_string(max) + " bytes");
  return text;
}

uint32_t number(MapReader& map, std::string_view key, uint32_t fallback, uint64_t min,
                uint64_t max) {
  return static_cast<uint32_t>(map.optional_number(key, fallback, min, max));
}

// 0, too, where the range has it.
uint32_t power_of_two(MapReader& map, std::string_view key, uint32_t fallback, uint64_t min,
                      uint64_t max) {
  const uint32_t value = number(map, key, fallback, min, max);
  if (std::has_single_bit(value) || (value == 0 && min == 0)) return value;
  map.error(key, std::to_string(value) + " is not a power of two; the next one is " +
                     std::to_string(std::bit_ceil(value)));
  return fallback;
}

// A text that `parse` turns into T; its error becomes a problem at the key.
template <typename T>
std::optional<T> parsed(MapReader& map, std::string_view key,
                        Result<T> (*parse)(std::string_view)) {
  const auto text = map.optional_string(key);
  if (!text) return std::nullopt;
  Result<T> value = parse(*text);
  if (value) return *value;
  map.error(key, value.error().sentence);
  return std::nullopt;
}

PortConfig read_port(MapReader& map) {
  PortConfig port;
  port.name = name(map, "name", kMaxPortName);
  if (map.required("role") != nullptr) port.role = map.optional_choice("role", kRoles, port.role);
  port.driver = map.optional_choice("driver", kPortDrivers, port.driver);
  port.device = map.optional_string("device", "");
  port.options = map.optional_string("options", "");
  port.mode = map.optional_choice("mode", kZoneModes, port.mode);
  port.address = parsed<IpPrefix>(map, "address", parse_prefix);
  port.next_hop = parsed<IpAddress>(map, "next_hop", parse_ip);
  port.mtu = static_cast<uint16_t>(map.optional_number("mtu", port.mtu, kMinMtu, kMaxMtu));
  port.dscp = parsed<DscpRule>(map, "dscp", parse_dscp).value_or(DscpRule{});
  port.exception_device = map.optional_string("exception_device", "");
  check_port(port, map);
  map.finish();
  return port;
}

void read_sizes(MapReader& map, DataplaneConfig& c) {
  c.workers = number(map, "workers", c.workers, 1, kMaxWorkers);
  c.worker_mode = map.optional_choice("worker_mode", kWorkerModes, c.worker_mode);
  c.idle_pause_us = number(map, "idle_pause_us", c.idle_pause_us, 1, 10'000);
  c.flows_per_worker = power_of_two(map, "flows_per_worker", c.flows_per_worker, 64, kMaxFlows);
  c.inspected_flows_per_worker =
      number(map, "inspected_flows_per_worker", c.inspected_flows_per_worker, 1, kMaxFlows);
  c.scanned_flows_per_worker =
      number(map, "scanned_flows_per_worker", c.scanned_flows_per_worker, 1, kMaxScannedFlows);
  c.flow_share_percent = number(map, "flow_share_percent", c.flow_share_percent, 1, 100);
  c.rate_limits = power_of_two(map, "rate_limits", c.rate_limits, 64, kMaxLimits);
  c.point_values = power_of_two(map, "point_values", c.point_values, 64, kMaxLimits);
  c.io_connections = power_of_two(map, "io_connections", c.io_connections, 64, kMaxIoConnections);
  c.event_ring = power_of_two(map, "event_ring", c.event_ring, 64, 1u << 20);
  c.packet_ring = power_of_two(map, "packet_ring", c.packet_ring, 0, 1u << 16);
  c.packet_buffers = number(map, "packet_buffers", c.packet_buffers, 1024, kMaxPacketBuffers);
}

// Names of causes, each once.
void read_failure_policy(MapReader& map, FailurePolicy& policy) {
  for (const std::string& text : map.optional_strings("pass_and_mark")) {
    const auto cause = failure_cause(text);
    if (!cause)
      map.error("pass_and_mark", "'" + text + "' is not one of inspector_full, scan_full, " +
                                     "out_of_turn, unasked_answer; everything else fails closed");
    else if (policy.passes(*cause))
      map.error("pass_and_mark", "'" + text + "' is there twice");
    else
      policy.pass_and_mark(*cause);
  }
}

void read_ports(MapReader& map, DataplaneConfig& c) {
  const auto items = map.required_list("ports");
  for (size_t i = 0; i < items.size(); ++i) {
    MapReader port(*items[i], "ports[" + std::to_string(i) + "]", map.problems());
    c.ports.push_back(read_port(port));
  }
}

DataplaneConfig read(MapReader& map) {
  DataplaneConfig c;
  c.gateway = name(map, "gateway", kMaxGatewayName);
  c.control_socket = name(map, "control_socket", kMaxSocketPath);
  c.state_directory = name(map, "state_directory", 4096);
  c.image_signer = name(map, "image_signer", 4096);
  read_sizes(map, c);
  read_failure_policy(map, c.failure_policy);
  c.exception_device = map.optional_string("exception_device", "");
  c.esp_port = static_cast<uint16_t>(map.optional_number("esp_port", c.esp_port, 1, 65535));
  c.handshake_port =
      static_cast<uint16_t>(map.optional_number("handshake_port", c.handshake_port, 1, 65535));
  c.eal = map.optional_strings("eal");
  read_ports(map, c);
  name_exception_devices(c);
  check_together(c, map);
  map.finish();
  return c;
}

}  // namespace

Result<DataplaneConfig> parse_config(const std::string& text, const std::string& file) {
  Problems problems(file);
  const auto root = config::parse_document(text, {}, problems);
  if (!root) return error_of(problems);
  MapReader map(*root, "", problems);
  DataplaneConfig config = read(map);
  if (!problems.empty()) return error_of(problems);
  return config;
}

Result<DataplaneConfig> load_config(const std::string& path) {
  auto text = read_file(path, kMaxFileBytes);
  if (!text) return std::move(text).error();
  return parse_config(*text, path);
}

}  // namespace bulkhead::dataplane
