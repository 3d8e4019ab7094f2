// SPDX-License-Identifier: Apache-2.0
// The header of a connectionless remote procedure call (C706 12.5.2), and numbers in the byte order
// that it says.
#pragma once

#include "wire/apps/reader.h"

namespace bulkhead::wire::pn_cm {

enum class PduType : uint8_t {
  kRequest = 0,
  kPing = 1,
  kResponse = 2,
  kFault = 3,
  kWorking = 4,
  kNoCall = 5,
  kReject = 6,
  kAck = 7,
  kCancel = 8,
  kFragmentAck = 9,
  kCancelAck = 10,
};

enum class Interface : uint8_t { kOther, kPnio, kEndpoints };

struct RpcHeader {
  static constexpr size_t kSize = 80;
  static constexpr size_t kEncodingAt = 4, kAuthenticationAt = 78, kLengthAt = 74;

  uint8_t version = 0;
  PduType type = PduType::kRequest;
  bool last_fragment = false;
  bool fragment = false;  // of several
  bool little_endian = false;
  bool encoding_known = false;
  Interface interface = Interface::kOther;
  uint32_t interface_number = 0;  // the first field of its UUID
  std::span<const uint8_t> activity{};
  uint32_t sequence = 0;
  uint16_t operation = 0;
  uint16_t length = 0;  // of the body
  uint16_t fragment_number = 0;
  uint8_t authentication = 0;
};
RpcHeader read_rpc_header(Reader& in) noexcept;

constexpr uint16_t u16(Reader& in, bool little_endian) noexcept {
  return little_endian ? in.le16() : in.be16();
}
constexpr uint32_t u32(Reader& in, bool little_endian) noexcept {
  return little_endian ? in.le32() : in.be32();
}

}  // namespace bulkhead::wire::pn_cm
