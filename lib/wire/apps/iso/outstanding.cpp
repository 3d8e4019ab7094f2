// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/iso/outstanding.h"

#include <algorithm>

namespace bulkhead::wire::iso {

void Outstanding::asked(const Operation& request) noexcept {
  (void)answered(request);
  asked_[next_] = {.open = true,
                   .reference = static_cast<uint32_t>(request.request_id),
                   .technique = request.technique,
                   .cls = request.cls,
                   .code = request.code,
                   .name = request.name};
  next_ = static_cast<uint8_t>((next_ + 1) % kMost);
}

std::optional<Outstanding::Asked> Outstanding::answered(const Operation& operation) noexcept {
  const auto found = std::ranges::find_if(asked_, [&](const Asked& asked) {
    return asked.open && asked.reference == operation.request_id;
  });
  if (found == asked_.end()) return std::nullopt;
  found->open = false;
  return *found;
}

void describe_as(const Outstanding::Asked& asked, Operation& response) noexcept {
  response.code = asked.code;
  response.name = asked.name;
  response.cls = asked.cls;
  response.technique = asked.technique;
}

}  // namespace bulkhead::wire::iso
