// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/harm.h"

#include <array>

#include "wire/apps/dnp3/functions.h"
#include "wire/apps/dnp3/object_facts.h"

namespace bulkhead::wire::dnp3 {

namespace {

using Class = OperationClass;

// By OperationClass: unspecified, read, write, control, program, firmware, discover, session,
// diagnose.
constexpr std::array<uint8_t, kOperationClassCount> kRank = {8, 2, 4, 5, 6, 7, 3, 0, 1};

constexpr uint8_t kFirstUserChange = 10;  // variations of group 120 that change users and keys

Access read_of(uint8_t group) noexcept {
  if (group == group::kAttributes) return {Class::kDiscover, 888};
  if (group == group::kClass) return {Class::kDiscover, 861};
  if (group == group::kFile) return {Class::kProgram, 845};
  return {Class::kRead};
}

Access write_of(uint8_t group) noexcept {
  if (group == group::kFile) return {Class::kProgram, 867};
  if (group == group::kTerminalOutput) return {Class::kProgram, 855};
  return {Class::kWrite};
}

// A response shows what it answers; commands come back in it as they were given.
Access answer_of(Class base, uint8_t group) noexcept {
  if (group == group::kBinaryCommand || group == group::kAnalogCommand)
    return {worse(base, Class::kControl)};
  if (group == group::kFile) return {worse(base, Class::kProgram)};
  if (group == group::kAttributes || group == group::kClass) return {Class::kDiscover};
  return {Class::kRead};
}

}  // namespace

OperationClass worse(OperationClass a, OperationClass b) noexcept {
  return kRank[static_cast<unsigned>(a)] >= kRank[static_cast<unsigned>(b)] ? a : b;
}

Access access_of(uint8_t function, OperationClass base, uint8_t group, uint8_t variation) noexcept {
  if (group_of(group) == nullptr) return {};
  if (variation != 0 && object_of(group, variation).layout == Layout::kUnknown) return {};
  if (group == group::kAuthentication)
    return variation >= kFirstUserChange ? Access{Class::kProgram, 892} : Access{Class::kSession};
  if (function >= function::kResponse) return answer_of(base, group);
  if (function == function::kRead) return read_of(group);
  if (base == Class::kSession) return {};  // has no business with points
  if (function == function::kWrite) return write_of(group);
  return {base};
}

}  // namespace bulkhead::wire::dnp3
