// SPDX-License-Identifier: Apache-2.0
// DataplaneService of proto/bulkhead/v1/dataplane.proto.
#include <algorithm>

#include "bulkhead/v1/dataplane.grpc.pb.h"
#include "server/edge.h"
#include "server/policy_message.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

template <size_t kSize>
std::string bytes_of(const std::array<uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void fill(v1::GetStatusResponse& out, const ipc::Hello& hello) {
  out.set_connected(true);
  out.set_dataplane_version(hello.version);
  out.set_boot_nonce(bytes_of(hello.boot_nonce));
  out.set_workers(hello.workers);
}

void fill(v1::GetStatusResponse& out, const ipc::DataplaneStatus& status) {
  out.set_worker_mode(status.worker_mode);
  out.set_pass_and_mark(status.pass_and_mark);
  out.set_uptime_ns(status.uptime_ns);
  out.set_generation(status.generation);
  if (status.generation != 0) out.set_digest(bytes_of(status.digest));
  out.set_image_from_disk(status.image_from_disk);
  out.set_last_image_error(status.last_image_error);
  out.set_overlay_number(status.overlay_number);
  out.set_last_overlay_error(status.last_overlay_error);
  for (const ipc::BreakGlassStatus& open : status.break_glass) {
    v1::OpenGlass& glass = *out.add_break_glass();
    glass.set_grant(open.grant);
    set_time(*glass.mutable_until(), open.until_wall_ns);
    glass.set_approvers(open.approvers);
    glass.set_reason(open.reason);
  }
  out.set_peers_with_keys(static_cast<uint32_t>(std::ranges::count_if(
      status.peers, [](const ipc::PeerStatus& peer) { return peer.outbound_lanes != 0; })));
}

class DataplaneService final : public v1::DataplaneService::Service {
 public:
  explicit DataplaneService(Parts& parts) : parts_(parts) {}

  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    auto caller = authorise(*context, parts_, Needs::kRead);
    if (!caller) return to_grpc(caller.error());
    response->set_gateway(parts_.config.gateway);
    response->set_control_version(BULKHEAD_VERSION);
    set_time(*response->mutable_control_started(), parts_.started_wall_ns);
    response->set_peers_configured(static_cast<uint32_t>(parts_.mesh.configured().size()));
    response->set_last_push_error(parts_.policies.last_push_error());
    auto current = parts_.policies.store().current();
    if (!current) return to_grpc(current.error());
    if (current->has_value()) {
      response->set_stored_generation((*current)->generation);
      response->set_stored_digest(bytes_of((*current)->digest));
    }
    auto trial = parts_.policies.on_trial();
    if (!trial) return to_grpc(trial.error());
    if (trial->has_value()) fill(*response->mutable_trial(), **trial);
    const std::optional<ipc::Hello> hello = parts_.link.connected();
    auto answer = parts_.link.ask(ipc::GetStatus{});
    const auto* status = answer ? std::get_if<ipc::DataplaneStatus>(&*answer) : nullptr;
    if (!hello || status == nullptr) return grpc::Status::OK;  // `connected` stays false
    fill(*response, *hello);
    fill(*response, *status);
    response->set_in_step(!response->stored_digest().empty() &&
                          response->stored_digest() == response->digest());
    return grpc::Status::OK;
  }

 private:
  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_dataplane_service(Parts& parts) {
  return std::make_unique<DataplaneService>(parts);
}

}  // namespace bulkhead::control
