// SPDX-License-Identifier: Apache-2.0
// Functions of IEEE 1815-2012 4.2.2 and 9.2.4.1, named as tshark prints them. Techniques are
// numbers of MITRE ATT&CK for ICS.
#include "wire/apps/dnp3/functions.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::dnp3 {

namespace {

using Class = OperationClass;

constexpr uint32_t ask(uint32_t number) noexcept {
  return kPrimarySpace | number;
}
constexpr uint32_t answer(uint32_t number) noexcept {
  return kSecondarySpace | number;
}

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{0,          "confirm",                         Class::kSession,  0},
    FunctionFact{1,          "read",                            Class::kRead,     801},
    FunctionFact{2,          "write",                           Class::kWrite,    855},
    FunctionFact{3,          "select",                          Class::kControl,  855},
    FunctionFact{4,          "operate",                         Class::kControl,  855},
    FunctionFact{5,          "direct_operate",                  Class::kControl,  855},
    FunctionFact{6,          "direct_operate_no_ack",           Class::kControl,  855},
    FunctionFact{7,          "immediate_freeze",                Class::kWrite,    855},
    FunctionFact{8,          "immediate_freeze_no_ack",         Class::kWrite,    855},
    FunctionFact{9,          "freeze_and_clear",                Class::kWrite,    855},
    FunctionFact{10,         "freeze_and_clear_no_ack",         Class::kWrite,    855},
    FunctionFact{11,         "freeze_with_time",                Class::kWrite,    855},
    FunctionFact{12,         "freeze_with_time_no_ack",         Class::kWrite,    855},
    FunctionFact{13,         "cold_restart",                    Class::kProgram,  816},
    FunctionFact{14,         "warm_restart",                    Class::kProgram,  816},
    FunctionFact{15,         "initialize_data",                 Class::kProgram,  858},
    FunctionFact{16,         "initialize_application",          Class::kProgram,  858},
    FunctionFact{17,         "start_application",               Class::kProgram,  858},
    FunctionFact{18,         "stop_application",                Class::kProgram,  858},
    FunctionFact{19,         "save_configuration",              Class::kProgram,  889},
    FunctionFact{20,         "enable_spontaneous_messages",     Class::kWrite,    838},
    FunctionFact{21,         "disable_spontaneous_messages",    Class::kWrite,    878},
    FunctionFact{22,         "assign_classes",                  Class::kWrite,    838},
    FunctionFact{23,         "delay_measurement",               Class::kDiagnose, 846},
    FunctionFact{24,         "record_current_time",             Class::kWrite,    855},
    FunctionFact{25,         "open_file",                       Class::kProgram,  867},
    FunctionFact{26,         "close_file",                      Class::kProgram,  867},
    FunctionFact{27,         "delete_file",                     Class::kProgram,  867},
    FunctionFact{28,         "get_file_info",                   Class::kProgram,  867},
    FunctionFact{29,         "authenticate_file",               Class::kProgram,  867},
    FunctionFact{30,         "abort_file",                      Class::kProgram,  867},
    FunctionFact{31,         "activate_config",                 Class::kProgram,  843},
    FunctionFact{32,         "authentication_request",          Class::kSession,  859},
    FunctionFact{33,         "authentication_error",            Class::kSession,  859},
    FunctionFact{129,        "response",                        Class::kRead,     856},
    FunctionFact{130,        "unsolicited_response",            Class::kRead,     856},
    FunctionFact{131,        "authentication_response",         Class::kSession,  856},
    FunctionFact{ask(0),     "reset_of_remote_link",            Class::kSession,  814},
    FunctionFact{ask(1),     "reset_of_user_process",           Class::kProgram,  816},
    FunctionFact{ask(2),     "test_function_for_link",          Class::kSession,  846},
    FunctionFact{ask(9),     "request_link_status",             Class::kSession,  846},
    FunctionFact{answer(0),  "ack",                             Class::kSession,  0},
    FunctionFact{answer(1),  "nack",                            Class::kSession,  0},
    FunctionFact{answer(11), "status_of_link",                  Class::kSession,  0},
    FunctionFact{answer(14), "link_service_not_functioning",    Class::kSession,  0},
    FunctionFact{answer(15), "link_service_not_used_or_implemented", Class::kSession, 0},
};
// clang-format on

constexpr bool before(const FunctionFact& fact, uint32_t code) noexcept {
  return fact.code < code;
}
static_assert(std::is_sorted(kFunctions.begin(), kFunctions.end(),
                             [](const auto& a, const auto& b) { return a.code < b.code; }));

// Rows of application functions, which are one octet.
constexpr uint8_t kNoRow = 0xff;
static_assert(kFunctions.size() < kNoRow);
constexpr auto kRows = [] {
  std::array<uint8_t, 256> rows{};
  rows.fill(kNoRow);
  for (size_t i = 0; i < kFunctions.size(); ++i)
    if (kFunctions[i].code < rows.size()) rows[kFunctions[i].code] = static_cast<uint8_t>(i);
  return rows;
}();

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  if (code < kRows.size()) return kRows[code] == kNoRow ? nullptr : &kFunctions[kRows[code]];
  const auto* const fact = std::lower_bound(kFunctions.begin(), kFunctions.end(), code, before);
  return fact != kFunctions.end() && fact->code == code ? fact : nullptr;
}

}  // namespace bulkhead::wire::dnp3
