// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/enip/connection.h"

#include "wire/apps/cip/services.h"
#include "wire/apps/enip/cpf.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::enip {
namespace {

constexpr size_t kCommandAndLength = 4;
constexpr size_t kInterfaceAndTimeout = 6;
constexpr size_t kRegistration = 4;  // protocol version, option flags
constexpr uint16_t kVersion = 1;

constexpr bool carries_messages(uint16_t code) noexcept {
  return code == command::kSendRrData || code == command::kSendUnitData;
}

constexpr Envelope envelope_of(uint16_t code) noexcept {
  if (code == command::kSendUnitData) return {item::kConnectedAddress, item::kConnectedData};
  return {item::kNull, item::kUnconnectedData};
}

// Those that answers repeat have their command and context in common.
uint64_t request_id(const Header& header) noexcept {
  return uint64_t{header.command} << 48 ^ (header.context & 0xffff'ffff'ffff);
}

void check_registration(Reader& in) noexcept {
  const size_t at = in.at();
  in.expect(in.left() == kRegistration, FaultKind::kBadLength, at);
  in.expect(in.le16() == kVersion, FaultKind::kBadVersion, at);
  in.skip(2);
}

// Requests for lists carry nothing, but for the delay of broadcasts in the context.
void check_body(Side side, const Header& header, Reader& in) noexcept {
  switch (header.command) {
    case command::kRegisterSession:
      if (header.status == 0) check_registration(in);
      return in.end();
    case command::kListTargets:
    case command::kListServices:
    case command::kListIdentity:
    case command::kListInterfaces:
      if (side == Side::kResponse && in.left() != 0) check_items(in);
      return in.end();
    case command::kUnregisterSession:
      return in.end();
    default:
      return in.skip(in.left());
  }
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  if (bytes.size() >= 2 && function_of(bytes[0] | bytes[1] << 8) == nullptr)
    return Fault{FaultKind::kBadType, 0};
  if (bytes.size() < kCommandAndLength)
    return NeedMore{static_cast<uint32_t>(kCommandAndLength - bytes.size())};
  const size_t size = kHeader + (bytes[2] | size_t{bytes[3]} << 8);
  if (size > kLongestFrame) return Fault{FaultKind::kTooLong, 2};
  return size;
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Reader in(bytes);
  const Header header = read_header(in);
  in.expect(function_of(header.command) != nullptr, FaultKind::kBadType, 0);
  in.expect(in.left() == header.length, FaultKind::kBadLength, 2);
  in.expect(header.options == 0, FaultKind::kBadFlags, kHeader - 4);
  if (!in.ok()) return in.fault();
  const bool refused = header.status != 0 && in.left() == 0;
  if (carries_messages(header.command) && !refused) return messages(side, header, in, sink);
  tell_command(side, header, in, sink);
  return in.fault();
}

Fault Connection::messages(Side side, const Header& header, Reader& in,
                           OperationSink& sink) noexcept {
  const size_t at = in.at();
  in.expect(in.le32() == 0, FaultKind::kBadValue, at);
  in.skip(kInterfaceAndTimeout - 4);
  const Packet packet = read_packet(in, envelope_of(header.command));
  if (!in.ok()) return in.fault();
  if (header.command == command::kSendUnitData)
    return cip_.connected(side, packet.connection, packet.data, sink);
  const cip::ExchangeKey key{.within = header.session, .number = header.context};
  return cip_.unconnected(side, key, packet.data, sink, packet.group);
}

// A message that the encapsulation refused is known by session and context, one of a connection by
// nothing.
void Connection::match(Side side, const Header& header, Operation& out) noexcept {
  out.pairing.alone = header.command == command::kNop ||
                      header.command == command::kUnregisterSession ||
                      header.command == command::kSendUnitData;
  if (header.command == command::kSendRrData && side == Side::kResponse)
    out.pairing.id = cip_.refused(side, {.within = header.session, .number = header.context});
}

void Connection::tell_command(Side side, const Header& header, Reader& in,
                              OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  out.clear();
  out.app = kApp;
  describe(out, header.command, function_of(header.command));
  out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  out.request_id = request_id(header);
  if (side == Side::kResponse && header.status != 0) {
    out.is_exception = true;
    out.exception_code = header.status;
  }
  match(side, header, out);
  check_body(side, header, in);
  if (in.ok()) sink.told();
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  if (bytes.size() < kHeader) return false;
  Reader in(bytes);
  const Header header = read_header(in);
  if (header.status != 0 || header.options != 0 || header.session != 0) return false;
  if (header.command == command::kRegisterSession)
    return header.length == kRegistration && in.le16() == kVersion && in.ok();
  const bool list = header.command == command::kListServices ||
                    header.command == command::kListIdentity ||
                    header.command == command::kListInterfaces;
  return list && header.length == 0 && bytes.size() == kHeader;
}

// A datagram is one command; one that begins with two items, the first a sequenced address, is data
// of an I/O connection: no command has such a number.
Fault Connection::datagram(Side side, std::span<const uint8_t> bytes,
                           OperationSink& sink) noexcept {
  Reader peek(bytes);
  const uint16_t first = peek.le16();
  const uint16_t second = peek.le16();
  if ((first == 2 || first == 3) && second == item::kSequencedAddress) return io(bytes, sink);
  return frame(side, bytes, sink);
}

// How a connection was opened is said on TCP, which is another conversation: see
// cip/io_connection.h.
Fault Connection::io(std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Reader in(bytes);
  Packet packet = read_packet(in, {item::kSequencedAddress, item::kConnectedData});
  if (!in.ok()) return in.fault();
  Operation& out = sink.operation;
  out.clear();
  out.app = App::kCip;
  out.direction = Direction::kUnsolicited;
  describe(out, cip::kIoData, cip::function_of(cip::kIoData));
  out.request_id = uint64_t{packet.connection} << 32 | packet.sequence;
  out.add_point({.type = PointType::kCipConnection,
                 .access = out.cls,
                 .first = packet.connection,
                 .last = packet.connection});
  out.add_values({ValueView::Encoding::kBytes, 0, 1, packet.data.rest()});
  sink.told();
  return {};
}

}  // namespace bulkhead::wire::enip
