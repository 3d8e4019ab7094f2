// SPDX-License-Identifier: Apache-2.0
// Every public function of MODBUS Application Protocol V1.1b3, and the vendor functions seen in the
// field. Techniques are numbers of MITRE ATT&CK for ICS.
#include <algorithm>

#include "wire/apps/modbus.h"

namespace bulkhead::wire::modbus {

namespace {

using Class = OperationClass;
using Kind = Shape::Kind;
using Values = RangeShape::Values;

constexpr uint8_t kOne = RangeShape::kOne;
constexpr RangeShapes kNoPoints{};
constexpr bool kEcho = true;

constexpr uint16_t diagnostic(uint8_t sub) noexcept {
  return static_cast<uint16_t>(8 | sub << 8);
}
constexpr uint16_t mei(uint8_t type) noexcept {
  return static_cast<uint16_t>(43 | type << 8);
}

constexpr RangeShapes reads(PointType type, uint16_t max) noexcept {
  return {{{type, Class::kRead, 0, 2, max, Values::kNone, 0}}};
}
constexpr RangeShapes writes(PointType type, uint8_t quantity_at, uint16_t max, Values values,
                             uint8_t values_at) noexcept {
  return {{{type, Class::kWrite, 0, quantity_at, max, values, values_at}}};
}
constexpr RangeShapes kReadWrite{
    {{PointType::kHolding, Class::kRead, 0, 2, 125, Values::kNone, 0},
     {PointType::kHolding, Class::kWrite, 4, 6, 121, Values::kCountedWords, 8}}};
constexpr RangeShapes kFifoPointer{
    {{PointType::kFifo, Class::kRead, 0, kOne, 1, Values::kNone, 0}}};

// clang-format off
constexpr std::array kFunctions = {
    //          code             name                                      class           ATT&CK request              response              points
    FunctionRow{1,               "read_coils",                             Class::kRead,     801, fixed(4),            counted(0, 1, 1, 250), reads(PointType::kCoil, 2000)},
    FunctionRow{2,               "read_discrete_inputs",                   Class::kRead,     801, fixed(4),            counted(0, 1, 1, 250), reads(PointType::kDiscrete, 2000)},
    FunctionRow{3,               "read_holding_registers",                 Class::kRead,     801, fixed(4),            counted(0, 2, 2, 250), reads(PointType::kHolding, 125)},
    FunctionRow{4,               "read_input_registers",                   Class::kRead,     801, fixed(4),            counted(0, 2, 2, 250), reads(PointType::kInput, 125)},
    FunctionRow{5,               "write_single_coil",                      Class::kWrite,    855, fixed(4),            fixed(4),              writes(PointType::kCoil, kOne, 1, Values::kCoilWord, 2), kEcho},
    FunctionRow{6,               "write_single_register",                  Class::kWrite,    855, fixed(4),            fixed(4),              writes(PointType::kHolding, kOne, 1, Values::kWord, 2), kEcho},
    FunctionRow{7,               "read_exception_status",                  Class::kRead,     801, fixed(0),            fixed(1)},
    FunctionRow{diagnostic(0),   "return_query_data",                      Class::kDiagnose, 846, opaque(2),           opaque(2)},
    FunctionRow{diagnostic(1),   "restart_communications_option",          Class::kProgram,  816, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(2),   "return_diagnostic_register",             Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(3),   "change_ascii_input_delimiter",           Class::kDiagnose, 855, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(4),   "force_listen_only_mode",                 Class::kProgram,  814, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(10),  "clear_counters_and_diagnostic_register", Class::kDiagnose, 855, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(11),  "return_bus_message_count",               Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(12),  "return_bus_communication_error_count",   Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(13),  "return_bus_exception_error_count",       Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(14),  "return_slave_message_count",             Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(15),  "return_slave_no_response_count",         Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(16),  "return_slave_nak_count",                 Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(17),  "return_slave_busy_count",                Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(18),  "return_bus_character_overrun_count",     Class::kDiagnose, 888, fixed(4),            fixed(4)},
    FunctionRow{diagnostic(20),  "clear_overrun_counter_and_flag",         Class::kDiagnose, 855, fixed(4),            fixed(4)},
    FunctionRow{11,              "get_comm_event_counters",                Class::kRead,     801, fixed(0),            fixed(4)},
    FunctionRow{12,              "get_comm_event_log",                     Class::kRead,     801, fixed(0),            counted(0, 1, 6, 70)},
    FunctionRow{15,              "write_multiple_coils",                   Class::kWrite,    855, counted(4, 1, 1, 246), fixed(4),            writes(PointType::kCoil, 2, 1968, Values::kCountedBits, 4), kEcho},
    FunctionRow{16,              "write_multiple_registers",               Class::kWrite,    855, counted(4, 2, 2, 246), fixed(4),            writes(PointType::kHolding, 2, 123, Values::kCountedWords, 4), kEcho},
    FunctionRow{17,              "report_slave_id",                        Class::kDiscover, 888, fixed(0),            counted(0, 1, 0, 251)},
    FunctionRow{20,              "read_file_record",                       Class::kRead,     845, structured(Kind::kFileRead),  structured(Kind::kFileData)},
    FunctionRow{21,              "write_file_record",                      Class::kWrite,    855, structured(Kind::kFileWrite), structured(Kind::kFileWrite), kNoPoints, kEcho},
    FunctionRow{22,              "mask_write_register",                    Class::kWrite,    855, fixed(6),            fixed(6),              writes(PointType::kHolding, kOne, 1, Values::kNone, 0), kEcho},
    FunctionRow{23,              "read_write_register",                    Class::kWrite,    855, counted(8, 2, 2, 242), counted(0, 2, 2, 250), kReadWrite},
    FunctionRow{24,              "read_fifo_queue",                        Class::kRead,     801, fixed(2),            structured(Kind::kFifo), kFifoPointer},
    FunctionRow{40,              "program_concept",                        Class::kProgram,  843, opaque(),            opaque()},
    FunctionRow{mei(13),         "canopen_request_response",               Class::kProgram,  855, opaque(),            opaque()},
    FunctionRow{mei(14),         "read_device_identification",             Class::kDiscover, 888, structured(Kind::kIdentify), structured(Kind::kObjects)},
    FunctionRow{90,              "unity_schneider",                        Class::kProgram,  843, opaque(),            opaque()},
    FunctionRow{125,             "firmware_replacement",                   Class::kFirmware, 800, opaque(),            opaque()},
    FunctionRow{126,             "program_584_984",                        Class::kProgram,  843, opaque(),            opaque()},
};
// clang-format on

// Function code before sub-function: the order in which the wire tells them.
constexpr unsigned order(uint32_t code) noexcept {
  return (code & 0xffu) << 8 | code >> 8;
}

constexpr bool strictly_ascending() noexcept {
  for (size_t i = 1; i < kFunctions.size(); ++i)
    if (order(kFunctions[i - 1].code) >= order(kFunctions[i].code)) return false;
  return true;
}
static_assert(strictly_ascending());

// First row of each function code; kNoRow for none.
constexpr uint8_t kNoRow = 0xff;
constexpr std::array<uint8_t, 128> kFirstRow = [] {
  std::array<uint8_t, 128> first{};
  first.fill(kNoRow);
  for (size_t i = kFunctions.size(); i-- > 0;)
    first[kFunctions[i].code & 0x7f] = static_cast<uint8_t>(i);
  return first;
}();

}  // namespace

std::span<const FunctionRow> functions() noexcept {
  return kFunctions;
}

const FunctionRow* function_named(std::string_view name) noexcept {
  const auto* const row = std::find_if(kFunctions.begin(), kFunctions.end(),
                                       [=](const FunctionRow& r) { return r.name == name; });
  return row == kFunctions.end() ? nullptr : row;
}

const FunctionRow* function_of(uint32_t code) noexcept {
  const unsigned function = code & 0xffu;
  if (function >= kFirstRow.size() || kFirstRow[function] == kNoRow) return nullptr;
  for (size_t i = kFirstRow[function]; i < kFunctions.size(); ++i) {
    if (kFunctions[i].code == code) return &kFunctions[i];
    if ((kFunctions[i].code & 0xffu) != function) return nullptr;
  }
  return nullptr;
}

}  // namespace bulkhead::wire::modbus
