// SPDX-License-Identifier: Apache-2.0
#include "cli/api_client.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "bulkhead/v1/approval.grpc.pb.h"
#include "bulkhead/v1/audit.grpc.pb.h"
#include "bulkhead/v1/break_glass.grpc.pb.h"
#include "bulkhead/v1/dataplane.grpc.pb.h"
#include "bulkhead/v1/fleet.grpc.pb.h"
#include "bulkhead/v1/grant.grpc.pb.h"
#include "bulkhead/v1/learn.grpc.pb.h"
#include "bulkhead/v1/lock.grpc.pb.h"
#include "bulkhead/v1/mesh.grpc.pb.h"
#include "bulkhead/v1/pki.grpc.pb.h"
#include "bulkhead/v1/policy.grpc.pb.h"
#include "bulkhead/v1/telemetry.grpc.pb.h"

namespace bulkhead::cli {

namespace {

constexpr std::chrono::seconds kDeadline{60};

CallError error_of(const grpc::Status& status, const std::string& socket) {
  CallError error;
  error.sentence = status.error_message();
  v1::RpcStatus rich;
  if (rich.ParseFromString(status.error_details())) {
    for (const auto& any : rich.details()) {
      v1::ErrorDetail detail;
      if (any.UnpackTo(&detail)) error.details.push_back(std::move(detail));
    }
  }
  // Control itself always says details; without them the answer is the transport's.
  error.unreachable = status.error_code() == grpc::StatusCode::UNAVAILABLE && error.details.empty();
  if (error.unreachable)
    error.sentence =
        "nobody answers at " + socket + " (" + status.error_message() +
        "): is bulkhead-control running? --socket or BULKHEAD_SOCKET names another place";
  return error;
}

// Who sits here; the history shows it as a claim.
std::string user_name() {
  for (const char* variable : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* name = std::getenv(variable);
    if (name != nullptr && *name != '\0') return std::string(name).substr(0, 63);
  }
  return "uid-" + std::to_string(::getuid());
}

void prepare(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  context.AddMetadata("bulkhead-user", user_name());
}

}  // namespace

struct ApiClient::Stubs {
  std::string socket;
  std::string no_channel;  // why there is none
  std::unique_ptr<v1::PolicyService::Stub> policy;
  std::unique_ptr<v1::TelemetryService::Stub> telemetry;
  std::unique_ptr<v1::MeshService::Stub> mesh;
  std::unique_ptr<v1::PkiService::Stub> pki;
  std::unique_ptr<v1::LockService::Stub> lock;
  std::unique_ptr<v1::DataplaneService::Stub> dataplane;
  std::unique_ptr<v1::AuditService::Stub> audit;
  std::unique_ptr<v1::GrantService::Stub> grant;
  std::unique_ptr<v1::ApprovalService::Stub> approval;
  std::unique_ptr<v1::FleetService::Stub> fleet;
  std::unique_ptr<v1::LearnService::Stub> learn;
  std::unique_ptr<v1::BreakGlassService::Stub> break_glass;

  template <typename Response, typename Stub, typename Request>
  Answer<Response> call(Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        const Request& request) const {
    if (!no_channel.empty()) return CallError{false, no_channel, {}};
    grpc::ClientContext context;
    prepare(context);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return error_of(status, socket);
    return response;
  }

  template <typename Response, typename Stub, typename Request>
  std::optional<CallError> read(Stub& stub,
                                std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
                                    grpc::ClientContext*, const Request&),
                                const Request& request,
                                const std::function<bool(const Response&)>& each) const {
    if (!no_channel.empty()) return CallError{false, no_channel, {}};
    grpc::ClientContext context;  // no deadline: a follower stays
    context.AddMetadata("bulkhead-user", user_name());
    const auto reader = (stub.*method)(&context, request);
    Response response;
    while (reader->Read(&response)) {
      if (each(response)) continue;
      context.TryCancel();
      (void)reader->Finish();
      return std::nullopt;
    }
    const grpc::Status status = reader->Finish();
    if (status.ok()) return std::nullopt;
    return error_of(status, socket);
  }
};

ApiClient::ApiClient(const ApiPlace& place) : stubs_(std::make_unique<Stubs>()) {
  stubs_->socket = place.name();
  auto channel = channel_to(place);
  if (!channel) {
    stubs_->no_channel = channel.error().sentence;
    // Never connected: no call is made.
    channel = grpc::CreateChannel("unix:" + place.socket, grpc::InsecureChannelCredentials());
  }
  use(*channel);
}

ApiClient::ApiClient(const std::shared_ptr<grpc::Channel>& channel, std::string name)
    : stubs_(std::make_unique<Stubs>()) {
  stubs_->socket = std::move(name);
  use(channel);
}

void ApiClient::use(const std::shared_ptr<grpc::Channel>& channel) {
  stubs_->policy = v1::PolicyService::NewStub(channel);
  stubs_->telemetry = v1::TelemetryService::NewStub(channel);
  stubs_->mesh = v1::MeshService::NewStub(channel);
  stubs_->pki = v1::PkiService::NewStub(channel);
  stubs_->lock = v1::LockService::NewStub(channel);
  stubs_->dataplane = v1::DataplaneService::NewStub(channel);
  stubs_->audit = v1::AuditService::NewStub(channel);
  stubs_->grant = v1::GrantService::NewStub(channel);
  stubs_->approval = v1::ApprovalService::NewStub(channel);
  stubs_->fleet = v1::FleetService::NewStub(channel);
  stubs_->learn = v1::LearnService::NewStub(channel);
  stubs_->break_glass = v1::BreakGlassService::NewStub(channel);
}

ApiClient::~ApiClient() = default;

Answer<v1::ValidateResponse> ApiClient::validate(const v1::ValidateRequest& request) {
  return stubs_->call<v1::ValidateResponse>(*stubs_->policy, &v1::PolicyService::Stub::Validate,
                                            request);
}
Answer<v1::ApplyResponse> ApiClient::apply(const v1::ApplyRequest& request) {
  return stubs_->call<v1::ApplyResponse>(*stubs_->policy, &v1::PolicyService::Stub::Apply, request);
}
Answer<v1::ConfirmResponse> ApiClient::confirm(const v1::ConfirmRequest& request) {
  return stubs_->call<v1::ConfirmResponse>(*stubs_->policy, &v1::PolicyService::Stub::Confirm,
                                           request);
}
Answer<v1::RollbackResponse> ApiClient::rollback(const v1::RollbackRequest& request) {
  return stubs_->call<v1::RollbackResponse>(*stubs_->policy, &v1::PolicyService::Stub::Rollback,
                                            request);
}
Answer<v1::DiffResponse> ApiClient::diff(const v1::DiffRequest& request) {
  return stubs_->call<v1::DiffResponse>(*stubs_->policy, &v1::PolicyService::Stub::Diff, request);
}
Answer<v1::ListAuditResponse> ApiClient::audit(const v1::ListAuditRequest& request) {
  return stubs_->call<v1::ListAuditResponse>(*stubs_->audit, &v1::AuditService::Stub::ListAudit,
                                             request);
}
Answer<v1::VerifyAuditResponse> ApiClient::verify_audit(const v1::VerifyAuditRequest& request) {
  return stubs_->call<v1::VerifyAuditResponse>(*stubs_->audit, &v1::AuditService::Stub::VerifyAudit,
                                               request);
}
Answer<v1::AddGrantResponse> ApiClient::add_grant(const v1::AddGrantRequest& request) {
  return stubs_->call<v1::AddGrantResponse>(*stubs_->grant, &v1::GrantService::Stub::AddGrant,
                                            request);
}
Answer<v1::RevokeGrantResponse> ApiClient::revoke_grant(const v1::RevokeGrantRequest& request) {
  return stubs_->call<v1::RevokeGrantResponse>(*stubs_->grant, &v1::GrantService::Stub::RevokeGrant,
                                               request);
}
Answer<v1::ListGrantsResponse> ApiClient::grants(const v1::ListGrantsRequest& request) {
  return stubs_->call<v1::ListGrantsResponse>(*stubs_->grant, &v1::GrantService::Stub::ListGrants,
                                              request);
}
Answer<v1::GetResponse> ApiClient::get(const v1::GetRequest& request) {
  return stubs_->call<v1::GetResponse>(*stubs_->policy, &v1::PolicyService::Stub::Get, request);
}
Answer<v1::HistoryResponse> ApiClient::history(const v1::HistoryRequest& request) {
  return stubs_->call<v1::HistoryResponse>(*stubs_->policy, &v1::PolicyService::Stub::History,
                                           request);
}
Answer<v1::ExplainResponse> ApiClient::explain(const v1::ExplainRequest& request) {
  return stubs_->call<v1::ExplainResponse>(*stubs_->policy, &v1::PolicyService::Stub::Explain,
                                           request);
}
Answer<v1::GetCountersResponse> ApiClient::counters() {
  return stubs_->call<v1::GetCountersResponse>(
      *stubs_->telemetry, &v1::TelemetryService::Stub::GetCounters, v1::GetCountersRequest{});
}
Answer<v1::GetStatusResponse> ApiClient::status() {
  return stubs_->call<v1::GetStatusResponse>(
      *stubs_->dataplane, &v1::DataplaneService::Stub::GetStatus, v1::GetStatusRequest{});
}
Answer<v1::ListPeersResponse> ApiClient::peers(const v1::ListPeersRequest& request) {
  return stubs_->call<v1::ListPeersResponse>(*stubs_->mesh, &v1::MeshService::Stub::ListPeers,
                                             request);
}
Answer<v1::AddPeerResponse> ApiClient::add_peer(const v1::AddPeerRequest& request) {
  return stubs_->call<v1::AddPeerResponse>(*stubs_->mesh, &v1::MeshService::Stub::AddPeer, request);
}
Answer<v1::RemovePeerResponse> ApiClient::remove_peer(const v1::RemovePeerRequest& request) {
  return stubs_->call<v1::RemovePeerResponse>(*stubs_->mesh, &v1::MeshService::Stub::RemovePeer,
                                              request);
}
Answer<v1::RevokeResponse> ApiClient::revoke(const v1::RevokeRequest& request) {
  return stubs_->call<v1::RevokeResponse>(*stubs_->mesh, &v1::MeshService::Stub::Revoke, request);
}
Answer<v1::ListDenyRecordsResponse> ApiClient::deny_records() {
  return stubs_->call<v1::ListDenyRecordsResponse>(
      *stubs_->mesh, &v1::MeshService::Stub::ListDenyRecords, v1::ListDenyRecordsRequest{});
}
Answer<v1::RekeyResponse> ApiClient::rekey(const v1::RekeyRequest& request) {
  return stubs_->call<v1::RekeyResponse>(*stubs_->mesh, &v1::MeshService::Stub::Rekey, request);
}

Answer<v1::GetPkiStatusResponse> ApiClient::pki_status() {
  return stubs_->call<v1::GetPkiStatusResponse>(*stubs_->pki, &v1::PkiService::Stub::GetPkiStatus,
                                                v1::GetPkiStatusRequest{});
}
Answer<v1::RenewResponse> ApiClient::renew() {
  return stubs_->call<v1::RenewResponse>(*stubs_->pki, &v1::PkiService::Stub::Renew,
                                         v1::RenewRequest{});
}
Answer<v1::CreateJoinTokenResponse> ApiClient::create_join_token(
    const v1::CreateJoinTokenRequest& request) {
  return stubs_->call<v1::CreateJoinTokenResponse>(*stubs_->pki,
                                                   &v1::PkiService::Stub::CreateJoinToken, request);
}
Answer<v1::ListJoinTokensResponse> ApiClient::join_tokens() {
  return stubs_->call<v1::ListJoinTokensResponse>(
      *stubs_->pki, &v1::PkiService::Stub::ListJoinTokens, v1::ListJoinTokensRequest{});
}
Answer<v1::CancelJoinTokenResponse> ApiClient::cancel_join_token(
    const v1::CancelJoinTokenRequest& request) {
  return stubs_->call<v1::CancelJoinTokenResponse>(*stubs_->pki,
                                                   &v1::PkiService::Stub::CancelJoinToken, request);
}

Answer<v1::OrderResponse> ApiClient::lock(const v1::LockRequest& request) {
  return stubs_->call<v1::OrderResponse>(*stubs_->lock, &v1::LockService::Stub::Lock, request);
}
Answer<v1::OrderResponse> ApiClient::unlock(const v1::UnlockRequest& request) {
  return stubs_->call<v1::OrderResponse>(*stubs_->lock, &v1::LockService::Stub::Unlock, request);
}
Answer<v1::OrderResponse> ApiClient::island(const v1::IslandRequest& request) {
  return stubs_->call<v1::OrderResponse>(*stubs_->lock, &v1::LockService::Stub::Island, request);
}
Answer<v1::OrderResponse> ApiClient::release(const v1::ReleaseRequest& request) {
  return stubs_->call<v1::OrderResponse>(*stubs_->lock, &v1::LockService::Stub::Release, request);
}
Answer<v1::OrderResponse> ApiClient::set_posture(const v1::SetPostureRequest& request) {
  return stubs_->call<v1::OrderResponse>(*stubs_->lock, &v1::LockService::Stub::SetPosture,
                                         request);
}
Answer<v1::ListStateResponse> ApiClient::state() {
  return stubs_->call<v1::ListStateResponse>(*stubs_->lock, &v1::LockService::Stub::ListState,
                                             v1::ListStateRequest{});
}

Answer<v1::GetFleetStatusResponse> ApiClient::fleet_status() {
  return stubs_->call<v1::GetFleetStatusResponse>(
      *stubs_->fleet, &v1::FleetService::Stub::GetFleetStatus, v1::GetFleetStatusRequest{});
}

Answer<v1::GetEvidenceResponse> ApiClient::evidence() {
  return stubs_->call<v1::GetEvidenceResponse>(*stubs_->learn, &v1::LearnService::Stub::GetEvidence,
                                               v1::GetEvidenceRequest{});
}

Answer<v1::ForgetEvidenceResponse> ApiClient::forget_evidence() {
  return stubs_->call<v1::ForgetEvidenceResponse>(
      *stubs_->learn, &v1::LearnService::Stub::ForgetEvidence, v1::ForgetEvidenceRequest{});
}

Answer<v1::ListProposalsResponse> ApiClient::proposals(const v1::ListProposalsRequest& request) {
  return stubs_->call<v1::ListProposalsResponse>(
      *stubs_->approval, &v1::ApprovalService::Stub::ListProposals, request);
}
Answer<v1::GetProposalResponse> ApiClient::proposal(const v1::GetProposalRequest& request) {
  return stubs_->call<v1::GetProposalResponse>(*stubs_->approval,
                                               &v1::ApprovalService::Stub::GetProposal, request);
}
Answer<v1::ApproveResponse> ApiClient::approve(const v1::ApproveRequest& request) {
  return stubs_->call<v1::ApproveResponse>(*stubs_->approval, &v1::ApprovalService::Stub::Approve,
                                           request);
}
Answer<v1::RejectResponse> ApiClient::reject(const v1::RejectRequest& request) {
  return stubs_->call<v1::RejectResponse>(*stubs_->approval, &v1::ApprovalService::Stub::Reject,
                                          request);
}

Answer<v1::OpenBreakGlassResponse> ApiClient::open_break_glass(
    const v1::OpenBreakGlassRequest& request) {
  return stubs_->call<v1::OpenBreakGlassResponse>(
      *stubs_->break_glass, &v1::BreakGlassService::Stub::OpenBreakGlass, request);
}
Answer<v1::CloseBreakGlassResponse> ApiClient::close_break_glass(
    const v1::CloseBreakGlassRequest& request) {
  return stubs_->call<v1::CloseBreakGlassResponse>(
      *stubs_->break_glass, &v1::BreakGlassService::Stub::CloseBreakGlass, request);
}

std::optional<CallError> ApiClient::events(
    const v1::StreamEventsRequest& request,
    const std::function<bool(const v1::StreamEventsResponse&)>& each) {
  return stubs_->read(*stubs_->telemetry, &v1::TelemetryService::Stub::StreamEvents, request, each);
}

std::optional<CallError> ApiClient::packets(
    const v1::StreamPacketsRequest& request,
    const std::function<bool(const v1::StreamPacketsResponse&)>& each) {
  return stubs_->read(*stubs_->telemetry, &v1::TelemetryService::Stub::StreamPackets, request,
                      each);
}

std::optional<CallError> ApiClient::trace(
    const v1::TracePacketsRequest& request,
    const std::function<bool(const v1::TracePacketsResponse&)>& each) {
  return stubs_->read(*stubs_->telemetry, &v1::TelemetryService::Stub::TracePackets, request, each);
}

}  // namespace bulkhead::cli
