// SPDX-License-Identifier: Apache-2.0
#include "dissect/verdicts.h"

#include "image/compile.h"
#include "image/operation_memory.h"
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
    default:
      return "operation_denied";
  }
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

Verdict Verdicts::of(const Pdu& pdu) const {
  const PduPlace& at = pdu.place;
  const IdentityIndex from = view_.identity_by_ip(pdu.to_server ? at.src : at.dst);
  const IdentityIndex to = view_.identity_by_ip(pdu.to_server ? at.dst : at.src);
  const uint16_t port = pdu.to_server ? at.dport : at.sport;
  if (!from.valid()) return {kDeny, {}, "unknown_source"};
  if (!to.valid()) return {kDeny, {}, "unknown_destination"};
  const auto opened = view_.decide_flow(from, to, at.protocol, port, at.wall_ns);
  const bool inspected = opened.allowed && wire::stack_of(opened.app) == wire::stack_of(pdu.app);
  // As the dataplane does: whatever the initiator says, and whatever the responder asks by itself.
  const bool asks =
      pdu.operation != nullptr && pdu.operation->direction == wire::Direction::kRequest;
  if (inspected && pdu.unasked)
    return {opened.monitor ? kMonitor : kDeny, std::string(view_.name_of(opened.relationship)),
            "unasked_answer"};
  if (!inspected || (!pdu.to_server && !asks)) return flow(opened);
  if (pdu.operation == nullptr)
    return {kDeny, std::string(view_.name_of(opened.relationship)), "protocol_violation"};
  LimitsMet memory(*pdu.operation);
  const auto decided = view_.decide_operation({opened.pair, from, to}, at.protocol, port,
                                              *pdu.operation, at.wall_ns, memory);
  const std::string relationship(view_.name_of(decided.relationship));
  if (decided.pass)
    return {decided.reason == Reason::kMonitored ? kMonitor : kAllow, relationship, {}};
  return {kDeny, relationship, name_of(decided.reason)};
}

}  // namespace bulkhead::dataplane
