// SPDX-License-Identifier: Apache-2.0
#include "trust/signature.h"

#include <memory>

namespace bulkhead::trust {

namespace {

using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, pki::FreeWith<EVP_MD_CTX_free>>;

constexpr size_t kMaxBytes = 144;  // ECDSA P-521 in DER, rounded up

// Null for Ed25519, which hashes for itself.
Result<const EVP_MD*> digest_for(const EVP_PKEY* key) {
  const int type = key != nullptr ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
  if (type == EVP_PKEY_ED25519) return static_cast<const EVP_MD*>(nullptr);
  if (type == EVP_PKEY_EC) return EVP_sha256();
  return Error{ErrorCode::kUnsupported, "signatures are by ECDSA or Ed25519 only"};
}

}  // namespace

Status check_signature(EVP_PKEY* key, std::span<const uint8_t> message,
                       std::span<const uint8_t> signature) {
  Result<const EVP_MD*> digest = digest_for(key);
  if (!digest.ok()) return std::move(digest).error();
  const DigestContextPtr context{EVP_MD_CTX_new()};
  const bool good = context &&
                    EVP_DigestVerifyInit(context.get(), nullptr, *digest, nullptr, key) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                     message.data(), message.size()) == 1;
  if (good) return {};
  return pki::openssl_error("the signature is wrong", ErrorCode::kInvalid);
}

Result<std::vector<uint8_t>> sign(EVP_PKEY* key, std::span<const uint8_t> message) {
  Result<const EVP_MD*> digest = digest_for(key);
  if (!digest.ok()) return std::move(digest).error();
  const DigestContextPtr context{EVP_MD_CTX_new()};
  std::vector<uint8_t> signature(kMaxBytes);
  size_t size = signature.size();
  const bool done =
      context && EVP_DigestSignInit(context.get(), nullptr, *digest, nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
  if (!done) return pki::openssl_error("sign");
  signature.resize(size);
  return signature;
}

}  // namespace bulkhead::trust
