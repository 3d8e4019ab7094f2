// SPDX-License-Identifier: Apache-2.0
// MMS on one connection of ISO transport, TSDU by TSDU: session, presentation, ACSE and MMS.
//
// Sources: ISO 8327-1 (session), ISO 8823-1 (presentation), ISO 8650-1 (ACSE), ISO 9506-2 (MMS),
// IEC 61850-8-1 (what of it substations use). How the fields of Operation are used:
// docs/protocols/mms.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/iso/outstanding.h"
#include "wire/apps/mms/contexts.h"
#include "wire/apps/mms/session.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::mms {

// May a TSDU of this first byte be handed to tsdu(): session, or an MMS PDU right in the TSDU?
bool begins(uint8_t first) noexcept;

class Association {
 public:
  static constexpr size_t kMostValues = 16;  // of presentation, in one TSDU

  // Tells each MMS PDU. Where there is none, the ACSE APDU; where there is none of that, the SPDU.
  // Data of other presentation contexts is of no class.
  // Faults: those of parse_session, ber::Reader and take_pdu; kBadState: a context that was not
  // agreed on; kTooMany; kBadLength: data without any.
  Fault tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // The TSDU that answers the PDU told last; 0: it is no confirmed service.
  size_t refuse(Side asker, const Operation& operation, std::span<uint8_t> out) noexcept;

 private:
  struct Turn;
  void presentation(const SessionPdu& session, Turn& turn) noexcept;
  void connection(Spdu type, const ber::Element& top, ber::Reader& in, Turn& turn) noexcept;
  void fields(Spdu type, ber::Reader in, Turn& turn) noexcept;
  void fully_encoded(const ber::Element& data, const ber::Reader& of, Turn& turn) noexcept;
  void list(const ber::Element& pdv_list, const ber::Reader& of, Turn& turn) noexcept;
  void value(uint64_t context, const ber::Element& value, ber::Reader& in, Turn& turn) noexcept;
  void acse(const ber::Element& apdu, ber::Reader& in, Turn& turn) noexcept;
  void external(ber::Reader in, Turn& turn) noexcept;
  void pdu(const ber::Element& element, ber::Reader& in, Turn& turn) noexcept;

  Contexts contexts_;
  uint64_t context_ = 0;                         // that the PDU told last came in
  bool layered_ = true;                          // and not right in its TSDU
  std::array<iso::Outstanding, 2> outstanding_;  // asked by each side
};

}  // namespace bulkhead::wire::mms
