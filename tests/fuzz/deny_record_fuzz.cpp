// SPDX-License-Identifier: Apache-2.0
// Laws: what is accepted is canonical (encode(decode(x)) is x), comes back as the same value, stays
// within its bounds, and a fault lies within the input.
#include <algorithm>

#include "law.h"
#include "trust/deny_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::trust;
  const std::span<const uint8_t> input{data, size};
  const auto record = decode_deny_record(input);
  LAW(record.ok() || (record.faulty() && record.fault().offset <= size));
  if (record.ok()) {
    LAW(std::ranges::equal(encode(*record), input));
    LAW(!to_string(record->target).empty());
  }
  const auto whole = decode_signed_deny_record(input);
  LAW(whole.ok() || (whole.faulty() && whole.fault().offset <= size));
  if (!whole.ok()) return 0;
  LAW(size <= kMaxSignedDenyRecord);
  const auto bytes = encode(*whole);
  LAW(std::ranges::equal(bytes, input));
  LAW(*decode_signed_deny_record(bytes) == *whole);
  LAW(decode_deny_record(whole->record).ok());
  return 0;
}
