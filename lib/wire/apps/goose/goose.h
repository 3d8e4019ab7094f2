// SPDX-License-Identifier: Apache-2.0
// GOOSE: publications of states and events right behind Ethernet (IEC 61850-8-1 18, annex C).
// Ethertype 0x88b8.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::goose {

inline constexpr uint16_t kEthertype = 0x88b8;

// Number of the PDU; of a publication in simulation with the sub-function kSimulated.
inline constexpr uint32_t kPublication = 1;
inline constexpr uint32_t kSimulated = kPublication | 1u << 16;

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// unit: APPID. request_id: stNum << 32 | sqNum. Point: the control block, its detail confRev.
// Values: the members of the data set, one each.
// Faults, with offsets from behind the ethertype: kTruncated; kBadLength (length that is not the
// PDU's; a field is missing, or there is one more); those of ber::Reader; kBadType (a field out of
// place, a member that is no data); kBadValue (a number or text that its field cannot have);
// kBadCount (numDatSetEntries is not the number of members).
class Connection {
 public:
  static constexpr App kApp = App::kGoose;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
};

}  // namespace bulkhead::wire::goose
