// SPDX-License-Identifier: Apache-2.0
// Codes of UMAS. Sources differ on which of upload and download goes to the controller: both are of
// class program.
#include "wire/apps/fact_table.h"
#include "wire/apps/umas/umas.h"

namespace bulkhead::wire::umas {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{0x01, "init_comm",               Class::kSession,  0},
    FunctionFact{0x02, "read_id",                 Class::kDiscover, 888},
    FunctionFact{0x03, "read_project_info",       Class::kDiscover, 888},
    FunctionFact{0x04, "read_plc_info",           Class::kRead,     868},
    FunctionFact{0x06, "read_card_info",          Class::kDiscover, 888},
    FunctionFact{0x0a, "repeat",                  Class::kSession,  0},
    FunctionFact{0x10, "take_plc_reservation",    Class::kProgram,  843},
    FunctionFact{0x11, "release_plc_reservation", Class::kProgram,  843},
    FunctionFact{0x12, "keep_alive",              Class::kSession,  0},
    FunctionFact{0x20, "read_memory_block",       Class::kRead,     801},
    FunctionFact{0x21, "write_memory_block",      Class::kWrite,    836},
    FunctionFact{0x22, "read_variables",          Class::kRead,     801},
    FunctionFact{0x23, "write_variables",         Class::kWrite,    855},
    FunctionFact{0x24, "read_coils_registers",    Class::kRead,     801},
    FunctionFact{0x25, "write_coils_registers",   Class::kWrite,    855},
    FunctionFact{0x26, "data_dictionary",         Class::kDiscover, 861},
    FunctionFact{0x30, "initialize_upload",       Class::kProgram,  845},
    FunctionFact{0x31, "upload_block",            Class::kProgram,  845},
    FunctionFact{0x32, "end_strategy_upload",     Class::kProgram,  845},
    FunctionFact{0x33, "initialize_download",     Class::kProgram,  843},
    FunctionFact{0x34, "download_block",          Class::kProgram,  843},
    FunctionFact{0x35, "end_strategy_download",   Class::kProgram,  843},
    FunctionFact{0x36, "backup",                  Class::kProgram,  845},
    FunctionFact{0x37, "preload_blocks",          Class::kProgram,  843},
    FunctionFact{0x38, "signed_message",          Class::kProgram,  855},  // another one inside
    FunctionFact{0x39, "read_eth_master_data",    Class::kDiscover, 888},
    FunctionFact{0x40, "start_plc",               Class::kProgram,  858},
    FunctionFact{0x41, "stop_plc",                Class::kProgram,  858},
    FunctionFact{0x42, "init_plc",                Class::kProgram,  816},
    FunctionFact{0x43, "swap",                    Class::kProgram,  889},
    FunctionFact{0x50, "monitor_plc",             Class::kDiagnose, 801},
    FunctionFact{0x51, "get_auto_modification",   Class::kDiagnose, 801},
    FunctionFact{0x52, "get_forced_bits",         Class::kDiagnose, 801},
    FunctionFact{0x53, "get_selected_blocks",     Class::kDiagnose, 801},
    FunctionFact{0x58, "check_plc",               Class::kRead,     868},
    FunctionFact{0x60, "set_breakpoint",          Class::kProgram,  858},
    FunctionFact{0x61, "delete_breakpoint",       Class::kProgram,  858},
    FunctionFact{0x62, "step_over",               Class::kProgram,  858},
    FunctionFact{0x63, "step_in",                 Class::kProgram,  858},
    FunctionFact{0x64, "step_out",                Class::kProgram,  858},
    FunctionFact{0x65, "get_call_stack",          Class::kDiagnose, 801},
    FunctionFact{0x66, "check_debug_allowed",     Class::kDiagnose, 801},
    FunctionFact{0x6c, "process_message",         Class::kProgram,  855},
    FunctionFact{0x6d, "private_message",         Class::kProgram,  855},
    FunctionFact{0x6e, "reservation_nonces",      Class::kProgram,  843},
    FunctionFact{0x70, "read_io_object",          Class::kRead,     801},
    FunctionFact{0x71, "write_io_object",         Class::kWrite,    835},
    FunctionFact{0x73, "get_status_module",       Class::kRead,     868},
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

}  // namespace bulkhead::wire::umas
