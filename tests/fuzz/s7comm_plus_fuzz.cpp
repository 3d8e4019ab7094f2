// SPDX-License-Identifier: Apache-2.0
// Laws of S7comm-plus: which function is told does not depend on the parts a PDU came in.
// Input: a byte for side and version, one for where to cut, then the data of a PDU.
#include "protocol_law.h"
#include "wire/apps/s7comm_plus/session.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

std::vector<uint8_t> part(uint8_t version, std::span<const uint8_t> data, bool last) {
  const size_t size = data.size() + (version == 3 ? 33 : 0);
  std::vector<uint8_t> out = {0x72, version, static_cast<uint8_t>(size >> 8),
                              static_cast<uint8_t>(size)};
  if (version == 3) out.push_back(32);
  if (version == 3) out.insert(out.end(), 32, 0x31);
  out.insert(out.end(), data.begin(), data.end());
  if (last) out.insert(out.end(), {0x72, version, 0, 0});
  return out;
}

std::string told(uint8_t version, Side side, std::span<const uint8_t> data, size_t cut) {
  s7comm_plus::Session session;
  test::Witness witness;
  if (cut != 0) {
    LAW(session.tsdu(side, part(version, data.first(cut), false), witness) == Fault{});
    LAW(session.pending(side));
  }
  const Fault fault = session.tsdu(side, part(version, data.subspan(cut), true), witness);
  LAW(!session.pending(side));
  return fault.kind == FaultKind::kNone ? witness.said : std::string(to_string(fault.kind));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const Side side = (data[0] & 1) != 0 ? Side::kResponse : Side::kRequest;
  const auto version = static_cast<uint8_t>(1 + data[0] / 2 % 3);
  const std::span<const uint8_t> body(data + 2, std::min<size_t>(size - 2, 2048));
  LAW(told(version, side, body, 0) == told(version, side, body, 1 + data[1] % (body.size() - 1)));
  s7comm_plus::Session session;
  test::Witness witness;
  const std::vector<uint8_t> raw(data, data + size);
  (void)session.tsdu(side, raw, witness);
  (void)session.tls(side, raw, witness);
  return 0;
}
