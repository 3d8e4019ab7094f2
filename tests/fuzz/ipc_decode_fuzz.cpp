// SPDX-License-Identifier: Apache-2.0
// Laws: any bytes are a message or refused; a message encodes to exactly the bytes it came from.
#include <algorithm>
#include <cstdint>
#include <span>

#include "ipc/codec.h"
#include "law.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const std::span<const uint8_t> bytes(data, size);
  const Result<ipc::Message> message = ipc::decode(bytes);
  if (!message) return 0;
  const Result<ipc::WipedBytes> again = ipc::encode(*message);
  LAW(again.ok());
  const auto out = again->span();
  LAW(std::equal(out.begin(), out.end(), bytes.begin(), bytes.end()));
  return 0;
}
