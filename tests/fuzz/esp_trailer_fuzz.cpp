// SPDX-License-Identifier: Apache-2.0
// Law of the ESP trailer: payload, padding and trailer account for every byte.
#include "law.h"
#include "wire/esp.h"

using namespace bulkhead::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  EspTrailer trailer;
  const Fault fault = parse_esp_trailer({data, size}, trailer);
  LAW(fault.offset <= size);
  if (fault.kind != FaultKind::kNone) return 0;
  LAW(size_t{trailer.payload_length} + trailer.pad_length + kEspTrailerSize == size);
  return 0;
}
