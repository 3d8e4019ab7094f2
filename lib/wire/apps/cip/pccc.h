// SPDX-License-Identifier: Apache-2.0
// PCCC, the commands of PLC-5, SLC 500 and MicroLogix, inside CIP (class 0x67). Rockwell 1770-RM516
// "DF1 protocol and command set", chapter 7.
#pragma once

#include <array>
#include <cstdint>

#include "wire/apps/cip/services.h"

namespace bulkhead::wire::cip {

constexpr uint32_t pccc_code(uint32_t command, uint32_t function) noexcept {
  return kPcccSpace | function << 16 | command;
}

// clang-format off
inline constexpr std::array kPcccFunctions = {
    FunctionFact{pccc_code(0x00, 0), "pccc_protected_write",          OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x01, 0), "pccc_unprotected_read",         OperationClass::kRead,     801},
    FunctionFact{pccc_code(0x02, 0), "pccc_protected_bit_write",      OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x05, 0), "pccc_unprotected_bit_write",    OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x06, 0), "pccc_echo",                     OperationClass::kDiagnose, 0},
    FunctionFact{pccc_code(0x08, 0), "pccc_unprotected_write",        OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0), "pccc_word_range_write",         OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x06, 0x01), "pccc_read_diagnostic_counters",  OperationClass::kDiagnose, 888},
    FunctionFact{pccc_code(0x0f, 0x01), "pccc_word_range_read",       OperationClass::kRead,     801},
    FunctionFact{pccc_code(0x0f, 0x02), "pccc_bit_write",             OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x06, 0x03), "pccc_diagnostic_status",     OperationClass::kDiscover, 888},
    FunctionFact{pccc_code(0x06, 0x07), "pccc_reset_diagnostic_counters", OperationClass::kDiagnose, 872},
    FunctionFact{pccc_code(0x0f, 0x11), "pccc_get_edit_resource",     OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x12), "pccc_return_edit_resource",  OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x17), "pccc_read_bytes_physical",   OperationClass::kProgram,  845},
    FunctionFact{pccc_code(0x0f, 0x18), "pccc_write_bytes_physical",  OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x26), "pccc_read_modify_write",     OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0x29), "pccc_read_section_size",     OperationClass::kDiscover, 861},
    FunctionFact{pccc_code(0x0f, 0x3a), "pccc_set_cpu_mode",          OperationClass::kProgram,  858},
    FunctionFact{pccc_code(0x0f, 0x41), "pccc_disable_forces",        OperationClass::kControl,  835},
    FunctionFact{pccc_code(0x0f, 0x50), "pccc_download_all_request",  OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x52), "pccc_download_completed",    OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x53), "pccc_upload_all_request",    OperationClass::kProgram,  845},
    FunctionFact{pccc_code(0x0f, 0x55), "pccc_upload_completed",      OperationClass::kProgram,  845},
    FunctionFact{pccc_code(0x0f, 0x57), "pccc_initialize_memory",     OperationClass::kProgram,  809},
    FunctionFact{pccc_code(0x0f, 0x67), "pccc_typed_write",           OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0x68), "pccc_typed_read",            OperationClass::kRead,     801},
    FunctionFact{pccc_code(0x0f, 0x79), "pccc_read_modify_write_n",   OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0x80), "pccc_change_mode",           OperationClass::kProgram,  858},
    FunctionFact{pccc_code(0x0f, 0x81), "pccc_open_file",             OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x82), "pccc_close_file",            OperationClass::kProgram,  843},
    FunctionFact{pccc_code(0x0f, 0x8f), "pccc_apply_port_configuration", OperationClass::kProgram, 836},
    FunctionFact{pccc_code(0x0f, 0xa1), "pccc_typed_logical_read_2",  OperationClass::kRead,     801},
    FunctionFact{pccc_code(0x0f, 0xa2), "pccc_typed_logical_read_3",  OperationClass::kRead,     801},
    FunctionFact{pccc_code(0x0f, 0xa7), "pccc_typed_file_read",       OperationClass::kProgram,  845},
    FunctionFact{pccc_code(0x0f, 0xa9), "pccc_typed_logical_write_2", OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0xaa), "pccc_typed_logical_write_3", OperationClass::kWrite,    855},
    FunctionFact{pccc_code(0x0f, 0xab), "pccc_typed_logical_masked_write", OperationClass::kWrite, 855},
    FunctionFact{pccc_code(0x0f, 0xaf), "pccc_typed_file_write",      OperationClass::kProgram,  843},
};
// clang-format on

// A command or its answer: requestor, command, status, transaction, function. Faults: kBadLength.
struct Pccc {
  uint8_t command = 0;  // without the bit of an answer
  uint8_t function = 0;
  bool is_answer = false;
  uint8_t status = 0;
  uint16_t transaction = 0;
};
Pccc read_pccc(Reader& in) noexcept;

// The files that a command touches, as points; all of them where its layout is not read.
void add_files(const Pccc& command, Reader& in, Operation& out) noexcept;

}  // namespace bulkhead::wire::cip
