// SPDX-License-Identifier: Apache-2.0
#include "rehearse/operation_text.h"

#include <fmt/format.h>

#include "wire/apps/modbus.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

std::string operation_text(const telemetry::EventRecord& record) {
  if (record.app != static_cast<uint8_t>(wire::App::kModbus) || record.operation_class == 0)
    return {};
  const wire::modbus::FunctionRow* row = wire::modbus::function_of(record.operation_code);
  std::string text = "modbus ";
  text +=
      row == nullptr ? fmt::format("function {}", record.operation_code) : std::string(row->name);
  if (record.point_type != 0) {
    const auto type = static_cast<wire::PointType>(record.point_type);
    text += fmt::format(" {} {}", to_string(type), record.point_first);
    if (record.point_last != record.point_first) text += fmt::format("-{}", record.point_last);
  }
  if (record.has_value != 0) text += fmt::format(" = {}", record.value);
  return text + fmt::format(", unit {}", record.unit);
}

}  // namespace bulkhead::dataplane
