// SPDX-License-Identifier: Apache-2.0
#include "config/export_config.h"

#include <set>

namespace bulkhead::control {

namespace {

using config::MapReader;

constexpr config::Choice<ExportFormat> kFormats[] = {{"json", ExportFormat::kJson},
                                                     {"cef", ExportFormat::kCef}};
constexpr config::Choice<ExportWay> kTransports[] = {
    {"udp", ExportWay::kUdp}, {"tcp", ExportWay::kTcp}, {"unix", ExportWay::kUnix}};
constexpr uint64_t kMebibyte = 1u << 20;
// sun_path holds 108 bytes with its NUL.
constexpr size_t kMaxSocketPath = 107;

void read_file(MapReader& map, ExportConfig& out) {
  out.way = ExportWay::kFile;
  out.path = map.required_string("path");
  out.max_bytes = map.optional_number("max_mb", 100, 1, 10'240) * kMebibyte;
  out.keep = static_cast<uint32_t>(map.optional_number("keep", 5, 1, 100));
}

void read_syslog(MapReader& map, ExportConfig& out) {
  out.format = map.optional_choice("format", kFormats, ExportFormat::kCef);
  out.way = map.optional_choice("transport", kTransports, ExportWay::kUdp);
  const std::string address = map.required_string("address");
  if (address.empty()) return;
  if (out.way == ExportWay::kUnix) {
    out.path = address;
    if (address.front() != '/' || address.size() > kMaxSocketPath)
      map.error("address", "is not the path of a socket, as /dev/log");
    return;
  }
  Result<Endpoint> endpoint = parse_endpoint(address);
  if (endpoint)
    out.address = *endpoint;
  else
    map.error("address", endpoint.error().sentence);
}

ExportConfig read_export(const config::Node& node, const std::string& object,
                         config::Problems& problems) {
  ExportConfig out;
  MapReader map(node, object, problems);
  const std::string type = map.required_string("type");
  if (type == "json")
    read_file(map, out);
  else if (type == "syslog")
    read_syslog(map, out);
  else if (!type.empty())
    map.error("type", "'" + type + "' is none of json, syslog");
  if (type == "json" || type == "syslog") map.finish();
  return out;
}

bool is_loopback(const IpAddress& ip) {
  if (ip.is_v4()) return ip.bytes[12] == 127;
  IpAddress one;
  one.bytes[15] = 1;
  return ip == one;
}

}  // namespace

std::string name_of(const ExportConfig& config) {
  const std::string format = config.format == ExportFormat::kCef ? "cef " : "json ";
  switch (config.way) {
    case ExportWay::kUdp:
      return format + "udp " + to_string(config.address);
    case ExportWay::kTcp:
      return format + "tcp " + to_string(config.address);
    case ExportWay::kFile:
    case ExportWay::kUnix:
      break;
  }
  return format + config.path;
}

std::vector<ExportConfig> read_exports(MapReader& outer) {
  std::vector<ExportConfig> all;
  std::set<std::string> names;
  for (const config::Node* node : outer.optional_list("export")) {
    const std::string object = "export[" + std::to_string(all.size()) + "]";
    ExportConfig one = read_export(*node, object, outer.problems());
    if (!names.insert(name_of(one)).second)
      outer.problems().add(node->line, node->column, object, "is there a second time");
    all.push_back(std::move(one));
  }
  if (all.size() > kMaxExports)
    outer.error("export", "has more than " + std::to_string(kMaxExports) + " entries");
  return all;
}

std::optional<Endpoint> read_metrics_listen(MapReader& outer) {
  const std::string text = outer.optional_string("metrics_listen", "");
  const bool for_others = outer.optional_bool("metrics_public", false);
  if (text.empty()) {
    outer.refuse("metrics_public", "is of no use without metrics_listen");
    return std::nullopt;
  }
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (!endpoint) {
    outer.error("metrics_listen", endpoint.error().sentence);
    return std::nullopt;
  }
  if (!is_loopback(endpoint->ip) && !for_others)
    outer.error("metrics_listen",
                "is not an address of this machine alone, and the endpoint is plain HTTP without "
                "a password: write 127.0.0.1, or metrics_public: true");
  return *endpoint;
}

}  // namespace bulkhead::control
