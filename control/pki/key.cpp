// SPDX-License-Identifier: Apache-2.0
#include "pki/key.h"

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/secure_wipe.h"
#include "pki/pkcs11.h"

namespace bulkhead::pki {

namespace {

constexpr size_t kMaxKeyFile = 16u << 10;

}  // namespace

Status only_owner_may_read(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return io_error("stat " + path);
  if ((info.st_mode & 077) != 0)
    return Error{ErrorCode::kPermission,
                 path + ": others can read this key; run: chmod 600 " + path};
  return {};
}

Result<KeyPtr> generate_p256() {
  KeyPtr key{EVP_EC_gen("P-256")};
  if (!key) return openssl_error("generate a P-256 key");
  return key;
}

Result<KeyPtr> generate_ed25519() {
  KeyPtr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  if (!key) return openssl_error("generate an Ed25519 key");
  return key;
}

Result<KeyPtr> read_private_key(const std::string& path) {
  if (Status safe = only_owner_may_read(path); !safe.ok()) return std::move(safe).error();
  Result<std::string> text = read_file(path, kMaxKeyFile);
  if (!text.ok()) return std::move(text).error();
  BioPtr bio{BIO_new_mem_buf(text->data(), static_cast<int>(text->size()))};
  KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
  secure_wipe(text->data(), text->size());
  if (!key) return openssl_error(path + ": no private key in PEM", ErrorCode::kInvalid);
  return key;
}

Result<KeyPtr> load_private_key(const std::string& place) {
  return is_pkcs11_uri(place) ? load_token_key(place) : read_private_key(place);
}

Status write_private_key(const std::string& path, EVP_PKEY* key) {
  // Secure memory BIO: its buffer is zeroed when freed.
  BioPtr bio{BIO_new(BIO_s_secmem())};
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("encode the private key");
  return write_file_atomically(path, contents(bio.get()), 0600);
}

Status write_public_key(const std::string& path, EVP_PKEY* key) {
  BioPtr bio{BIO_new(BIO_s_mem())};
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1)
    return openssl_error("encode the public key");
  return write_file_atomically(path, contents(bio.get()), 0644);
}

}  // namespace bulkhead::pki
