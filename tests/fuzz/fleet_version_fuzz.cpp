// SPDX-License-Identifier: Apache-2.0
// Laws: what is accepted is canonical (encode(decode(x)) is x) and of good form; a fault lies
// within the input. Both forms.
#include <algorithm>

#include "fleet/codec.h"
#include "law.h"

namespace {

template <typename Parsed>
void hold(const Parsed& parsed, std::span<const uint8_t> input) {
  LAW(parsed.ok() || (parsed.faulty() && parsed.fault().offset <= input.size()));
  if (!parsed.ok()) return;
  const auto bytes = bulkhead::fleet::encode(*parsed);
  LAW(bytes.ok());
  LAW(std::ranges::equal(*bytes, input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead::fleet;
  const std::span<const uint8_t> input{data, size};
  const auto version = decode_version(input);
  hold(version, input);
  LAW(!version.ok() || check(*version).ok());
  const auto sealed = decode_signed(input);
  hold(sealed, input);
  if (sealed.ok()) hold(decode_version(sealed->statement), sealed->statement);
  return 0;
}
