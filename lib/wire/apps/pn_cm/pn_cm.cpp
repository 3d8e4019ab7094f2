// SPDX-License-Identifier: Apache-2.0
// Techniques are numbers of MITRE ATT&CK for ICS.
#include "wire/apps/pn_cm/pn_cm.h"

#include "wire/apps/fact_table.h"
#include "wire/apps/pn_cm/blocks.h"

namespace bulkhead::wire::pn_cm {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{0,               "connect",              Class::kSession,  0},
    FunctionFact{1,               "release",              Class::kSession,  0},
    FunctionFact{2,               "read",                 Class::kRead,     801},
    FunctionFact{3,               "write",                Class::kWrite,    836},
    FunctionFact{4,               "control",              Class::kSession,  0},
    FunctionFact{5,               "read_implicit",        Class::kRead,     801},
    FunctionFact{kSupervisor,     "connect_supervisor",   Class::kProgram,  858},
    FunctionFact{kCall | 1,       "ping",                 Class::kSession,  0},
    FunctionFact{kCall | 3,       "fault",                Class::kSession,  0},
    FunctionFact{kCall | 4,       "working",              Class::kSession,  0},
    FunctionFact{kCall | 5,       "nocall",               Class::kSession,  0},
    FunctionFact{kCall | 6,       "reject",               Class::kSession,  0},
    FunctionFact{kCall | 7,       "ack",                  Class::kSession,  0},
    FunctionFact{kCall | 8,       "cl_cancel",            Class::kSession,  0},
    FunctionFact{kCall | 9,       "fack",                 Class::kSession,  0},
    FunctionFact{kCall | 10,      "cancel_ack",           Class::kSession,  0},
    FunctionFact{kFragment,       "fragment",             Class::kSession,  0},
    FunctionFact{kEndpoints | 2,  "lookup",               Class::kDiscover, 846},
    FunctionFact{kEndpoints | 3,  "map",                  Class::kDiscover, 846},
    FunctionFact{kEndpoints | 4,  "lookup_handle_free",   Class::kSession,  0},
};
// clang-format on
static_assert(ascends(kFacts));

// Which way a PDU goes: what a client sends, then what a server does (C706 12.5).
bool is_answer(PduType type) noexcept {
  switch (type) {
    case PduType::kRequest:
    case PduType::kPing:
    case PduType::kAck:
    case PduType::kCancel:
      return false;
    default:
      return true;
  }
}

void check(const RpcHeader& header, Reader& in) noexcept {
  constexpr uint8_t kVersion = 4;
  in.expect(header.version == kVersion, FaultKind::kBadVersion, 0);
  in.expect(header.type <= PduType::kCancelAck, FaultKind::kBadType, 1);
  in.expect(header.encoding_known, FaultKind::kBadEncoding, RpcHeader::kEncodingAt);
  in.expect(header.authentication == 0, FaultKind::kBadFlags, RpcHeader::kAuthenticationAt);
  in.expect(header.length == in.left(), FaultKind::kBadLength, RpcHeader::kLengthAt);
}

// 32 bits of the activity that a call belongs to, and its number in it. Either end writes the
// fields of the activity's UUID in its own byte order (C706 A.1).
uint64_t request_id_of(const RpcHeader& header) noexcept {
  uint32_t activity = 0;
  const auto add = [&](uint32_t part) { activity = (activity << 7 | activity >> 25) ^ part; };
  Reader in(header.activity);
  const bool little = header.little_endian;
  add(u32(in, little));
  const uint32_t middle = u16(in, little);
  add(middle << 16 | u16(in, little));
  add(in.be32());
  add(in.be32());
  return uint64_t{activity} << 32 | header.sequence;
}

void begin(const RpcHeader& header, uint32_t code, Operation& out) noexcept {
  out.clear();
  out.app = App::kPnCm;
  describe(out, code, function_of(code));
  const bool fragment_ack = header.type == PduType::kFragmentAck;  // of either side
  out.direction =
      is_answer(header.type) && !fragment_ack ? Direction::kResponse : Direction::kRequest;
  out.request_id = request_id_of(header);
  out.pairing.alone =
      code == kFragment || (header.type != PduType::kRequest && header.type != PduType::kPing &&
                            out.direction == Direction::kRequest);
}

// PDUs without a body that matters: a fault and a reject say why.
void tell_call(const RpcHeader& header, Reader& in, OperationSink& sink) noexcept {
  begin(header, kCall | static_cast<uint8_t>(header.type), sink.operation);
  if (header.type == PduType::kFault || header.type == PduType::kReject) {
    sink.operation.is_exception = true;
    sink.operation.exception_code = u32(in, header.little_endian);
  }
  if (in.ok()) sink.told();
}

// In front of the blocks: the longest answer that is wanted, or how the operation ended; and an
// array of octets with its length (C706 14.3.3.4).
uint32_t take_array(const RpcHeader& header, Reader& in) noexcept {
  const bool little = header.little_endian;
  const uint32_t first = u32(in, little);
  const size_t at = in.at();
  const uint32_t length = u32(in, little);
  const uint32_t most = u32(in, little);
  const uint32_t offset = u32(in, little);
  const uint32_t count = u32(in, little);
  const bool sound = offset == 0 && count <= most && count == length && count == in.left();
  in.expect(sound, FaultKind::kBadLength, at);
  return first;
}

void tell_operation(const RpcHeader& header, Reader& in, OperationSink& sink) noexcept {
  const bool response = header.type == PduType::kResponse;
  const auto operation = static_cast<Operations>(header.operation);
  uint32_t code = header.operation;
  const uint32_t status = take_array(header, in);
  const bool connects = operation == Operations::kConnect && in.left() != 0;
  if (connects && is_supervisor(in)) code |= kSupervisor;
  Operation& out = sink.operation;
  begin(header, code, out);
  if (response && status != 0) {
    out.is_exception = true;
    out.exception_code = status;
  }
  const bool refused = response && in.left() == 0;
  const bool known = operation <= Operations::kReadImplicit;
  if (known && !refused) take_blocks(operation, response, in, out);
  if (in.ok()) sink.told();
}

void tell(const RpcHeader& header, Reader& in, OperationSink& sink) noexcept {
  if (header.interface == Interface::kPnio) return tell_operation(header, in, sink);
  const bool mapper = header.interface == Interface::kEndpoints;
  begin(header, (mapper ? kEndpoints : kForeign) | header.operation, sink.operation);
  sink.told();
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

Fault Connection::datagram(Side side, std::span<const uint8_t> bytes,
                           OperationSink& sink) noexcept {
  Reader in(bytes);
  const RpcHeader header = read_rpc_header(in);
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  check(header, in);
  if (!in.ok()) return in.fault();
  if (header.type != PduType::kRequest && header.type != PduType::kResponse) {
    tell_call(header, in, sink);
    return in.fault();
  }
  if (!header.fragment) {
    in.expect(header.fragment_number == 0, FaultKind::kBadSequence, RpcHeader::kLengthAt + 2);
    if (in.ok()) tell(header, in, sink);
    return in.fault();
  }
  bool complete = false;
  std::span<const uint8_t> whole;
  const Fault fault = fragments_.add(side, header, in.rest(), complete, whole);
  if (fault.kind != FaultKind::kNone) return fault;
  Reader body(whole, RpcHeader::kSize);
  if (complete) {
    tell(header, body, sink);
  } else {
    begin(header, kFragment, sink.operation);
    sink.told();
  }
  return body.fault();
}

}  // namespace bulkhead::wire::pn_cm
