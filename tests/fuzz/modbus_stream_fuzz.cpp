// SPDX-License-Identifier: Apache-2.0
// Law of the Modbus stream: operations and fault do not depend on where TCP cut the bytes.
// Input: one byte for the side, one for the number of cuts, a byte for the length of each piece,
// then the stream itself.
#include <string>
#include <vector>

#include "law.h"
#include "wire/apps/modbus.h"

using namespace bulkhead::wire;

namespace {

using Piece = std::span<const uint8_t>;

std::string describe(const Operation& op) {
  std::string out(op.name);
  out += ' ' + std::to_string(op.request_id) + ' ' + std::to_string(op.unit);
  out += ' ' + std::to_string(op.exception_code);
  for (const PointRange& p : op.points)
    out += ' ' + std::to_string(p.first) + '-' + std::to_string(p.last);
  for (const ValueView& v : op.values)
    for (size_t i = 0; i < v.count; ++i) out += ',' + std::to_string(v.at(i));
  return out;
}

std::string said(const std::vector<Piece>& pieces, modbus::Side side) {
  modbus::Stream stream(side);
  std::string out;
  Operation op;
  for (Piece piece : pieces) {
    modbus::Stream::Step step{};
    while ((step = stream.next(piece, op)) == modbus::Stream::Step::kOperation)
      out += describe(op) + '\n';
    // A whole ADU is held only where it is the one that broke the stream.
    LAW(stream.held() <= modbus::kMaxAdu);
    LAW(step == modbus::Stream::Step::kFault || stream.held() < modbus::kMaxAdu);
    if (step == modbus::Stream::Step::kFault)
      return out + std::string(to_string(stream.fault().kind)) +
             std::to_string(stream.fault().offset);
    LAW(piece.empty());
  }
  return out + "held " + std::to_string(stream.held());
}

// `lengths` in turn, and the rest as one piece.
std::vector<Piece> cut(Piece whole, Piece lengths) {
  std::vector<Piece> pieces;
  for (const uint8_t length : lengths) {
    const size_t n = std::min<size_t>(length, whole.size());
    pieces.push_back(whole.first(n));
    whole = whole.subspan(n);
  }
  pieces.push_back(whole);
  return pieces;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const Piece input(data, size);
  const auto side = (data[0] & 1) ? modbus::Side::kResponse : modbus::Side::kRequest;
  const size_t cuts = std::min<size_t>(data[1], size - 2);
  const Piece stream = input.subspan(2 + cuts);
  LAW(said({stream}, side) == said(cut(stream, input.subspan(2, cuts)), side));
  return 0;
}
