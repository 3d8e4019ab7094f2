// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/harm.h"

#include "wire/apps/dnp3/functions.h"

namespace bulkhead::wire::dnp3 {

namespace {

using Class = OperationClass;

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

Access access_of(uint8_t function, OperationClass base, const GroupFact* group,
                 const ObjectFact& object) noexcept {
  if (group == nullptr) return {};
  if (object.variation != 0 && object.layout == Layout::kUnknown) return {};
  if (object.group == group::kAuthentication)
    return object.variation >= kFirstUserChange ? Access{Class::kProgram, 892}
                                                : Access{Class::kSession};
  if (function >= function::kResponse) return answer_of(base, object.group);
  if (function == function::kRead) return read_of(object.group);
  if (base == Class::kSession) return {};  // has no business with points
  if (function == function::kWrite) return write_of(object.group);
  return {base};
}

}  // namespace bulkhead::wire::dnp3
