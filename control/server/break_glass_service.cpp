// SPDX-License-Identifier: Apache-2.0
// BreakGlassService of proto/bulkhead/v1/break_glass.proto: to the dataplane, which decides.
#include <grpcpp/grpcpp.h>

#include "break_glass/codec.h"
#include "bulkhead/v1/break_glass.grpc.pb.h"
#include "policy/limits.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

// For the audit log: what is asked for, whoever may be right.
AuditedAction described(const std::string& request) {
  AuditedAction out{Needs::kRead, "break_glass.open", "break-glass", "malformed"};
  const auto decoded =
      break_glass::decode({reinterpret_cast<const uint8_t*>(request.data()), request.size()});
  if (!decoded.ok()) return out;
  out.object = "grant " + decoded->statement.grant;
  out.details = "signed by";
  for (const auto& signature : decoded->signatures) out.details += ' ' + signature.approver;
  out.details += ": " + decoded->statement.reason;
  return out;
}

class BreakGlassService final : public v1::BreakGlassService::Service {
 public:
  explicit BreakGlassService(Parts& parts) : parts_(parts) {}

  grpc::Status OpenBreakGlass(grpc::ServerContext* context,
                              const v1::OpenBreakGlassRequest* request,
                              v1::OpenBreakGlassResponse* response) override {
    const std::string& bytes = request->request();
    return audited(*context, parts_, described(bytes), [&](const Caller&) {
      if (bytes.size() > break_glass::kMaxBytes)
        return to_grpc({ErrorCode::kInvalid, "the request is longer than 8192 bytes"}, "request");
      auto answer = parts_.link.ask(ipc::OpenBreakGlass{bytes});
      if (!answer) return to_grpc(answer.error(), "request");
      const auto* opened = std::get_if<ipc::BreakGlassOpened>(&*answer);
      if (opened == nullptr)
        return to_grpc({ErrorCode::kInternal, "the dataplane gave another answer"});
      response->set_grant(opened->grant);
      set_time(*response->mutable_until(), opened->until_wall_ns);
      response->set_approvers(opened->approvers);
      response->set_publish_ns(opened->publish_ns);
      return grpc::Status::OK;
    });
  }

  grpc::Status CloseBreakGlass(grpc::ServerContext* context,
                               const v1::CloseBreakGlassRequest* request,
                               v1::CloseBreakGlassResponse*) override {
    const AuditedAction what{Needs::kWrite, "break_glass.close", "grant " + request->grant()};
    return audited(*context, parts_, what, [&](const Caller&) {
      if (!policy::name_ok(request->grant()))
        return to_grpc({ErrorCode::kInvalid, "grant is no name of a policy"}, "grant");
      auto answer = parts_.link.ask(ipc::CloseBreakGlass{request->grant()});
      return answer ? grpc::Status::OK : to_grpc(answer.error(), "grant");
    });
  }

 private:
  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_break_glass_service(Parts& parts) {
  return std::make_unique<BreakGlassService>(parts);
}

}  // namespace bulkhead::control
