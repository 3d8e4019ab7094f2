// SPDX-License-Identifier: Apache-2.0
// BACnet/IP: BVLC, NPDU and APDU of a datagram, as one operation: the innermost message.
//
// Sources: ANSI/ASHRAE 135-2020 clause 6 (network layer), 20 (APDUs, encoding), 21 (services),
// annex J (BACnet/IP). How the fields of Operation are used: docs/protocols/bacnet.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/bacnet/segments.h"
#include "wire/apps/bacnet/table.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::bacnet {

inline constexpr uint16_t kPort = 47808;

// What the second byte of Operation::request_id says of a message that is no whole member of a
// transaction; the lowest byte is the invoke id.
inline constexpr uint64_t kNoTransaction = 1 << 8;  // unconfirmed services, network messages
inline constexpr uint64_t kManagement = 2 << 8;     // BVLC functions
inline constexpr uint64_t kSegment = 3 << 8;        // a segment but the last, its acknowledgement

// One UDP conversation, with the state that its answers and segments need (wire/apps/protocol.h).
// A segment that does not complete its message is told with code and class of its service, without
// points and `clipped`: what the message does is not known yet. The last one is told as the whole.
// Views of a message in segments live until the next datagram; offsets of faults in its parameters
// count from the first of them.
class Connection {
 public:
  static constexpr App kApp = App::kBacnet;

  Connection() noexcept;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // As wire/apps/protocol.h says (Refusing).
  size_t refuse(Side asker, std::span<const uint8_t> datagram, const Operation& operation,
                std::span<uint8_t> out) noexcept;

 private:
  static constexpr uint8_t kNoService = 0xff;

  Fault apdu(Side side, const Envelope& envelope, OperationSink& sink) noexcept;
  Fault service(Side side, const Envelope& envelope, const Apdu& apdu,
                OperationSink& sink) noexcept;
  Fault parameters(Side side, const Envelope& envelope, const Apdu& apdu, Operation& out,
                   bool& again) noexcept;
  void transaction(Side side, const Envelope& envelope, const Apdu& apdu, Operation& out) noexcept;
  Fault management(Side side, const Envelope& envelope, OperationSink& sink) noexcept;
  void take_result(Side side, uint16_t code, Operation& out) const noexcept;
  static void match(const Apdu& apdu, bool again, Operation& out) noexcept;
  void note(Side side, const Peers& peers, const Apdu& apdu) noexcept;

  Segments segments_;
  // The service that each side last asked for by each invoke id, and its last BVLC request: of
  // them their answers take the class.
  std::array<std::array<uint8_t, 256>, 2> asked_{};
  std::array<uint8_t, 2> managed_{};
};

}  // namespace bulkhead::wire::bacnet
