// SPDX-License-Identifier: Apache-2.0
// Laws of datagrams, of EtherNet/IP on UDP 44818 and 2222. Input: protocol_law.h.
#include "protocol_law.h"
#include "wire/apps/enip/connection.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::test::check_datagrams<bulkhead::wire::enip::Connection>(data, size);
  return 0;
}
