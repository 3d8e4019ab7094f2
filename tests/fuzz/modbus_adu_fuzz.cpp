// SPDX-License-Identifier: Apache-2.0
// Laws of the Modbus parser. The first byte chooses the side. A value never depends on what follows
// the ADU, no proper prefix of an ADU is a value, and ranges and views stay within their bounds.
// Besides, the laws of every protocol.
#include "protocol_law.h"
#include "wire/apps/modbus.h"

using namespace bulkhead::wire;

namespace {

void check_operation(const Operation& op, std::span<const uint8_t> adu) {
  LAW(op.app == App::kModbus);
  LAW(!op.name.empty());
  const bool known = op.is_exception || modbus::function_of(op.code) != nullptr;
  LAW(known == (op.cls != OperationClass::kUnspecified) || op.is_exception);
  for (const PointRange& range : op.points) {
    LAW(range.first <= range.last);
    LAW(range.type == PointType::kFileRecord || range.last <= 0xffff);
    LAW(range.first >> 16 == range.last >> 16);
  }
  for (const ValueView& view : op.values) {
    LAW(view.range < op.points.size());
    LAW(view.bytes.data() >= adu.data());
    LAW(view.bytes.data() + view.bytes.size() <= adu.data() + adu.size());
    for (size_t i = 0; i < view.count; ++i) LAW(view.at(i) <= 0xffff);
  }
}

void check_prefixes(std::span<const uint8_t> adu, modbus::Side side) {
  size_t size = 0;
  for (size_t n = 0; n < adu.size(); ++n)
    LAW(modbus::parse_adu(adu.first(n), side, size).need_more());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t length) {
  if (length == 0) return 0;
  bulkhead::test::check_stream<modbus::Connection>(data, length);
  const auto side = (data[0] & 1) ? modbus::Side::kResponse : modbus::Side::kRequest;
  const std::span<const uint8_t> bytes(data + 1, length - 1);
  size_t size = 0;
  const Parsed<Operation> parsed = modbus::parse_adu(bytes, side, size);
  if (parsed.faulty()) LAW(parsed.fault().offset < bytes.size());
  if (parsed.need_more())
    LAW(parsed.missing() >= 1 && bytes.size() + parsed.missing() <= modbus::kMaxAdu);
  if (!parsed.ok()) return 0;
  LAW(size <= bytes.size());
  LAW(size <= modbus::kMaxAdu);
  check_operation(*parsed, bytes.first(size));
  check_prefixes(bytes.first(size), side);
  size_t again = 0;
  LAW(modbus::parse_adu(bytes.first(size), side, again).ok());
  LAW(again == size);
  return 0;
}
