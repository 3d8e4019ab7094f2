// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/hart_ip/message.h"

namespace bulkhead::wire::hart_ip {

Header read_header(Reader& in) noexcept {
  Header out;
  out.version = in.u8();
  out.type = static_cast<MessageType>(in.u8());
  out.id = static_cast<MessageId>(in.u8());
  out.status = in.u8();
  out.sequence = in.be16();
  out.length = in.be16();
  return out;
}

uint8_t check_of(std::span<const uint8_t> octets) noexcept {
  uint8_t sum = 0;
  for (const uint8_t octet : octets) sum ^= octet;
  return sum;
}

HartFrame read_hart_frame(Reader& in, FrameType wanted, bool with_check) noexcept {
  constexpr uint8_t kFrameType = 0x07;
  const size_t at = in.at();
  Reader checked = in;
  HartFrame out;
  out.delimiter = in.u8();
  in.expect((out.delimiter & kFrameType) == static_cast<uint8_t>(wanted), FaultKind::kBadType, at);
  out.address_at = in.at();
  out.address = in.bytes((out.delimiter & kUniqueAddress) != 0 ? kLongAddress : kShortAddress);
  out.expansion = in.bytes(out.delimiter >> 5 & 3);
  out.command = in.u8();
  const uint8_t count = in.u8();
  out.data = in.take(count);
  if (!with_check) return out;
  const auto all = checked.bytes(in.at() - at);
  const size_t check_at = in.at();
  in.expect(in.u8() == check_of(all), FaultKind::kBadChecksum, check_at);
  return out;
}

}  // namespace bulkhead::wire::hart_ip
