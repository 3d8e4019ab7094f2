// SPDX-License-Identifier: Apache-2.0
// Law of the keepalive: what is accepted is written again byte for byte.
#include <algorithm>
#include <vector>

#include "law.h"
#include "mesh/keepalive.h"

using namespace bulkhead::mesh;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  LaneKeepalive keepalive;
  if (!parse_keepalive({data, size}, keepalive)) return 0;
  std::vector<uint8_t> again(size, 0xaa);
  LAW(write_keepalive(again, keepalive));
  LAW(std::equal(again.begin(), again.end(), data, data + size));
  return 0;
}
