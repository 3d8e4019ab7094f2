// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/pn_rt/alarm.h"

namespace bulkhead::wire::pn_rt {

AlarmPdu read_alarm_pdu(Reader& in) noexcept {
  constexpr uint8_t kVersion = 1;
  AlarmPdu out;
  in.skip(4);  // end points of destination and source
  const size_t type_at = in.at();
  const uint8_t type = in.u8();
  in.skip(1);  // flags
  out.sequence = in.be32();
  const uint16_t length = in.be16();
  in.expect(type >> 4 == kVersion, FaultKind::kBadVersion, type_at);
  out.type = static_cast<Rta>(type & 0xf);
  in.expect(out.type >= Rta::kData && out.type <= Rta::kForward, FaultKind::kBadType, type_at);
  out.body = in.take(length);
  return out;
}

void add_submodule(Reader& body, Operation& out) noexcept {
  constexpr size_t kBlockHeader = 6, kAlarmType = 2;
  body.skip(kBlockHeader + kAlarmType);
  const uint64_t api = body.be32();
  const uint64_t slot = body.be16();
  const uint64_t number = api << 32 | slot << 16 | body.be16();
  if (body.ok()) out.add_point({PointType::kPnSubmodule, out.cls, number, number});
}

}  // namespace bulkhead::wire::pn_rt
