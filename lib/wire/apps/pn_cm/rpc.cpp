// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/pn_cm/rpc.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::pn_cm {
namespace {

struct Uuid {
  uint32_t low = 0;
  uint16_t mid = 0, high = 0;
  std::array<uint8_t, 8> rest{};
  bool operator==(const Uuid&) const noexcept = default;
};

// IEC 61158-6-10 4.10.3.2: device, controller, supervisor, parameter server are 1 to 4.
constexpr Uuid kPnio = {0xdea00000, 0x6c97, 0x11d1, {0x82, 0x71, 0, 0xa0, 0x24, 0x42, 0xdf, 0x7d}};
constexpr uint32_t kFirstPnio = 1, kLastPnio = 4;
// C706 appendix O.
constexpr Uuid kMapper = {0xe1af8308, 0x5d1f, 0x11c9, {0x91, 0xa4, 8, 0, 0x2b, 0x14, 0xa0, 0xfa}};

// Its first three fields have the byte order of the call.
Uuid read_uuid(Reader& in, bool little_endian) noexcept {
  Uuid out;
  out.low = u32(in, little_endian);
  out.mid = u16(in, little_endian);
  out.high = u16(in, little_endian);
  const auto rest = in.bytes(out.rest.size());
  std::ranges::copy(rest, out.rest.begin());
  return out;
}

Interface interface_of(Uuid uuid) noexcept {
  if (uuid == kMapper) return Interface::kEndpoints;
  const uint32_t number = uuid.low - kPnio.low;
  uuid.low = kPnio.low;
  const bool pnio = uuid == kPnio && number >= kFirstPnio && number <= kLastPnio;
  return pnio ? Interface::kPnio : Interface::kOther;
}

}  // namespace

RpcHeader read_rpc_header(Reader& in) noexcept {
  constexpr uint8_t kLastFragment = 0x02, kFragmented = 0x04;
  constexpr size_t kUuid = 16, kBootTime = 4, kInterfaceVersion = 4, kHints = 4;
  RpcHeader out;
  out.version = in.u8();
  out.type = static_cast<PduType>(in.u8());
  const uint8_t flags = in.u8();
  out.last_fragment = (flags & kLastFragment) != 0;
  out.fragment = (flags & kFragmented) != 0;
  in.skip(1);  // flags of another kind
  const uint8_t integers = in.u8();
  out.little_endian = integers >> 4 == 1;
  out.encoding_known = integers == 0 || integers == 0x10;
  in.skip(2 + 1 + kUuid);  // floating point, reserved; serial number; object
  const Uuid interface = read_uuid(in, out.little_endian);
  out.interface = interface_of(interface);
  out.interface_number = interface.low;
  out.activity = in.bytes(kUuid);
  in.skip(kBootTime + kInterfaceVersion);
  out.sequence = u32(in, out.little_endian);
  out.operation = u16(in, out.little_endian);
  in.skip(kHints);
  out.length = u16(in, out.little_endian);
  out.fragment_number = u16(in, out.little_endian);
  out.authentication = in.u8();
  in.skip(1);  // serial number
  return out;
}

}  // namespace bulkhead::wire::pn_cm
