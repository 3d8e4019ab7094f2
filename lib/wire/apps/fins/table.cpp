// SPDX-License-Identifier: Apache-2.0
// Commands of FINS (W342 5-1), with tshark's names where it has one, and those of FINS/TCP.
#include "wire/apps/fact_table.h"
#include "wire/apps/fins/fins.h"

namespace bulkhead::wire::fins {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{0x0101, "memory_area_read",              Class::kRead,     801},
    FunctionFact{0x0102, "memory_area_write",             Class::kWrite,    855},
    FunctionFact{0x0103, "memory_area_fill",              Class::kWrite,    855},
    FunctionFact{0x0104, "multiple_memory_area_read",     Class::kRead,     801},
    FunctionFact{0x0105, "memory_area_transfer",          Class::kWrite,    855},
    FunctionFact{0x0201, "parameter_area_read",           Class::kRead,     801},
    FunctionFact{0x0202, "parameter_area_write",          Class::kWrite,    836},
    FunctionFact{0x0203, "parameter_area_clear",          Class::kWrite,    836},
    FunctionFact{0x0220, "data_link_table_read",          Class::kRead,     801},
    FunctionFact{0x0221, "data_link_table_write",         Class::kWrite,    836},
    FunctionFact{0x0304, "program_area_protect",          Class::kProgram,  892},
    FunctionFact{0x0305, "program_area_protect_clear",    Class::kProgram,  892},
    FunctionFact{0x0306, "program_area_read",             Class::kRead,     845},
    FunctionFact{0x0307, "program_area_write",            Class::kProgram,  843},
    FunctionFact{0x0308, "program_area_clear",            Class::kProgram,  889},
    FunctionFact{0x0401, "run",                           Class::kProgram,  858},
    FunctionFact{0x0402, "stop",                          Class::kProgram,  858},
    FunctionFact{0x0403, "reset",                         Class::kProgram,  816},
    FunctionFact{0x0501, "controller_data_read",          Class::kDiscover, 888},
    FunctionFact{0x0502, "connection_data_read",          Class::kDiscover, 888},
    FunctionFact{0x0601, "controller_status_read",        Class::kDiscover, 868},
    FunctionFact{0x0602, "network_status_read",           Class::kDiscover, 840},
    FunctionFact{0x0603, "data_link_status_read",         Class::kDiscover, 840},
    FunctionFact{0x0620, "cycle_time_read",               Class::kDiagnose, 801},
    FunctionFact{0x0701, "clock_read",                    Class::kRead,     801},
    FunctionFact{0x0702, "clock_write",                   Class::kWrite,    836},
    FunctionFact{0x0801, "loop_back_test",                Class::kDiagnose, 846},
    FunctionFact{0x0802, "broadcast_test_results_read",   Class::kDiagnose, 846},
    FunctionFact{0x0803, "broadcast_test_data_send",      Class::kDiagnose, 846},
    FunctionFact{0x0920, "message",                       Class::kDiagnose, 878},  // read or clear
    FunctionFact{0x0c01, "access_right_acquire",          Class::kProgram,  843},
    FunctionFact{0x0c02, "access_right_forced_acquire",   Class::kProgram,  843},
    FunctionFact{0x0c03, "access_right_release",          Class::kProgram,  843},
    FunctionFact{0x2101, "error_clear",                   Class::kProgram,  878},
    FunctionFact{0x2102, "error_log_read",                Class::kDiagnose, 801},
    FunctionFact{0x2103, "error_log_clear",               Class::kProgram,  872},
    FunctionFact{0x2140, "write_access_log_read",         Class::kDiagnose, 801},
    FunctionFact{0x2141, "write_access_log_clear",        Class::kProgram,  872},
    FunctionFact{0x2201, "file_name_read",                Class::kDiscover, 888},
    FunctionFact{0x2202, "single_file_read",              Class::kRead,     845},
    FunctionFact{0x2203, "single_file_write",             Class::kProgram,  867},
    FunctionFact{0x2204, "memory_card_format",            Class::kProgram,  809},
    FunctionFact{0x2205, "file_delete",                   Class::kProgram,  809},
    FunctionFact{0x2206, "volume_label_create_delete",    Class::kProgram,  867},
    FunctionFact{0x2207, "file_copy",                     Class::kProgram,  867},
    FunctionFact{0x2208, "file_name_change",              Class::kProgram,  867},
    FunctionFact{0x2209, "file_data_check",               Class::kProgram,  867},
    FunctionFact{0x220a, "memory_area_file_transfer",     Class::kProgram,  843},
    FunctionFact{0x220b, "parameter_area_file_transfer",  Class::kProgram,  843},
    FunctionFact{0x220c, "program_area_file_transfer",    Class::kProgram,  843},
    FunctionFact{0x220f, "file_memory_index_read",        Class::kRead,     801},
    FunctionFact{0x2210, "file_memory_read",              Class::kRead,     845},
    FunctionFact{0x2211, "file_memory_write",             Class::kProgram,  843},
    FunctionFact{0x2215, "directory_create_delete",       Class::kProgram,  867},
    FunctionFact{0x2220, "memory_cassette_transfer",      Class::kProgram,  843},
    FunctionFact{0x2301, "forced_set_reset",              Class::kControl,  835},
    FunctionFact{0x2302, "forced_set_reset_cancel",       Class::kControl,  835},
    FunctionFact{0x230a, "multiple_forced_status_read",   Class::kRead,     877},
    FunctionFact{0x2601, "name_set",                      Class::kProgram,  836},
    FunctionFact{0x2602, "name_delete",                   Class::kProgram,  836},
    FunctionFact{0x2603, "name_read",                     Class::kDiscover, 888},
    // FINS/TCP (W421 7-4)
    FunctionFact{kTcpSpace | 0, "node_address_request",    Class::kSession, 0},
    FunctionFact{kTcpSpace | 1, "node_address_response",   Class::kSession, 0},
    FunctionFact{kTcpSpace | 3, "send_error_notification", Class::kSession, 0},
    FunctionFact{kTcpSpace | 6, "connection_confirmation", Class::kSession, 0},
};
// clang-format on
static_assert(ascends(kFunctions));

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFunctions, code);
}

}  // namespace bulkhead::wire::fins
