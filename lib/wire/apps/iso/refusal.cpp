// SPDX-License-Identifier: Apache-2.0
// Refusals of what speaks over ISO transport, each in one data TPDU. COTP itself and S7comm-plus,
// whose answers carry what only the device knows, have no words.
#include "wire/apps/iso/connection.h"
#include "wire/writer.h"

namespace bulkhead::wire::iso {

size_t Connection::words(Side asker, const Operation& operation, std::span<uint8_t> out) noexcept {
  switch (operation.app) {
    case App::kS7comm:
      return s7_.refuse(asker, operation, out);
    case App::kMms:
      return mms_.refuse(asker, operation, out);
    default:
      return 0;
  }
}

size_t Connection::refuse(Side asker, std::span<const uint8_t>, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  constexpr size_t kHeaders = 7;
  constexpr uint8_t kTpktVersion = 3, kDataHeader = 2, kEndOfTsdu = 0x80;
  const bool room = out.size() > kHeaders;
  const size_t size = words(asker, operation, room ? out.subspan(kHeaders) : std::span<uint8_t>{});
  if (size == 0) return 0;
  Writer writer{out};
  writer.u8(kTpktVersion).u8(0).be16(static_cast<uint16_t>(kHeaders + size));
  writer.u8(kDataHeader).u8(static_cast<uint8_t>(TpduType::kData)).u8(kEndOfTsdu);
  return kHeaders + size;
}

}  // namespace bulkhead::wire::iso
