// SPDX-License-Identifier: Apache-2.0
// The one shape into which every OT protocol is parsed: what was asked, of which points.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/static_vector.h"
#include "wire/apps/pairing.h"
#include "wire/apps/point_type.h"
#include "wire/apps/value_view.h"

namespace bulkhead::wire {

namespace cip {
struct IoChange;
}

// Numbers are part of images, events and evidence: append only.
enum class App : uint8_t {
  kNone = 0,
  kModbus,
  kDnp3,
  kS7comm,
  kS7commPlus,
  kEnip,  // encapsulation commands
  kCip,   // services inside EtherNet/IP
  kIec104,
  kOpcua,
  kBacnet,
  kMms,
  kGoose,
  kSv,
  kPnDcp,
  kPnRt,
  kPnCm,
  kHartIp,
  kFins,
  kSlmp,
  kMqtt,
  kFox,
  kUmas,
  kEthercat,
  kCotp,  // connection management of ISO transport: before it is known what is inside
  kTls,   // around any of them
};
inline constexpr unsigned kAppCount = 25;
std::string_view to_string(App app) noexcept;  // "modbus", "s7comm_plus", ...

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

// What a PDU is in the talk of its protocol, which is not always what its direction on the
// connection is: a DNP3 master may be the server of a TCP connection.
enum class Direction : uint8_t {
  kRequest = 0,
  kResponse,
  kUnsolicited,  // a report or publication that nobody asked for by a request of its own
};
std::string_view to_string(Direction direction) noexcept;

// Consecutive points touched in one way. How `first` and `last` count is the type's affair
// (point_type.h).
struct PointRange {
  PointType type = PointType::kNone;
  OperationClass access =
      OperationClass::kUnspecified;  // an operation may read some and write others
  uint64_t first = 0;
  uint64_t last = 0;         // inclusive
  uint32_t detail = 0;       // what more the type says: DNP3 group and variation, ...
  std::string_view name{};   // of points that have one; viewed in the packet
  std::string_view scope{};  // what the name is within: an MMS domain

  constexpr bool operator==(const PointRange&) const noexcept = default;
};

// More than any protocol's common message names; one that names more is told by `clipped`.
inline constexpr size_t kMaxPointRanges = 1024;
inline constexpr size_t kMaxValueViews = 1024;

// One application PDU. Views point into the bytes that were parsed and live as long as they do.
// Large (about 90 kB) and not initialised beyond what is used: fill it in place, do not copy it.
struct Operation {
  App app = App::kNone;
  OperationClass cls = OperationClass::kUnspecified;  // the most harmful class it contains
  Direction direction = Direction::kRequest;
  bool is_exception = false;  // response only
  bool clipped = false;       // names more points than `points` holds: no rule may be shown to hold
  bool opaque = false;        // encrypted, or about to be: nothing inside is known
  // The protocol takes it only after something that was not there: a DNP3 OPERATE without its
  // SELECT, an IEC 104 command before STARTDT, data of an I/O connection that nobody opened.
  bool out_of_turn = false;
  uint16_t technique = 0;  // ATT&CK for ICS number reported when this is refused: 855 is T0855
  // Names the operation within its protocol, for good. Modbus: function | sub-function << 8.
  // Others: function | sub-function << 16 | space << 24 (docs/protocols/).
  uint32_t code = 0;
  uint32_t exception_code = 0;
  uint32_t unit = 0;  // the device behind the address: Modbus unit, DNP3 destination, IEC 104 CA
  uint32_t from_unit = 0;             // DNP3: source link address
  uint64_t request_id = 0;            // Modbus: transaction identifier
  Pairing pairing;                    // more about its request, or its answers
  std::span<const uint8_t> answer{};  // Modbus: the registers of a response to 3, 4 and 23, be16
  // CIP: the I/O connection that this answer opens or closes, by its parser, until its next frame.
  const cip::IoChange* io = nullptr;
  std::string_view name;  // as tshark prints it, lower_snake
  StaticVector<PointRange, kMaxPointRanges> points;
  StaticVector<ValueView, kMaxValueViews> values;

  // Adds a range; when there is no room, says so in `clipped`.
  void add_point(const PointRange& range) noexcept {
    if (!points.push_back(range)) clipped = true;
  }
  // Adds the values of the last range.
  void add_values(ValueView view) noexcept {
    view.range = static_cast<uint16_t>(points.empty() ? 0 : points.size() - 1);
    if (!values.push_back(view)) clipped = true;
  }
  // As if new, without touching the memory of points and values.
  void clear() noexcept;
};

// The parts of `code` as they are printed.
struct CodeParts {
  uint32_t function = 0;
  uint32_t sub = 0;
};
CodeParts code_parts(App app, uint32_t code) noexcept;

}  // namespace bulkhead::wire
