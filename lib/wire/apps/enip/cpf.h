// SPDX-License-Identifier: Apache-2.0
// Common packet format: an item that addresses, and one that has data. CIP Vol 2 2-6.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/reader.h"

namespace bulkhead::wire::enip {

namespace item {
inline constexpr uint16_t kNull = 0x0000, kListIdentity = 0x000c, kConnectedAddress = 0x00a1;
inline constexpr uint16_t kConnectedData = 0x00b1, kUnconnectedData = 0x00b2;
inline constexpr uint16_t kListServices = 0x0100;
inline constexpr uint16_t kSockaddrToTarget = 0x8000, kSockaddrToOriginator = 0x8001;
inline constexpr uint16_t kSequencedAddress = 0x8002;
}  // namespace item

// Which two items a packet begins with.
struct Envelope {
  uint16_t address = item::kNull;
  uint16_t data = item::kUnconnectedData;
};

struct Packet {
  uint32_t connection = 0;  // of the address
  uint32_t sequence = 0;    // of a sequenced address
  uint32_t group = 0;       // IPv4, of a socket address to the originator
  Reader data{{}};
};
// All of `in`. Behind the two items only socket addresses may come. Faults: kBadType, kBadCount,
// kBadLength.
Packet read_packet(Reader& in, const Envelope& envelope) noexcept;

// Items of any type, as lists have them: checks that they are whole.
void check_items(Reader& in) noexcept;

}  // namespace bulkhead::wire::enip
