// SPDX-License-Identifier: Apache-2.0
// The one shape into which every OT protocol is parsed: what was asked, of which points.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/static_vector.h"

namespace bulkhead::wire {

enum class App : uint8_t { kNone = 0, kModbus = 1 };
std::string_view to_string(App app) noexcept;

// Direction of harm; one vocabulary across protocols (docs/policy.md).
enum class OperationClass : uint8_t {
  kUnspecified = 0,
  kRead,
  kWrite,
  kControl,
  kProgram,
  kFirmware,
  kDiscover,
  kSession,
  kDiagnose,
};
inline constexpr unsigned kOperationClassCount = 9;
std::string_view to_string(OperationClass cls) noexcept;
// kUnspecified when no class has that name.
OperationClass operation_class_of(std::string_view name) noexcept;

enum class PointType : uint8_t {
  kNone = 0,
  kCoil,
  kDiscrete,
  kHolding,
  kInput,
  kFileRecord,
  kFifo
};
inline constexpr unsigned kPointTypeCount = 7;
std::string_view to_string(
    PointType type) noexcept;  // "coil", "discrete", "holding", "input", "file_record", "fifo"

// Consecutive points touched in one way. Modbus: data addresses 0-65535 as on the wire (zero
// based); file records: (file number << 16) | record number.
struct PointRange {
  PointType type = PointType::kNone;
  OperationClass access =
      OperationClass::kUnspecified;  // an operation may read some and write others
  uint32_t first = 0;
  uint32_t last = 0;  // inclusive

  constexpr bool operator==(const PointRange&) const noexcept = default;
};

// The values a write carries for one range, viewed in the packet.
struct ValueView {
  enum class Encoding : uint8_t { kNone = 0, kBe16, kBits };
  Encoding encoding = Encoding::kNone;
  uint8_t range = 0;                 // index into Operation::points
  uint16_t count = 0;                // values: registers, or bits
  std::span<const uint8_t> bytes{};  // kBe16: 2 * count; kBits: LSB first, (count + 7) / 8

  // The i-th value; i < count.
  [[nodiscard]] constexpr uint32_t at(size_t i) const noexcept {
    if (encoding == Encoding::kBits) return (bytes[i / 8] >> (i % 8)) & 1u;
    return (uint32_t{bytes[2 * i]} << 8) | bytes[2 * i + 1];
  }
};

// Modbus file requests carry up to 35 sub-requests (Application Protocol V1.1b3, 6.14).
inline constexpr size_t kMaxPointRanges = 36;
inline constexpr size_t kMaxValueViews = 36;

// One application PDU. Views point into the bytes that were parsed and live as long as they do.
struct Operation {
  App app = App::kNone;
  OperationClass cls = OperationClass::kUnspecified;  // the most harmful class it contains
  uint16_t code = 0;        // Modbus: function code | sub-function << 8 (for 8 and 43)
  uint16_t request_id = 0;  // Modbus: transaction identifier
  uint8_t unit = 0;
  bool is_response = false;
  bool is_exception = false;  // response only
  uint8_t exception_code = 0;
  uint16_t technique = 0;  // ATT&CK for ICS number reported when this is refused: 855 is T0855
  std::span<const uint8_t> answer{};  // Modbus: the registers of a response to 3, 4 and 23, be16
  std::string_view name;              // as tshark prints it, lower_snake
  StaticVector<PointRange, kMaxPointRanges> points;
  StaticVector<ValueView, kMaxValueViews> values;
};

}  // namespace bulkhead::wire
