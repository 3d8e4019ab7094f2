// SPDX-License-Identifier: Apache-2.0
// How a CPU says no: an acknowledgement with data to a job, a response to userdata.
//
// Codes: 0x03 of an item, "accessing the object not allowed", is what clients show for one variable
// (Wireshark packet-s7comm.c, item return values); 0xd241, "function not permitted at the current
// protection level", is what a CPU with a password answers to anything else, as error class and
// code of a job's acknowledgement and as error of userdata (the same source, parameter error codes;
// snap7 reads both places by one table, s7_micro_client.h: Code7NeedPassword).
#include "wire/apps/s7comm/header.h"
#include "wire/apps/s7comm/session.h"
#include "wire/apps/s7comm/table.h"
#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::wire::s7comm {
namespace {

constexpr uint8_t kAccessDenied = 0x03;
constexpr uint16_t kProtected = 0xd241;
constexpr size_t kDeniedValue = 4;  // bytes of an item that was not read

void put_header(Writer& out, Rosctr kind, uint64_t reference, size_t parameters, size_t data) {
  out.u8(kProtocolId).u8(static_cast<uint8_t>(kind)).be16(0);
  out.be16(static_cast<uint16_t>(reference));
  out.be16(static_cast<uint16_t>(parameters)).be16(static_cast<uint16_t>(data));
}

// Each variable by itself, so that a client says of each that it may not.
void deny_variables(Writer& out, uint64_t reference, uint8_t function, uint8_t items) noexcept {
  const bool read = function == kRead;
  put_header(out, Rosctr::kAckData, reference, 2, items * (read ? kDeniedValue : 1));
  out.be16(0).u8(function).u8(items);
  for (unsigned i = 0; i < items; ++i) {
    out.u8(kAccessDenied);
    if (read) out.u8(0).be16(0);  // of no size
  }
}

void deny_job(Writer& out, uint64_t reference, uint8_t function) noexcept {
  put_header(out, Rosctr::kAckData, reference, 1, 0);
  out.be16(kProtected).u8(function);
}

void deny_userdata(Writer& out, uint64_t reference, Cursor parameters) noexcept {
  constexpr uint8_t kLong = 8, kMethod = 0x12, kResponse = 0x40, kNothing = 0x0a;
  parameters.skip(5);  // head, length, method
  const uint8_t type_and_group = parameters.u8();
  const uint8_t sub = parameters.u8();
  const uint8_t sequence = parameters.u8();
  put_header(out, Rosctr::kUserdata, reference, 4 + kLong, 4);
  out.be16(0x0001).u8(0x12).u8(kLong).u8(kMethod);
  out.u8(static_cast<uint8_t>(type_and_group + kResponse)).u8(sub).u8(sequence);
  out.be16(0).be16(kProtected);  // the only data unit
  out.u8(kNothing).u8(0).be16(0);
}

}  // namespace

size_t Session::refuse(Side asker, const Operation& operation, std::span<uint8_t> out) noexcept {
  constexpr size_t kParametersAt = 10;
  if (operation.direction != Direction::kRequest) return 0;
  (void)outstanding_[asker == Side::kRequest ? 0 : 1].answered(operation);
  Cursor in{std::span<const uint8_t>(beginning_)};
  in.skip(1);
  const auto kind = static_cast<Rosctr>(in.u8());
  in.skip(kParametersAt - 2);
  const Cursor parameters = in;
  const uint8_t function = in.u8();
  const uint8_t items = in.u8();
  Writer writer{out};
  if (kind == Rosctr::kUserdata) {
    deny_userdata(writer, operation.request_id, parameters);
    return writer.whole();
  }
  if (function == kRead || function == kWrite)
    deny_variables(writer, operation.request_id, function, items);
  if (writer.ok() && writer.size() > 0) return writer.whole();
  writer = Writer{out};  // no variables, or more than there is room for
  deny_job(writer, operation.request_id, function);
  return writer.whole();
}

}  // namespace bulkhead::wire::s7comm
