// SPDX-License-Identifier: Apache-2.0
// S7comm on one ISO transport connection, TSDU by TSDU: jobs, acknowledgements and userdata.
//
// Sources: there is no public specification; the layout is the one that the dissectors of Wireshark
// (epan/dissectors/packet-s7comm.c) and libnodave describe, held against captures of S7-300, -400
// and -1200 (docs/protocols/s7comm.md).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/iso/outstanding.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::s7comm {

class Session {
 public:
  // One whole TSDU, of first byte 0x32. `unit`: rack and slot that the connection called.
  //
  // A job is a request whoever sends it: downloads are driven by the PLC. The code of an
  // acknowledgement is its job's, PI service included; where the job was not seen that of its own
  // function, and of one without parameters none.
  // exception_code: error class << 8 | error code of the header, or the error of userdata; else,
  // below 256, the return code of the first item that failed.
  Fault tsdu(Side side, uint32_t unit, std::span<const uint8_t> bytes,
             OperationSink& sink) noexcept;
  // The TSDU that answers the one told last; 0: nobody waits for an answer.
  size_t refuse(Side asker, const Operation& operation, std::span<uint8_t> out) noexcept;

 private:
  static constexpr size_t kBeginning = 18;  // header of a job, and the head of userdata

  std::array<uint8_t, kBeginning> beginning_{};  // of the TSDU told last
  std::array<iso::Outstanding, 2> outstanding_;  // asked by each side
};

}  // namespace bulkhead::wire::s7comm
