// SPDX-License-Identifier: Apache-2.0
// Modbus/TCP: table of functions, parser of one ADU, and the stream that cuts TCP bytes into ADUs.
//
// Sources: MODBUS Messaging on TCP/IP Implementation Guide V1.0b 3.1.3 (MBAP);
// MODBUS Application Protocol V1.1b3 (functions, quantities, exceptions).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/modbus_shape.h"
#include "wire/apps/operation.h"
#include "wire/apps/protocol.h"
#include "wire/apps/rare.h"
#include "wire/apps/umas/umas.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::modbus {

inline constexpr uint16_t kPort = 502;
inline constexpr size_t kMbapSize = 7;
inline constexpr size_t kMaxAdu = 260;

using wire::Side;

// Parses the ADU at the front of `bytes`; `size` receives its length in bytes.
// The MBAP length and the length that the function implies must agree, else kBadLength.
// NeedMore while the ADU is a well-formed prefix. Faults: kBadProtocolId, kBadLength,
// kBadFunction (0, a request of 128-255), kBadCount, kBadValue, kBadAddress (address + quantity
// past 65536). Offsets are from the front of `bytes`; that of a kBadLength is the MBAP length or
// the count that disagrees.
//
// What an operation does not say:
// - An unknown function or sub-function has name "unknown" and class kUnspecified, its length taken
//   from the MBAP alone; policy must deny it. A diagnostics sub-function above 255 has code 0xff08.
// - mask_write_register (22) has a write range but no ValueView, for the value written depends on
//   the register: a rule that limits values cannot be shown to hold, so it must not match.
// - A response to a read has no points, for the protocol does not repeat them; registers are in
//   `answer`, and only the request says which they are. An exception has
//   neither points nor sub-function: its code is the function alone.
Parsed<Operation> parse_adu(std::span<const uint8_t> bytes, Side side, size_t& size) noexcept;

// The same, filling `out` in place (it is 2 kB); the value is the ADU's length. `out` is
// unspecified unless a value comes back.
Parsed<size_t> parse_adu_into(std::span<const uint8_t> bytes, Side side, Operation& out) noexcept;

// One direction of one TCP connection, fed strictly in order. Holds at most one partial ADU.
class Stream {
 public:
  enum class Step : uint8_t {
    kOperation,  // `out` is the next complete ADU; call again
    kNeedMore,   // all of `bytes` is consumed; an ADU may be partly buffered
    kFault,      // `fault` says why; the stream stays broken
  };

  explicit Stream(Side side) noexcept : side_(side) {}

  // Consumes from the front of `bytes`. The views in `out` are valid until the next call. Neither
  // operations nor fault depend on where the bytes were cut into calls. A fault's offset counts
  // from the start of its ADU.
  Step next(std::span<const uint8_t>& bytes, Operation& out) noexcept;

  [[nodiscard]] Fault fault() const noexcept { return fault_; }
  // Bytes of a partial ADU seen so far.
  [[nodiscard]] size_t held() const noexcept { return held_; }

 private:
  Step next_whole(std::span<const uint8_t>& bytes, Operation& out) noexcept;
  Step next_partial(std::span<const uint8_t>& bytes, Operation& out) noexcept;
  void hold(std::span<const uint8_t>& bytes, size_t n) noexcept;
  Step broken(Fault fault) noexcept;

  Side side_;
  Fault fault_{};
  uint16_t held_ = 0;
  std::array<uint8_t, kMaxAdu> buffer_;
};

// One row of the function table: the facts from which parser, vocabulary, docs and fuzz dictionary
// come.
struct FunctionRow {
  uint16_t code = 0;  // function | sub-function << 8
  std::string_view name;
  OperationClass cls = OperationClass::kUnspecified;
  uint16_t technique = 0;
  Shape request{};
  Shape response{};
  RangeShapes points{};  // of the request; of the response too where it echoes the request
  bool echoed = false;   // the response repeats address, and quantity or value
};
// Ascending by function, then sub-function.
std::span<const FunctionRow> functions() noexcept;
// nullptr when unknown. Names of functions follow tshark's; 40, 125 and 126 have none there.
const FunctionRow* function_named(std::string_view name) noexcept;
const FunctionRow* function_of(uint32_t code) noexcept;

// The size of the ADU at the front: StreamProtocol::frame_size.
Parsed<size_t> adu_size(std::span<const uint8_t> bytes) noexcept;
// One whole ADU and nothing behind it.
Fault parse_whole_adu(std::span<const uint8_t> adu, Side side, Operation& out) noexcept;
// The bytes begin with an ADU that parses as a request.
bool begins_with_request(std::span<const uint8_t> bytes) noexcept;
// The exception that answers the operation of `adu` (wire/apps/protocol.h, Refusing); unit 0 is
// answered too, as servers over TCP do.
size_t write_exception(std::span<const uint8_t> adu, const Operation& operation,
                       std::span<uint8_t> out) noexcept;

// Modbus as every protocol over TCP is offered (wire/apps/protocol.h). Function 90 is told as what
// UMAS has in it, where that is known (umas::Session). Where: the state of UMAS
// (wire/apps/rare.h).
template <template <typename> typename Where>
class ConnectionWith {
 public:
  static constexpr App kApp = App::kModbus;
  static constexpr size_t kLongestFrame = kMaxAdu;
  static constexpr size_t kApart = Where<umas::Session>::kRoom;

  void place(std::byte* memory) noexcept { umas_.place(memory); }
  [[nodiscard]] Parsed<size_t> frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
    return adu_size(bytes);
  }
  Fault frame(Side side, std::span<const uint8_t> adu, OperationSink& sink) noexcept {
    if (const Fault fault = parse_whole_adu(adu, side, sink.operation);
        fault.kind != FaultKind::kNone)
      return fault;
    if (sink.operation.code == umas::kModbusFunction) [[unlikely]]
      umas_.get().read(side, adu.subspan(kMbapSize + 1), sink.operation);
    sink.told();
    return {};
  }
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  size_t refuse(Side, std::span<const uint8_t> adu, const Operation& operation,
                std::span<uint8_t> out) noexcept {
    return write_exception(adu, operation, out);
  }
  static bool recognises(std::span<const uint8_t> bytes) noexcept {
    return begins_with_request(bytes);
  }

 private:
  Where<umas::Session> umas_;
};
using Connection = ConnectionWith<Inside>;

}  // namespace bulkhead::wire::modbus
