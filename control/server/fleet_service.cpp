// SPDX-License-Identifier: Apache-2.0
// FleetService of proto/bulkhead/v1/fleet.proto.
#include "bulkhead/v1/fleet.grpc.pb.h"
#include "fleet/fleet_member.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

void fill(v1::FleetHead& out, const fleet::Version& version) {
  out.set_number(version.number);
  out.set_gateway(version.gateway);
  out.set_author(version.author);
  out.set_action(version.action);
  out.set_comment(version.comment);
  set_time(*out.mutable_at(), version.at_wall_ns);
  out.set_policy_digest(version.text.data(), version.text.size());
  out.set_policy_bytes(version.text_bytes);
  out.set_grants(static_cast<uint32_t>(version.grants.size()));
  out.set_confirmed(version.confirmed);
  if (!version.trial) return;
  out.set_former(version.trial->former);
  set_time(*out.mutable_deadline(), version.trial->deadline_wall_ns);
}

class FleetService final : public v1::FleetService::Service {
 public:
  explicit FleetService(Parts& parts) : parts_(parts) {}

  grpc::Status GetFleetStatus(grpc::ServerContext* context, const v1::GetFleetStatusRequest*,
                              v1::GetFleetStatusResponse* response) override {
    if (auto caller = authorise(*context, parts_, Needs::kRead); !caller)
      return to_grpc(caller.error());
    if (parts_.fleet == nullptr)
      return refused({ErrorCode::kUnsupported,
                      "this gateway is in no fleet: control.yaml has no `fleet` (docs/fleet.md)"},
                     "fleet");
    const FleetMember& member = *parts_.fleet;
    response->set_store(member.fleet().place());
    response->set_head_problem(member.health().head_problem);
    fill_from_store(member, *response);
    put_own(member, *response);
    return grpc::Status::OK;
  }

 private:
  static void fill_from_store(const FleetMember& member, v1::GetFleetStatusResponse& response) {
    const auto head = member.fleet().head();
    if (head && head->has_value()) fill(*response.mutable_head(), **head);
    if (!head && head.error().code != ErrorCode::kUnavailable)
      response.set_head_problem(head.error().sentence);
    const auto gateways = member.fleet().gateways();
    if (!gateways) return response.set_store_problem(gateways.error().sentence);
    for (const v1::FleetGateway& each : *gateways) *response.add_gateways() = each;
  }

  // What we know of ourselves is newer than what we said.
  static void put_own(const FleetMember& member, v1::GetFleetStatusResponse& response) {
    v1::FleetGateway own = member.own();
    own.set_present(true);
    for (v1::FleetGateway& each : *response.mutable_gateways())
      if (each.name() == own.name()) return each.Swap(&own);
    *response.add_gateways() = std::move(own);
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_fleet_service(Parts& parts) {
  return std::make_unique<FleetService>(parts);
}

}  // namespace bulkhead::control
