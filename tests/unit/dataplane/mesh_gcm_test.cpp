// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/gcm.h"

namespace bulkhead::dataplane {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes hex(std::string_view text) {
  Bytes out;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return out;
}

template <size_t kBytes>
std::array<uint8_t, kBytes> fixed(const Bytes& bytes) {
  REQUIRE(bytes.size() == kBytes);
  std::array<uint8_t, kBytes> out;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

struct Sealed {
  Bytes text;
  std::array<uint8_t, 16> tag{};
};

Sealed openssl_seal(const Bytes& key, const Bytes& nonce, const Bytes& aad, const Bytes& text) {
  Sealed out{Bytes(text.size() + 16), {}};
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> c(EVP_CIPHER_CTX_new(),
                                                                    EVP_CIPHER_CTX_free);
  int n = 0;
  REQUIRE(EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1);
  REQUIRE(EVP_EncryptUpdate(c.get(), nullptr, &n, aad.data(), static_cast<int>(aad.size())) == 1);
  REQUIRE(EVP_EncryptUpdate(c.get(), out.text.data(), &n, text.data(),
                            static_cast<int>(text.size())) == 1);
  REQUIRE(EVP_EncryptFinal_ex(c.get(), out.text.data() + n, &n) == 1);
  REQUIRE(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, 16, out.tag.data()) == 1);
  out.text.resize(text.size());
  return out;
}

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  Bytes bytes(size_t n) {
    Bytes out(n);
    for (uint8_t& b : out) b = static_cast<uint8_t>(engine_());
    return out;
  }
  size_t below(size_t n) { return engine_() % n; }

 private:
  std::mt19937 engine_;
};

const char* const kSpecKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

}  // namespace

TEST_CASE("gcm: the library, supports this processor and says which code it uses", "[gcm]") {
  REQUIRE(init_gcm());
  REQUIRE_FALSE(gcm_architecture() == "none");
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B: the AES-256 cases with
// 96-bit nonces. (17 and 18 have other nonces, which ESP does not use.)
TEST_CASE("gcm: test cases 13 to 16 of the specification, have their ciphertexts and tags",
          "[gcm]") {
  const std::string zero_key(64, '0');
  const char* const text =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
  const char* const cipher =
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
  struct Case {
    std::string key, nonce, aad, text, cipher, tag;
  };
  const std::string spec_text(text), spec_cipher(cipher);
  const Case c = GENERATE_COPY(values<Case>({
      {zero_key, std::string(24, '0'), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {zero_key, std::string(24, '0'), "", std::string(32, '0'), "cea7403d4d606b6e074ec5d3baf39d18",
       "d0d1c8a799996bf0265b98b5d48ab919"},
      {kSpecKey, "cafebabefacedbaddecaf888", "", spec_text, spec_cipher,
       "b094dac5d93471bdec1a502270e3cc6c"},
      {kSpecKey, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       spec_text.substr(0, 120), spec_cipher.substr(0, 120), "76fc6ece0f4e1768cddf8853bb2d551b"},
  }));
  const GcmKey key(fixed<32>(hex(c.key)));
  Bytes bytes = hex(c.text);
  std::array<uint8_t, 16> tag{};
  REQUIRE(key.seal(bytes, fixed<12>(hex(c.nonce)), hex(c.aad), tag));
  REQUIRE(bytes == hex(c.cipher));
  REQUIRE(tag == fixed<16>(hex(c.tag)));
}

TEST_CASE("gcm: random keys and every size to 2000, agree with OpenSSL both ways", "[gcm]") {
  Random random(7);
  for (size_t size = 0; size < 2000; size += size < 300 ? 1 : 37) {
    const Bytes key = random.bytes(32);
    const Bytes nonce = random.bytes(12);
    const Bytes aad = random.bytes(12);
    const Bytes text = random.bytes(size);
    const Sealed want = openssl_seal(key, nonce, aad, text);
    const GcmKey ours(fixed<32>(key));
    const auto n = fixed<12>(nonce);
    const auto a = fixed<12>(aad);
    Sealed got{text, {}};
    REQUIRE(ours.seal(got.text, n, a, got.tag));
    REQUIRE(got.text == want.text);
    REQUIRE(got.tag == want.tag);
    REQUIRE(ours.open(got.text, n, a, got.tag));
    REQUIRE(got.text == text);
  }
}

TEST_CASE("gcm: one changed bit in text, tag, nonce or AAD, does not open", "[gcm]") {
  Random random(8);
  const GcmKey key(fixed<32>(hex(kSpecKey)));
  for (int round = 0; round < 300; ++round) {
    auto nonce = fixed<12>(random.bytes(12));
    auto aad = fixed<12>(random.bytes(12));
    Sealed sealed{random.bytes(1 + random.below(200)), {}};
    REQUIRE(key.seal(sealed.text, nonce, aad, sealed.tag));
    const std::array<std::span<uint8_t>, 4> parts{std::span<uint8_t>(sealed.text), sealed.tag,
                                                  nonce, aad};
    const std::span<uint8_t> part = parts[random.below(4)];
    uint8_t& byte = part[random.below(part.size())];
    byte = static_cast<uint8_t>(byte ^ (1u << random.below(8)));
    REQUIRE_FALSE(key.open(sealed.text, nonce, aad, sealed.tag));
  }
}

TEST_CASE("gcm: no key set or key wiped, neither seals nor opens and writes nothing", "[gcm]") {
  GcmKey key;
  Bytes text(16, 0x55);
  std::array<uint8_t, 12> twelve{};
  std::array<uint8_t, 16> tag{};
  tag.fill(0x77);
  if (GENERATE(false, true)) {
    key.set(fixed<32>(hex(kSpecKey)));
    key.wipe();
  }
  REQUIRE_FALSE(key.seal(text, twelve, twelve, tag));
  REQUIRE_FALSE(key.open(text, twelve, twelve, tag));
  REQUIRE(text == Bytes(16, 0x55));
  REQUIRE(tag[0] == 0x77);
}

TEST_CASE("gcm: a key that was destroyed, leaves none of its bytes behind", "[gcm][wipe]") {
  alignas(GcmKey) static std::array<uint8_t, sizeof(GcmKey)> memory;
  auto* key = new (memory.data()) GcmKey(fixed<32>(hex(kSpecKey)));
  REQUIRE(key->ready());
  // The first round key is the key itself.
  const Bytes first = hex(std::string_view(kSpecKey).substr(0, 32));
  REQUIRE(std::search(memory.begin(), memory.end(), first.begin(), first.end()) != memory.end());
  key->~GcmKey();
  REQUIRE(std::all_of(memory.begin(), memory.begin() + GcmKey::kExpandedBytes,
                      [](uint8_t b) { return b == 0; }));
}

}  // namespace bulkhead::dataplane
