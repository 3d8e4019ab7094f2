// SPDX-License-Identifier: Apache-2.0
// Techniques are numbers of MITRE ATT&CK for ICS.
#include "wire/apps/pn_dcp/pn_dcp.h"

#include <algorithm>
#include <array>

#include "wire/apps/fact_table.h"
#include "wire/apps/pn_dcp/blocks.h"

namespace bulkhead::wire::pn_dcp {
namespace {

using Class = OperationClass;

constexpr uint32_t set_code(Sets what) noexcept {
  return static_cast<uint32_t>(Service::kSet) | static_cast<uint32_t>(what) << 16;
}

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{3,                            "get",                 Class::kRead,     801},
    FunctionFact{4,                            "set",                 Class::kWrite,    836},
    FunctionFact{5,                            "ident",               Class::kDiscover, 846},
    FunctionFact{6,                            "hello",               Class::kDiscover, 846},
    FunctionFact{set_code(Sets::kIp),          "set_ip",              Class::kProgram,  836},
    FunctionFact{set_code(Sets::kName),        "set_name_of_station", Class::kProgram,  836},
    FunctionFact{set_code(Sets::kDhcp),        "set_dhcp",            Class::kProgram,  836},
    FunctionFact{set_code(Sets::kSignal),      "set_signal",          Class::kControl,  855},
    FunctionFact{set_code(Sets::kReset),       "set_factory_reset",   Class::kProgram,  809},
    FunctionFact{set_code(Sets::kTransaction), "set_transaction",     Class::kSession,  0},
};
// clang-format on
static_assert(ascends(kFacts));

// From the least to the most harmful: a set is called by the last of these that it does.
constexpr Sets kHarm[] = {Sets::kTransaction, Sets::kSignal, Sets::kOther, Sets::kDhcp,
                          Sets::kName,        Sets::kIp,     Sets::kReset};

Sets worse(Sets a, Sets b) noexcept {
  return std::ranges::find(kHarm, a) < std::ranges::find(kHarm, b) ? b : a;
}

enum class Type : uint8_t { kRequest = 0, kSuccess = 1, kNotSupported = 5 };

struct Header {
  static constexpr size_t kServiceAt = 2, kTypeAt = 3;
  uint16_t frame_id = 0;
  Service service = Service::kGet;
  Type type = Type::kRequest;
  uint32_t xid = 0;
  uint16_t length = 0;
};

Header read_header(Reader& in) noexcept {
  Header out;
  out.frame_id = in.be16();
  out.service = static_cast<Service>(in.u8());
  out.type = static_cast<Type>(in.u8());
  out.xid = in.be32();
  in.skip(2);  // the longest that a response may take; reserved elsewhere
  out.length = in.be16();
  return out;
}

// Which services, and which of their sides, a FrameID has (IEC 61158-6-10 4.3.1.1).
void check(const Header& header, Reader& in) noexcept {
  const bool asks = header.type == Type::kRequest;
  const bool get_or_set = header.service == Service::kGet || header.service == Service::kSet;
  const bool serves = header.frame_id == kHelloFrame    ? header.service == Service::kHello
                      : header.frame_id == kGetSetFrame ? get_or_set
                                                        : header.service == Service::kIdentify;
  const bool typed = asks || header.type == Type::kSuccess || header.type == Type::kNotSupported;
  const bool sided = header.frame_id == kGetSetFrame || asks == (header.frame_id != kResponseFrame);
  in.expect(serves, FaultKind::kBadType, Header::kServiceAt);
  in.expect(typed && sided, FaultKind::kBadType, Header::kTypeAt);
}

Form form_of(const Header& header) noexcept {
  if (header.type != Type::kRequest || header.service == Service::kHello) return Form::kWorded;
  if (header.service == Service::kGet) return Form::kPairs;
  return header.service == Service::kSet ? Form::kWorded : Form::kPlain;
}

Direction direction_of(const Header& header) noexcept {
  if (header.service == Service::kHello) return Direction::kUnsolicited;
  return header.type == Type::kRequest ? Direction::kRequest : Direction::kResponse;
}

// What a block of a response says about one that was set: option, suboption, error.
void add_result(const Block& block, OperationClass access, Reader& in, Operation& out) noexcept {
  constexpr size_t kResult = 3;
  if (block.value.size() < kResult) return in.fail(FaultKind::kBadLength, block.at);
  add_block({block.value[0], block.value[1]}, access, out);
  if (block.value[2] == 0 || out.is_exception) return;
  out.is_exception = true;
  out.exception_code = block.value[2];
}

void take_set(Reader& in, Operation& out) noexcept {
  Sets sets = in.left() == 0 ? Sets::kOther : Sets::kTransaction;
  Block block;
  while (next_block(in, Form::kWorded, block)) {
    sets = worse(sets, set_by(block));
    add_block(block, function_of(set_code(set_by(block)))->cls, out);
  }
  describe(out, set_code(sets), function_of(set_code(sets)));
}

void take_others(const Header& header, Reader& in, Operation& out) noexcept {
  const auto code = static_cast<uint32_t>(header.service);
  describe(out, code, function_of(code));
  Block block;
  while (next_block(in, form_of(header), block)) {
    if (header.type != Type::kRequest && is_result(block))
      add_result(block, out.cls, in, out);
    else
      add_block(block, out.cls, out);
  }
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

Fault parse(std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Reader in(bytes);
  const Header header = read_header(in);
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  check(header, in);
  Reader blocks = in.take(header.length);
  if (!blocks.ok()) return blocks.fault();
  Operation& out = sink.operation;
  out.clear();
  out.app = App::kPnDcp;
  out.direction = direction_of(header);
  out.request_id = header.xid;
  if (header.service == Service::kSet && header.type == Type::kRequest)
    take_set(blocks, out);
  else
    take_others(header, blocks, out);
  if (header.type == Type::kNotSupported && !out.is_exception) {
    out.is_exception = true;
    out.exception_code = static_cast<uint8_t>(header.type);
  }
  if (blocks.ok()) sink.told();
  return blocks.fault();
}

}  // namespace bulkhead::wire::pn_dcp
