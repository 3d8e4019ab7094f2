// SPDX-License-Identifier: Apache-2.0
// How a controlled station says no: the ASDU that it got, mirrored with the negative bit and
// another cause (IEC 60870-5-101 7.2.3, IEC 60870-5-5 6), in an I frame of its own; and the numbers
// of all further frames.
#include <array>

#include "wire/apps/iec104/iec104.h"
#include "wire/writer.h"

namespace bulkhead::wire::iec104 {
namespace {

constexpr uint8_t kStart = 0x68;
constexpr size_t kApci = 6, kSendAt = 2, kReceiveAt = 4, kCauseAt = kApci + 2;
constexpr size_t kLeastAsdu = 6;
constexpr uint8_t kTest = 0x80, kNegative = 0x40, kCause = 0x3f;
constexpr uint8_t kUnknownType = 44, kUnknownCause = 45, kUnknownAddress = 47;

// Causes that answer others; of the rest the answer is that they are not known.
struct Answer {
  uint8_t cause, by;
};
constexpr std::array kAnswers = {
    Answer{5, kUnknownAddress},   // a request: what it asks for is not here
    Answer{6, 7},                 // activation: its confirmation
    Answer{8, 9},                 // deactivation: its confirmation
    Answer{13, kUnknownAddress},  // file transfer: no such file
};

uint8_t answer_to(uint8_t type, uint8_t cause) noexcept {
  if (type_of(type) == nullptr) return kUnknownType;
  for (const Answer& answer : kAnswers)
    if (answer.cause == cause) return answer.by;
  return kUnknownCause;
}

constexpr size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}
constexpr Side other(Side side) noexcept {
  return side == Side::kRequest ? Side::kResponse : Side::kRequest;
}

// The two octets of a number, whose lowest bit is not its own (5.1).
uint16_t number_at(std::span<const uint8_t> apdu, size_t at) noexcept {
  return static_cast<uint16_t>(apdu[at] >> 1 | apdu[at + 1] << 7);
}
void put_number(std::span<uint8_t> apdu, size_t at, uint16_t number) noexcept {
  apdu[at] = static_cast<uint8_t>((apdu[at] & 1) | number << 1);
  apdu[at + 1] = static_cast<uint8_t>(number >> 7);
}

bool is_numbered(std::span<const uint8_t> apdu) noexcept {
  return apdu.size() >= kApci && (apdu[kSendAt] & 1) == 0;
}
bool acknowledges(std::span<const uint8_t> apdu) noexcept {
  return apdu.size() >= kApci && (apdu[kSendAt] & 3) != 3;
}

}  // namespace

void Connection::count(Side side, std::span<const uint8_t> apdu) noexcept {
  Sent& sent = sent_[index(side)];
  Sent& got = sent_[index(other(side))];
  if (is_numbered(apdu)) {
    sent.next = static_cast<uint16_t>((number_at(apdu, kSendAt) + 1u) % kNumbers);
    sent.known = true;
  }
  if (!got.known) got.next = number_at(apdu, kReceiveAt);  // nothing was sent before our eyes
  got.known = true;
}

size_t Connection::mirror(Side asker, std::span<const uint8_t> apdu,
                          std::span<uint8_t> out) noexcept {
  if (apdu.size() > out.size()) return 0;
  Writer writer{out};
  writer.bytes(apdu);
  const auto frame = writer.written();
  Sent& back = sent_[index(other(asker))];
  const auto cause = static_cast<uint8_t>(apdu[kCauseAt] & kCause);
  frame[kCauseAt] =
      static_cast<uint8_t>((apdu[kCauseAt] & kTest) | kNegative | answer_to(apdu[kApci], cause));
  const auto refused = static_cast<uint16_t>((number_at(apdu, kSendAt) + 1u) % kNumbers);
  sent_[index(asker)].numbering.acknowledge(refused);
  put_number(frame, kSendAt, back.numbering.put_in(back.next));
  put_number(frame, kReceiveAt, refused);
  return frame.size();
}

size_t Connection::refuse(Side asker, std::span<const uint8_t> apdu, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (!is_numbered(apdu) || apdu.size() < kApci + kLeastAsdu || apdu[0] != kStart) return 0;
  Numbering& numbering = sent_[index(asker)].numbering;
  numbering.taken_out(number_at(apdu, kSendAt));
  if (operation.direction != Direction::kRequest) return 0;
  return numbering.ok() && sent_[index(other(asker))].numbering.ok() ? mirror(asker, apdu, out) : 0;
}

bool Connection::adapt(Side sender, std::span<uint8_t> apdu) noexcept {
  Sent& sent = sent_[index(sender)];
  Sent& got = sent_[index(other(sender))];
  if (is_numbered(apdu)) put_number(apdu, kSendAt, sent.numbering.onward(number_at(apdu, kSendAt)));
  if (acknowledges(apdu))
    put_number(apdu, kReceiveAt, got.numbering.acknowledged(number_at(apdu, kReceiveAt)));
  return sent.numbering.ok() && got.numbering.ok();
}

}  // namespace bulkhead::wire::iec104
