// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/table.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::s7comm {
namespace {

using Class = OperationClass;

constexpr uint32_t pi(uint32_t number) noexcept {
  return kPiService | number << 16;
}
constexpr uint32_t ud(uint32_t group, uint32_t sub) noexcept {
  return userdata_code(group, sub);
}

// clang-format off
constexpr std::array kFunctions = {
    //           code              name                             class             ATT&CK
    FunctionFact{0x00,             "cpu_services",                  Class::kUnspecified, 0},
    FunctionFact{kRead,            "read_var",                      Class::kRead,      801},
    FunctionFact{kWrite,           "write_var",                     Class::kWrite,     855},
    FunctionFact{kRequestDownload, "request_download",              Class::kProgram,   843},
    FunctionFact{kDownloadBlock,   "download_block",                Class::kProgram,   843},
    FunctionFact{kDownloadEnded,   "download_ended",                Class::kProgram,   843},
    FunctionFact{kStartUpload,     "start_upload",                  Class::kProgram,   845},
    FunctionFact{kUpload,          "upload",                        Class::kProgram,   845},
    FunctionFact{kEndUpload,       "end_upload",                    Class::kProgram,   845},
    FunctionFact{kPiService,       "pi_service",                    Class::kProgram,   858},
    FunctionFact{pi(1),            "pi_service_p_program",          Class::kProgram,   858},
    FunctionFact{pi(2),            "pi_service_inse",               Class::kProgram,   843},
    FunctionFact{pi(3),            "pi_service_ins2",               Class::kProgram,   843},
    FunctionFact{pi(4),            "pi_service_dele",               Class::kProgram,   889},
    FunctionFact{pi(5),            "pi_service_modu",               Class::kProgram,   843},
    FunctionFact{pi(6),            "pi_service_garb",               Class::kProgram,   889},
    FunctionFact{pi(7),            "pi_service_n",                  Class::kProgram,   889},
    FunctionFact{kPlcStop,         "plc_stop",                      Class::kProgram,   858},
    FunctionFact{kSetup,           "setup_communication",           Class::kSession,     0},
    FunctionFact{ud(0, 0),         "mode_transition_stop",          Class::kDiagnose,  868},
    FunctionFact{ud(0, 1),         "mode_transition_warm_restart",  Class::kDiagnose,  868},
    FunctionFact{ud(0, 2),         "mode_transition_run",           Class::kDiagnose,  868},
    FunctionFact{ud(0, 3),         "mode_transition_hot_restart",   Class::kDiagnose,  868},
    FunctionFact{ud(0, 4),         "mode_transition_hold",          Class::kDiagnose,  868},
    FunctionFact{ud(0, 6),         "mode_transition_cold_restart",  Class::kDiagnose,  868},
    FunctionFact{ud(1, 1),         "block_status",                  Class::kRead,      801},
    FunctionFact{ud(1, 2),         "variable_status",               Class::kRead,      801},
    FunctionFact{ud(1, 3),         "output_istack",                 Class::kDiagnose,  868},
    FunctionFact{ud(1, 4),         "output_bstack",                 Class::kDiagnose,  868},
    FunctionFact{ud(1, 5),         "output_lstack",                 Class::kDiagnose,  868},
    FunctionFact{ud(1, 6),         "time_measurement_from_to",      Class::kDiagnose,  868},
    FunctionFact{ud(1, 7),         "force_selection",               Class::kRead,      801},
    FunctionFact{ud(1, 8),         "modify_variable",               Class::kWrite,     855},
    FunctionFact{ud(1, 9),         "force",                         Class::kControl,   835},
    FunctionFact{ud(1, 10),        "breakpoint",                    Class::kProgram,   858},
    FunctionFact{ud(1, 11),        "exit_hold",                     Class::kProgram,   858},
    FunctionFact{ud(1, 12),        "memory_reset",                  Class::kProgram,   816},
    FunctionFact{ud(1, 13),        "disable_job",                   Class::kWrite,     855},
    FunctionFact{ud(1, 14),        "enable_job",                    Class::kControl,   855},
    FunctionFact{ud(1, 15),        "delete_job",                    Class::kControl,   855},
    FunctionFact{ud(1, 16),        "read_job_list",                 Class::kRead,      801},
    FunctionFact{ud(1, 17),        "read_job",                      Class::kRead,      801},
    FunctionFact{ud(1, 18),        "replace_job",                   Class::kControl,   855},
    FunctionFact{ud(1, 19),        "block_status_v2",               Class::kRead,      801},
    FunctionFact{ud(1, 22),        "flash_led",                     Class::kDiagnose,  855},
    FunctionFact{ud(2, 1),         "cyclic_transfer",               Class::kRead,      801},
    FunctionFact{ud(2, 4),         "unsubscribe",                   Class::kRead,      801},
    FunctionFact{ud(2, 5),         "change_driven_transfer",        Class::kRead,      801},
    FunctionFact{ud(2, 7),         "change_driven_transfer_modify", Class::kRead,      801},
    FunctionFact{ud(2, 8),         "rdrec",                         Class::kRead,      801},
    FunctionFact{ud(3, 1),         "list_blocks",                   Class::kDiscover,  888},
    FunctionFact{ud(3, 2),         "list_blocks_of_type",           Class::kDiscover,  888},
    FunctionFact{ud(3, 3),         "get_block_info",                Class::kRead,      888},
    FunctionFact{ud(4, 1),         "read_szl",                      Class::kRead,      888},
    FunctionFact{ud(4, 2),         "message_service",               Class::kRead,      801},
    FunctionFact{ud(4, 3),         "diagnostic_message",            Class::kDiagnose,  868},
    FunctionFact{ud(4, 5),         "alarm_8_indication",            Class::kRead,      801},
    FunctionFact{ud(4, 6),         "notify_indication",             Class::kRead,      801},
    FunctionFact{ud(4, 7),         "alarm_8_lock",                  Class::kWrite,     878},
    FunctionFact{ud(4, 8),         "alarm_8_unlock",                Class::kWrite,     878},
    FunctionFact{ud(4, 9),         "scan_indication",               Class::kRead,      801},
    FunctionFact{ud(4, 11),        "alarm_ack",                     Class::kWrite,     878},
    FunctionFact{ud(4, 12),        "alarm_ack_indication",          Class::kRead,      801},
    FunctionFact{ud(4, 13),        "alarm_lock_indication",         Class::kRead,      801},
    FunctionFact{ud(4, 14),        "alarm_unlock_indication",       Class::kRead,      801},
    FunctionFact{ud(4, 17),        "alarm_sq_indication",           Class::kRead,      801},
    FunctionFact{ud(4, 18),        "alarm_s_indication",            Class::kRead,      801},
    FunctionFact{ud(4, 19),        "alarm_query",                   Class::kRead,      801},
    FunctionFact{ud(4, 22),        "notify_8_indication",           Class::kRead,      801},
    FunctionFact{ud(5, 1),         "plc_password",                  Class::kProgram,   892},
    FunctionFact{ud(6, 0),         "pbc_bsend_brecv",               Class::kWrite,     855},
    FunctionFact{ud(7, 1),         "read_clock",                    Class::kRead,      801},
    FunctionFact{ud(7, 2),         "set_clock",                     Class::kProgram,   836},
    FunctionFact{ud(7, 3),         "read_clock_following",          Class::kRead,      801},
    FunctionFact{ud(7, 4),         "set_clock_following",           Class::kProgram,   836},
    FunctionFact{ud(15, 1),        "nc_request_download",           Class::kProgram,   843},
    FunctionFact{ud(15, 2),        "nc_download_block",             Class::kProgram,   843},
    FunctionFact{ud(15, 3),        "nc_continue_download",          Class::kProgram,   843},
    FunctionFact{ud(15, 4),        "nc_download_ended",             Class::kProgram,   843},
    FunctionFact{ud(15, 6),        "nc_start_upload",               Class::kProgram,   845},
    FunctionFact{ud(15, 7),        "nc_upload",                     Class::kProgram,   845},
    FunctionFact{ud(15, 8),        "nc_continue_upload",            Class::kProgram,   845},
};
// clang-format on

// The same, to search in.
constexpr auto kByCode = [] {
  auto rows = kFunctions;
  std::ranges::sort(rows, {}, &FunctionFact::code);
  return rows;
}();

struct Service {
  std::string_view text;
  uint8_t number;
};
constexpr std::array kServices = {
    Service{"P_PROGRAM", 1}, Service{"_INSE", 2}, Service{"_INS2", 3},
    Service{"_DELE", 4},     Service{"_MODU", 5}, Service{"_GARB", 6},
};
constexpr std::string_view kNcServices = "_N_";  // of numerical controls, some 80
constexpr uint8_t kNcService = 7;
constexpr uint8_t kNoSuchService = 0xff;

}  // namespace

uint32_t pi_code_of(std::string_view service) noexcept {
  const auto* const known = std::ranges::find(kServices, service, &Service::text);
  if (known != kServices.end()) return pi(known->number);
  return pi(service.starts_with(kNcServices) ? kNcService : kNoSuchService);
}

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const auto* const row = std::ranges::lower_bound(kByCode, code, {}, &FunctionFact::code);
  return row == kByCode.end() || row->code != code ? nullptr : row;
}

void describe(uint32_t code, Operation& out) noexcept {
  const FunctionFact* const fact = function_of(code);
  out.code = code;
  out.name = fact != nullptr ? fact->name : "unknown";
  out.cls = fact != nullptr ? fact->cls : Class::kUnspecified;
  out.technique = fact != nullptr ? fact->technique : uint16_t{0};
}

}  // namespace bulkhead::wire::s7comm
