// SPDX-License-Identifier: Apache-2.0
#include "esp/key_chain.h"

#include <algorithm>
#include <string_view>

#include "esp/hkdf.h"

namespace bulkhead::esp {
namespace {

constexpr std::string_view kEpochLabel = "bulkhead esp epoch v1";
constexpr size_t kBytes = kKeyBytes + kSaltBytes + kChainBytes;

}  // namespace

Status derive(std::span<const uint8_t, 32> secret, std::span<const uint8_t> info,
              KeyMaterial& out) {
  std::array<uint8_t, kBytes> bytes{};
  const Status derived = hkdf_expand(secret, info, bytes);
  const auto* at = bytes.data();
  for (const std::span<uint8_t> part :
       {std::span<uint8_t>(out.key), std::span<uint8_t>(out.salt), std::span<uint8_t>(out.chain)}) {
    std::copy_n(at, part.size(), part.begin());
    at += part.size();
  }
  secure_wipe(bytes.data(), bytes.size());
  return derived;
}

Status step(KeyMaterial& keys) {
  std::array<uint8_t, kEpochLabel.size()> info{};
  std::ranges::copy(kEpochLabel, info.begin());
  std::array<uint8_t, kChainBytes> chain = keys.chain;
  const Status derived = derive(chain, info, keys);
  secure_wipe(chain.data(), chain.size());
  return derived;
}

}  // namespace bulkhead::esp
