// SPDX-License-Identifier: Apache-2.0
// Answers a request as the device that will not see it would refuse it. CIP Vol 1 2-4.2, 3-5.5.2,
// appendix B-1; Vol 2 2-3.
#include "wire/apps/cip/message.h"
#include "wire/apps/enip/connection.h"
#include "wire/apps/enip/cpf.h"
#include "wire/writer.h"

namespace bulkhead::wire::enip {
namespace {

constexpr uint32_t kUnsupportedCommand = 1;
constexpr size_t kInterfaceAndTimeout = 6;
constexpr uint16_t kTwoItems = 2;
constexpr size_t kFixedPart = kInterfaceAndTimeout + 2 + 2 * 4;  // count of items, their heads

Writer& le16(Writer& out, uint16_t value) noexcept {
  return out.be16(__builtin_bswap16(value));
}
Writer& le32(Writer& out, uint32_t value) noexcept {
  return out.be32(__builtin_bswap32(value));
}

void write_header(Writer& out, std::span<const uint8_t> frame, uint16_t length,
                  uint32_t status) noexcept {
  out.bytes(frame.first(2));
  le16(out, length);
  out.bytes(frame.subspan(4, 4));
  le32(out, status);
  out.bytes(frame.subspan(12, 8));
  le32(out, 0);
}

bool has_answer(uint16_t code) noexcept {
  return code != command::kNop && code != command::kUnregisterSession;
}

// A message router's response without data, but for what those of connections always have.
struct Refusal {
  uint8_t service = 0;
  bool of_connection = false;
  cip::Triad triad;
};

// What is refused: of a routed message the one inside, for so its target would answer.
Refusal refusal_of(Reader message) noexcept {
  cip::TagText text;
  for (unsigned depth = 0; depth <= cip::Session::kDeepest; ++depth) {
    cip::Request request;
    cip::read_request(message, text, request);
    Refusal out{request.service, false, {}};
    const uint32_t code = cip::code_of(request.path, text, request.service);
    const auto is = [&](uint8_t of) { return code == cip::code_in(cip::kConnectionManager, of); };
    if (message.ok() && is(cip::service::kUnconnectedSend)) {
      message = cip::read_unconnected_send(message, text).message;
      continue;
    }
    if (is(cip::service::kForwardOpen) || is(cip::service::kLargeForwardOpen))
      out = {request.service, true,
             cip::read_forward_open(message, text, is(cip::service::kLargeForwardOpen)).triad};
    if (is(cip::service::kForwardClose))
      out = {request.service, true, cip::read_forward_close(message, text).triad};
    const bool asks = message.ok() && (request.service & cip::service::kReply) == 0;
    return asks ? out : Refusal{};
  }
  return {};
}

void write_response(Writer& out, const Refusal& refusal) noexcept {
  out.u8(refusal.service | cip::service::kReply);
  out.u8(0);
  out.u8(cip::status::kPrivilegeViolation);
  out.u8(0);  // no additional status
  if (!refusal.of_connection) return;
  le16(out, refusal.triad.connection);
  le16(out, refusal.triad.vendor);
  le32(out, refusal.triad.originator);
  le16(out, 0);  // no path that remains; reserved
}

constexpr uint16_t kResponseSize = 4, kTriadSize = 10;

uint16_t size_of(const Refusal& refusal) noexcept {
  return refusal.of_connection ? kResponseSize + kTriadSize : kResponseSize;
}

}  // namespace

size_t Connection::refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (operation.direction != Direction::kRequest) return 0;
  Reader in(frame);
  const Header header = read_header(in);
  if (!in.ok() || in.left() != header.length || !has_answer(header.command)) return 0;
  Writer words(out);
  const bool connected = header.command == command::kSendUnitData;
  if (connected || header.command == command::kSendRrData) {
    if (!write_messages(words, frame, asker, connected)) return 0;
  } else {
    write_header(words, frame, 0, kUnsupportedCommand);
  }
  return words.ok() ? words.size() : 0;
}

bool Connection::write_messages(Writer& out, std::span<const uint8_t> frame, Side asker,
                                bool connected) noexcept {
  Reader in(frame);
  in.skip(kHeader + kInterfaceAndTimeout);
  Packet packet = read_packet(
      in, connected ? Envelope{item::kConnectedAddress, item::kConnectedData} : Envelope{});
  const uint16_t sequence = connected ? packet.data.le16() : uint16_t{0};
  const auto* const known =
      connected ? cip_.connections().find(asker, packet.connection, 0) : nullptr;
  if (!in.ok() || !packet.data.ok() || (connected && known == nullptr)) return false;
  const Refusal refusal = refusal_of(packet.data);
  if (refusal.service == 0) return false;
  // An opening that the device never sees opens nothing.
  const Side target = asker == Side::kRequest ? Side::kResponse : Side::kRequest;
  if (refusal.of_connection) cip_.connections().failed(target, refusal.triad);
  const auto address_size = static_cast<uint16_t>(connected ? 4 : 0);
  const auto data_size = static_cast<uint16_t>(size_of(refusal) + (connected ? 2 : 0));
  write_header(out, frame, static_cast<uint16_t>(kFixedPart + address_size + data_size), 0);
  le16(le32(out, 0), 0);  // interface, timeout
  le16(out, kTwoItems);
  le16(le16(out, connected ? item::kConnectedAddress : item::kNull), address_size);
  if (connected) le32(out, known->originator == asker ? known->to_originator : known->to_target);
  le16(le16(out, connected ? item::kConnectedData : item::kUnconnectedData), data_size);
  if (connected) le16(out, sequence);
  write_response(out, refusal);
  return true;
}

}  // namespace bulkhead::wire::enip
