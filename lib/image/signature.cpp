// SPDX-License-Identifier: Apache-2.0
#include "image/signature.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "image/layout.h"
#include "image/versions.h"

namespace bulkhead::image {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Key private_key(const PrivateKey& key) noexcept {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()),
          EVP_PKEY_free};
}

Error openssl_error(const char* what) {
  return {ErrorCode::kInternal, std::string("OpenSSL refused: ") + what};
}

}  // namespace

bool signature_ok(std::span<const uint8_t> message, std::span<const uint8_t> signature,
                  const PublicKey& signer) noexcept {
  const Key key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, signer.data(), signer.size()),
      EVP_PKEY_free};
  const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Result<std::array<uint8_t, 64>> sign_message(std::span<const uint8_t> message,
                                             const PrivateKey& key) {
  const Key pkey = private_key(key);
  const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::array<uint8_t, 64> out{};
  size_t length = out.size();
  if (!pkey || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &length, message.data(), message.size()) != 1 ||
      length != out.size())
    return openssl_error("signing");
  return out;
}

Status sign(std::vector<uint8_t>& image, const PrivateKey& key) {
  if (image.size() < header_bytes(kOldestLayoutVersion) + kSignatureBytes)
    return Error{ErrorCode::kInvalid, "image is too short to carry a signature"};
  const size_t covered = image.size() - kSignatureBytes;
  const auto signature = sign_message(std::span(image).first(covered), key);
  if (!signature) return signature.error();
  std::copy(signature->begin(), signature->end(),
            image.begin() + static_cast<std::ptrdiff_t>(covered));
  return {};
}

Result<PublicKey> public_key_of(const PrivateKey& key) {
  const Key pkey = private_key(key);
  PublicKey out{};
  size_t length = out.size();
  if (!pkey || EVP_PKEY_get_raw_public_key(pkey.get(), out.data(), &length) != 1)
    return openssl_error("deriving the public key");
  return out;
}

Digest digest_of(std::span<const uint8_t> bytes) {
  Digest out{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, EVP_sha256(), nullptr) != 1)
    return Digest{};
  return out;
}

}  // namespace bulkhead::image
