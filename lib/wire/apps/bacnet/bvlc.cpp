// SPDX-License-Identifier: Apache-2.0
// BVLC functions that manage broadcasts instead of carrying an NPDU (ASHRAE 135 J.2).
#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/bacnet/describe.h"
#include "wire/apps/bacnet/tag.h"

namespace bulkhead::wire::bacnet {
namespace {

constexpr size_t kEntry = 10;  // of a broadcast distribution or foreign device table

bool size_ok(Bvlc function, size_t size) noexcept {
  switch (function) {
    case Bvlc::kResult:
    case Bvlc::kRegisterForeign:
      return size == 2;
    case Bvlc::kWriteBdt:
    case Bvlc::kReadBdtAck:
    case Bvlc::kReadFdtAck:
      return size % kEntry == 0;
    case Bvlc::kReadBdt:
    case Bvlc::kReadFdt:
      return size == 0;
    case Bvlc::kDeleteFdtEntry:
      return size == 6;
    default:
      return true;
  }
}

bool is_answer(Bvlc function) noexcept {
  return function == Bvlc::kResult || function == Bvlc::kReadBdtAck ||
         function == Bvlc::kReadFdtAck;
}

// Which function a result other than success refuses (J.2.1.1).
constexpr Bvlc kRefused[] = {Bvlc::kResult,          Bvlc::kWriteBdt, Bvlc::kReadBdt,
                             Bvlc::kRegisterForeign, Bvlc::kReadFdt,  Bvlc::kDeleteFdtEntry};

constexpr size_t other(Side side) noexcept {
  return side == Side::kRequest ? 1 : 0;
}

}  // namespace

void Connection::take_result(Side side, uint16_t code, Operation& out) const noexcept {
  out.is_exception = code != 0;
  out.exception_code = code;
  const size_t refused = code >> 4;
  uint8_t function = managed_[other(side)];
  if (code != 0 && refused < std::size(kRefused))
    function = static_cast<uint8_t>(kRefused[refused]);
  out.pairing.alone = refused >= std::size(kRefused);  // of a broadcast, or of nothing known
  answers(out, code_of(Space::kBvlc, function));
}

Fault Connection::management(Side side, const Envelope& envelope, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  const Bvlc function = envelope.function;
  const auto number = static_cast<uint8_t>(function);
  if (!size_ok(function, envelope.body.size())) return {FaultKind::kBadLength, 2};
  const bool answer = is_answer(function);
  describe(out, code_of(Space::kBvlc, number), answer ? Direction::kResponse : Direction::kRequest);
  identify(out, envelope.peers, kManagement, 0);
  out.opaque = function == Bvlc::kSecure;
  if (function == Bvlc::kResult)
    take_result(side, Cursor{envelope.body}.be16(), out);
  else if (!answer)
    managed_[1 - other(side)] = number;
  sink.told();
  return {};
}

}  // namespace bulkhead::wire::bacnet
