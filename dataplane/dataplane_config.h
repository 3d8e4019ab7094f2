// SPDX-License-Identifier: Apache-2.0
// The start-up file of bulkhead-dataplane (docs/dataplane_config.md): hardware and sizes only;
// policy comes through control.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "dscp.h"
#include "failure_policy.h"

namespace bulkhead::dataplane {

enum class PortRole : uint8_t {
  kZone = 0,   // assets
  kMesh,       // underlay to other gateways
  kException,  // the kernel tap `exception_device`; made by the dataplane, never configured as a
               // port
};
enum class ZoneMode : uint8_t { kSegment = 0, kRouted };
enum class WorkerMode : uint8_t { kPoll = 0, kAdaptive };

// What a port is made of. kPci needs `device` (0000:3b:00.0); the others are DPDK vdevs.
enum class PortDriver : uint8_t { kAfPacket = 0, kAfXdp, kTap, kMemif, kPcap, kRing, kNull, kPci };

struct PortConfig {
  std::string name;  // policy bindings name zone ports
  PortRole role = PortRole::kZone;
  PortDriver driver = PortDriver::kAfPacket;
  std::string device;                  // interface name or PCI address, as the driver needs
  std::string options;                 // further vdev arguments, passed as they are
  ZoneMode mode = ZoneMode::kSegment;  // zone ports
  std::optional<IpPrefix>
      address;  // mesh: own underlay address (required); routed zone: the gateway's address
  std::optional<IpAddress> next_hop;  // mesh: for peers outside `address`'s prefix
  uint16_t mtu = 1500;
  std::string exception_device;  // mesh: its kernel tap; filled in for all when there is any
  DscpRule dscp;                 // mesh: of the packets sent there
};

struct DataplaneConfig {
  std::string gateway;          // own name, as in policy bindings
  std::string control_socket;   // unix socket path on which the dataplane listens
  std::string state_directory;  // last good image
  std::string image_signer;     // path of the Ed25519 public key (PEM) of control
  uint32_t workers = 1;
  WorkerMode worker_mode = WorkerMode::kAdaptive;
  uint32_t idle_pause_us = 50;        // adaptive: sleep when a while idle
  uint32_t flows_per_worker = 65536;  // power of two
  uint32_t inspected_flows_per_worker = 8192;
  uint32_t scanned_flows_per_worker = 8192;
  uint32_t flow_share_percent = 25;  // of the table one source identity may hold
  uint32_t rate_limits = 16384;      // counted at once, of all workers; power of two
  uint32_t point_values = 65536;     // remembered for max_step, of all workers; power of two
  uint32_t io_connections = 1024;    // of CIP, known at once, of all workers; power of two
  uint32_t event_ring = 4096;        // records per worker, power of two
  uint32_t packet_ring = 256;        // packets kept as evidence per worker, power of two; 0: none
  uint32_t packet_buffers = 16384;
  FailurePolicy failure_policy;  // what passes although something failed
  // Kernel tap for handshakes of the first mesh port, e.g. "bh-exc0"; empty: no port has one. The
  // others count on from it (bh-exc1, ...) unless their own key says otherwise.
  std::string exception_device;
  uint16_t esp_port = 4500;
  uint16_t handshake_port = 4433;
  std::vector<std::string> eal;  // extra EAL arguments
  std::vector<PortConfig> ports;
};

// Strict: unknown, duplicate, wrongly typed keys and impossible combinations are errors with
// file, line and column; all are listed in the error's sentence, one per line.
Result<DataplaneConfig> load_config(const std::string& path);
Result<DataplaneConfig> parse_config(const std::string& text, const std::string& file);

// What is possible but seldom meant: no mesh port, no zone port, no exception device.
std::vector<std::string> config_warnings(const DataplaneConfig& config);

}  // namespace bulkhead::dataplane
