// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/enip/encapsulation.h"

#include "wire/apps/fact_table.h"

namespace bulkhead::wire::enip {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{command::kNop,               "nop",                Class::kSession,  0},
    FunctionFact{command::kListTargets,       "list_targets",       Class::kDiscover, 846},
    FunctionFact{command::kListServices,      "list_services",      Class::kDiscover, 846},
    FunctionFact{command::kListIdentity,      "list_identity",      Class::kDiscover, 846},
    FunctionFact{command::kListInterfaces,    "list_interfaces",    Class::kDiscover, 846},
    FunctionFact{command::kRegisterSession,   "register_session",   Class::kSession,  0},
    FunctionFact{command::kUnregisterSession, "unregister_session", Class::kSession,  0},
    FunctionFact{command::kSendRrData,        "send_rr_data",       Class::kSession,  0},
    FunctionFact{command::kSendUnitData,      "send_unit_data",     Class::kSession,  0},
    FunctionFact{command::kIndicateStatus,    "indicate_status",    Class::kUnspecified, 0},
    FunctionFact{command::kCancel,            "cancel",             Class::kSession,  0},
    FunctionFact{command::kStartDtls,         "start_dtls",         Class::kSession,  0},
};
// clang-format on
static_assert(ascends(kFacts));

}  // namespace

Header read_header(Reader& in) noexcept {
  Header out;
  out.command = in.le16();
  out.length = in.le16();
  out.session = in.le32();
  out.status = in.le32();
  const uint64_t high = in.be32();
  out.context = high << 32 | in.be32();
  out.options = in.le32();
  return out;
}

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return fact_of(kFacts, code);
}

}  // namespace bulkhead::wire::enip
