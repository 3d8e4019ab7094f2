// SPDX-License-Identifier: Apache-2.0
// AuditService of proto/bulkhead/v1/audit.proto.
#include "bulkhead/v1/audit.grpc.pb.h"
#include "server/edge.h"
#include "server/services.h"
#include "store/audit_verify.h"

namespace bulkhead::control {

namespace {

constexpr uint32_t kMaxEntries = 1000;
constexpr uint32_t kDefaultEntries = 20;

void fill(v1::AuditEntry& out, const AuditEntry& entry) {
  out.set_number(entry.number);
  set_time(*out.mutable_time(), entry.record.wall_ns);
  out.set_actor(entry.record.actor);
  out.set_authentication(entry.record.authentication);
  out.set_action(entry.record.action);
  out.set_object(entry.record.object);
  out.set_outcome(entry.record.outcome);
  out.set_details(entry.record.details);
  out.set_hash(entry.hash.data(), entry.hash.size());
}

class AuditService final : public v1::AuditService::Service {
 public:
  explicit AuditService(Parts& parts) : parts_(parts) {}

  grpc::Status ListAudit(grpc::ServerContext* context, const v1::ListAuditRequest* request,
                         v1::ListAuditResponse* response) override {
    if (auto caller = authorise(*context, parts_, Needs::kRead); !caller)
      return to_grpc(caller.error());
    if (request->limit() > kMaxEntries)
      return to_grpc({ErrorCode::kInvalid, "limit is larger than 1000"}, "limit");
    const uint32_t limit = request->limit() == 0 ? kDefaultEntries : request->limit();
    auto entries = parts_.policies.audit().list(limit, request->before_number());
    if (!entries) return to_grpc(entries.error());
    for (const AuditEntry& entry : *entries) fill(*response->add_entries(), entry);
    return grpc::Status::OK;
  }

  grpc::Status VerifyAudit(grpc::ServerContext* context, const v1::VerifyAuditRequest* request,
                           v1::VerifyAuditResponse* response) override {
    if (auto caller = authorise(*context, parts_, Needs::kRead); !caller)
      return to_grpc(caller.error());
    AuditExpectation expected;
    if (!request->kept_head().empty()) {
      auto kept = parse_head(request->kept_head());
      if (!kept) return to_grpc(kept.error(), "kept_head");
      expected.kept_apart = *kept;
    }
    auto signer = parts_.policies.signer();
    if (!signer) return to_grpc(signer.error());
    expected.signer = *signer;
    auto report = verify_audit(parts_.config.store, expected);
    if (!report) return to_grpc(report.error());
    response->set_good(!report->fault);
    response->set_head(to_text(report->head));
    if (!report->fault) return grpc::Status::OK;
    response->set_faulty_number(report->fault->number);
    response->set_fault(report->fault->sentence);
    return grpc::Status::OK;
  }

 private:
  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_audit_service(Parts& parts) {
  return std::make_unique<AuditService>(parts);
}

}  // namespace bulkhead::control
