// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/iso/outstanding.h"

namespace bulkhead::wire::iso {

void Outstanding::asked(const Operation& request) noexcept {
  (void)answered(request);
  Asked& oldest = asked_[next_];
  if (oldest.open) --open_[alike(oldest.reference)];
  oldest.open = true;
  oldest.reference = static_cast<uint32_t>(request.request_id);
  oldest.technique = request.technique;
  oldest.cls = request.cls;
  oldest.code = request.code;
  oldest.name = request.name;
  ++open_[alike(oldest.reference)];
  next_ = (next_ + 1) % kMost;
}

const Outstanding::Asked* Outstanding::answered(const Operation& operation) noexcept {
  uint8_t& open = open_[alike(operation.request_id)];
  if (open == 0) return nullptr;
  for (uint32_t back = 1; back <= kMost; ++back) {  // most answer the latest
    Asked& asked = asked_[(next_ - back) % kMost];
    if (!asked.open || asked.reference != operation.request_id) continue;
    asked.open = false;
    --open;
    return &asked;
  }
  return nullptr;
}

void describe_as(const Outstanding::Asked& asked, Operation& response) noexcept {
  response.code = asked.code;
  response.name = asked.name;
  response.cls = asked.cls;
  response.technique = asked.technique;
}

}  // namespace bulkhead::wire::iso
