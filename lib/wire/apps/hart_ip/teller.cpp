// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/hart_ip/teller.h"

#include "wire/apps/fact_table.h"
#include "wire/apps/hart_ip/commands.h"
#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/hart_ip/points.h"

namespace bulkhead::wire::hart_ip {
namespace {

constexpr unsigned kDeepest = 3;
constexpr Addressee kEverybody = {0, kLastDevice, kNoUnit};

Direction direction_of(MessageType type) noexcept {
  if (type == MessageType::kRequest) return Direction::kRequest;
  return type == MessageType::kPublish ? Direction::kUnsolicited : Direction::kResponse;
}

}  // namespace

// Successes and warnings; the others from 1 on are errors, or that the communication failed.
bool is_error(uint8_t code) noexcept {
  const bool warning = code == 0 || code == 8 || code == 14 || (code >= 24 && code <= 27) ||
                       code == 30 || code == 31 || (code >= 96 && code <= 127);
  return !warning;
}

Addressee addressee_of(const HartFrame& frame, Reader& in) noexcept {
  if (frame.address.size() != kLongAddress) {
    const uint8_t polled = frame.address.empty() ? 0 : frame.address[0] & kLastPollingAddress;
    return {polled, polled, polled};
  }
  // The first two bits are the master's number and the burst flag.
  uint64_t address = frame.address[0] & 0x3f;
  for (const uint8_t octet : frame.address.subspan(1)) address = address << 8 | octet;
  if (address == 0) return kEverybody;
  in.expect(address > kLastPollingAddress, FaultKind::kBadAddress, frame.address_at);
  return {address, address, kNoUnit};
}

void Teller::begin(uint32_t code) noexcept {
  Operation& out = sink_.operation;
  out.clear();
  out.app = App::kHartIp;
  describe(out, code, function_of(code));
  out.direction = direction_of(header_.type);
  out.pairing.alone = told_ != 0;  // answered with the first of the message
  out.request_id =
      header_.sequence | uint64_t{static_cast<uint8_t>(header_.id)} << 16 | uint64_t{told_++} << 24;
}

void Teller::message() noexcept {
  begin(kMessages | static_cast<uint8_t>(header_.id));
  Operation& out = sink_.operation;
  const bool failed = header_.type == MessageType::kNak || is_error(header_.status);
  if (out.direction == Direction::kResponse && failed) {
    out.is_exception = true;
    out.exception_code = header_.status;
  }
  sink_.told();
}

void Teller::command(uint32_t number, const Addressee& whom, Reader& data, uint8_t refusal,
                     unsigned depth) noexcept {
  data.expect(depth < kDeepest, FaultKind::kTooDeep, data.at());
  const size_t at = data.at();
  const bool has_number = header_.type == MessageType::kRequest || data.left() >= 2;
  if (number == kExtended && has_number) {
    number = data.be16();
    data.expect(number != kExtended, FaultKind::kBadFunction, at);
  }
  if (!data.ok()) return;
  begin(number);
  Operation& out = sink_.operation;
  out.unit = whom.unit;
  if (out.direction == Direction::kResponse && is_error(refusal)) {
    out.is_exception = true;
    out.exception_code = refusal;
  }
  const auto content = data.rest();
  add_points({whom.first, whom.last}, command_row(number), content, out);
  sink_.told();
  if (header_.type != MessageType::kRequest) return;
  Reader inside(content, data.at() - content.size());
  if (number == kToSubDevice) inner_command(inside, depth);
  if (number == kAggregated) inner_commands(whom, inside, depth);
  data.fail(inside.fault());
}

// Card, channel and preambles, then a frame without check byte. Which device is polled there is not
// known; a unique address is.
void Teller::inner_command(Reader& data, unsigned depth) noexcept {
  constexpr size_t kRoute = 3;
  data.skip(kRoute);
  HartFrame frame = read_hart_frame(data, FrameType::kRequest, false);
  Addressee whom = addressee_of(frame, data);
  data.end();
  if (!data.ok()) return;
  if (frame.address.size() != kLongAddress) whom = kEverybody;
  command(frame.command, whom, frame.data, 0, depth + 1);
  data.fail(frame.data.fault());
}

// A count, and of each command its number, byte count and data.
void Teller::inner_commands(const Addressee& whom, Reader& data, unsigned depth) noexcept {
  for (uint8_t left = data.u8(); left != 0 && data.ok(); --left) {
    const uint16_t number = data.be16();
    const uint8_t count = data.u8();
    Reader inside = data.take(count);
    if (data.ok()) command(number, whom, inside, 0, depth + 1);
    data.fail(inside.fault());
  }
  data.end();
}

}  // namespace bulkhead::wire::hart_ip
