// SPDX-License-Identifier: Apache-2.0
// PROFINET context management: how a controller opens a relation to a device, reads and writes
// records, and says that it is ready; remote procedure calls over UDP.
//
// Sources: IEC 61158-6-10 4.10 (interfaces, PNIOStatus) and 5.2 (blocks); Open Group C706 12.5
// (connectionless PDUs) and 14 (NDR).
#pragma once

#include "wire/apps/pn_cm/fragments.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::pn_cm {

inline constexpr uint16_t kPort = 34964;

// Code: number of the operation; with sub-function 1 of a connect as a supervisor. Spaces: kCall,
// what keeps a call going, by type of PDU; kEndpoints, operations of the endpoint mapper; kForeign,
// those of interfaces that are not known.
inline constexpr uint32_t kSupervisor = 1u << 16;
inline constexpr uint32_t kCall = 1u << 24, kEndpoints = 2u << 24, kForeign = 3u << 24;
inline constexpr uint32_t kFragment = kCall | 255;  // one that does not complete a call
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// Points: api << 32 | slot << 16 | subslot of each record, its detail the index. Values: the record
// that is written, as octets. The type of the PDU tells request and response, not the side.
// Faults: kTruncated, kBadVersion (of the call), kBadEncoding (data representation), kBadFlags
// (authentication), kBadLength, kBadType (a block that the operation does not have), kTooDeep,
// kTooMany, and those of Fragments.
class Connection {
 public:
  static constexpr App kApp = App::kPnCm;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

 private:
  Fragments fragments_;
};

}  // namespace bulkhead::wire::pn_cm
