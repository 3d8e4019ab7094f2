// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/table.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::mms {
namespace {

using Class = OperationClass;

constexpr uint32_t confirmed(uint32_t number) noexcept {
  return code_of(Space::kConfirmed, number);
}
constexpr uint32_t pdu(Pdu kind) noexcept {
  return code_of(Space::kPdu, static_cast<uint8_t>(kind));
}

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{confirmed(0),                          "status",                             Class::kRead,     868},
    FunctionFact{confirmed(1),                          "get_name_list",                      Class::kDiscover, 861},
    FunctionFact{confirmed(2),                          "identify",                           Class::kDiscover, 888},
    FunctionFact{confirmed(3),                          "rename",                             Class::kProgram,  889},
    FunctionFact{confirmed(4),                          "read",                               Class::kRead,     801},
    FunctionFact{confirmed(5),                          "write",                              Class::kWrite,    836},
    FunctionFact{confirmed(6),                          "get_variable_access_attributes",     Class::kDiscover, 861},
    FunctionFact{confirmed(7),                          "define_named_variable",              Class::kProgram,  889},
    FunctionFact{confirmed(8),                          "define_scattered_access",            Class::kProgram,  889},
    FunctionFact{confirmed(9),                          "get_scattered_access_attributes",    Class::kDiscover, 861},
    FunctionFact{confirmed(10),                         "delete_variable_access",             Class::kProgram,  889},
    FunctionFact{confirmed(11),                         "define_named_variable_list",         Class::kWrite,    836},
    FunctionFact{confirmed(12),                         "get_named_variable_list_attributes", Class::kDiscover, 861},
    FunctionFact{confirmed(13),                         "delete_named_variable_list",         Class::kWrite,    836},
    FunctionFact{confirmed(14),                         "define_named_type",                  Class::kProgram,  889},
    FunctionFact{confirmed(15),                         "get_named_type_attributes",          Class::kDiscover, 861},
    FunctionFact{confirmed(16),                         "delete_named_type",                  Class::kProgram,  889},
    FunctionFact{confirmed(17),                         "input",                              Class::kControl,  855},
    FunctionFact{confirmed(18),                         "output",                             Class::kControl,  855},
    FunctionFact{confirmed(19),                         "take_control",                       Class::kControl,  855},
    FunctionFact{confirmed(20),                         "relinquish_control",                 Class::kControl,  855},
    FunctionFact{confirmed(21),                         "define_semaphore",                   Class::kProgram,  889},
    FunctionFact{confirmed(22),                         "delete_semaphore",                   Class::kProgram,  889},
    FunctionFact{confirmed(23),                         "report_semaphore_status",            Class::kRead,     801},
    FunctionFact{confirmed(24),                         "report_pool_semaphore_status",       Class::kRead,     801},
    FunctionFact{confirmed(25),                         "report_semaphore_entry_status",      Class::kRead,     801},
    FunctionFact{confirmed(26),                         "initiate_download_sequence",         Class::kProgram,  843},
    FunctionFact{confirmed(27),                         "download_segment",                   Class::kProgram,  843},
    FunctionFact{confirmed(28),                         "terminate_download_sequence",        Class::kProgram,  843},
    FunctionFact{confirmed(29),                         "initiate_upload_sequence",           Class::kProgram,  845},
    FunctionFact{confirmed(30),                         "upload_segment",                     Class::kProgram,  845},
    FunctionFact{confirmed(31),                         "terminate_upload_sequence",          Class::kProgram,  845},
    FunctionFact{confirmed(32),                         "request_domain_download",            Class::kProgram,  843},
    FunctionFact{confirmed(33),                         "request_domain_upload",              Class::kProgram,  845},
    FunctionFact{confirmed(34),                         "load_domain_content",                Class::kProgram,  843},
    FunctionFact{confirmed(35),                         "store_domain_content",               Class::kProgram,  845},
    FunctionFact{confirmed(36),                         "delete_domain",                      Class::kProgram,  889},
    FunctionFact{confirmed(37),                         "get_domain_attributes",              Class::kDiscover, 861},
    FunctionFact{confirmed(38),                         "create_program_invocation",          Class::kProgram,  821},
    FunctionFact{confirmed(39),                         "delete_program_invocation",          Class::kProgram,  821},
    FunctionFact{confirmed(40),                         "start",                              Class::kProgram,  858},
    FunctionFact{confirmed(41),                         "stop",                               Class::kProgram,  858},
    FunctionFact{confirmed(42),                         "resume",                             Class::kProgram,  858},
    FunctionFact{confirmed(43),                         "reset",                              Class::kProgram,  858},
    FunctionFact{confirmed(44),                         "kill",                               Class::kProgram,  858},
    FunctionFact{confirmed(45),                         "get_program_invocation_attributes",  Class::kDiscover, 861},
    FunctionFact{confirmed(46),                         "obtain_file",                        Class::kProgram,  867},
    FunctionFact{confirmed(47),                         "define_event_condition",             Class::kProgram,  838},
    FunctionFact{confirmed(48),                         "delete_event_condition",             Class::kProgram,  838},
    FunctionFact{confirmed(49),                         "get_event_condition_attributes",     Class::kDiscover, 861},
    FunctionFact{confirmed(50),                         "report_event_condition_status",      Class::kRead,     801},
    FunctionFact{confirmed(51),                         "alter_event_condition_monitoring",   Class::kWrite,    838},
    FunctionFact{confirmed(52),                         "trigger_event",                      Class::kControl,  855},
    FunctionFact{confirmed(53),                         "define_event_action",                Class::kProgram,  838},
    FunctionFact{confirmed(54),                         "delete_event_action",                Class::kProgram,  838},
    FunctionFact{confirmed(55),                         "get_event_action_attributes",        Class::kDiscover, 861},
    FunctionFact{confirmed(56),                         "report_event_action_status",         Class::kRead,     801},
    FunctionFact{confirmed(57),                         "define_event_enrollment",            Class::kWrite,    838},
    FunctionFact{confirmed(58),                         "delete_event_enrollment",            Class::kWrite,    838},
    FunctionFact{confirmed(59),                         "alter_event_enrollment",             Class::kWrite,    838},
    FunctionFact{confirmed(60),                         "report_event_enrollment_status",     Class::kRead,     801},
    FunctionFact{confirmed(61),                         "get_event_enrollment_attributes",    Class::kDiscover, 861},
    FunctionFact{confirmed(62),                         "acknowledge_event_notification",     Class::kControl,  878},
    FunctionFact{confirmed(63),                         "get_alarm_summary",                  Class::kRead,     801},
    FunctionFact{confirmed(64),                         "get_alarm_enrollment_summary",       Class::kRead,     801},
    FunctionFact{confirmed(65),                         "read_journal",                       Class::kRead,     801},
    FunctionFact{confirmed(66),                         "write_journal",                      Class::kWrite,    856},
    FunctionFact{confirmed(67),                         "initialize_journal",                 Class::kWrite,    872},
    FunctionFact{confirmed(68),                         "report_journal_status",              Class::kRead,     801},
    FunctionFact{confirmed(69),                         "create_journal",                     Class::kProgram,  889},
    FunctionFact{confirmed(70),                         "delete_journal",                     Class::kProgram,  872},
    FunctionFact{confirmed(71),                         "get_capability_list",                Class::kDiscover, 888},
    FunctionFact{confirmed(72),                         "file_open",                          Class::kProgram,  867},
    FunctionFact{confirmed(73),                         "file_read",                          Class::kProgram,  867},
    FunctionFact{confirmed(74),                         "file_close",                         Class::kProgram,  867},
    FunctionFact{confirmed(75),                         "file_rename",                        Class::kProgram,  867},
    FunctionFact{confirmed(76),                         "file_delete",                        Class::kProgram,  867},
    FunctionFact{confirmed(77),                         "file_directory",                     Class::kProgram,  867},
    FunctionFact{kSelect,                               "select",                             Class::kControl,  855},
    FunctionFact{write_code(Control::kOperate),         "operate",                            Class::kControl,  855},
    FunctionFact{write_code(Control::kSelectWithValue), "select_with_value",                  Class::kControl,  855},
    FunctionFact{write_code(Control::kCancel),          "cancel_control",                     Class::kControl,  855},
    FunctionFact{code_of(Space::kUnconfirmed, 0),       "information_report",                 Class::kRead,     856},
    FunctionFact{code_of(Space::kUnconfirmed, 1),       "unsolicited_status",                 Class::kRead,     856},
    FunctionFact{code_of(Space::kUnconfirmed, 2),       "event_notification",                 Class::kRead,     856},
    FunctionFact{pdu(Pdu::kConfirmedError),             "confirmed_error",                    Class::kSession,  856},
    FunctionFact{pdu(Pdu::kReject),                     "reject",                             Class::kSession,  856},
    FunctionFact{pdu(Pdu::kCancelRequest),              "cancel",                             Class::kSession,  814},
    FunctionFact{pdu(Pdu::kInitiateRequest),            "initiate",                           Class::kSession,  859},
    FunctionFact{pdu(Pdu::kConcludeRequest),            "conclude",                           Class::kSession,  814},
    FunctionFact{code_of(Space::kAcse, 0),              "aarq",                               Class::kSession,  859},
    FunctionFact{code_of(Space::kAcse, 1),              "aare",                               Class::kSession,  856},
    FunctionFact{code_of(Space::kAcse, 2),              "rlrq",                               Class::kSession,  814},
    FunctionFact{code_of(Space::kAcse, 3),              "rlre",                               Class::kSession,  856},
    FunctionFact{code_of(Space::kAcse, 4),              "abrt",                               Class::kSession,  814},
    FunctionFact{code_of(Space::kSession, 8),           "not_finished",                       Class::kSession,  856},
    FunctionFact{code_of(Space::kSession, 9),           "finish",                             Class::kSession,  814},
    FunctionFact{code_of(Space::kSession, 10),          "disconnect",                         Class::kSession,  856},
    FunctionFact{code_of(Space::kSession, 12),          "refuse",                             Class::kSession,  856},
    FunctionFact{code_of(Space::kSession, 13),          "connect",                            Class::kSession,  859},
    FunctionFact{code_of(Space::kSession, 14),          "accept",                             Class::kSession,  856},
    FunctionFact{code_of(Space::kSession, 25),          "abort",                              Class::kSession,  814},
    FunctionFact{code_of(Space::kSession, 26),          "abort_accept",                       Class::kSession,  856},
};
// clang-format on

constexpr size_t kServices = 78;  // confirmed ones are first, each at its number

constexpr bool in_order() noexcept {
  for (size_t i = 0; i < kFunctions.size(); ++i)
    if ((kFunctions[i].code == i) != (i < kServices)) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  if (code < kServices) return &kFunctions[code];
  const auto rest = std::span(kFunctions).subspan(kServices);
  const auto row = std::ranges::find(rest, code, &FunctionFact::code);
  return row == rest.end() ? nullptr : &*row;
}

void describe(uint32_t code, Operation& out) noexcept {
  const FunctionFact* const fact = function_of(code);
  out.app = App::kMms;
  out.code = code;
  out.name = fact != nullptr ? fact->name : "unknown";
  out.cls = fact != nullptr ? fact->cls : OperationClass::kUnspecified;
  out.technique = fact != nullptr ? fact->technique : uint16_t{0};
}

}  // namespace bulkhead::wire::mms
