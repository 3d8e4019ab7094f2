// SPDX-License-Identifier: Apache-2.0
#include "server/audited.h"

#include <grpcpp/server_context.h>

#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

AuditRecord record_of(const Parts& parts, const Caller& caller, const AuditedAction& what,
                      std::string outcome, std::string details) {
  return {.wall_ns = parts.clock.now().wall_ns,
          .actor = caller.name,
          .authentication = caller.authentication,
          .action = what.action,
          .object = what.object,
          .outcome = std::move(outcome),
          .details = std::move(details)};
}

void enter_refusal(Parts& parts, const Caller& caller, const AuditedAction& what, std::string why) {
  const auto left_out = parts.refusals.enter(parts.clock.now().steady_ns);
  if (!left_out) return;
  if (*left_out != 0)
    why += " (" + std::to_string(*left_out) + " refusals before this one were not entered)";
  // The call is refused whether or not that can be written down.
  (void)parts.policies.audit().append(record_of(parts, caller, what, "refused", std::move(why)));
}

}  // namespace

grpc::Status audited(const grpc::ServerContext& context, Parts& parts, const AuditedAction& what,
                     const std::function<grpc::Status(const Caller&)>& act) {
  const auto begin_and_act = [&](const Caller& caller) -> Acted {
    AuditLog& log = parts.policies.audit();
    if (Status begun = log.append(record_of(parts, caller, what, "begun", what.details)); !begun)
      return {to_grpc(begun.error()), true};
    grpc::Status status = act(caller);
    const bool done = status.ok();
    Status ended = log.append(record_of(parts, caller, what, done ? "done" : "refused",
                                        done ? what.details : status.error_message()));
    if (done && !ended)
      status = to_grpc(Error{ErrorCode::kIo, "it is done, but its end is not in the audit log: " +
                                                 ended.error().sentence});
    return {std::move(status), true};
  };
  return audited_by_store(context, parts, what, begin_and_act);
}

grpc::Status audited_by_store(const grpc::ServerContext& context, Parts& parts,
                              const AuditedAction& what,
                              const std::function<Acted(const Caller&)>& act) {
  auto caller = authorise(context, parts, what.needs);
  if (!caller) {
    enter_refusal(parts, claimed_caller(context), what, caller.error().sentence);
    return to_grpc(caller.error());
  }
  Acted acted = act(*caller);
  if (!acted.status.ok() && !acted.entered)
    enter_refusal(parts, *caller, what, acted.status.error_message());
  return std::move(acted.status);
}

}  // namespace bulkhead::control
