// SPDX-License-Identifier: Apache-2.0
#include "dissect/verdicts.h"

#include "image/compile.h"
#include "image/operation_memory.h"
#include "policy/limit_text.h"
#include "wire/apps/cip/services.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::dataplane {
namespace {

using Reason = image::OperationDecision::Reason;

constexpr std::string_view kAllow = "allow";
constexpr std::string_view kDeny = "deny";
constexpr std::string_view kMonitor = "monitor";

std::string_view name_of(image::Refusal refusal) {
  switch (refusal) {
    case image::Refusal::kVetoed:
      return "vetoed";
    case image::Refusal::kExpired:
      return "expired";
    case image::Refusal::kOutsideSchedule:
      return "outside_schedule";
    case image::Refusal::kPosture:
      return "posture";
    case image::Refusal::kIsland:
      return "island";
    case image::Refusal::kLocked:
      return "locked";
    case image::Refusal::kNoRelationship:
      break;
  }
  return "no_relationship";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::kVetoed:
      return "vetoed";
    case Reason::kExpired:
      return "expired";
    case Reason::kOutsideSchedule:
      return "outside_schedule";
    case Reason::kPosture:
      return "posture";
    case Reason::kIsland:
      return "island";
    case Reason::kLocked:
      return "locked";
    case Reason::kNoRelationship:
      return "no_relationship";
    case Reason::kValueOutOfRange:
      return "value_out_of_range";
    case Reason::kValueStep:
      return "value_step";
    case Reason::kRateExceeded:
      return "rate_exceeded";
    case Reason::kOpaqueSession:
      return "opaque_session";
    case Reason::kTlsTerms:
      return "tls_terms";
    default:
      return "operation_denied";
  }
}

bool is_io(const Pdu& pdu) {
  return pdu.operation != nullptr && pdu.operation->app == wire::App::kCip &&
         pdu.operation->code == wire::cip::kIoData;
}

// A token is always left, and what is written now was there before.
class LimitsMet final : public image::OperationMemory {
 public:
  explicit LimitsMet(const wire::Operation& operation) : operation_(operation) {}

  [[nodiscard]] bool has_token(const image::RateTerm&) const noexcept override { return true; }
  [[nodiscard]] std::optional<uint32_t> last_value(uint8_t,
                                                   uint32_t address) const noexcept override {
    for (const wire::ValueView& view : operation_.values) {
      const wire::PointRange& range = operation_.points[view.range];
      if (address >= range.first && address - range.first < view.count)
        return view.at(address - range.first);
    }
    return std::nullopt;
  }
  void charge(const image::RateTerm&) noexcept override {}

 private:
  const wire::Operation& operation_;
};

std::optional<Refused> refused_of(const wire::Operation& operation,
                                  const image::RefusedPart& part) {
  if (part.access == wire::OperationClass::kUnspecified) return std::nullopt;
  Refused out{operation.points[part.range], part.value,
              policy::limit_text(operation.app, part.limit)};
  out.points.first = part.first;
  out.points.last = part.last;
  return out;
}

}  // namespace

Result<std::unique_ptr<Verdicts>> Verdicts::of(const policy::Policy& policy,
                                               const std::string& gateway) {
  auto image = image::compile(policy, {gateway, 1, 0});
  if (!image) return std::move(image).error();
  return std::unique_ptr<Verdicts>(new Verdicts(std::move(*image)));
}

Verdict Verdicts::flow(const image::FlowDecision& decision) const {
  const std::string relationship(view_.name_of(decision.relationship));
  if (decision.allowed) return {decision.monitor ? kMonitor : kAllow, relationship, {}};
  return {kDeny, relationship, name_of(decision.refusal)};
}

Verdict Verdicts::out_of_turn(const image::FlowDecision& opened) const {
  const std::string relationship(view_.name_of(opened.relationship));
  if (opened.monitor) return {kMonitor, relationship, {}};
  return {kDeny, relationship, "out_of_turn"};
}

Verdicts::Asking Verdicts::asking(const Pdu& pdu, bool of_sender) const {
  const PduPlace& at = pdu.place;
  const IdentityIndex src = view_.identity_by_ip(at.src), dst = view_.identity_by_ip(at.dst);
  if (of_sender) return {src, dst, at.dport};
  return {dst, src, at.sport};
}

image::FlowDecision Verdicts::decide(const Asking& asking, const PduPlace& at) const {
  return view_.decide_flow(asking.from, asking.to, at.protocol, asking.port, at.wall_ns);
}

// As the dataplane does (stage/judge.h): whatever the initiator says, what the responder asks by
// itself, and I/O data for whoever is the target.
Verdict Verdicts::of(const Pdu& pdu) const {
  const PduPlace& at = pdu.place;
  const wire::Operation* const operation = pdu.operation;
  Asking asking = this->asking(pdu, pdu.to_server);
  if (!asking.from.valid()) return {kDeny, {}, "unknown_source"};
  if (!asking.to.valid()) return {kDeny, {}, "unknown_destination"};
  auto opened = decide(asking, at);
  const bool inspected = opened.allowed && wire::stack_of(opened.app) == wire::stack_of(pdu.app);
  const bool io = is_io(pdu);
  const bool asks = operation != nullptr && operation->direction == wire::Direction::kRequest;
  if (inspected && pdu.unasked)
    return {opened.monitor ? kMonitor : kDeny, std::string(view_.name_of(opened.relationship)),
            "unasked_answer"};
  if (!inspected || (!io && !pdu.to_server && !asks)) return flow(opened);
  const std::string opener(view_.name_of(opened.relationship));
  if (operation == nullptr) return {kDeny, opener, "protocol_violation"};
  if (operation->out_of_turn) return out_of_turn(opened);
  if (io && operation->cls == wire::OperationClass::kRead) return flow(opened);
  if (io && !pdu.to_server) {
    asking = this->asking(pdu, true);
    opened = decide(asking, at);
    if (!opened.allowed) return flow(opened);
  }
  LimitsMet memory(*operation);
  const auto decided = view_.decide_operation({opened.pair, asking.from, asking.to}, at.protocol,
                                              asking.port, *operation, at.wall_ns, memory);
  const std::string relationship(view_.name_of(decided.relationship));
  if (decided.pass && decided.reason != Reason::kMonitored) return {kAllow, relationship, {}};
  const auto refused = refused_of(*operation, image::refused_part(view_, decided, at.protocol,
                                                                  asking.port, *operation, memory));
  if (decided.pass) return {kMonitor, relationship, {}, refused};
  return {kDeny, relationship, name_of(decided.reason), refused};
}

}  // namespace bulkhead::dataplane
