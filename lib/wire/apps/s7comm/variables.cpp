// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/variables.h"

#include "wire/apps/s7comm/items.h"
#include "wire/apps/s7comm/values.h"

namespace bulkhead::wire::s7comm {
namespace {

using Encoding = ValueView::Encoding;

Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

// Both parts of the PDU end where their last item does.
Fault check_ends(const Cursor& parameters, const Cursor& data) noexcept {
  if (!parameters.ok() || parameters.left() != 0)
    return fault_at(FaultKind::kBadCount, parameters.at());
  if (!data.ok() || data.left() != 0) return fault_at(FaultKind::kBadLength, data.at());
  return {};
}

void add_written(const DataItem& item, const ItemValues& values, Operation& out) noexcept {
  const size_t width = width_of(values.encoding);
  const size_t count = width == 0 ? 1 : item.bytes.size() / width;
  out.add_values(
      {.encoding = values.encoding, .count = static_cast<uint16_t>(count), .bytes = item.bytes});
}

Fault take_written(Cursor& data, bool last, const ItemValues& values, Operation& out) noexcept {
  const size_t at = data.at();
  DataItem item;
  if (const Fault fault = take_data_item(data, last, item); failed(fault)) return fault;
  if (values.bytes != 0 && item.bytes.size() != values.bytes)
    return fault_at(FaultKind::kBadLength, at + 2);
  add_written(item, values, out);
  return {};
}

}  // namespace

Fault take_read(Cursor parameters, Cursor data, Operation& out) noexcept {
  const size_t at = parameters.at();
  const unsigned count = parameters.u8();
  if (count == 0) return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count; ++i) {
    ItemValues values;
    const bool last = i + 1 == count;
    const Fault fault = take_item(parameters, last, OperationClass::kRead, out, values);
    if (failed(fault)) return fault;
  }
  return check_ends(parameters, data);
}

Fault take_write(Cursor parameters, Cursor data, Operation& out) noexcept {
  const size_t at = parameters.at();
  const unsigned count = parameters.u8();
  if (count == 0) return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count; ++i) {
    ItemValues values;
    const bool last = i + 1 == count;
    Fault fault = take_item(parameters, last, OperationClass::kWrite, out, values);
    if (!failed(fault)) fault = take_written(data, last, values, out);
    if (failed(fault)) return fault;
  }
  return check_ends(parameters, data);
}

Fault take_read_answer(Cursor parameters, Cursor data, Operation& out) noexcept {
  const unsigned count = parameters.u8();
  if (out.is_exception && data.left() == 0) return {};
  for (unsigned i = 0; i < count; ++i) {
    DataItem item;
    if (const Fault fault = take_data_item(data, i + 1 == count, item); failed(fault)) return fault;
    note_code(item.code, out);
    if (!item.bytes.empty()) out.add_values(view_of(item));
  }
  return check_ends(parameters, data);
}

Fault take_write_answer(Cursor parameters, Cursor data, Operation& out) noexcept {
  const unsigned count = parameters.u8();
  if (out.is_exception && data.left() == 0) return {};
  for (unsigned i = 0; i < count; ++i) note_code(data.u8(), out);
  return check_ends(parameters, data);
}

}  // namespace bulkhead::wire::s7comm
