// SPDX-License-Identifier: Apache-2.0
// Every packet of MQTT, and the messages of Sparkplug. Techniques are numbers of MITRE ATT&CK for
// ICS.
#include "wire/apps/fact_table.h"
#include "wire/apps/mqtt/mqtt.h"

namespace bulkhead::wire::mqtt {
namespace {

using Class = OperationClass;

constexpr uint32_t kind(uint32_t type, uint32_t sub) noexcept {
  return type | sub << 16;
}

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{1,          "connect_command",             Class::kSession,  0},
    FunctionFact{2,          "connect_ack",                 Class::kSession,  0},
    FunctionFact{3,          "publish_message",             Class::kWrite,    855},
    FunctionFact{4,          "publish_ack",                 Class::kSession,  0},
    FunctionFact{5,          "publish_received",            Class::kSession,  0},
    FunctionFact{6,          "publish_release",             Class::kSession,  0},
    FunctionFact{7,          "publish_complete",            Class::kSession,  0},
    FunctionFact{8,          "subscribe_request",           Class::kRead,     801},
    FunctionFact{9,          "subscribe_ack",               Class::kRead,     801},
    FunctionFact{10,         "unsubscribe_request",         Class::kRead,     801},
    FunctionFact{11,         "unsubscribe_ack",             Class::kRead,     801},
    FunctionFact{12,         "ping_request",                Class::kSession,  0},
    FunctionFact{13,         "ping_response",               Class::kSession,  0},
    FunctionFact{14,         "disconnect_req",              Class::kSession,  0},
    FunctionFact{15,         "authentication_exchange",     Class::kSession,  0},
    FunctionFact{kind(1, 1), "connect_will_nbirth",         Class::kWrite,    855},
    FunctionFact{kind(3, 1), "sparkplug_nbirth",            Class::kWrite,    855},
    FunctionFact{kind(8, 1), "subscribe_discover",          Class::kDiscover, 861},
    FunctionFact{kind(1, 2), "connect_will_dbirth",         Class::kWrite,    855},
    FunctionFact{kind(3, 2), "sparkplug_dbirth",            Class::kWrite,    855},
    FunctionFact{kind(1, 3), "connect_will_ndeath",         Class::kWrite,    855},
    FunctionFact{kind(3, 3), "sparkplug_ndeath",            Class::kWrite,    855},
    FunctionFact{kind(1, 4), "connect_will_ddeath",         Class::kWrite,    855},
    FunctionFact{kind(3, 4), "sparkplug_ddeath",            Class::kWrite,    855},
    FunctionFact{kind(1, 5), "connect_will_ndata",          Class::kWrite,    855},
    FunctionFact{kind(3, 5), "sparkplug_ndata",             Class::kWrite,    855},
    FunctionFact{kind(1, 6), "connect_will_ddata",          Class::kWrite,    855},
    FunctionFact{kind(3, 6), "sparkplug_ddata",             Class::kWrite,    855},
    FunctionFact{kind(1, 7), "connect_will_ncmd",           Class::kControl,  855},
    FunctionFact{kind(3, 7), "sparkplug_ncmd",              Class::kControl,  855},
    FunctionFact{kind(1, 8), "connect_will_dcmd",           Class::kControl,  855},
    FunctionFact{kind(3, 8), "sparkplug_dcmd",              Class::kControl,  855},
    FunctionFact{kind(1, 9), "connect_will_state",          Class::kWrite,    855},
    FunctionFact{kind(3, 9), "sparkplug_state",             Class::kWrite,    855},
    FunctionFact{kind(1, kOtherWill), "connect_will",       Class::kWrite,    855},
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

}  // namespace bulkhead::wire::mqtt
