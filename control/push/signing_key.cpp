// SPDX-License-Identifier: Apache-2.0
#include "push/signing_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <memory>

#include "base/file.h"

namespace bulkhead::control {

namespace {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

Status check_private(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return io_error("image signing key " + path);
  if ((file.st_mode & 077) == 0) return {};
  return Error{ErrorCode::kPermission,
               "image signing key " + path + " is readable by others than its owner: chmod 600 it"};
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<std::vector<uint8_t>> SigningKey::sign_message(std::span<const uint8_t> message) const {
  const std::unique_ptr<EVP_PKEY, Free> key{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key_.data(), key_.size())};
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  std::vector<uint8_t> signature(64);
  size_t size = signature.size();
  if (!key || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1 ||
      size != signature.size())
    return Error{ErrorCode::kInternal, "OpenSSL refused: signing a message"};
  return signature;
}

Result<SigningKey> SigningKey::load(const std::string& path) {
  if (Status alone = check_private(path); !alone) return std::move(alone).error();
  Result<std::string> pem = read_file(path, 16384);
  if (!pem) return std::move(pem).error().within("image signing key");
  const std::unique_ptr<BIO, Free> bio{BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size()))};
  const std::unique_ptr<EVP_PKEY, Free> key{
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
  secure_wipe(pem->data(), pem->size());
  image::PrivateKey raw{};
  size_t size = raw.size();
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_private_key(key.get(), raw.data(), &size) != 1 || size != raw.size())
    return Error{ErrorCode::kInvalid,
                 "image signing key " + path + " is no unencrypted Ed25519 private key in PEM"};
  SigningKey loaded{raw};
  secure_wipe(raw.data(), raw.size());
  return loaded;
}

}  // namespace bulkhead::control
