// SPDX-License-Identifier: Apache-2.0
// What TLS shows of itself. All of no class: it may carry anything, so no rule allows it and every
// veto of classes forbids it (docs/policy.md, opaque).
#include "wire/apps/fact_table.h"
#include "wire/apps/tls/tls.h"

namespace bulkhead::wire::tls {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFunctions = {
    FunctionFact{kChangeCipherSpec,  "change_cipher_spec",  Class::kUnspecified, 869},
    FunctionFact{kAlert,             "alert",               Class::kUnspecified, 0},
    FunctionFact{kHandshake,         "handshake",           Class::kUnspecified, 869},
    FunctionFact{kApplicationData,   "application_data",    Class::kUnspecified, 869},
    FunctionFact{kClientHello,       "client_hello",        Class::kUnspecified, 869},
    FunctionFact{kServerHello,       "server_hello",        Class::kUnspecified, 869},
    FunctionFact{kHelloRetryRequest, "hello_retry_request", Class::kUnspecified, 869},
};
// clang-format on
static_assert(ascends(kFunctions));

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

}  // namespace bulkhead::wire::tls
