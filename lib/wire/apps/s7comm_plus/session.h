// SPDX-License-Identifier: Apache-2.0
// S7comm-plus on one ISO transport connection, TSDU by TSDU, at the level of functions; and TLS,
// inside which newer firmware speaks it.
//
// Sources: there is no public specification; the layout is the one that Thomas Wiens' dissector and
// S7CommPlusDriver describe, held against captures of S7-1200 and -1500
// (docs/protocols/s7comm_plus.md).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/iso/outstanding.h"
#include "wire/apps/protocol.h"
#include "wire/apps/s7comm_plus/pdu.h"
#include "wire/apps/s7comm_plus/tls.h"

namespace bulkhead::wire::s7comm_plus {

class Session {
 public:
  // One whole TSDU, of first byte 0x72. A PDU over several is told when its last part is there.
  // Faults: of parse_part() and take_body(), and kBadState: a part of another version.
  Fault tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // A TSDU of TLS records, told as opaque; see TlsRecords.
  Fault tls(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

  // A PDU was begun that later TSDUs complete.
  [[nodiscard]] bool pending(Side side) const noexcept;
  // The next TSDU goes on with a TLS record.
  [[nodiscard]] bool amid_record(Side side) const noexcept;
  void forget() noexcept;

 private:
  static constexpr size_t kHead = 2048;  // what is kept of a PDU over several TSDUs: its beginning
  struct Way {
    bool open = false;
    bool cut = false;
    Version version = Version::kData;
    uint16_t held = 0;
    TlsRecords records;
    iso::Outstanding outstanding;  // asked by this side
    std::array<uint8_t, kHead> head;
  };

  Fault hold(Way& way, const Part& part) noexcept;
  Fault tell(Side side, const Part& part, OperationSink& sink) noexcept;

  std::array<Way, 2> ways_;
};

}  // namespace bulkhead::wire::s7comm_plus
