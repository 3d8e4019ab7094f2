// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/table.h"

#include <array>

namespace bulkhead::wire::bacnet {
namespace {

using Class = OperationClass;

constexpr uint32_t confirmed(uint8_t n) noexcept {
  return code_of(Space::kConfirmed, n);
}
constexpr uint32_t unconfirmed(uint8_t n) noexcept {
  return code_of(Space::kUnconfirmed, n);
}
constexpr uint32_t network(uint8_t n) noexcept {
  return code_of(Space::kNetwork, n);
}
constexpr uint32_t bvlc(uint8_t n) noexcept {
  return code_of(Space::kBvlc, n);
}
constexpr uint32_t transaction(uint8_t n) noexcept {
  return code_of(Space::kTransaction, n);
}

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{confirmed(0),    "acknowledge_alarm",                     Class::kControl,  878},
    FunctionFact{confirmed(1),    "confirmed_cov_notification",            Class::kRead,     856},
    FunctionFact{confirmed(2),    "confirmed_event_notification",          Class::kRead,     856},
    FunctionFact{confirmed(3),    "get_alarm_summary",                     Class::kRead,     801},
    FunctionFact{confirmed(4),    "get_enrollment_summary",                Class::kRead,     801},
    FunctionFact{confirmed(5),    "subscribe_cov",                         Class::kRead,     801},
    FunctionFact{confirmed(6),    "atomic_read_file",                      Class::kRead,     845},
    FunctionFact{confirmed(7),    "atomic_write_file",                     Class::kWrite,    857},
    FunctionFact{confirmed(8),    "add_list_element",                      Class::kWrite,    836},
    FunctionFact{confirmed(9),    "remove_list_element",                   Class::kWrite,    836},
    FunctionFact{confirmed(10),   "create_object",                         Class::kProgram,  889},
    FunctionFact{confirmed(11),   "delete_object",                         Class::kProgram,  889},
    FunctionFact{confirmed(12),   "read_property",                         Class::kRead,     801},
    FunctionFact{confirmed(13),   "read_property_conditional",             Class::kRead,     861},
    FunctionFact{confirmed(14),   "read_property_multiple",                Class::kRead,     801},
    FunctionFact{confirmed(15),   "write_property",                        Class::kWrite,    855},
    FunctionFact{confirmed(16),   "write_property_multiple",               Class::kWrite,    855},
    FunctionFact{confirmed(17),   "device_communication_control",          Class::kProgram,  814},
    FunctionFact{confirmed(18),   "confirmed_private_transfer",            Class::kProgram,  871},
    FunctionFact{confirmed(19),   "confirmed_text_message",                Class::kWrite,    855},
    FunctionFact{confirmed(20),   "reinitialize_device",                   Class::kProgram,  816},
    FunctionFact{confirmed(21),   "vt_open",                               Class::kProgram,  886},
    FunctionFact{confirmed(22),   "vt_close",                              Class::kProgram,  886},
    FunctionFact{confirmed(23),   "vt_data",                               Class::kProgram,  886},
    FunctionFact{confirmed(24),   "authenticate",                          Class::kSession,  859},
    FunctionFact{confirmed(25),   "request_key",                           Class::kSession,  859},
    FunctionFact{confirmed(26),   "read_range",                            Class::kRead,     801},
    FunctionFact{confirmed(27),   "life_safety_operation",                 Class::kProgram,  878},
    FunctionFact{confirmed(28),   "subscribe_cov_property",                Class::kRead,     801},
    FunctionFact{confirmed(29),   "get_event_information",                 Class::kRead,     801},
    FunctionFact{confirmed(30),   "subscribe_cov_property_multiple",       Class::kRead,     801},
    FunctionFact{confirmed(31),   "confirmed_cov_notification_multiple",   Class::kRead,     856},
    FunctionFact{confirmed(32),   "confirmed_audit_notification",          Class::kWrite,    856},
    FunctionFact{confirmed(33),   "audit_log_query",                       Class::kRead,     801},
    FunctionFact{unconfirmed(0),  "i_am",                                  Class::kDiscover, 846},
    FunctionFact{unconfirmed(1),  "i_have",                                Class::kDiscover, 846},
    FunctionFact{unconfirmed(2),  "unconfirmed_cov_notification",          Class::kRead,     856},
    FunctionFact{unconfirmed(3),  "unconfirmed_event_notification",        Class::kRead,     856},
    FunctionFact{unconfirmed(4),  "unconfirmed_private_transfer",          Class::kProgram,  871},
    FunctionFact{unconfirmed(5),  "unconfirmed_text_message",              Class::kWrite,    855},
    FunctionFact{unconfirmed(6),  "time_synchronization",                  Class::kProgram,  836},
    FunctionFact{unconfirmed(7),  "who_has",                               Class::kDiscover, 861},
    FunctionFact{unconfirmed(8),  "who_is",                                Class::kDiscover, 846},
    FunctionFact{unconfirmed(9),  "utc_time_synchronization",              Class::kProgram,  836},
    FunctionFact{unconfirmed(10), "write_group",                           Class::kWrite,    855},
    FunctionFact{unconfirmed(11), "unconfirmed_cov_notification_multiple", Class::kRead,     856},
    FunctionFact{unconfirmed(12), "unconfirmed_audit_notification",        Class::kWrite,    856},
    FunctionFact{unconfirmed(13), "who_am_i",                              Class::kDiscover, 846},
    FunctionFact{unconfirmed(14), "you_are",                               Class::kProgram,  836},
    FunctionFact{network(0),      "who_is_router_to_network",              Class::kDiscover, 846},
    FunctionFact{network(1),      "i_am_router_to_network",                Class::kDiscover, 830},
    FunctionFact{network(2),      "i_could_be_router_to_network",          Class::kDiscover, 830},
    FunctionFact{network(3),      "reject_message_to_network",             Class::kDiagnose, 814},
    FunctionFact{network(4),      "router_busy_to_network",                Class::kControl,  814},
    FunctionFact{network(5),      "router_available_to_network",           Class::kControl,  814},
    FunctionFact{network(6),      "initialize_routing_table",              Class::kProgram,  830},
    FunctionFact{network(7),      "initialize_routing_table_ack",          Class::kProgram,  830},
    FunctionFact{network(8),      "establish_connection_to_network",       Class::kProgram,  830},
    FunctionFact{network(9),      "disconnect_connection_to_network",      Class::kProgram,  814},
    FunctionFact{network(10),     "challenge_request",                     Class::kSession,  859},
    FunctionFact{network(11),     "security_payload",                      Class::kProgram,  869},
    FunctionFact{network(12),     "security_response",                     Class::kSession,  859},
    FunctionFact{network(13),     "request_key_update",                    Class::kSession,  859},
    FunctionFact{network(14),     "update_key_set",                        Class::kProgram,  892},
    FunctionFact{network(15),     "update_distribution_key",               Class::kProgram,  892},
    FunctionFact{network(16),     "request_master_key",                    Class::kSession,  859},
    FunctionFact{network(17),     "set_master_key",                        Class::kProgram,  892},
    FunctionFact{network(18),     "what_is_network_number",                Class::kDiscover, 846},
    FunctionFact{network(19),     "network_number_is",                     Class::kDiscover, 830},
    FunctionFact{bvlc(0),         "bvlc_result",                           Class::kSession,  856},
    FunctionFact{bvlc(1),         "write_broadcast_distribution_table",    Class::kProgram,  830},
    FunctionFact{bvlc(2),         "read_broadcast_distribution_table",     Class::kDiscover, 846},
    FunctionFact{bvlc(3),         "read_broadcast_distribution_table_ack", Class::kDiscover, 846},
    FunctionFact{bvlc(5),         "register_foreign_device",               Class::kProgram,  842},
    FunctionFact{bvlc(6),         "read_foreign_device_table",             Class::kDiscover, 846},
    FunctionFact{bvlc(7),         "read_foreign_device_table_ack",         Class::kDiscover, 846},
    FunctionFact{bvlc(8),         "delete_foreign_device_table_entry",     Class::kProgram,  804},
    FunctionFact{bvlc(12),        "secured_bvll",                          Class::kProgram,  869},
    FunctionFact{transaction(4),  "segment_ack",                           Class::kSession,  856},
    FunctionFact{transaction(6),  "reject",                                Class::kSession,  856},
    FunctionFact{transaction(7),  "abort",                                 Class::kSession,  814},
};
// clang-format on

constexpr bool strictly_ascending() noexcept {
  for (size_t i = 1; i < kFunctions.size(); ++i)
    if (kFunctions[i - 1].code >= kFunctions[i].code) return false;
  return true;
}
static_assert(strictly_ascending());

// Row of each code by space and number; numbers are below kNumbers, kNoRow for none.
constexpr uint8_t kNoRow = 0xff;
constexpr size_t kNumbers = 64;
constexpr std::array<uint8_t, 5 * kNumbers> kRows = [] {
  std::array<uint8_t, 5 * kNumbers> rows{};
  rows.fill(kNoRow);
  for (size_t i = 0; i < kFunctions.size(); ++i)
    rows[(kFunctions[i].code >> 24) * kNumbers + (kFunctions[i].code & 0xff)] =
        static_cast<uint8_t>(i);
  return rows;
}();

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const uint32_t space = code >> 24, number = code & 0x00ff'ffff;
  if (number >= kNumbers || space >= kRows.size() / kNumbers) return nullptr;
  const uint8_t row = kRows[space * kNumbers + number];
  return row == kNoRow ? nullptr : &kFunctions[row];
}

}  // namespace bulkhead::wire::bacnet
