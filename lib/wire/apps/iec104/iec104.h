// SPDX-License-Identifier: Apache-2.0
// IEC 60870-5-104: APDUs of telecontrol over TCP, each with one ASDU or a control function.
//
// Sources: IEC 60870-5-104:2006 5.1 (APCI), 5.3 (STARTDT, STOPDT, TESTFR), 7 (ASDU: two octets of
// cause and of common address, three of object address); IEC 60870-5-101:2003 7.2 and 7.3.
#pragma once

#include <array>

#include "wire/apps/iec104/numbering.h"
#include "wire/apps/iec104/types.h"
#include "wire/cursor.h"

namespace bulkhead::wire::iec104 {

inline constexpr uint16_t kPort = 2404;
inline constexpr size_t kMaxApdu = 255;

// One ASDU, `in` over exactly its octets: fills code, class, direction, unit, points and values.
// `side` decides the direction of file transfer alone. Faults: kBadCount (no object), kBadLength
// (the objects are not exactly the rest), kBadAddress (addresses of a sequence past 24 bits),
// kTruncated.
Fault parse_asdu(Cursor in, Side side, Operation& out) noexcept;

// Neither sequence numbers nor the state of transfer make a fault: devices differ in what they
// take, so what they are told is told here.
class Connection {
 public:
  static constexpr App kApp = App::kIec104;
  static constexpr size_t kLongestFrame = kMaxApdu;

  // Faults: kBadMarker (not 0x68), kBadLength (below 4 or above 253).
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  // Besides those of parse_asdu(): kBadType (a U frame of no or of two functions, reserved bits of
  // the control field), kBadLength (octets behind a U or S frame).
  Fault frame(Side side, std::span<const uint8_t> apdu, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // As wire/apps/protocol.h says (Refusing, Renumbering). The answer acknowledges the refused
  // frame. After a silent refusal that is left to the next frame of the other end: where none comes
  // within the timeout t1 of the station that asked, it ends the connection.
  size_t refuse(Side asker, std::span<const uint8_t> apdu, const Operation& operation,
                std::span<uint8_t> out) noexcept;
  bool adapt(Side sender, std::span<uint8_t> apdu) noexcept;
  // The bytes begin with STARTDT act, as every controlling station's do.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  // The opener asked for the transfer of user data, its peer confirmed, and the opener has not
  // asked to stop since. Stations that keep the standard act on no I frame before, or behind a
  // STOPDT.
  [[nodiscard]] bool started() const noexcept { return transfer_ == Transfer::kStarted; }

 private:
  Fault numbered(Side side, std::span<const uint8_t> apdu, OperationSink& sink) noexcept;
  Fault unnumbered(Side side, std::span<const uint8_t> apdu, OperationSink& sink) noexcept;
  void count(Side side, std::span<const uint8_t> apdu) noexcept;
  size_t mirror(Side asker, std::span<const uint8_t> apdu, std::span<uint8_t> out) noexcept;
  void follow(Side side, UFunction function) noexcept;

  enum class Transfer : uint8_t { kStopped, kAsked, kStarted };
  Transfer transfer_ = Transfer::kStopped;

  // The I frames that each side sends.
  struct Sent {
    uint16_t next = 0;  // number of the next one, as its sender counts
    bool known = false;
    Numbering numbering;
  };
  std::array<Sent, 2> sent_;
};

}  // namespace bulkhead::wire::iec104
