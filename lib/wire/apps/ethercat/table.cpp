// SPDX-License-Identifier: Apache-2.0
// Operations with tshark's names where it has one. Techniques are numbers of MITRE ATT&CK for ICS.
#include "wire/apps/ethercat/table.h"

#include "wire/apps/ethercat/coe.h"
#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/ethercat/registers.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::ethercat {
namespace {

using Class = OperationClass;
using Type = MailboxType;

constexpr uint32_t sdo(Sdo command) noexcept {
  return code_of(Type::kCoe, kSdo, static_cast<uint32_t>(command));
}
constexpr uint32_t info(uint32_t opcode) noexcept {
  return code_of(Type::kCoe, kSdoInformation, opcode);
}
constexpr uint32_t eeprom(Eeprom command) noexcept {
  return register_code(kEepromControl, static_cast<uint32_t>(command));
}

// clang-format off
constexpr std::array kFacts = {
    // Commands: of memory and of all registers that have no row of their own.
    FunctionFact{code_of(Command::kNop),                  "nop",                     Class::kSession,  0},
    FunctionFact{code_of(Command::kAprd),                 "aprd",                    Class::kRead,     801},
    FunctionFact{code_of(Command::kApwr),                 "apwr",                    Class::kWrite,    855},
    FunctionFact{code_of(Command::kAprw),                 "aprw",                    Class::kWrite,    855},
    FunctionFact{code_of(Command::kFprd),                 "fprd",                    Class::kRead,     801},
    FunctionFact{code_of(Command::kFpwr),                 "fpwr",                    Class::kWrite,    855},
    FunctionFact{code_of(Command::kFprw),                 "fprw",                    Class::kWrite,    855},
    FunctionFact{code_of(Command::kBrd),                  "brd",                     Class::kRead,     801},
    FunctionFact{code_of(Command::kBwr),                  "bwr",                     Class::kWrite,    855},
    FunctionFact{code_of(Command::kBrw),                  "brw",                     Class::kWrite,    855},
    FunctionFact{code_of(Command::kLrd),                  "lrd",                     Class::kRead,     801},
    FunctionFact{code_of(Command::kLwr),                  "lwr",                     Class::kWrite,    855},
    FunctionFact{code_of(Command::kLrw),                  "lrw",                     Class::kWrite,    855},
    FunctionFact{code_of(Command::kArmw),                 "armw",                    Class::kWrite,    855},
    FunctionFact{code_of(Command::kFrmw),                 "frmw",                    Class::kWrite,    855},
    // Writes of registers (registers.cpp), by whatever command.
    FunctionFact{register_code(0x0010),                   "phys_addr",               Class::kProgram,  836},
    FunctionFact{register_code(0x0020),                   "register_protect",        Class::kProgram,  836},
    FunctionFact{register_code(0x0040),                   "esc_reset",               Class::kProgram,  816},
    FunctionFact{register_code(0x0100),                   "esc_ctrl",                Class::kControl,  814},
    FunctionFact{register_code(0x0120),                   "al_ctrl",                 Class::kControl,  858},
    FunctionFact{register_code(0x0400),                   "wd_time",                 Class::kProgram,  836},
    FunctionFact{register_code(kEepromControl),           "eeprom_ctrl",             Class::kProgram,  836},
    FunctionFact{register_code(0x0510),                   "phy_mio",                 Class::kProgram,  836},
    FunctionFact{register_code(0x0600),                   "fmmu",                    Class::kProgram,  836},
    FunctionFact{register_code(0x0800),                   "syncman",                 Class::kProgram,  836},
    FunctionFact{register_code(0x0980),                   "dc_activation",           Class::kProgram,  836},
    FunctionFact{eeprom(Eeprom::kRead),                   "eeprom_read",             Class::kRead,     845},
    FunctionFact{eeprom(Eeprom::kWrite),                  "eeprom_write",            Class::kFirmware, 839},
    FunctionFact{eeprom(Eeprom::kReload),                 "eeprom_reload",           Class::kProgram,  836},
    // Other frames.
    FunctionFact{code_of(FrameType::kNetworkVariables),   "nv",                      Class::kControl,  855},
    // Mailboxes.
    FunctionFact{code_of(Type::kError, 1),                "mailbox_error",           Class::kSession,  0},
    FunctionFact{code_of(Type::kAoe, 1),                  "aoe_read_device_info",    Class::kDiscover, 888},
    FunctionFact{code_of(Type::kAoe, 2),                  "aoe_read",                Class::kRead,     801},
    FunctionFact{code_of(Type::kAoe, 3),                  "aoe_write",               Class::kWrite,    836},
    FunctionFact{code_of(Type::kAoe, 4),                  "aoe_read_state",          Class::kRead,     868},
    FunctionFact{code_of(Type::kAoe, 5),                  "aoe_write_control",       Class::kProgram,  858},
    FunctionFact{code_of(Type::kAoe, 6),                  "aoe_add_notification",    Class::kRead,     801},
    FunctionFact{code_of(Type::kAoe, 7),                  "aoe_delete_notification", Class::kSession,  0},
    FunctionFact{code_of(Type::kAoe, 8),                  "aoe_notification",        Class::kRead,     856},
    FunctionFact{code_of(Type::kAoe, 9),                  "aoe_read_write",          Class::kWrite,    836},
    FunctionFact{code_of(Type::kEoe, 0),                  "eoe_fragment",            Class::kWrite,    884},
    FunctionFact{code_of(Type::kEoe, 1),                  "eoe_timestamp",           Class::kSession,  0},
    FunctionFact{code_of(Type::kEoe, 2),                  "eoe_init",                Class::kProgram,  836},
    FunctionFact{code_of(Type::kEoe, 4),                  "eoe_mac_filter",          Class::kProgram,  836},
    FunctionFact{code_of(Type::kEoe, 6),                  "eoe_get_init",            Class::kDiscover, 840},
    FunctionFact{code_of(Type::kEoe, 8),                  "eoe_get_mac_filter",      Class::kDiscover, 840},
    FunctionFact{code_of(Type::kCoe, 1),                  "coe_emergency",           Class::kRead,     856},
    FunctionFact{sdo(Sdo::kDownloadSegment),              "sdo_download_segment",    Class::kWrite,    836},
    FunctionFact{code_of(Type::kCoe, 4),                  "coe_txpdo",               Class::kRead,     856},
    FunctionFact{code_of(Type::kCoe, 5),                  "coe_rxpdo",               Class::kWrite,    855},
    FunctionFact{code_of(Type::kCoe, 6),                  "coe_txpdo_rtr",           Class::kRead,     801},
    FunctionFact{code_of(Type::kCoe, 7),                  "coe_rxpdo_rtr",           Class::kRead,     801},
    FunctionFact{sdo(Sdo::kInitiateDownload),             "sdo_initiate_download",   Class::kWrite,    836},
    FunctionFact{info(kObjectList),                       "sdo_info_list",           Class::kDiscover, 888},
    FunctionFact{sdo(Sdo::kInitiateUpload),               "sdo_initiate_upload",     Class::kRead,     801},
    FunctionFact{sdo(Sdo::kUploadSegment),                "sdo_upload_segment",      Class::kRead,     801},
    FunctionFact{info(kObject),                           "sdo_info_obj",            Class::kDiscover, 888},
    FunctionFact{sdo(Sdo::kAbort),                        "sdo_abort_transfer",      Class::kSession,  0},
    FunctionFact{info(kEntry),                            "sdo_info_entry",          Class::kDiscover, 888},
    FunctionFact{info(kInformationError),                 "sdo_info_error",          Class::kDiscover, 888},
    FunctionFact{sdo(Sdo::kProgramDownload),              "sdo_program_download",    Class::kFirmware, 857},
    FunctionFact{code_of(Type::kFoe, 1),                  "foe_rrq",                 Class::kRead,     845},
    FunctionFact{code_of(Type::kFoe, 2),                  "foe_wrq",                 Class::kFirmware, 857},
    FunctionFact{code_of(Type::kFoe, 3),                  "foe_data",                Class::kFirmware, 857},
    FunctionFact{code_of(Type::kFoe, 4),                  "foe_ack",                 Class::kSession,  0},
    FunctionFact{code_of(Type::kFoe, 5),                  "foe_error",               Class::kSession,  0},
    FunctionFact{code_of(Type::kFoe, 6),                  "foe_busy",                Class::kSession,  0},
    FunctionFact{code_of(Type::kSoe, 1),                  "soe_read",                Class::kRead,     801},
    FunctionFact{code_of(Type::kSoe, 3),                  "soe_write",               Class::kWrite,    836},
    FunctionFact{code_of(Type::kSoe, 5),                  "soe_notification",        Class::kRead,     856},
    FunctionFact{code_of(Type::kSoe, 6),                  "soe_emergency",           Class::kRead,     856},
    FunctionFact{code_of(Type::kVoe, 0),                  "voe",                     Class::kProgram,  836},
};
// clang-format on
static_assert(ascends(kFacts));

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

}  // namespace bulkhead::wire::ethercat
