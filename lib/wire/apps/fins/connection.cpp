// SPDX-License-Identifier: Apache-2.0
// Messages and their frames over TCP (W342 3-2; W421 7-4), and the answer that refuses one.
#include <algorithm>

#include "wire/apps/fact_table.h"
#include "wire/apps/fins/fins.h"
#include "wire/writer.h"

namespace bulkhead::wire::fins {
namespace {

constexpr std::array<uint8_t, 4> kMagic = {'F', 'I', 'N', 'S'};
constexpr size_t kLengthAt = 4, kCounted = 8;  // the length counts from behind itself
constexpr uint8_t kReserved = 0x3e;            // of ICF
constexpr uint16_t kEndFlags = 0x80c0;         // relayed, CPU error, CPU warning: no refusal
constexpr uint16_t kNoAccessRight = 0x3001;
constexpr uint8_t kBroadcast = 0xff;
enum class Tcp : uint32_t { kAskNode = 0, kTellNode = 1, kSend = 2, kError = 3, kConfirm = 6 };

bool is_framed(std::span<const uint8_t> bytes) noexcept {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

void start(Operation& out) noexcept {
  out.clear();
  out.app = App::kFins;
}

// What an answer has in common with its request: who asked, which command, service number.
uint64_t id_of(const Address& asker, uint32_t code, uint8_t service) noexcept {
  return uint64_t{asker.number()} << 24 | code << 8 | service;
}

Fault message(Reader in, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  start(out);
  const size_t at = in.at();
  in.expect(in.left() <= kMaxMessage, FaultKind::kTooLong, at);
  const Header header = read_header(in);
  const uint32_t code = in.be16();
  describe(out, code, function_of(code));
  const bool response = header.response();
  const Address& asker = response ? header.to : header.from;
  out.direction = response ? Direction::kResponse : Direction::kRequest;
  out.unit = (response ? header.from : header.to).number();
  out.from_unit = asker.number();
  out.request_id = id_of(asker, code, header.service);
  out.pairing.alone = !response && (!header.answer_wanted() || header.to.node == kBroadcast);
  if (response) {
    const uint16_t end = in.be16();
    out.is_exception = (end & ~kEndFlags) != 0;
    if (out.is_exception) out.exception_code = end;
  } else {
    read_points(in, out);
  }
  if (in.ok()) sink.told();
  return in.fault();
}

// Bytes behind the header of a FINS/TCP command; kSend aside.
size_t size_of(Tcp command) noexcept {
  if (command == Tcp::kAskNode) return 4;
  return command == Tcp::kTellNode ? 8 : 0;
}

Fault session(Reader in, Tcp command, uint32_t error, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  start(out);
  const uint32_t code = kTcpSpace | static_cast<uint32_t>(command);
  const FunctionFact* fact = function_of(code);
  in.expect(fact != nullptr, FaultKind::kBadType, kLengthAt + 4);
  in.skip(size_of(command));
  in.end();
  if (!in.ok()) return in.fault();
  describe(out, code, fact);
  const bool answers = command == Tcp::kTellNode || command == Tcp::kError;
  out.direction = answers ? Direction::kResponse : Direction::kRequest;
  out.request_id = kTcpSpace;
  out.pairing.alone = command != Tcp::kAskNode && command != Tcp::kTellNode;
  out.is_exception = answers && error != 0;
  if (out.is_exception) out.exception_code = error;
  sink.told();
  return {};
}

}  // namespace

Header read_header(Reader& in) noexcept {
  const size_t at = in.at();
  Header out;
  out.control = in.u8();
  in.skip(2);  // reserved, gateways left
  const auto address = [&in] {
    Address read;
    read.network = in.u8();
    read.node = in.u8();
    read.unit = in.u8();
    return read;
  };
  out.to = address();
  out.from = address();
  out.service = in.u8();
  in.expect((out.control & kReserved) == 0, FaultKind::kBadType, at);
  return out;
}

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  const auto known = bytes.first(std::min(bytes.size(), kMagic.size()));
  if (!std::equal(known.begin(), known.end(), kMagic.begin()))
    return Fault{FaultKind::kBadMarker, 0};
  Cursor in(bytes);
  in.skip(kLengthAt);
  const uint32_t length = in.be32();
  if (!in.ok()) return NeedMore{static_cast<uint32_t>(kCounted - bytes.size())};
  if (length < kCounted) return Fault{FaultKind::kBadLength, kLengthAt};
  if (length > kLongestFrame - kCounted) return Fault{FaultKind::kTooLong, kLengthAt};
  return kCounted + length;
}

Fault Connection::frame(Side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Reader in(bytes);
  in.skip(kCounted);
  const auto command = static_cast<Tcp>(in.be32());
  const uint32_t error = in.be32();
  if (!in.ok()) return in.fault();
  return command == Tcp::kSend ? message(in, sink) : session(in, command, error, sink);
}

Fault Connection::datagram(Side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  return message(Reader(bytes), sink);
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  constexpr std::array<uint8_t, kTcpHeader> kAskNode = {'F', 'I', 'N', 'S', 0, 0, 0, 12};
  return bytes.size() >= kAskNode.size() &&
         std::equal(kAskNode.begin(), kAskNode.end(), bytes.begin());
}

size_t Connection::refuse(Side, std::span<const uint8_t> bytes, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (operation.direction != Direction::kRequest || operation.code >= kTcpSpace) return 0;
  const bool framed = is_framed(bytes);
  Reader in(framed ? bytes.subspan(std::min(bytes.size(), kTcpHeader)) : bytes);
  const Header asked = read_header(in);
  const uint16_t code = in.be16();
  if (!in.ok() || asked.response() || !asked.answer_wanted() || asked.to.node == kBroadcast)
    return 0;
  constexpr uint8_t kResponse = 0xc0, kGateways = 2;
  constexpr uint32_t kLength = kCounted + kHeader + 4;
  Writer answer(out);
  if (framed) answer.bytes(kMagic).be32(kLength).be32(static_cast<uint32_t>(Tcp::kSend)).be32(0);
  answer.u8(kResponse).u8(0).u8(kGateways);
  answer.u8(asked.from.network).u8(asked.from.node).u8(asked.from.unit);
  answer.u8(asked.to.network).u8(asked.to.node).u8(asked.to.unit);
  answer.u8(asked.service).be16(code).be16(kNoAccessRight);
  return answer.ok() ? answer.size() : 0;
}

}  // namespace bulkhead::wire::fins
