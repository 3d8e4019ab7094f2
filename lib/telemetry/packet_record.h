// SPDX-License-Identifier: Apache-2.0
// The packet of an event as a worker copies it into its packet ring: evidence of what was refused.
// docs/evidence.md says what a packet looks like at the stage where it is copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bulkhead::telemetry {

// Of a longer frame the rest is not kept. Ordinary Ethernet frames fit whole.
inline constexpr size_t kSnapBytes = 2048;

enum class PacketLink : uint16_t {
  kEthernet = 0,
  kIp,  // no link header: what came out of decryption, or the gateway is about to send
};

struct PacketRecord {
  uint64_t sequence = 0;         // EventRecord::sequence of its event, from the same worker
  uint32_t original_length = 0;  // bytes that there were
  uint16_t captured_length = 0;  // of these, from the first on, in `frame`
  uint16_t port = 0xffff;        // index it came in on; 0xffff: the gateway's own
  uint16_t link = 0;             // PacketLink
  std::array<uint16_t, 3> reserved{};
  std::array<uint8_t, kSnapBytes> frame{};
};
static_assert(std::is_trivially_copyable_v<PacketRecord>);
static_assert(std::has_unique_object_representations_v<PacketRecord>);

}  // namespace bulkhead::telemetry
