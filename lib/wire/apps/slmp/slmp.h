// SPDX-License-Identifier: Apache-2.0
// SLMP, and MELSEC communication of 3E and 4E frames, over TCP and UDP, binary and ASCII: devices,
// memory, mode, files and parameters of Mitsubishi Electric controllers.
//
// Sources: SLMP Reference Manual SH(NA)-080956ENG (3 message format, 4 commands); MELSEC
// Communication Protocol Reference Manual SH(NA)-080008 (frames, device codes, end codes).
#pragma once

#include <array>
#include <span>

#include "wire/apps/protocol.h"
#include "wire/apps/slmp/fields.h"

namespace bulkhead::wire::slmp {

inline constexpr uint16_t kTcpPort = 5007, kUdpPort = 5006;

// Ascending by code: the command.
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// What stands before the command or end code.
struct Header {
  bool ascii = false;
  bool response = false;
  bool numbered = false;  // 4E
  uint16_t serial = 0;    // 4E
  uint8_t network = 0, station = 0, multidrop = 0;
  uint16_t module = 0;  // "request destination module I/O number"
  uint16_t length = 0;  // of what follows: bytes, in ASCII digits

  // What an answer has in common with its request.
  [[nodiscard]] constexpr uint64_t id() const noexcept {
    return numbered ? uint64_t{1} << 16 | serial : 0;
  }
  // Network, station, module and multidrop station; 0: the station that is connected to.
  [[nodiscard]] constexpr uint32_t unit() const noexcept {
    constexpr uint32_t kOwn = 0xffu << 16 | 0x3ffu << 6;
    return (uint32_t{network} << 24 | uint32_t{station} << 16 | uint32_t{module} << 6 | multidrop) ^
           kOwn;
  }
};
// Faults: kBadMarker (subheader), kBadValue (no digits), kBadAddress (a route that there is not),
// kBadLength, kTooLong. Its size is known as soon as the first byte is.
Parsed<Header> read_header(std::span<const uint8_t> bytes) noexcept;
size_t size_of_header(bool ascii, bool numbered) noexcept;

// Adds the devices that a request names, and the values it writes. A subcommand whose layout is
// not known (extended specification) clips the operation: no rule allows it.
void read_points(Fields& in, uint16_t subcommand, Operation& out) noexcept;

class Connection {
 public:
  static constexpr App kApp = App::kSlmp;
  static constexpr size_t kLongestFrame = 8192;
  static constexpr size_t kMost = 32;  // requests whose answers are known

  // Over TCP.
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // The bytes begin with a whole request whose command is known.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  // Over UDP: a datagram is a frame.
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

  // Writes the answer that refuses the request in `bytes`, and says how long it is: end code C05B
  // (cannot access the specified device) where it names devices, else C05F (cannot be executed).
  // 0: no request, one that is sent to all, or there is no room.
  size_t refuse(Side asker, std::span<const uint8_t> bytes, const Operation& operation,
                std::span<uint8_t> out) noexcept;

 private:
  struct Request {
    uint64_t id = 0;
    uint32_t unit = 0;
    uint16_t command = 0;
  };
  void ask(Fields& in, const Header& header, Operation& out) noexcept;
  void answer(Fields& in, Operation& out) const noexcept;

  std::array<Request, kMost> requests_{};
  uint8_t next_ = 0;
};

}  // namespace bulkhead::wire::slmp
