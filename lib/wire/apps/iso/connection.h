// SPDX-License-Identifier: Apache-2.0
// One TCP connection of ISO transport (port 102): TPKTs, COTP's connection management, and TSDUs,
// each handed to the protocol that its own first bytes name, for S7comm and S7comm-plus may take
// turns on one connection.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/iso/cotp.h"
#include "wire/apps/mms/association.h"
#include "wire/apps/protocol.h"
#include "wire/apps/s7comm/session.h"
#include "wire/apps/s7comm_plus/session.h"

namespace bulkhead::wire::iso {

// The code of an operation of COTP is the type of the TPDU. A response carries the reference that
// its request chose as request_id.
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// The code of a TSDU of a protocol that is not known here: this, and its first byte.
inline constexpr uint32_t kUnknownTsdu = 1u << 24;

// Faults of the TPKT and of COTP as parse_tpkt() says them, and kBadState: a TPDU other than data
// amid a TSDU or an S7comm-plus PDU over several. A fault inside a TSDU has its offset in the frame
// when it lies there; else, in one of the frames before it, that of the frame's user data.
class Connection {
 public:
  static constexpr App kApp = App::kCotp;
  static constexpr size_t kLongestFrame = kMaxTpkt;

  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> tpkt, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side side) const noexcept;
  // As wire/apps/protocol.h says (Refusing).
  size_t refuse(Side asker, std::span<const uint8_t> tpkt, const Operation& operation,
                std::span<uint8_t> out) noexcept;
  // A connection request that names the TSAP it calls (that of RDP, on the same framing, does not).
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

 private:
  Fault manage(Side side, const Tpdu& tpdu, OperationSink& sink) noexcept;
  Fault tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  void tell_unknown(Side side, uint8_t first, OperationSink& sink) noexcept;
  size_t words(Side asker, const Operation& operation, std::span<uint8_t> out) noexcept;
  void begin(const Tpdu& request) noexcept;

  uint32_t unit_ = 0;  // rack and slot that the connection request called
  std::array<TsduAssembly, 2> assemblies_;
  s7comm::Session s7_;
  s7comm_plus::Session plus_;
  mms::Association mms_;
};

}  // namespace bulkhead::wire::iso
