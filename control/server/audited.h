// SPDX-License-Identifier: Apache-2.0
// A call that changes something, from its authorisation to its entry in the audit log.
#pragma once

#include <grpcpp/support/status.h>

#include <functional>
#include <string>

#include "server/role.h"

namespace grpc {
class ServerContext;
}

namespace bulkhead::control {

struct Parts;

struct AuditedAction {
  Needs needs = Needs::kWrite;
  const char* action = "";
  std::string object;
  std::string details{};
};

// Something outside of the store: "begun" before `act`, "done" or "refused" after it. Without the
// first entry nothing is done.
grpc::Status audited(const grpc::ServerContext& context, Parts& parts, const AuditedAction& what,
                     const std::function<grpc::Status(const Caller&)>& act);

// Something that has its entry in the transaction of its change: here only refusals are entered,
// and only those that `act` did not enter itself.
struct Acted {
  grpc::Status status;
  bool entered = false;
};
grpc::Status audited_by_store(const grpc::ServerContext& context, Parts& parts,
                              const AuditedAction& what,
                              const std::function<Acted(const Caller&)>& act);

}  // namespace bulkhead::control
