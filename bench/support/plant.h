// SPDX-License-Identifier: Apache-2.0
// The plant that all benchmarks pretend to stand in: clients behind gateway "gw-a", as many servers
// behind "gw-b", spread over cells; the policy has one relationship per cell. Everything follows
// from the numbers in PlantSize, so a figure's name says what its traffic was.
//
//   client i  10.20.0.0 + 1 + i   02:00:00:00:00:00 + 1 + i   cell i mod relationships
//   server i  10.40.0.0 + 1 + i   02:00:01:00:00:00 + 1 + i   cell i mod relationships
//   flow f    client f mod devices -> server of the same number, source port 10000 + f / devices
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "packet_builder.h"
#include "policy/model.h"

namespace bulkhead::bench {

inline constexpr const char* kOwnGateway = "gw-a";
inline constexpr const char* kPeerGateway = "gw-b";
inline constexpr const char* kZonePort = "zone0";
// What net_pcap gives its first device (drivers/net/pcap: 'p' 'c' 'a' 'p' and a count).
inline constexpr MacAddress kZoneMac{{0x02, 0x70, 0x63, 0x61, 0x70, 0x00}};
inline constexpr uint16_t kOpaquePort = 20000;
inline constexpr uint16_t kModbusPort = 502;

enum class Transport : uint8_t { kUdp, kTcp };

struct PlantSize {
  uint32_t flows = 256;
  uint32_t relationships = 10;
  uint64_t seed = 1;
};

struct PlantFlow {
  MacAddress client_mac;
  MacAddress server_mac;
  IpAddress client;
  IpAddress server;
  uint16_t client_port = 0;
};

class Plant {
 public:
  // `services`: what every relationship opens; none given: opaque UDP and Modbus, see policy().
  explicit Plant(PlantSize size, std::vector<policy::Service> services = {});

  [[nodiscard]] const PlantSize& size() const noexcept { return size_; }
  [[nodiscard]] uint32_t devices() const noexcept { return devices_; }  // on either side
  [[nodiscard]] PlantFlow flow(uint32_t f) const;
  // Opens from the clients to the servers of each cell what was asked for, else UDP kOpaquePort,
  // opaque, and Modbus (reads of holding registers 0-199, writes of 100-119 with values to 1500).
  [[nodiscard]] policy::Policy policy() const;
  // Every flow equally often, at least `packets` entries, shuffled by the seed.
  [[nodiscard]] std::vector<uint32_t> schedule(uint32_t packets) const;
  // A frame of `bytes` (Ethernet header included, FCS not; 60 at least) from client to server.
  // kTcp: an acknowledgement in mid-stream, for probes that keep no state.
  [[nodiscard]] test::Bytes frame(uint32_t f, size_t bytes, Transport transport) const;

 private:
  [[nodiscard]] policy::Identity device(bool server, uint32_t i) const;

  PlantSize size_;
  uint32_t devices_;
  std::vector<policy::Service> services_;
};

// An opaque service at kOpaquePort.
policy::Service opaque(Transport transport);

// "256_flows-10_rel"
std::string name_of(const PlantSize& size);

}  // namespace bulkhead::bench
