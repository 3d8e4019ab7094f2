// SPDX-License-Identifier: Apache-2.0
#include "admin/signer_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "base/file.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxPemBytes = 16u << 10;

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

Error invalid(const std::string& path, const char* what) {
  return {ErrorCode::kInvalid, "image_signer " + path + ": " + what};
}

}  // namespace

Result<image::PublicKey> load_signer(const std::string& path) {
  const auto pem = read_file(path, kMaxPemBytes);
  if (!pem) return Error(pem.error()).within("image_signer");
  const std::unique_ptr<BIO, Freer<BIO_free>> bio(
      BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  const std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>> key(
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return invalid(path, "no public key in PEM form");
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) return invalid(path, "is no Ed25519 key");
  image::PublicKey raw{};
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1 || size != raw.size())
    return invalid(path, "cannot be read as an Ed25519 key");
  return raw;
}

}  // namespace bulkhead::dataplane
