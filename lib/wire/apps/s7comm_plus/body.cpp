// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/body.h"

#include "wire/apps/s7comm_plus/table.h"
#include "wire/cursor.h"

namespace bulkhead::wire::s7comm_plus {
namespace {

enum Opcode : uint8_t {
  kResponse2 = 0x02,  // to cyclic requests of some panels
  kRequest = 0x31,
  kResponse = 0x32,
  kNotify = 0x33,
};

Fault truncated(const Cursor& in, std::span<const uint8_t> data) noexcept {
  if (in.ok()) return {};
  return {FaultKind::kTruncated, static_cast<uint32_t>(data.size())};
}

void take_response(Cursor& in, Operation& out) noexcept {
  out.direction = Direction::kResponse;
  in.skip(1);  // transport flags
  const auto error = static_cast<int16_t>(take_varuint(in) & 0xffff);
  if (error >= 0) return;  // above 0: warnings
  out.is_exception = true;
  out.exception_code = static_cast<uint16_t>(error);
}

void take_request(Cursor& in, Layout layout, Operation& out) noexcept {
  out.direction = Direction::kRequest;
  out.from_unit = in.be32();  // session
  in.skip(1);                 // transport flags
  if (in.ok()) take_objects(in, layout, out);
}

}  // namespace

bool is_opcode(uint8_t byte) noexcept {
  return byte == kRequest || byte == kResponse || byte == kNotify || byte == kResponse2;
}

Fault take_body(std::span<const uint8_t> data, Layout layout, Operation& out) noexcept {
  Cursor in{data};
  const uint8_t opcode = in.u8();
  if (opcode == kNotify) {
    describe(kNotification, out);
    out.direction = Direction::kUnsolicited;
    const uint64_t subscription = in.be32();
    out.add_point({PointType::kS7plusObject, OperationClass::kRead, subscription, subscription});
    return truncated(in, data);
  }
  if (!is_opcode(opcode)) {
    if (in.ok()) describe(1u << 24 | opcode, out);
    return truncated(in, data);
  }
  in.skip(2);
  const uint16_t function = in.be16();
  in.skip(2);
  out.request_id = in.be16();
  describe(function, out);
  if (opcode == kRequest)
    take_request(in, layout, out);
  else
    take_response(in, out);
  return truncated(in, data);
}

}  // namespace bulkhead::wire::s7comm_plus
