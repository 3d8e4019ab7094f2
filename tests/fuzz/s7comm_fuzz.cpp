// SPDX-License-Identifier: Apache-2.0
// Laws of S7comm: a PDU cut anywhere is a fault, as is one with a byte more; its operation does not
// depend on the COTP fragments it came in. Input: a byte for the side and where to cut, then a PDU.
#include "protocol_law.h"
#include "wire/apps/iso/connection.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

std::vector<uint8_t> data_tpdu(std::span<const uint8_t> bytes, bool last) {
  const size_t size = bytes.size() + 7;
  std::vector<uint8_t> out = {3, 0,    static_cast<uint8_t>(size >> 8),  static_cast<uint8_t>(size),
                              2, 0xf0, last ? uint8_t{0x80} : uint8_t{0}};
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

std::string told(std::span<const uint8_t> pdu, Side side, size_t cut) {
  iso::Connection connection;
  test::Witness witness;
  if (cut != 0) {
    LAW(connection.frame(side, data_tpdu(pdu.first(cut), false), witness) == Fault{});
    LAW(connection.pending(side));
    LAW(witness.said.empty());
  }
  const auto frame = data_tpdu(pdu.subspan(cut), true);
  const Fault fault = connection.frame(side, frame, witness);
  LAW(!connection.pending(side));
  if (fault.kind == FaultKind::kNone) return witness.said;
  LAW(fault.offset <= frame.size());
  LAW(witness.said.empty());
  return std::string(to_string(fault.kind));
}

bool parses(const std::string& said) {
  return said.ends_with('\n');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3 || size > 8000) return 0;
  std::vector<uint8_t> pdu(data + 1, data + size);
  pdu[0] = 0x32;
  const Side side = (data[0] & 1) != 0 ? Side::kResponse : Side::kRequest;
  const std::string whole = told(pdu, side, 0);
  LAW(told(pdu, side, 1 + data[0] % (pdu.size() - 1)) == whole);
  if (!parses(whole)) return 0;
  LAW(!parses(told(std::span(pdu).first(pdu.size() - 1), side, 0)));
  pdu.push_back(0);
  LAW(!parses(told(pdu, side, 0)));
  return 0;
}
