// SPDX-License-Identifier: Apache-2.0
// The API as plain functions, so that commands see messages but no gRPC.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/v1/approval.pb.h"
#include "bulkhead/v1/audit.pb.h"
#include "bulkhead/v1/break_glass.pb.h"
#include "bulkhead/v1/dataplane.pb.h"
#include "bulkhead/v1/errors.pb.h"
#include "bulkhead/v1/fleet.pb.h"
#include "bulkhead/v1/grant.pb.h"
#include "bulkhead/v1/learn.pb.h"
#include "bulkhead/v1/lock.pb.h"
#include "bulkhead/v1/mesh.pb.h"
#include "bulkhead/v1/pki.pb.h"
#include "bulkhead/v1/policy.pb.h"
#include "bulkhead/v1/telemetry.pb.h"
#include "cli/api_channel.h"

namespace bulkhead::cli {

struct CallError {
  bool unreachable = false;  // nobody answered
  std::string sentence;
  std::vector<v1::ErrorDetail> details;
};

template <typename T>
using Answer = std::variant<T, CallError>;

class ApiClient {
 public:
  // Connects at the first call; what is wrong with the place is that call's error.
  explicit ApiClient(const ApiPlace& place);
  // `name`: of the channel, for errors.
  ApiClient(const std::shared_ptr<grpc::Channel>& channel, std::string name);
  ~ApiClient();

  Answer<v1::ValidateResponse> validate(const v1::ValidateRequest& request);
  Answer<v1::ApplyResponse> apply(const v1::ApplyRequest& request);
  Answer<v1::ConfirmResponse> confirm(const v1::ConfirmRequest& request);
  Answer<v1::RollbackResponse> rollback(const v1::RollbackRequest& request);
  Answer<v1::DiffResponse> diff(const v1::DiffRequest& request);
  Answer<v1::ListAuditResponse> audit(const v1::ListAuditRequest& request);
  Answer<v1::VerifyAuditResponse> verify_audit(const v1::VerifyAuditRequest& request);
  Answer<v1::AddGrantResponse> add_grant(const v1::AddGrantRequest& request);
  Answer<v1::RevokeGrantResponse> revoke_grant(const v1::RevokeGrantRequest& request);
  Answer<v1::ListGrantsResponse> grants(const v1::ListGrantsRequest& request);
  Answer<v1::ListProposalsResponse> proposals(const v1::ListProposalsRequest& request);
  Answer<v1::GetProposalResponse> proposal(const v1::GetProposalRequest& request);
  Answer<v1::ApproveResponse> approve(const v1::ApproveRequest& request);
  Answer<v1::RejectResponse> reject(const v1::RejectRequest& request);
  Answer<v1::GetFleetStatusResponse> fleet_status();
  Answer<v1::GetEvidenceResponse> evidence();
  Answer<v1::ForgetEvidenceResponse> forget_evidence();
  Answer<v1::GetResponse> get(const v1::GetRequest& request);
  Answer<v1::HistoryResponse> history(const v1::HistoryRequest& request);
  Answer<v1::ExplainResponse> explain(const v1::ExplainRequest& request);
  Answer<v1::GetCountersResponse> counters();
  Answer<v1::GetStatusResponse> status();
  Answer<v1::ListPeersResponse> peers(const v1::ListPeersRequest& request = {});
  Answer<v1::AddPeerResponse> add_peer(const v1::AddPeerRequest& request);
  Answer<v1::RemovePeerResponse> remove_peer(const v1::RemovePeerRequest& request);
  Answer<v1::RevokeResponse> revoke(const v1::RevokeRequest& request);
  Answer<v1::ListDenyRecordsResponse> deny_records();
  Answer<v1::RekeyResponse> rekey(const v1::RekeyRequest& request);

  Answer<v1::GetPkiStatusResponse> pki_status();
  Answer<v1::RenewResponse> renew();
  Answer<v1::CreateJoinTokenResponse> create_join_token(const v1::CreateJoinTokenRequest& request);
  Answer<v1::ListJoinTokensResponse> join_tokens();
  Answer<v1::CancelJoinTokenResponse> cancel_join_token(const v1::CancelJoinTokenRequest& request);

  Answer<v1::OrderResponse> lock(const v1::LockRequest& request);
  Answer<v1::OrderResponse> unlock(const v1::UnlockRequest& request);
  Answer<v1::OrderResponse> island(const v1::IslandRequest& request);
  Answer<v1::OrderResponse> release(const v1::ReleaseRequest& request);
  Answer<v1::OrderResponse> set_posture(const v1::SetPostureRequest& request);
  Answer<v1::ListStateResponse> state();
  Answer<v1::OpenBreakGlassResponse> open_break_glass(const v1::OpenBreakGlassRequest& request);
  Answer<v1::CloseBreakGlassResponse> close_break_glass(const v1::CloseBreakGlassRequest& request);

  // Calls `each` until it says false, the stream ends, or an error comes (returned).
  std::optional<CallError> events(const v1::StreamEventsRequest& request,
                                  const std::function<bool(const v1::StreamEventsResponse&)>& each);
  std::optional<CallError> packets(
      const v1::StreamPacketsRequest& request,
      const std::function<bool(const v1::StreamPacketsResponse&)>& each);
  std::optional<CallError> trace(const v1::TracePacketsRequest& request,
                                 const std::function<bool(const v1::TracePacketsResponse&)>& each);

 private:
  void use(const std::shared_ptr<grpc::Channel>& channel);

  struct Stubs;
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace bulkhead::cli
