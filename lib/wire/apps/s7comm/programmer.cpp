// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/programmer.h"

#include <algorithm>
#include <array>

#include "wire/apps/s7comm/items.h"
#include "wire/apps/s7comm/table.h"

namespace bulkhead::wire::s7comm {
namespace {

enum Command : uint8_t {
  kVariableStatus = 2,
  kModifyVariable = 8,
  kForce = 9,
  kDisableJob = 13,
  kEnableJob = 14,
  kDeleteJob = 15,
};

// Which area the upper half of a memory area is; the lower one is how much each step has.
struct Memory {
  uint8_t code;
  uint8_t area;
};
constexpr std::array kMemories = {Memory{0, 0x83}, Memory{1, 0x81}, Memory{2, 0x82},
                                  Memory{3, 0x80}, Memory{7, 0x84}};
constexpr uint8_t kTimers = 0x54, kCounters = 0x64;
constexpr std::array<uint8_t, 4> kBitsOfStep = {1, 8, 16, 32};

Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

Fault take_variable(Cursor& in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  const uint8_t code = in.u8();
  const uint8_t count = in.u8();  // of steps; of a bit its position
  const uint16_t db = in.be16();
  const uint64_t address = in.be16();
  if (!in.ok()) return fault_at(FaultKind::kBadCount, at);
  if (code == kTimers || code == kCounters) {
    const Area* const numbered = area_of(code == kTimers ? 0x1d : 0x1c);
    add_area(*numbered, 0, address, std::max<uint64_t>(count, 1), access, out);
    return {};
  }
  const unsigned step = code & 0x0f;
  const auto* const memory = std::ranges::find(kMemories, code >> 4, &Memory::code);
  if (memory == kMemories.end() || step >= kBitsOfStep.size())
    return fault_at(FaultKind::kBadType, at);
  const Area* const area = area_of(memory->area);
  if (step == 0 && count > 7) return fault_at(FaultKind::kBadAddress, at + 1);
  if (step == 0)
    add_area(*area, db, address * 8 + count, 1, access, out);
  else
    add_area(*area, db, address * 8, std::max<uint64_t>(count, 1) * kBitsOfStep[step], access, out);
  return {};
}

// Items, and behind those of commands that write their values.
Fault take_variables(Cursor in, bool values_follow, Operation& out) noexcept {
  const size_t at = in.at();
  const unsigned count = in.be16();
  if (!in.ok() || count == 0) return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count; ++i)
    if (const Fault fault = take_variable(in, out.cls, out); fault.kind != FaultKind::kNone)
      return fault;
  if (values_follow || in.left() == 0) return {};
  return fault_at(FaultKind::kBadCount, in.at());
}

unsigned harm_of(OperationClass cls) noexcept {
  switch (cls) {
    case OperationClass::kRead:
    case OperationClass::kDiagnose:
      return 1;
    case OperationClass::kWrite:
      return 2;
    case OperationClass::kControl:
      return 3;
    default:
      return 4;
  }
}

// Pairs of what a job does and its number. What is not understood stays as harmful as the table
// says.
void classify_jobs(Cursor in, Operation& out) noexcept {
  const FunctionFact* worst = nullptr;
  while (in.left() >= 2) {
    const FunctionFact* const job = function_of(userdata_code(kProgrammer, in.u8()));
    in.skip(1);
    if (job == nullptr) return;
    if (worst == nullptr || harm_of(job->cls) > harm_of(worst->cls)) worst = job;
  }
  if (worst == nullptr || in.left() != 0) return;
  out.cls = worst->cls;
  out.technique = worst->technique;
}

}  // namespace

Fault take_programmer(uint8_t sub, Cursor payload, Operation& out) noexcept {
  const size_t at = payload.at();
  const size_t parameters = payload.be16();
  const size_t size = payload.be16();
  payload.skip(parameters);
  if (!payload.ok() || payload.left() != size) return fault_at(FaultKind::kBadLength, at);
  switch (sub) {
    case kVariableStatus:
      return take_variables(payload, false, out);
    case kModifyVariable:
    case kForce:
      return take_variables(payload, true, out);
    case kDeleteJob:
      payload.skip(2);
      [[fallthrough]];  // their number
    case kDisableJob:
    case kEnableJob:
      classify_jobs(payload, out);
      return {};
    default:
      return {};
  }
}

}  // namespace bulkhead::wire::s7comm
