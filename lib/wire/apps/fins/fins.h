// SPDX-License-Identifier: Apache-2.0
// Omron FINS over TCP and UDP: commands for the memory, parameters, program, mode and files of
// SYSMAC controllers.
//
// Sources: Omron W342 (SYSMAC CS/CJ/NSJ communications commands, 3 message formats, 5 FINS commands
// and end codes), W421 (Ethernet units, 7 FINS/TCP), W227 (area codes of the CV series).
#pragma once

#include <span>

#include "wire/apps/protocol.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::fins {

inline constexpr uint16_t kPort = 9600;
// Header, command and 2000 bytes (W342 3-1).
inline constexpr size_t kMaxMessage = 2012;
inline constexpr size_t kTcpHeader = 16;

// Ascending by code: main request code << 8 | sub-request code; kTcpSpace | command of FINS/TCP.
inline constexpr uint32_t kTcpSpace = 1u << 24;
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// The FINS header (W342 3-2): ICF, RSV, GCT, and where to and where from.
struct Address {
  uint8_t network = 0, node = 0, unit = 0;
  [[nodiscard]] constexpr uint32_t number() const noexcept {
    return uint32_t{network} << 16 | uint32_t{node} << 8 | unit;
  }
};
struct Header {
  uint8_t control = 0;
  Address to, from;
  uint8_t service = 0;
  [[nodiscard]] constexpr bool response() const noexcept { return (control & 0x40) != 0; }
  [[nodiscard]] constexpr bool answer_wanted() const noexcept { return (control & 1) == 0; }
};
inline constexpr size_t kHeader = 10;
Header read_header(Reader& in) noexcept;

// Adds the memory and parameter areas that a request names, and the values it writes. Faults of
// `in`: kBadLength, kBadCount, kBadType (area), kBadAddress (bit of a word; past the last word).
void read_points(Reader& in, Operation& out) noexcept;

// Stateless: an answer repeats the command and the addresses.
class Connection {
 public:
  static constexpr App kApp = App::kFins;
  static constexpr size_t kLongestFrame = kTcpHeader + kMaxMessage;

  // Over TCP. Faults: kBadMarker (not "FINS"), kBadLength, kTooLong.
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // The bytes begin with the request for a node address that opens a connection (W421 7-4).
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  // Over UDP.
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

  // Writes the answer that refuses the request in `bytes`, end code 3001 (no access right), and
  // says how long it is. 0: nobody awaits one (broadcasts, ICF bit 0), or there is no room.
  size_t refuse(Side asker, std::span<const uint8_t> bytes, const Operation& operation,
                std::span<uint8_t> out) noexcept;
};

}  // namespace bulkhead::wire::fins
