// SPDX-License-Identifier: Apache-2.0
// Which settings of the start-up file exclude or need each other. Each breach becomes a problem at
// its key.
#pragma once

#include "config/strict_yaml.h"
#include "dataplane_config.h"

namespace bulkhead::dataplane {

inline constexpr size_t kMaxPortName = 31;  // telemetry::SegmentHeader::port_names
inline constexpr uint16_t kMinMtu = 576;    // RFC 791: every host takes that
inline constexpr uint16_t kMaxMtu = 9600;
inline constexpr size_t kMaxMeshPorts = 4;  // kMaxUnderlays

// As files name them.
inline constexpr config::Choice<PortDriver> kPortDrivers[] = {{"af_packet", PortDriver::kAfPacket},
                                                              {"af_xdp", PortDriver::kAfXdp},
                                                              {"tap", PortDriver::kTap},
                                                              {"memif", PortDriver::kMemif},
                                                              {"pcap", PortDriver::kPcap},
                                                              {"ring", PortDriver::kRing},
                                                              {"null", PortDriver::kNull},
                                                              {"pci", PortDriver::kPci}};

void check_port(const PortConfig& port, config::MapReader& map);
// Gives every mesh port its exception device, when there is one.
void name_exception_devices(DataplaneConfig& config);
void check_together(const DataplaneConfig& config, config::MapReader& map);

}  // namespace bulkhead::dataplane
