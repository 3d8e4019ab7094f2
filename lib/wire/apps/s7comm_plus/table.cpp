// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/table.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::s7comm_plus {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    //           code                  name                     class             ATT&CK
    FunctionFact{kError,               "error",                 Class::kDiagnose,   0},
    FunctionFact{kExplore,             "explore",               Class::kDiscover, 861},
    FunctionFact{kCreateObject,        "create_object",         Class::kProgram,  843},
    FunctionFact{kDeleteObject,        "delete_object",         Class::kProgram,  889},
    FunctionFact{kSetVariable,         "set_variable",          Class::kWrite,    855},
    FunctionFact{kGetVariable,         "get_variable",          Class::kRead,     801},
    FunctionFact{kAddLink,             "add_link",              Class::kProgram,  889},
    FunctionFact{kRemoveLink,          "remove_link",           Class::kProgram,  889},
    FunctionFact{kGetLink,             "get_link",              Class::kRead,     861},
    FunctionFact{kSetMultiVariables,   "set_multi_variables",   Class::kWrite,    855},
    FunctionFact{kGetMultiVariables,   "get_multi_variables",   Class::kRead,     801},
    FunctionFact{kBeginSequence,       "begin_sequence",        Class::kProgram,  843},
    FunctionFact{kEndSequence,         "end_sequence",          Class::kProgram,  843},
    FunctionFact{kInvoke,              "invoke",                Class::kControl,  871},
    FunctionFact{kSetVarSubStreamed,   "set_var_sub_streamed",  Class::kProgram,  843},
    FunctionFact{kGetVarSubStreamed,   "get_var_sub_streamed",  Class::kRead,     845},
    FunctionFact{kGetVariablesAddress, "get_variables_address", Class::kRead,     861},
    FunctionFact{kAbort,               "abort",                 Class::kControl,  855},
    FunctionFact{kInitSsl,             "init_ssl",              Class::kSession,    0},
    FunctionFact{kNotification,        "notification",          Class::kRead,     801},
    FunctionFact{kSystemEvent,         "system_event",          Class::kSession,    0},
    FunctionFact{kKeepAlive,           "keep_alive",            Class::kSession,    0},
    FunctionFact{kTls,                 "tls",                   Class::kUnspecified, 0},
};
// clang-format on

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const auto* const row = std::ranges::find(kFunctions, code, &FunctionFact::code);
  return row == kFunctions.end() ? nullptr : row;
}

void describe(uint32_t code, Operation& out) noexcept {
  const FunctionFact* const fact = function_of(code);
  out.code = code;
  out.name = fact != nullptr ? fact->name : "unknown";
  out.cls = fact != nullptr ? fact->cls : Class::kUnspecified;
  out.technique = fact != nullptr ? fact->technique : uint16_t{0};
}

}  // namespace bulkhead::wire::s7comm_plus
