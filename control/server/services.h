// SPDX-License-Identifier: Apache-2.0
// The gRPC services, each in its own file, and what they stand on. A service validates, calls, and
// maps the result; it decides nothing.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/control_config.h"
#include "events/event_hub.h"
#include "events/telemetry_reader.h"
#include "mesh/peer_state.h"
#include "mesh/revocation.h"
#include "pdp/explainer.h"
#include "pdp/overlay_administrator.h"
#include "pdp/policy_administrator.h"
#include "pdp/proposal_desk.h"
#include "push/dataplane_link.h"
#include "server/refusal_gate.h"

namespace grpc {
class Service;
}

namespace bulkhead::enroll {
class PkiDesk;
}

namespace bulkhead::control {

class CaptureRecorder;
class EvidenceStore;
class FleetMember;
class LearnRecorder;
class TraceDesk;

// The seam to control/mesh and control/trust.
struct MeshAccess {
  std::function<std::vector<PeerState>()> peers;
  std::function<std::vector<PeerConfig>()> configured;
  std::function<Status(const std::string& peer)> rekey;  // kNotFound: no such peer
  std::function<Status(PeerConfig peer)> add_peer;
  std::function<Status(const std::string& peer)> remove_peer;
  std::function<Result<Revocation>(const std::string& gateway, const std::string& reason)> revoke;
  std::function<Result<Revocation>(std::span<const uint8_t> record)> apply_record;
  std::function<std::vector<trust::AcceptedDeny>()> denied;
  std::function<std::string()> own_denial;  // empty: our certificate is believed
  // kPermission: a certificate in the caller's chain (PEM, leaf first) is denied.
  std::function<Status(std::string_view chain)> check_caller;
};

struct Parts {
  const ControlConfig& config;
  PolicyAdministrator& policies;
  Explainer& explainer;
  EventHub& events;
  TelemetryReader& telemetry;
  DataplaneLink& link;
  MeshAccess mesh;
  enroll::PkiDesk* pki = nullptr;            // nullptr: PkiService answers UNAVAILABLE
  OverlayAdministrator* overlays = nullptr;  // nullptr: LockService answers UNAVAILABLE
  ProposalDesk* proposals = nullptr;         // nullptr: no change asks for approval
  EvidenceStore* evidence = nullptr;         // nullptr: LearnService answers UNAVAILABLE
  LearnRecorder* recorder = nullptr;         // nullptr: nothing is added to it
  CaptureRecorder* capture = nullptr;        // nullptr: packets are written to no file
  TraceDesk* traces = nullptr;               // nullptr: TracePackets answers UNAVAILABLE
  FleetMember* fleet = nullptr;              // nullptr: this gateway is in none
  const Clock& clock;
  int64_t started_wall_ns = 0;
  std::function<bool()> stopping = [] { return false; };  // streams end when it says true
  RefusalGate refusals{};
};

// `parts` outlives the service.
std::unique_ptr<grpc::Service> make_policy_service(Parts& parts);
std::unique_ptr<grpc::Service> make_telemetry_service(Parts& parts);
std::unique_ptr<grpc::Service> make_mesh_service(Parts& parts);
std::unique_ptr<grpc::Service> make_dataplane_service(Parts& parts);
std::unique_ptr<grpc::Service> make_pki_service(Parts& parts);
std::unique_ptr<grpc::Service> make_audit_service(Parts& parts);
std::unique_ptr<grpc::Service> make_grant_service(Parts& parts);
std::unique_ptr<grpc::Service> make_lock_service(Parts& parts);
std::unique_ptr<grpc::Service> make_break_glass_service(Parts& parts);
std::unique_ptr<grpc::Service> make_approval_service(Parts& parts);
std::unique_ptr<grpc::Service> make_fleet_service(Parts& parts);
std::unique_ptr<grpc::Service> make_learn_service(Parts& parts);

}  // namespace bulkhead::control
