// SPDX-License-Identifier: Apache-2.0
// Laws: a frame is never longer than its input or its limit, and encode(decode(x)) is x.
#include <algorithm>
#include <cstdlib>

#include "mesh/enroll_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  std::span<const uint8_t> rest{data, size};
  while (!rest.empty()) {
    const auto decoded = mesh::decode_enroll(rest);
    if (decoded.faulty() && decoded.fault().offset > rest.size()) std::abort();
    if (!decoded.ok()) break;
    if (decoded->bytes > rest.size() || decoded->bytes > mesh::kMaxEnrollFrame) std::abort();
    if (!std::ranges::equal(mesh::encode(decoded->message), rest.first(decoded->bytes)))
      std::abort();
    rest = rest.subspan(decoded->bytes);
  }
  return 0;
}
