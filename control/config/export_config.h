// SPDX-License-Identifier: Apache-2.0
// The parts of control's start-up file about what leaves it unasked: the Prometheus endpoint, and
// events to files and collectors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "config/strict_yaml.h"

namespace bulkhead::control {

enum class ExportFormat : uint8_t { kJson, kCef };
enum class ExportWay : uint8_t {
  kFile,  // one event a line, rotating
  kUdp,   // syslog, RFC 5426
  kTcp,   // syslog, RFC 6587 octet counting
  kUnix,  // syslog of this machine: /dev/log
};

struct ExportConfig {
  ExportWay way = ExportWay::kFile;
  ExportFormat format = ExportFormat::kJson;
  std::string path{};      // of the file, or of the socket
  Endpoint address{};      // kUdp, kTcp
  uint64_t max_bytes = 0;  // kFile: of one file
  uint32_t keep = 0;       // kFile: full ones beside the one that is written
};
// "json /var/log/bulkhead/events.jsonl", "cef tcp 192.0.2.9:514": for people and metrics.
std::string name_of(const ExportConfig& config);

inline constexpr size_t kMaxExports = 8;

// The list `export` of the start-up file; empty when it is absent.
std::vector<ExportConfig> read_exports(config::MapReader& outer);

// `metrics_listen`, which is plain HTTP: an address that others reach is refused without
// `metrics_public: true`. Nothing: no endpoint.
std::optional<Endpoint> read_metrics_listen(config::MapReader& outer);

}  // namespace bulkhead::control
