// SPDX-License-Identifier: Apache-2.0
// Classes of CIP objects that services are told apart by. CIP Vol 1 table 5-1.1, Vol 2 5, Vol 7;
// those of Rockwell's from the Logix 5000 data access manual (1756-PM020) and from captures.
#pragma once

#include <cstdint>

namespace bulkhead::wire::cip {

inline constexpr uint32_t kIdentity = 0x01;
inline constexpr uint32_t kMessageRouter = 0x02;
inline constexpr uint32_t kAssembly = 0x04;
inline constexpr uint32_t kConnectionManager = 0x06;
inline constexpr uint32_t kFile = 0x37;
inline constexpr uint32_t kTimeSync = 0x43;
inline constexpr uint32_t kPccc = 0x67;
inline constexpr uint32_t kProgram = 0x68;
inline constexpr uint32_t kSymbol = 0x6b;
inline constexpr uint32_t kTemplate = 0x6c;
inline constexpr uint32_t kWallClock = 0x8b;
inline constexpr uint32_t kControllerMode = 0x8e;
inline constexpr uint32_t kNonvolatileStorage = 0xa1;
inline constexpr uint32_t kPortObject = 0xf4;
inline constexpr uint32_t kTcpIp = 0xf5;
inline constexpr uint32_t kEthernetLink = 0xf6;

}  // namespace bulkhead::wire::cip
