// SPDX-License-Identifier: Apache-2.0
#include "learn/evidence.h"

#include <algorithm>
#include <utility>

#include "telemetry/drop_reason.h"
#include "wire/apps/modbus.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::learn {
namespace {

using telemetry::EventKind;
using telemetry::EventRecord;
using wire::App;
using wire::Operation;
using wire::OperationClass;

bool names(const EventRecord& event, const wire::PointRange& range) {
  return event.point_type == static_cast<uint8_t>(range.type) && event.point_first == range.first &&
         event.point_last == range.last &&
         (event.point_access == 0 || event.point_access == static_cast<uint8_t>(range.access));
}

// An event names one of the ranges, whole.
bool names_one(const EventRecord& event, const Operation& operation) {
  if (operation.points.empty()) return event.point_type == 0;
  return std::any_of(operation.points.begin(), operation.points.end(),
                     [&](const wire::PointRange& range) { return names(event, range); });
}

// The operation itself, when the event's sample holds all of its bytes.
std::optional<Operation> in_sample(const EventRecord& event) {
  std::span<const uint8_t> rest(event.sample.data(),
                                std::min<size_t>(event.sample_length, event.sample.size()));
  while (!rest.empty()) {
    size_t size = 0;
    const auto parsed = wire::modbus::parse_adu(rest, wire::modbus::Side::kRequest, size);
    if (!parsed.ok()) return std::nullopt;
    const bool is_it = parsed->code == event.operation_code && parsed->unit == event.unit &&
                       names_one(event, *parsed);
    if (is_it) return *parsed;
    rest = rest.subspan(size);
  }
  return std::nullopt;
}

std::optional<policy::NumberRange> values_of(const Operation& operation, size_t range) {
  std::optional<policy::NumberRange> out;
  for (const wire::ValueView& view : operation.values) {
    if (view.range != range) continue;
    for (size_t i = 0; i < view.count; ++i) {
      const uint64_t value = view.at(i);
      if (!out) out = policy::NumberRange{value, value};
      out->first = std::min(out->first, value);
      out->last = std::max(out->last, value);
    }
  }
  return out;
}

Seen seen_in(const EventRecord& event) {
  return {uint64_t{1} + event.suppressed, event.wall_ns, event.wall_ns, {}, true};
}

// Functions that touch several ranges, or in several ways: one alone says too little.
bool may_have_more(uint32_t code) {
  constexpr uint16_t kReadFile = 20, kWriteFile = 21, kReadWrite = 23;
  return code == kReadFile || code == kWriteFile || code == kReadWrite;
}

bool in_vocabulary(const Interaction& what) {
  return (what.app == App::kNone || wire::vocabulary_of(what.app) != nullptr) &&
         static_cast<unsigned>(what.cls) < wire::kOperationClassCount &&
         static_cast<unsigned>(what.type) < wire::kPointTypeCount && what.first <= what.last;
}

}  // namespace

void merge(Seen& into, const Seen& more) {
  into.first_wall_ns =
      into.count == 0 ? more.first_wall_ns : std::min(into.first_wall_ns, more.first_wall_ns);
  into.last_wall_ns = std::max(into.last_wall_ns, more.last_wall_ns);
  into.count += more.count;
  into.all_values &= more.all_values;
  if (!more.values) return;
  if (!into.values) into.values = more.values;
  into.values->first = std::min(into.values->first, more.values->first);
  into.values->last = std::max(into.values->last, more.values->last);
}

void Evidence::add(const Interaction& interaction, const Seen& seen) {
  if (!in_vocabulary(interaction)) return;
  const auto found = all_.find(interaction);
  if (found == all_.end() && all_.size() >= kMost) {
    left_out_ += seen.count;
    return;
  }
  merge(found == all_.end() ? all_[interaction] : found->second, seen);
}

void Evidence::add(const EventRecord& event, const std::string& from, const std::string& to) {
  if (event.kind != static_cast<uint8_t>(EventKind::kMonitored) || from.empty() || to.empty())
    return;
  Interaction about{.from = from, .to = to, .protocol = event.protocol, .port = event.dst_port};
  if (event.app != 0 && event.reason == static_cast<uint8_t>(DropReason::kOperationDenied))
    return add_operation(event, std::move(about));
  // Violations, rates and steps are no permission that could be given.
  if (event.app == 0 && event.reason == static_cast<uint8_t>(DropReason::kNoRelationship))
    add(about, seen_in(event));
}

void Evidence::add_operation(const EventRecord& event, Interaction about) {
  about.app = static_cast<App>(event.app);
  about.code = event.operation_code;
  about.unit = event.unit;
  about.cls = static_cast<OperationClass>(event.operation_class);
  const bool modbus = about.app == App::kModbus;
  const auto operation = modbus ? in_sample(event) : std::nullopt;
  if (!operation) {
    // Of others one range alone is known, and of a name only that there is one.
    const bool more = modbus ? may_have_more(event.operation_code) : event.name_length != 0;
    if (more) {
      incomplete_ += uint64_t{1} + event.suppressed;
      return;
    }
    if (event.point_access != 0) about.cls = static_cast<OperationClass>(event.point_access);
    about.type = static_cast<wire::PointType>(event.point_type);
    about.first = event.point_first;
    about.last = event.point_last;
    Seen seen = seen_in(event);
    seen.all_values = about.cls != OperationClass::kWrite;
    return add(about, seen);
  }
  bool own_class = false;
  for (size_t i = 0; i < operation->points.size(); ++i) {
    const wire::PointRange& range = operation->points[i];
    own_class |= range.access == operation->cls;
    about.cls = range.access;
    about.type = range.type;
    about.first = range.first;
    about.last = range.last;
    Seen seen = seen_in(event);
    seen.values = values_of(*operation, i);
    // What the rate limit swallowed had values of its own.
    seen.all_values = range.access != OperationClass::kWrite ||
                      (seen.values.has_value() && event.suppressed == 0);
    add(about, seen);
  }
  if (own_class) return;
  about.cls = operation->cls;
  about.type = wire::PointType::kNone;
  about.first = about.last = 0;
  add(about, seen_in(event));
}

void Evidence::note(uint64_t left_out, uint64_t incomplete) noexcept {
  left_out_ += left_out;
  incomplete_ += incomplete;
}

Evidence Evidence::take() {
  return std::exchange(*this, Evidence{});
}

}  // namespace bulkhead::learn
