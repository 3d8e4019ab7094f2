// SPDX-License-Identifier: Apache-2.0
#include "policy/event_text.h"

#include "policy/describe.h"
#include "policy/limit_text.h"
#include "policy/point_text.h"

namespace bulkhead::policy {
namespace {

using telemetry::EventRecord;

// Records come from shared memory: any number may stand in them.
wire::PointType type_of(const EventRecord& record) {
  return record.point_type < wire::kPointTypeCount ? static_cast<wire::PointType>(record.point_type)
                                                   : wire::PointType::kNone;
}

wire::App app_of(const EventRecord& record) {
  return record.app < wire::kAppCount ? static_cast<wire::App>(record.app) : wire::App::kNone;
}

std::string kept_name(const EventRecord& record) {
  const size_t kept = std::min<size_t>(record.name_length, record.point_name.size());
  std::string out(record.point_name.data(), kept);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  return record.name_length > kept ? out + "..." : out;
}

}  // namespace

std::string event_function(const EventRecord& record) {
  return function_name(app_of(record), record.operation_code);
}

std::string event_points(const EventRecord& record) {
  const wire::PointType type = type_of(record);
  if (type == wire::PointType::kNone) return {};
  const wire::PointWord* word = wire::point_word_of(type);
  if (record.name_length != 0) {
    if (word == nullptr) return kept_name(record);
    return point_text(*word,
                      NamePattern{kept_name(record), false, record.point_first >> word->shift});
  }
  if (word != nullptr) return point_text(*word, NumberRange{record.point_first, record.point_last});
  return text({{record.point_first, record.point_last}});
}

std::string event_value(const EventRecord& record) {
  return record.has_value == 0 ? std::string() : value_text(app_of(record), record.value);
}

std::string event_limit(const EventRecord& record) {
  return limit_text(app_of(record), record.limit);
}

std::string event_operation(const EventRecord& record) {
  if (record.app == 0 || record.operation_class == 0) return {};
  std::string out = std::string(to_string(app_of(record))) + ' ' + event_function(record);
  if (const std::string points = event_points(record); !points.empty())
    out += ' ' + std::string(to_string(type_of(record))) + ' ' + points;
  if (record.has_value != 0) out += " = " + event_value(record);
  return out + ", unit " + std::to_string(record.unit);
}

}  // namespace bulkhead::policy
