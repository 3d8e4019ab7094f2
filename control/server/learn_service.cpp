// SPDX-License-Identifier: Apache-2.0
// LearnService of proto/bulkhead/v1/learn.proto.
#include "bulkhead/v1/learn.grpc.pb.h"
#include "events/learn_recorder.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

void fill(v1::Interaction& out, const learn::Interaction& what, const learn::Seen& seen) {
  out.set_from(what.from);
  out.set_to(what.to);
  out.set_protocol(what.protocol);
  out.set_port(what.port);
  out.set_app(static_cast<uint32_t>(what.app));
  out.set_operation_class(static_cast<uint32_t>(what.cls));
  out.set_code(what.code);
  out.set_unit(what.unit);
  out.set_point_type(static_cast<uint32_t>(what.type));
  out.set_first(static_cast<uint32_t>(what.first));
  out.set_last(static_cast<uint32_t>(what.last));
  out.set_first_point(what.first);
  out.set_last_point(what.last);
  out.set_count(seen.count);
  set_time(*out.mutable_first_seen(), seen.first_wall_ns);
  set_time(*out.mutable_last_seen(), seen.last_wall_ns);
  out.set_other_values(!seen.all_values);
  if (!seen.values) return;
  out.set_lowest_value(static_cast<uint32_t>(seen.values->first));  // registers: 16 bits
  out.set_highest_value(static_cast<uint32_t>(seen.values->last));
}

class LearnService final : public v1::LearnService::Service {
 public:
  explicit LearnService(Parts& parts) : parts_(parts) {}

  grpc::Status GetEvidence(grpc::ServerContext* context, const v1::GetEvidenceRequest*,
                           v1::GetEvidenceResponse* response) override {
    if (auto caller = authorise(*context, parts_, Needs::kRead); !caller)
      return to_grpc(caller.error());
    if (parts_.evidence == nullptr) return unavailable();
    if (parts_.recorder != nullptr) parts_.recorder->flush();
    const auto evidence = parts_.evidence->all();
    if (!evidence) return to_grpc(evidence.error());
    const auto since = parts_.evidence->since_wall_ns();
    if (!since) return to_grpc(since.error());
    for (const auto& [what, seen] : evidence->all())
      fill(*response->add_interactions(), what, seen);
    response->set_left_out(evidence->left_out());
    response->set_incomplete(evidence->incomplete());
    set_time(*response->mutable_since(), *since);
    return grpc::Status::OK;
  }

  grpc::Status ForgetEvidence(grpc::ServerContext* context, const v1::ForgetEvidenceRequest*,
                              v1::ForgetEvidenceResponse* response) override {
    const AuditedAction what{Needs::kWrite, "evidence.forget", "evidence"};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      if (parts_.evidence == nullptr) return {unavailable()};
      if (parts_.recorder != nullptr) parts_.recorder->flush();
      const int64_t now = parts_.clock.now().wall_ns;
      const auto forgotten = parts_.evidence->forget(now, [&](Database& database) {
        return parts_.policies.audit().append_within(database,
                                                     {.wall_ns = now,
                                                      .actor = caller.name,
                                                      .authentication = caller.authentication,
                                                      .action = "evidence.forget",
                                                      .object = "evidence",
                                                      .outcome = "done",
                                                      .details = {}});
      });
      if (!forgotten) return {to_grpc(forgotten.error())};
      response->set_interactions(*forgotten);
      return {grpc::Status::OK, true};
    });
  }

 private:
  static grpc::Status unavailable() {
    return to_grpc({ErrorCode::kUnavailable, "this control keeps no evidence"});
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_learn_service(Parts& parts) {
  return std::make_unique<LearnService>(parts);
}

}  // namespace bulkhead::control
