// SPDX-License-Identifier: Apache-2.0
// HKDF-Expand against RFC 5869's vector, and the steps from epoch to epoch against values made with
// another implementation (Python's hmac).
#include "esp/key_chain.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "esp/hkdf.h"

namespace bulkhead::esp {
namespace {

std::vector<uint8_t> from_hex(std::string_view text) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

template <typename Bytes>
bool is(const Bytes& bytes, std::string_view text) {
  return std::vector<uint8_t>(bytes.begin(), bytes.end()) == from_hex(text);
}

KeyMaterial material() {
  KeyMaterial keys;
  keys.key.fill(0x11);
  keys.salt.fill(0x22);
  std::iota(keys.chain.begin(), keys.chain.end(), uint8_t{0});
  return keys;
}

}  // namespace

TEST_CASE("hkdf: RFC 5869's first test case, gives its output", "[esp][keys]") {
  const auto prk = from_hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  const auto info = from_hex("f0f1f2f3f4f5f6f7f8f9");
  std::array<uint8_t, 42> out{};
  REQUIRE(hkdf_expand(std::span(prk).first<32>(), info, out).ok());
  REQUIRE(is(out,
             "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf3400"
             "7208d5b887185865"));
}

TEST_CASE("hkdf: more than 255 blocks, is an error and leaves zeros", "[esp][keys]") {
  const std::array<uint8_t, 32> key{1};
  std::vector<uint8_t> out(256 * 32, 0xaa);
  REQUIRE_FALSE(hkdf_expand(key, {}, out).ok());
  REQUIRE(out == std::vector<uint8_t>(out.size(), 0));
}

TEST_CASE("key chain: two steps, give the keys that another implementation gives", "[esp][keys]") {
  KeyMaterial keys = material();
  REQUIRE(step(keys).ok());
  REQUIRE(is(keys.key, "760cb41982075889260b4e4ba3b6e7f7cfd930af5345dfb4a3bb80e2f82febfb"));
  REQUIRE(is(keys.salt, "c41bf724"));
  REQUIRE(is(keys.chain, "e3f91ad213c5d676183e82c3ce667e38ccdc965dbc3a5d5d4e1b69823ba289de"));
  REQUIRE(step(keys).ok());
  REQUIRE(is(keys.key, "8097569cc34a0e4e26c7f23074fa16c07c628e9ee501faf0485774edde3c2b57"));
  REQUIRE(is(keys.salt, "e3e3c484"));
  REQUIRE(is(keys.chain, "7b490a751181554f48970c5c9287efe22374455ea4af705e45042bb59b62d341"));
}

TEST_CASE("key chain: the key of an epoch, does not depend on the key before but on the chain",
          "[esp][keys]") {
  KeyMaterial one = material();
  KeyMaterial other = material();
  other.key.fill(0x99);
  REQUIRE(step(one).ok());
  REQUIRE(step(other).ok());
  REQUIRE(one.key == other.key);
}

TEST_CASE("esp epoch: 2^26 packets each, the first of a lane is number 1", "[esp][epoch]") {
  REQUIRE(epoch_of(1) == 0);
  REQUIRE(epoch_of(kEpochPackets) == 0);
  REQUIRE(epoch_of(kEpochPackets + 1) == 1);
  REQUIRE(epoch_of(UINT64_MAX) == (1ull << 38) - 1);
  // AES-GCM: at most 2^36 blocks of 16 bytes with one key, packets of 9000 bytes included.
  REQUIRE(kEpochPackets * (9000 / 16 + 1) < 1ull << 36);
}

}  // namespace bulkhead::esp
