// SPDX-License-Identifier: Apache-2.0
// EtherCAT: the datagrams that devices work on while they pass, mailboxes in them, and the forms in
// UDP: the same frames, and the mailbox gateway. Ethertype 0x88a4, UDP 34980.
//
// Sources: IEC 61158-4-12 / ETG.1000.4 (frames, datagrams, registers), ETG.1000.6 (mailboxes: CoE,
// FoE, EoE, SoE, AoE, VoE), ETG.8200 (mailbox gateway), Beckhoff ESC datasheet sections 1 and 2.
#pragma once

#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::ethercat {

inline constexpr uint16_t kEthertype = 0x88a4;
inline constexpr uint16_t kPort = kEthertype;  // 34980, UDP

// Ascending by code (table.h).
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// Units: a device by its configured address is that number; others are above.
inline constexpr uint32_t kUnitByPosition = 0x1'0000;  // and the auto increment address
inline constexpr uint32_t kUnitEveryone = 0x2'0000;    // broadcasts, and what all but one write
inline constexpr uint32_t kUnitLogical = 0x3'0000;     // whoever maps the address

// Points are numbers in a space: space << 32 | number.
enum class PointSpace : uint8_t {
  kPhysical = 0,   // address in a device
  kLogical = 1,    // address in the logical memory of a segment
  kCoeObject = 2,  // index << 8 | subindex
  kSoeIdn = 3,     // drive << 16 | IDN
  kFoeFile = 4,    // 0; the name is the file's
};
inline constexpr unsigned kPointSpaceShift = 32;

// What carries the frames.
enum class Carrier : uint8_t { kEthernet, kUdp };

// One operation for each datagram; of other frames one for the frame. `side` is the direction: a
// frame comes back to its master as its own answer. request_id: idx of the datagram. An answer with
// a working counter of 0 is an exception: no device did it. All datagrams are looked at before the
// first is told.
// Faults, with offsets from behind the ethertype or in the UDP datagram: kTruncated (no header),
// kBadFlags (reserved bits), kBadLength (of the frame, of a datagram, of a gateway's mailbox; bytes
// behind, other than the padding of a short Ethernet frame), kBadAddress (a range past the last
// address).
template <Carrier kCarrier>
class On {
 public:
  static constexpr App kApp = App::kEthercat;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
};
extern template class On<Carrier::kEthernet>;
extern template class On<Carrier::kUdp>;
using LinkConnection = On<Carrier::kEthernet>;
using Connection = On<Carrier::kUdp>;

}  // namespace bulkhead::wire::ethercat
