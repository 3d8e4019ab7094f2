// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/session.h"

#include <algorithm>

#include "wire/apps/s7comm/blocks.h"
#include "wire/apps/s7comm/header.h"
#include "wire/apps/s7comm/table.h"
#include "wire/apps/s7comm/userdata.h"
#include "wire/apps/s7comm/variables.h"

namespace bulkhead::wire::s7comm {
namespace {

constexpr uint32_t kParametersAt = 6;

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

Fault no_data(const Cursor& data) noexcept {
  if (data.left() == 0) return {};
  return {FaultKind::kBadLength, static_cast<uint32_t>(data.at())};
}

Fault take_setup(Cursor in) noexcept {
  const auto at = static_cast<uint32_t>(in.at());
  in.skip(7);  // parallel jobs of both sides, length of PDUs
  return in.ok() && in.left() == 0 ? Fault{} : Fault{FaultKind::kBadLength, at};
}

// Jobs that carry no data.
Fault take_plain_job(uint8_t function, Cursor in, Operation& out) noexcept {
  switch (function) {
    case kRequestDownload:
    case kStartUpload:
      return take_download(in, out);
    case kDownloadBlock:
    case kDownloadEnded:
      return take_transfer(in, out);
    case kUpload:
    case kEndUpload:
      return take_upload(in, out);
    case kPiService:
      return take_pi_service(in, out);
    case kPlcStop:
      return take_plc_stop(in, out);
    case kSetup:
      return take_setup(in);
    default:
      return {};
  }
}

Fault take_job(Header& header, Operation& out) noexcept {
  Cursor& in = header.parameters;
  const uint8_t function = in.u8();
  if (!in.ok()) return {FaultKind::kBadLength, kParametersAt};
  describe(function, out);
  if (function == kRead) return take_read(in, header.data, out);
  if (function == kWrite) return take_write(in, header.data, out);
  const Fault fault = take_plain_job(function, in, out);
  if (failed(fault) || function_of(function) == nullptr) return fault;
  return no_data(header.data);
}

Fault take_acknowledgement(Header& header, Operation& out) noexcept {
  out.direction = Direction::kResponse;
  out.is_exception = header.error != 0;
  out.exception_code = header.error;
  Cursor& in = header.parameters;
  if (in.left() == 0) return {};
  const uint8_t function = in.u8();
  describe(function, out);
  switch (function) {
    case kRead:
      return take_read_answer(in, header.data, out);
    case kWrite:
      return take_write_answer(in, header.data, out);
    case kDownloadBlock:
    case kUpload:
      return take_block_data(header.data, out);
    default:
      return {};
  }
}

Fault take_body(Header& header, Operation& out) noexcept {
  if (header.kind == Rosctr::kJob) return take_job(header, out);
  if (header.kind == Rosctr::kUserdata) return take_userdata(header.parameters, header.data, out);
  return take_acknowledgement(header, out);
}

// An acknowledgement repeats the function at most, not the PI service, nor what an SZL is of.
void describe_answer(iso::Outstanding& outstanding, Operation& out) noexcept {
  const auto* const asked = outstanding.answered(out);
  if (!asked) return;
  const bool silent = out.code == 0 && out.name == "unknown";
  const bool same =
      (asked->code & 0xffff) == (out.code & 0xffff) && asked->code >> 24 == out.code >> 24;
  if (silent || same) describe_as(*asked, out);
}

size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}

}  // namespace

Fault Session::tsdu(Side side, uint32_t unit, std::span<const uint8_t> bytes,
                    OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  out.clear();
  Parsed<Header> parsed = parse_header(bytes);
  if (!parsed.ok()) return parsed.fault();
  Header header = *parsed;
  beginning_ = {};
  std::ranges::copy(bytes.first(std::min(bytes.size(), kBeginning)), beginning_.begin());
  out.app = App::kS7comm;
  out.unit = unit;
  out.request_id = header.reference;
  if (const Fault fault = take_body(header, out); failed(fault)) return fault;
  if (out.direction == Direction::kRequest) outstanding_[index(side)].asked(out);
  if (out.direction == Direction::kResponse) describe_answer(outstanding_[1 - index(side)], out);
  sink.told();
  return {};
}

}  // namespace bulkhead::wire::s7comm
