// SPDX-License-Identifier: Apache-2.0
// Every service that is known. Common ones: CIP Vol 1 appendix A; of classes: Vol 1 5, Vol 2 5, Vol
// 7; of tags: 1756-PM020; the rest of Rockwell's as captures and Wireshark show them. Techniques
// are numbers of MITRE ATT&CK for ICS.
#include "wire/apps/cip/pccc.h"
#include "wire/apps/cip/services.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::cip {
namespace {

using Class = OperationClass;

constexpr uint32_t in(uint32_t cls, uint32_t service) noexcept {
  return code_in(cls, service);
}

// clang-format off
constexpr std::array kServices = {
    FunctionFact{0x01, "get_attributes_all",            Class::kRead,     801},
    FunctionFact{0x02, "set_attributes_all",            Class::kWrite,    836},
    FunctionFact{0x03, "get_attribute_list",            Class::kRead,     801},
    FunctionFact{0x04, "set_attribute_list",            Class::kWrite,    836},
    FunctionFact{0x05, "reset",                         Class::kProgram,  816},
    FunctionFact{0x06, "start",                         Class::kControl,  858},
    FunctionFact{0x07, "stop",                          Class::kControl,  858},
    FunctionFact{0x08, "create",                        Class::kProgram,  889},
    FunctionFact{0x09, "delete",                        Class::kProgram,  889},
    FunctionFact{0x0a, "multiple_service_packet",       Class::kSession,  0},
    FunctionFact{0x0d, "apply_attributes",              Class::kWrite,    836},
    FunctionFact{0x0e, "get_attribute_single",          Class::kRead,     801},
    FunctionFact{0x10, "set_attribute_single",          Class::kWrite,    836},
    FunctionFact{0x11, "find_next_object_instance",     Class::kDiscover, 888},
    FunctionFact{0x15, "restore",                       Class::kProgram,  836},
    FunctionFact{0x16, "save",                          Class::kProgram,  836},
    FunctionFact{0x17, "nop",                           Class::kSession,  0},
    FunctionFact{0x18, "get_member",                    Class::kRead,     801},
    FunctionFact{0x19, "set_member",                    Class::kWrite,    836},
    FunctionFact{0x1a, "insert_member",                 Class::kWrite,    836},
    FunctionFact{0x1b, "remove_member",                 Class::kWrite,    836},
    FunctionFact{0x1c, "group_sync",                    Class::kWrite,    836},
    FunctionFact{in(kIdentity, 0x4b), "identity_flash_leds", Class::kDiagnose, 855},
    FunctionFact{in(kMessageRouter, 0x4b), "symbolic_translation", Class::kDiscover, 861},
    FunctionFact{in(kConnectionManager, 0x4e), "forward_close", Class::kSession, 0},
    FunctionFact{in(kConnectionManager, 0x52), "unconnected_send", Class::kSession, 0},
    FunctionFact{in(kConnectionManager, 0x54), "forward_open", Class::kSession, 0},
    FunctionFact{in(kConnectionManager, 0x56), "get_connection_data", Class::kRead, 888},
    FunctionFact{in(kConnectionManager, 0x57), "search_connection_data", Class::kRead, 888},
    FunctionFact{in(kConnectionManager, 0x5a), "get_connection_owner", Class::kRead, 888},
    FunctionFact{in(kConnectionManager, 0x5b), "large_forward_open", Class::kSession, 0},
    FunctionFact{in(kFile, 0x08), "file_create",              Class::kProgram, 843},
    FunctionFact{in(kFile, 0x09), "file_delete",              Class::kProgram, 809},
    FunctionFact{in(kFile, 0x4b), "file_initiate_upload",     Class::kProgram, 845},
    FunctionFact{in(kFile, 0x4c), "file_initiate_download",   Class::kProgram, 843},
    FunctionFact{in(kFile, 0x4d), "file_partial_read",        Class::kProgram, 845},
    FunctionFact{in(kFile, 0x4e), "file_partial_write",       Class::kProgram, 843},
    FunctionFact{in(kFile, 0x4f), "file_upload_transfer",     Class::kProgram, 845},
    FunctionFact{in(kFile, 0x50), "file_download_transfer",   Class::kProgram, 843},
    FunctionFact{in(kFile, 0x51), "file_clear",               Class::kProgram, 809},
    FunctionFact{in(kTimeSync, 0x02), "time_sync_set_attributes_all",   Class::kProgram, 836},
    FunctionFact{in(kTimeSync, 0x04), "time_sync_set_attribute_list",   Class::kProgram, 836},
    FunctionFact{in(kTimeSync, 0x10), "time_sync_set_attribute_single", Class::kProgram, 836},
    FunctionFact{in(kPccc, 0x4b), "execute_pccc",             Class::kUnspecified, 0},
    FunctionFact{in(kPccc, 0x4c), "execute_dh_plus",          Class::kUnspecified, 0},
    FunctionFact{in(kPccc, 0x4d), "execute_local_pccc",       Class::kUnspecified, 0},
    FunctionFact{in(kSymbol, 0x4c), "read_tag",               Class::kRead,     801},
    FunctionFact{in(kSymbol, 0x4d), "write_tag",              Class::kWrite,    855},
    FunctionFact{in(kSymbol, 0x4e), "read_modify_write_tag",  Class::kWrite,    855},
    FunctionFact{in(kSymbol, 0x52), "read_tag_fragmented",    Class::kRead,     801},
    FunctionFact{in(kSymbol, 0x53), "write_tag_fragmented",   Class::kWrite,    855},
    FunctionFact{in(kSymbol, 0x55), "get_instance_attribute_list", Class::kDiscover, 861},
    FunctionFact{in(kTemplate, 0x4c), "read_template",        Class::kDiscover, 861},
    FunctionFact{in(0x74, 0x4b), "lock_controller",           Class::kProgram,  858},
    FunctionFact{in(0x74, 0x4c), "unlock_controller",         Class::kProgram,  858},
    FunctionFact{in(kWallClock, 0x02), "wall_clock_set_attributes_all",   Class::kProgram, 836},
    FunctionFact{in(kWallClock, 0x04), "wall_clock_set_attribute_list",   Class::kProgram, 836},
    FunctionFact{in(kWallClock, 0x10), "wall_clock_set_attribute_single", Class::kProgram, 836},
    FunctionFact{in(kControllerMode, 0x06), "controller_start", Class::kProgram, 858},
    FunctionFact{in(kControllerMode, 0x07), "controller_stop",  Class::kProgram, 858},
    FunctionFact{in(kNonvolatileStorage, 0x4b), "nvs_update",   Class::kFirmware, 857},
    FunctionFact{in(kNonvolatileStorage, 0x4d), "nvs_transfer", Class::kFirmware, 857},
    FunctionFact{in(kNonvolatileStorage, 0x51), "nvs_prepare",  Class::kFirmware, 857},
    FunctionFact{in(kPortObject, 0x02), "port_set_attributes_all",   Class::kProgram, 836},
    FunctionFact{in(kPortObject, 0x10), "port_set_attribute_single", Class::kProgram, 836},
    FunctionFact{in(kTcpIp, 0x02), "tcp_ip_set_attributes_all",      Class::kProgram, 836},
    FunctionFact{in(kTcpIp, 0x04), "tcp_ip_set_attribute_list",      Class::kProgram, 836},
    FunctionFact{in(kTcpIp, 0x10), "tcp_ip_set_attribute_single",    Class::kProgram, 836},
    FunctionFact{in(kEthernetLink, 0x02), "ethernet_link_set_attributes_all",   Class::kProgram, 836},
    FunctionFact{in(kEthernetLink, 0x04), "ethernet_link_set_attribute_list",   Class::kProgram, 836},
    FunctionFact{in(kEthernetLink, 0x10), "ethernet_link_set_attribute_single", Class::kProgram, 836},
    FunctionFact{in(kEthernetLink, 0x4c), "ethernet_link_get_and_clear",        Class::kDiagnose, 872},
};
constexpr std::array kVariants = {
    FunctionFact{kIoData, "io_data", Class::kWrite, 855},
    FunctionFact{kVariantSpace | in(0x06, 0x54), "forward_open_io",              Class::kControl, 855},
    FunctionFact{kVariantSpace | in(0x06, 0x5b), "large_forward_open_io",        Class::kControl, 855},
    FunctionFact{kVariantSpace | in(0x16, 0x54), "forward_open_elsewhere",       Class::kControl, 866},
    FunctionFact{kVariantSpace | in(0x16, 0x5b), "large_forward_open_elsewhere", Class::kControl, 866},
};
// clang-format on

template <size_t... kCounts>
constexpr auto joined(const std::array<FunctionFact, kCounts>&... parts) noexcept {
  std::array<FunctionFact, (kCounts + ...)> out{};
  auto at = out.begin();
  ((at = std::ranges::copy(parts, at).out), ...);
  return out;
}
constexpr auto kFacts = joined(kServices, kPcccFunctions, kVariants);
static_assert(ascends(kFacts));

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

}  // namespace bulkhead::wire::cip
