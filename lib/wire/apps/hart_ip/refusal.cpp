// SPDX-License-Identifier: Apache-2.0
// The answer that a device with restricted access gives: response code 16, which every command may
// have (HCF_SPEC-307 5). What is asked about is answered as a whole, as devices do.
#include "wire/apps/hart_ip/commands.h"
#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/hart_ip/message.h"
#include "wire/writer.h"

namespace bulkhead::wire::hart_ip {
namespace {

constexpr uint8_t kAccessRestricted = 16;
constexpr uint8_t kNoStatus = 0;

void write_header(const Header& asked, uint8_t status, Writer& out) noexcept {
  out.u8(asked.version).u8(static_cast<uint8_t>(MessageType::kResponse));
  out.u8(static_cast<uint8_t>(asked.id)).u8(status).be16(asked.sequence).be16(0);
}

// The request's frame again as an answer, with a response code and no data but the number of an
// extended command.
void answer_frame(const Header& asked, Reader& in, Writer& out) noexcept {
  constexpr uint8_t kFrameType = 0x07, kBurstMode = 0x40;
  HartFrame frame = read_hart_frame(in, FrameType::kRequest, true);
  const auto number = frame.command == kExtended ? frame.data.bytes(2) : std::span<const uint8_t>{};
  in.fail(frame.data.fault());
  if (!in.ok()) return;
  write_header(asked, kNoStatus, out);
  const size_t from = out.size();
  out.u8(static_cast<uint8_t>((frame.delimiter & ~kFrameType) |
                              static_cast<uint8_t>(FrameType::kAnswer)));
  out.u8(static_cast<uint8_t>(frame.address[0] & ~kBurstMode)).bytes(frame.address.subspan(1));
  out.bytes(frame.expansion).u8(frame.command).u8(static_cast<uint8_t>(2 + number.size()));
  out.u8(kAccessRestricted).u8(kNoStatus).bytes(number);
  if (out.ok()) out.u8(check_of(out.written().subspan(from)));
}

// Each command of it again, with a response code and no data; the header says so where it has none.
void answer_direct(const Header& asked, Reader& in, Writer& out) noexcept {
  in.skip(2);
  write_header(asked, in.left() == 0 ? kAccessRestricted : kNoStatus, out);
  out.u8(kNoStatus).u8(kNoStatus);
  while (in.left() != 0) {
    out.be16(in.be16()).u8(1).u8(kAccessRestricted);
    in.skip(in.u8());
  }
}

// With the body of an initiation, which its answers repeat.
void answer_session(const Header& asked, Reader& in, Writer& out) noexcept {
  write_header(asked, kAccessRestricted, out);
  if (asked.id == MessageId::kInitiate) out.bytes(in.rest());
}

void answer(const Header& asked, Reader& in, Writer& out) noexcept {
  switch (asked.id) {
    case MessageId::kTokenPassing:
      return answer_frame(asked, in, out);
    case MessageId::kDirect:
      return answer_direct(asked, in, out);
    case MessageId::kInitiate:
    case MessageId::kClose:
    case MessageId::kKeepAlive:
    case MessageId::kAuditLog:
      return answer_session(asked, in, out);
  }
}

}  // namespace

size_t Connection::refuse(Side asker, std::span<const uint8_t> frame, const Operation&,
                          std::span<uint8_t> out) noexcept {
  Reader in(frame);
  const Header asked = read_header(in);
  const bool words = in.ok() && asker == Side::kRequest && asked.type == MessageType::kRequest &&
                     asked.length == frame.size();
  if (!words) return 0;
  Writer writer(out);
  answer(asked, in, writer);
  if (!in.ok() || !writer.ok()) return 0;
  const size_t size = writer.size();
  if (size != 0) Writer(out.subspan(Header::kLengthAt)).be16(static_cast<uint16_t>(size));
  return size;
}

}  // namespace bulkhead::wire::hart_ip
