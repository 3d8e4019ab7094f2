// SPDX-License-Identifier: Apache-2.0
// ISO transport over TCP, which S7 and MMS speak: TPKT (RFC 1006 6), and class 0 of COTP in it
// (ISO 8073 13, RFC 905 13). Port 102.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::iso {

inline constexpr uint16_t kPort = 102;
inline constexpr size_t kTpktHeader = 4;
inline constexpr size_t kMaxTpkt = 65535;

// Bytes of the TPKT at the front. Faults: kBadMarker (version not 3), kBadLength (below the
// smallest: header and one TPDU of 2 bytes; 7, as a keep-alive of some clients has it, is fine).
Parsed<size_t> tpkt_size(std::span<const uint8_t> bytes) noexcept;

enum class TpduType : uint8_t {
  kConnectionRequest = 0xe0,
  kConnectionConfirm = 0xd0,
  kDisconnectRequest = 0x80,
  kDisconnectConfirm = 0xc0,
  kData = 0xf0,
  kExpeditedData = 0x10,
  kError = 0x70,
};

struct Tpdu {
  TpduType type = TpduType::kData;
  bool last = true;                         // kData: end of TSDU
  std::span<const uint8_t> user_data{};     // behind the TPDU's header
  size_t user_data_at = 0;                  // its offset in the TPKT
  uint16_t destination = 0;                 // references; not of data TPDUs
  uint16_t source = 0;                      // of connections and disconnections
  std::span<const uint8_t> calling_tsap{};  // connection request and confirm, where given
  std::span<const uint8_t> called_tsap{};
};

// One whole TPKT. Faults, with offsets in it: kBadHeaderLength (length indicator past the end, or
// of a data TPDU not 2), kBadType (none of the above), kBadValue (TPDU-NR of class 0 not zero, RFC
// 2126 4.3), kBadLength (a parameter of a connection request past the end).
Fault parse_tpkt(std::span<const uint8_t> tpkt, Tpdu& out) noexcept;

// Joins the data TPDUs of one direction to TSDUs. A TSDU that is whole in one TPDU is viewed where
// it lies; else it is copied. A copy of an assembly has what is held, not what a view looks at.
class TsduAssembly {
 public:
  static constexpr size_t kMaxTsdu = 65535;  // servers list their variables in MMS PDUs of 65000

  TsduAssembly() noexcept {}  // leaves the buffer as it is: only what is held is ever read
  TsduAssembly(const TsduAssembly& other) noexcept { *this = other; }
  TsduAssembly& operator=(const TsduAssembly& other) noexcept;

  // The TSDU that this TPDU completes; NeedMore when more are to come. Faults: kTooLong: forgotten.
  Parsed<std::span<const uint8_t>> add(const Tpdu& data) noexcept;
  [[nodiscard]] bool pending() const noexcept { return held_ != 0; }
  void forget() noexcept { held_ = 0; }

 private:
  uint16_t held_ = 0;
  std::array<uint8_t, kMaxTsdu> buffer_;
};

}  // namespace bulkhead::wire::iso
