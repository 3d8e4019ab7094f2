// SPDX-License-Identifier: Apache-2.0
#include "pdp/explainer.h"

#include <fmt/format.h>

#include <bit>

#include "policy/event_text.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::control {

namespace {

using policy::Outcome;

std::string who(const std::string& name, const IpAddress& ip) {
  if (!name.empty()) return name;
  return ip.is_zero() ? "an unknown sender" : "the unknown " + to_string(ip);
}

// Of its name as much as was kept.
wire::PointRange point_of(const telemetry::EventRecord& record, wire::OperationClass access,
                          OwnedOperation& owned) {
  wire::PointRange range{static_cast<wire::PointType>(record.point_type), access,
                         record.point_first, record.point_last};
  if (wire::container_in_detail(range.type)) {
    range.detail = static_cast<uint32_t>(record.point_first >> 32);
    range.first &= UINT32_MAX;
    range.last &= UINT32_MAX;
  }
  const size_t kept = std::min<size_t>(record.name_length, record.point_name.size());
  owned.name.assign(record.point_name.begin(),
                    record.point_name.begin() + static_cast<ptrdiff_t>(kept));
  range.name = {owned.name.data(), owned.name.size()};
  return range;
}

// The one value that is known.
void put_value(const telemetry::EventRecord& record, OwnedOperation& owned) {
  const auto bits = std::bit_cast<uint64_t>(wire::ordered_value(record.value));
  for (int i = 0; i < 8; ++i) owned.value_bytes.push_back(static_cast<uint8_t>(bits >> 8 * i));
  wire::ValueView view;
  view.encoding = wire::ValueView::Encoding::kLeF64;
  view.count = 1;
  view.bytes = owned.value_bytes;
  owned.operation.add_values(view);
}

bool is_opaque(const telemetry::EventRecord& record) {
  const auto reason = static_cast<DropReason>(record.reason);
  return record.app == static_cast<uint8_t>(wire::App::kTls) ||
         reason == DropReason::kOpaqueSession || reason == DropReason::kTlsTerms;
}

// The operation as the worker recorded it: of one that was refused for some of its points, those.
std::optional<OwnedOperation> operation_of(const telemetry::EventRecord& record) {
  const bool opaque = is_opaque(record);
  if (record.app == 0 || (record.operation_class == 0 && !opaque)) return std::nullopt;
  OwnedOperation owned;
  wire::Operation& operation = owned.operation;
  operation.app = static_cast<wire::App>(record.app);
  operation.code = record.operation_code;
  operation.unit = record.unit;
  operation.opaque = opaque;
  if (record.operation_class < wire::kOperationClassCount)
    operation.cls = static_cast<wire::OperationClass>(record.operation_class);
  const auto* fact = wire::function_of(operation.app, record.operation_code);
  if (fact != nullptr) operation.name = fact->name;
  if (record.point_type == 0 || record.point_type >= wire::kPointTypeCount) return owned;
  if (record.point_access != 0 && record.point_access < wire::kOperationClassCount)
    operation.cls = static_cast<wire::OperationClass>(record.point_access);
  operation.add_point(point_of(record, operation.cls, owned));
  if (record.has_value == 0) return owned;
  if (operation.app != wire::App::kModbus) {
    put_value(record, owned);
    return owned;
  }
  // One value is known: it stands for all of the range.
  const size_t count = std::min<size_t>(record.point_last - record.point_first + 1, 2000);
  for (size_t i = 0; i < count; ++i) {
    owned.value_bytes.push_back(static_cast<uint8_t>(record.value >> 8));
    owned.value_bytes.push_back(static_cast<uint8_t>(record.value));
  }
  wire::ValueView view;
  view.encoding = wire::ValueView::Encoding::kBe16;
  view.count = static_cast<uint16_t>(count);
  view.bytes = owned.value_bytes;
  (void)operation.values.push_back(view);
  return owned;
}

std::string summarise(const ResolvedEvent& event, const policy::Decision& decision) {
  const auto reason = static_cast<DropReason>(event.record.reason);
  const bool known = event.record.reason < kDropReasonCount;
  std::string text =
      fmt::format("{} asked {} for {}: {} ({})", who(event.source, event.record.src),
                  who(event.destination, event.record.dst), event.what,
                  known ? sentence_of(reason) : "unknown reason", known ? to_string(reason) : "?");
  if (const std::string limit = policy::event_limit(event.record); !limit.empty())
    text += ", " + limit;
  if (decision.outcome == Outcome::kAllow)
    text += "; the policy itself allows it, the reason lies where the packet was dropped";
  return text;
}

std::string summarise(const AccessQuestion& question, const AccessWords& words,
                      const policy::Decision& decision) {
  return fmt::format("{} -> {}: {}: {} ({})", question.from, question.to, to_string(words),
                     policy::to_string(decision.outcome), policy::to_string(decision.why));
}

}  // namespace

Result<CompiledPolicyPtr> Explainer::current() {
  Result<std::optional<Version>> version = policies_.store().current();
  if (!version) return std::move(version).error();
  if (!version->has_value())
    return Error{ErrorCode::kNotFound, "no policy was applied yet: everything is denied"};
  CompiledPolicyPtr policy = policies_.recent().find((*version)->generation);
  if (policy == nullptr)
    return Error{ErrorCode::kInternal, "the current policy does not compile any more"};
  return policy;
}

Result<ExplainAnswer> Explainer::event(uint64_t id) {
  ExplainAnswer answer;
  answer.event = events_.find(id);
  if (answer.event == nullptr)
    return Error{ErrorCode::kNotFound,
                 fmt::format("event {} is not held: the last {} are, of this control process", id,
                             EventHub::kKept)};
  const telemetry::EventRecord& record = answer.event->record;
  answer.generation = record.generation;
  CompiledPolicyPtr policy =
      record.generation == 0 ? nullptr : policies_.recent().find(record.generation);
  const std::optional<OwnedOperation> operation = operation_of(record);
  const overlay::Overlay overlay = ordered_();
  const policy::AccessRequest request{.source = answer.event->source,
                                      .destination = answer.event->destination,
                                      .protocol = record.protocol,
                                      .port = record.dst_port,
                                      .operation = operation ? &operation->operation : nullptr,
                                      .wall_ns = record.wall_ns,
                                      .overlay = &overlay};
  if (policy != nullptr) answer.explanation = policy::explain(policy->policy, request);
  if (policy == nullptr)
    answer.explanation.steps.push_back(
        record.generation == 0
            ? "no policy was in force"
            : fmt::format("the policy of generation {} is not stored here", record.generation));
  answer.why = policy != nullptr ? std::string(policy::to_string(answer.explanation.decision.why))
                                 : std::string(to_string(static_cast<DropReason>(record.reason)));
  answer.summary = summarise(*answer.event, answer.explanation.decision);
  if (Result<CompiledPolicyPtr> now = current(); now && (*now)->generation != record.generation) {
    answer.current_generation = (*now)->generation;
    answer.current_outcome = policy::evaluate((*now)->policy, request).outcome;
  }
  return answer;
}

Result<ExplainAnswer> Explainer::access(const AccessQuestion& question) {
  Result<AccessWords> words = parse_access_words(question.words);
  if (!words) return std::move(words).error();
  Result<CompiledPolicyPtr> policy = current();
  if (!policy) return std::move(policy).error();
  const overlay::Overlay overlay = ordered_();
  ExplainAnswer answer;
  answer.generation = (*policy)->generation;
  answer.explanation = policy::explain(
      (*policy)->policy, {.source = question.from,
                          .destination = question.to,
                          .protocol = words->protocol,
                          .port = words->port,
                          .operation = words->operation ? &words->operation->operation : nullptr,
                          .wall_ns = question.wall_ns.value_or(clock_.now().wall_ns),
                          .overlay = &overlay});
  answer.why = std::string(policy::to_string(answer.explanation.decision.why));
  answer.summary = summarise(question, *words, answer.explanation.decision);
  return answer;
}

}  // namespace bulkhead::control
