// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/hart_ip/message.h"
#include "wire/apps/hart_ip/teller.h"

namespace bulkhead::wire::hart_ip {
namespace {

constexpr size_t kStatus = 2;        // octets in front of the data of an answer
constexpr size_t kInitiateBody = 5;  // master type, inactivity timer

bool version_ok(uint8_t version) noexcept {
  return version == 1 || version == 2;
}

void check_header(const Header& header, Side side, Reader& in) noexcept {
  const bool asks = header.type == MessageType::kRequest;
  const bool known = asks || header.type == MessageType::kResponse ||
                     header.type == MessageType::kPublish || header.type == MessageType::kNak;
  in.expect(version_ok(header.version), FaultKind::kBadVersion, 0);
  in.expect(known, FaultKind::kBadType, Header::kTypeAt);
  in.expect(asks == (side == Side::kRequest), FaultKind::kBadState, Header::kTypeAt);
}

FrameType frame_type_of(MessageType type) noexcept {
  if (type == MessageType::kRequest) return FrameType::kRequest;
  return type == MessageType::kPublish ? FrameType::kBurst : FrameType::kAnswer;
}

void token_passing(const Header& header, Reader& in, OperationSink& sink) noexcept {
  HartFrame frame = read_hart_frame(in, frame_type_of(header.type), true);
  const Addressee whom = addressee_of(frame, in);
  in.end();
  uint8_t code = 0;
  if (header.type != MessageType::kRequest) {
    code = frame.data.u8();
    frame.data.skip(kStatus - 1);
    in.fail(frame.data.fault());
  }
  if (!in.ok()) return;
  Teller(header, sink).command(frame.command, whom, frame.data, code);
  in.fail(frame.data.fault());
}

// Status and extended status of the device; then of each command number, byte count and data. The
// addressee is the server itself: polling address 0 is what its own frames have.
void direct(const Header& header, Reader& in, OperationSink& sink) noexcept {
  Teller teller(header, sink);
  in.skip(2);
  if (in.ok() && in.left() == 0) return teller.message();
  while (in.left() != 0) {
    const uint16_t number = in.be16();
    const uint8_t count = in.u8();
    Reader data = in.take(count);
    const uint8_t code = header.type == MessageType::kRequest ? uint8_t{0} : data.u8();
    if (in.ok() && data.ok()) teller.command(number, {}, data, code);
    in.fail(data.fault());
  }
}

// Session messages: initiation has a body, and what refuses may leave it out.
void session(const Header& header, Reader& in, OperationSink& sink) noexcept {
  const bool asks = header.type == MessageType::kRequest;
  if (header.id == MessageId::kInitiate && (asks || in.left() != 0)) in.skip(kInitiateBody);
  if (header.id <= MessageId::kKeepAlive && header.type != MessageType::kNak) in.end();
  if (in.ok()) Teller(header, sink).message();
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  if (!bytes.empty() && !version_ok(bytes[0])) return Fault{FaultKind::kBadVersion, 0};
  if (bytes.size() < Header::kSize)
    return NeedMore{static_cast<uint32_t>(Header::kSize - bytes.size())};
  Reader in(bytes);
  const Header header = read_header(in);
  if (header.length < Header::kSize) return Fault{FaultKind::kBadLength, Header::kLengthAt};
  if (header.length > kLongestFrame) return Fault{FaultKind::kTooLong, Header::kLengthAt};
  return size_t{header.length};
}

Fault Connection::frame(Side side, std::span<const uint8_t> message, OperationSink& sink) noexcept {
  Reader in(message);
  const Header header = read_header(in);
  check_header(header, side, in);
  in.expect(header.length == message.size(), FaultKind::kBadLength, Header::kLengthAt);
  if (!in.ok()) return in.fault();
  const bool nak = header.type == MessageType::kNak;  // its body is an error code, of any message
  if (header.id == MessageId::kTokenPassing && !nak)
    token_passing(header, in, sink);
  else if (header.id == MessageId::kDirect && !nak)
    direct(header, in, sink);
  else
    session(header, in, sink);
  return in.fault();
}

Fault Connection::datagram(Side side, std::span<const uint8_t> message,
                           OperationSink& sink) noexcept {
  return frame(side, message, sink);
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  if (bytes.size() < Header::kSize) return false;
  Reader in(bytes);
  const Header header = read_header(in);
  return version_ok(header.version) && header.type == MessageType::kRequest &&
         header.id == MessageId::kInitiate && header.status == 0 &&
         header.length == Header::kSize + kInitiateBody;
}

}  // namespace bulkhead::wire::hart_ip
