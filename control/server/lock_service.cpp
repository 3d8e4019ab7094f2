// SPDX-License-Identifier: Apache-2.0
// LockService of proto/bulkhead/v1/lock.proto.
#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "bulkhead/v1/lock.grpc.pb.h"
#include "policy/limits.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxReason = 255;
constexpr size_t kMaxZone = 1024;
// Beyond the year 2262 nanoseconds do not fit.
constexpr int64_t kLastSecond = 9'223'372'035;

struct Subject {
  OrderScope scope = OrderScope::kUnspecified;
  std::string name;
};

Status check_name(const std::string& field, const std::string& name) {
  if (policy::name_ok(name)) return {};
  return Error{ErrorCode::kInvalid, field + " is no name of a policy"};
}

Status check(const Subject& subject) {
  if (subject.scope == OrderScope::kUnspecified)
    return Error{ErrorCode::kInvalid, "say an identity, relationship, gateway or zone"};
  if (subject.scope != OrderScope::kZone) return check_name("the name", subject.name);
  if (subject.name.size() > kMaxZone)
    return Error{ErrorCode::kInvalid, "the zone's labels are longer than 1024 bytes"};
  auto zone = parse_zone(subject.name);
  return zone ? Status{} : Status{std::move(zone).error()};
}

Subject subject_of(const v1::LockSubject& message) {
  switch (message.subject_case()) {
    case v1::LockSubject::kIdentity:
      return {OrderScope::kIdentity, message.identity()};
    case v1::LockSubject::kRelationship:
      return {OrderScope::kRelationship, message.relationship()};
    case v1::LockSubject::kGateway:
      return {OrderScope::kGateway, message.gateway()};
    case v1::LockSubject::kZone:
      return {OrderScope::kZone, message.zone()};
    case v1::LockSubject::SUBJECT_NOT_SET:
      break;
  }
  return {};
}

void fill(v1::LockSubject& out, const LockOrder& order) {
  switch (order.scope) {
    case OrderScope::kIdentity:
      return out.set_identity(order.name);
    case OrderScope::kRelationship:
      return out.set_relationship(order.name);
    case OrderScope::kGateway:
      return out.set_gateway(order.name);
    case OrderScope::kZone:
      return out.set_zone(order.name);
    case OrderScope::kUnspecified:
      return;
  }
}

// For the audit log.
std::string text_of(const Subject& subject) {
  constexpr const char* kScopes[] = {"nothing", "identity", "relationship", "gateway", "zone"};
  return std::string(kScopes[static_cast<size_t>(subject.scope)]) + ' ' + subject.name;
}

grpc::Status answer(const OrderOutcome& outcome, v1::OrderResponse& out) {
  if (outcome.refused_by_dataplane && outcome.error) return refused(*outcome.error, "overlay");
  if (outcome.error) return to_grpc(*outcome.error);
  out.set_delivery(outcome.obeyed ? v1::DELIVERY_OBEYED : v1::DELIVERY_STORED);
  out.set_number(outcome.number);
  out.set_publish_ns(outcome.publish_ns);
  out.set_total_ns(outcome.total_ns);
  out.set_warning(outcome.warning);
  return grpc::Status::OK;
}

class LockService final : public v1::LockService::Service {
 public:
  explicit LockService(Parts& parts) : parts_(parts) {}

  grpc::Status Lock(grpc::ServerContext* context, const v1::LockRequest* request,
                    v1::OrderResponse* response) override {
    const Subject subject = subject_of(request->subject());
    const AuditedAction what{Needs::kWrite, "lock", text_of(subject), request->reason()};
    return taken(*context, what, [&](const Caller& caller) {
      if (Status ok = check(subject); !ok) return to_grpc(ok.error(), "subject");
      if (Status ok = check_text("reason", request->reason(), kMaxReason); !ok)
        return to_grpc(ok.error(), "reason");
      return answer(
          parts_.overlays->lock({subject.scope, subject.name, ordered(caller, request->reason())}),
          *response);
    });
  }

  grpc::Status Unlock(grpc::ServerContext* context, const v1::UnlockRequest* request,
                      v1::OrderResponse* response) override {
    const Subject subject = subject_of(request->subject());
    return taken(*context, {Needs::kWrite, "unlock", text_of(subject)}, [&](const Caller& caller) {
      if (Status ok = check(subject); !ok) return to_grpc(ok.error(), "subject");
      return answer(parts_.overlays->unlock(subject.scope, subject.name, ordered(caller, "")),
                    *response);
    });
  }

  grpc::Status Island(grpc::ServerContext* context, const v1::IslandRequest* request,
                      v1::OrderResponse* response) override {
    Subject inside;
    if (request->inside_case() == v1::IslandRequest::kGateway)
      inside = {OrderScope::kGateway, request->gateway()};
    if (request->inside_case() == v1::IslandRequest::kZone)
      inside = {OrderScope::kZone, request->zone()};
    const AuditedAction what{Needs::kWrite, "island", request->name() + ": " + text_of(inside),
                             request->reason()};
    return taken(*context, what, [&](const Caller& caller) {
      if (Status ok = check_island_name(request->name()); !ok) return to_grpc(ok.error(), "name");
      if (Status ok = check(inside); !ok) return to_grpc(ok.error(), "inside");
      if (Status ok = check_text("reason", request->reason(), kMaxReason); !ok)
        return to_grpc(ok.error(), "reason");
      return answer(parts_.overlays->island({request->name(), inside.scope, inside.name,
                                             ordered(caller, request->reason())}),
                    *response);
    });
  }

  grpc::Status Release(grpc::ServerContext* context, const v1::ReleaseRequest* request,
                       v1::OrderResponse* response) override {
    const AuditedAction what{Needs::kWrite, "release", "island " + request->name()};
    return taken(*context, what, [&](const Caller& caller) {
      if (Status ok = check_name("name", request->name()); !ok) return to_grpc(ok.error(), "name");
      return answer(parts_.overlays->release(request->name(), ordered(caller, "")), *response);
    });
  }

  grpc::Status SetPosture(grpc::ServerContext* context, const v1::SetPostureRequest* request,
                          v1::OrderResponse* response) override {
    const AuditedAction what{Needs::kWrite, "posture.set",
                             request->identity() + ' ' + request->attribute()};
    return taken(*context, what,
                 [&](const Caller& caller) { return set_posture(caller, *request, *response); });
  }

  grpc::Status ListState(grpc::ServerContext* context, const v1::ListStateRequest*,
                         v1::ListStateResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    Result<OrderState> state = parts_.overlays->state();
    if (!state) return to_grpc(state.error());
    response->set_number(state->number);
    for (const LockOrder& order : state->orders.locks) fill(*response->add_locks(), order);
    for (const IslandOrder& order : state->orders.islands) fill(*response->add_islands(), order);
    for (const PostureOrder& order : state->orders.posture) {
      v1::PostureState& out = *response->add_posture();
      out.set_identity(order.identity);
      out.set_attribute(order.attribute);
      out.set_author(order.author);
      set_time(*out.mutable_until(), order.until_wall_ns);
    }
    return grpc::Status::OK;
  }

 private:
  // An order, from its caller's authorisation to its entries in the audit log.
  template <typename Act>
  grpc::Status taken(const grpc::ServerContext& context, const AuditedAction& what, Act&& act) {
    return audited(context, parts_, what, [&](const Caller& caller) {
      if (parts_.overlays == nullptr)
        return to_grpc({ErrorCode::kUnavailable, "this control process takes no orders"});
      return act(caller);
    });
  }

  grpc::Status set_posture(const Caller& caller, const v1::SetPostureRequest& request,
                           v1::OrderResponse& response) {
    for (const auto* name : {&request.identity(), &request.attribute()})
      if (Status ok = check_name(name == &request.identity() ? "identity" : "attribute", *name);
          !ok)
        return to_grpc(ok.error());
    if (!request.has_until())
      return to_grpc({ErrorCode::kInvalid, "say until when it is true"}, "until");
    const int64_t seconds = std::clamp<int64_t>(request.until().seconds(), 0, kLastSecond);
    return answer(parts_.overlays->set_posture({request.identity(), request.attribute(),
                                                seconds * 1'000'000'000 + request.until().nanos(),
                                                caller.name}),
                  response);
  }

  Result<Caller> allow(const grpc::ServerContext& context, Needs needs) const {
    Result<Caller> caller = authorise(context, parts_, needs);
    if (caller && parts_.overlays == nullptr)
      return Error{ErrorCode::kUnavailable, "this control process takes no orders"};
    return caller;
  }

  [[nodiscard]] Ordered ordered(const Caller& caller, const std::string& reason) const {
    return {caller.name, reason, parts_.clock.now().wall_ns};
  }

  // A slash at the end is for our own use (pdp/overlay_maker.h), with room for it.
  static Status check_island_name(const std::string& name) {
    if (name.size() > 64 || name.ends_with('/'))
      return Error{ErrorCode::kInvalid, "name is longer than 64 bytes or ends with a slash"};
    return check_name("name", name);
  }

  void fill(v1::LockState& out, const LockOrder& order) const {
    control::fill(*out.mutable_subject(), order);
    out.set_author(order.by.author);
    out.set_reason(order.by.reason);
    set_time(*out.mutable_since(), order.by.at_wall_ns);
    if (order.scope == OrderScope::kZone)
      out.set_identities(static_cast<uint32_t>(parts_.overlays->count(order.name)));
  }

  void fill(v1::IslandState& out, const IslandOrder& order) const {
    out.set_name(order.name);
    out.set_author(order.by.author);
    out.set_reason(order.by.reason);
    set_time(*out.mutable_since(), order.by.at_wall_ns);
    if (order.scope == OrderScope::kGateway) return out.set_gateway(order.of);
    out.set_zone(order.of);
    out.set_identities(static_cast<uint32_t>(parts_.overlays->count(order.of)));
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_lock_service(Parts& parts) {
  return std::make_unique<LockService>(parts);
}

}  // namespace bulkhead::control
