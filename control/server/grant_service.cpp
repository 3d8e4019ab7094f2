// SPDX-License-Identifier: Apache-2.0
// GrantService of proto/bulkhead/v1/grant.proto.
#include "bulkhead/v1/grant.grpc.pb.h"
#include "server/approval_gate.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/policy_message.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr uint32_t kMaxGrants = 1000;
constexpr uint32_t kDefaultGrants = 100;

v1::GrantState state_of(const StoredGrant& grant, int64_t now) {
  if (grant.ended_wall_ns != 0) return v1::GRANT_STATE_REVOKED;
  if (grant.until_wall_ns <= now) return v1::GRANT_STATE_EXPIRED;
  return grant.current ? v1::GRANT_STATE_IN_FORCE : v1::GRANT_STATE_REFUSED;
}

void fill(v1::Grant& out, const StoredGrant& grant, int64_t now) {
  out.set_name(grant.name);
  out.set_state(state_of(grant, now));
  out.set_author(grant.author);
  set_time(*out.mutable_added(), grant.added_wall_ns);
  set_time(*out.mutable_until(), grant.until_wall_ns);
  if (grant.ended_wall_ns != 0) set_time(*out.mutable_ended(), grant.ended_wall_ns);
  out.set_ended_by(grant.ended_by);
  out.set_grant_yaml(grant.yaml);
}

class GrantService final : public v1::GrantService::Service {
 public:
  explicit GrantService(Parts& parts) : parts_(parts) {}

  grpc::Status AddGrant(grpc::ServerContext* context, const v1::AddGrantRequest* request,
                        v1::AddGrantResponse* response) override {
    const AuditedAction what{Needs::kGrant, "grant.add", "grant"};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      return do_or_propose(parts_, *request, caller, *response->mutable_applied());
    });
  }

  grpc::Status RevokeGrant(grpc::ServerContext* context, const v1::RevokeGrantRequest* request,
                           v1::RevokeGrantResponse* response) override {
    const AuditedAction what{Needs::kGrant, "grant.revoke", "grant " + request->name()};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      return answer(
          parts_.policies,
          parts_.policies.revoke_grant(request->name(), caller.name, caller.authentication),
          *response->mutable_applied());
    });
  }

  grpc::Status ListGrants(grpc::ServerContext* context, const v1::ListGrantsRequest* request,
                          v1::ListGrantsResponse* response) override {
    if (auto caller = authorise(*context, parts_, Needs::kRead); !caller)
      return to_grpc(caller.error());
    if (request->limit() > kMaxGrants)
      return to_grpc({ErrorCode::kInvalid, "limit is larger than 1000"}, "limit");
    auto grants = parts_.policies.grants(request->limit() == 0 ? kDefaultGrants : request->limit());
    if (!grants) return to_grpc(grants.error());
    const int64_t now = parts_.clock.now().wall_ns;
    for (const StoredGrant& grant : *grants) fill(*response->add_grants(), grant, now);
    return grpc::Status::OK;
  }

 private:
  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_grant_service(Parts& parts) {
  return std::make_unique<GrantService>(parts);
}

}  // namespace bulkhead::control
