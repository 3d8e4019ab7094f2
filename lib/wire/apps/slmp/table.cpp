// SPDX-License-Identifier: Apache-2.0
// Commands of SLMP (SH-080956 4 and appendix), with the names that the manual gives them.
#include "wire/apps/fact_table.h"
#include "wire/apps/slmp/slmp.h"

namespace bulkhead::wire::slmp {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{0x0101, "read_type_name",              Class::kDiscover, 888},
    FunctionFact{0x0201, "file_read_information",       Class::kDiscover, 888},
    FunctionFact{0x0202, "file_read_information_title", Class::kDiscover, 888},
    FunctionFact{0x0203, "file_search",                 Class::kDiscover, 888},
    FunctionFact{0x0204, "file_read_number_usage",      Class::kDiscover, 888},
    FunctionFact{0x0205, "drive_read_disk_state",       Class::kDiscover, 888},
    FunctionFact{0x0206, "file_read",                   Class::kRead,     845},
    FunctionFact{0x0401, "device_read",                 Class::kRead,     801},
    FunctionFact{0x0403, "device_read_random",          Class::kRead,     801},
    FunctionFact{0x0406, "device_read_block",           Class::kRead,     801},
    FunctionFact{0x0601, "extend_unit_read",            Class::kRead,     801},
    FunctionFact{0x0613, "memory_read",                 Class::kRead,     801},
    FunctionFact{0x0619, "self_test",                   Class::kDiagnose, 846},
    FunctionFact{0x0801, "device_entry_monitor",        Class::kRead,     801},
    FunctionFact{0x0802, "device_execute_monitor",      Class::kRead,     801},
    FunctionFact{0x0808, "file_lock_control",           Class::kProgram,  867},
    FunctionFact{0x0e30, "node_search",                 Class::kDiscover, 846},
    FunctionFact{0x0e31, "ip_address_set",              Class::kProgram,  836},
    FunctionFact{0x0e32, "device_info_compare",         Class::kDiscover, 888},
    FunctionFact{0x0e33, "parameter_get",               Class::kRead,     801},
    FunctionFact{0x0e34, "parameter_set",               Class::kProgram,  836},
    FunctionFact{0x0e35, "parameter_set_start",         Class::kProgram,  836},
    FunctionFact{0x0e36, "parameter_set_end",           Class::kProgram,  836},
    FunctionFact{0x0e3a, "parameter_set_cancel",        Class::kProgram,  836},
    FunctionFact{0x0e44, "status_read",                 Class::kRead,     868},
    FunctionFact{0x0e45, "communication_setting_get",   Class::kDiscover, 888},
    FunctionFact{0x0e53, "status_read_2",               Class::kRead,     868},
    FunctionFact{0x1001, "remote_run",                  Class::kProgram,  858},
    FunctionFact{0x1002, "remote_stop",                 Class::kProgram,  858},
    FunctionFact{0x1003, "remote_pause",                Class::kProgram,  858},
    FunctionFact{0x1005, "remote_latch_clear",          Class::kProgram,  858},
    FunctionFact{0x1006, "remote_reset",                Class::kProgram,  816},
    FunctionFact{0x1202, "file_new",                    Class::kProgram,  867},
    FunctionFact{0x1203, "file_write",                  Class::kProgram,  843},
    FunctionFact{0x1204, "file_change_information",     Class::kProgram,  867},
    FunctionFact{0x1205, "file_delete",                 Class::kProgram,  809},
    FunctionFact{0x1206, "file_copy",                   Class::kProgram,  867},
    FunctionFact{0x1207, "drive_defrag",                Class::kProgram,  867},
    FunctionFact{0x1401, "device_write",                Class::kWrite,    855},
    FunctionFact{0x1402, "device_write_random",         Class::kWrite,    855},
    FunctionFact{0x1406, "device_write_block",          Class::kWrite,    855},
    FunctionFact{0x1601, "extend_unit_write",           Class::kWrite,    855},
    FunctionFact{0x1613, "memory_write",                Class::kWrite,    855},
    FunctionFact{0x1617, "clear_error",                 Class::kProgram,  878},
    FunctionFact{0x1630, "password_lock",               Class::kSession,  859},
    FunctionFact{0x1631, "password_unlock",             Class::kSession,  859},
    FunctionFact{0x1810, "file_read_directory",         Class::kDiscover, 888},
    FunctionFact{0x1811, "file_search_directory",       Class::kDiscover, 888},
    FunctionFact{0x1820, "file_new_b",                  Class::kProgram,  867},
    FunctionFact{0x1822, "file_delete_b",               Class::kProgram,  809},
    FunctionFact{0x1824, "file_copy_b",                 Class::kProgram,  867},
    FunctionFact{0x1825, "file_change_state",           Class::kProgram,  867},
    FunctionFact{0x1826, "file_change_date",            Class::kProgram,  867},
    FunctionFact{0x1827, "file_open",                   Class::kProgram,  867},  // to read or to write
    FunctionFact{0x1828, "file_read_b",                 Class::kRead,     845},
    FunctionFact{0x1829, "file_write_b",                Class::kProgram,  843},
    FunctionFact{0x182a, "file_close",                  Class::kProgram,  867},
    FunctionFact{0x2101, "on_demand",                   Class::kRead,     801},
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

}  // namespace bulkhead::wire::slmp
