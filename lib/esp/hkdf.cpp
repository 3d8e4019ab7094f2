// SPDX-License-Identifier: Apache-2.0
#include "esp/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>

#include "base/secure_wipe.h"

namespace bulkhead::esp {
namespace {

struct Free {
  void operator()(EVP_KDF* kdf) const noexcept { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

}  // namespace

Status hkdf_expand(std::span<const uint8_t, 32> key, std::span<const uint8_t> info,
                   std::span<uint8_t> out) {
  const std::unique_ptr<EVP_KDF, Free> kdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
  const std::unique_ptr<EVP_KDF_CTX, Free> context{EVP_KDF_CTX_new(kdf.get())};
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  char digest[] = "SHA256";
  // OSSL_PARAM takes pointers to non-const; the KDF only reads them.
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<uint8_t*>(key.data()),
                                        key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<uint8_t*>(info.data()),
                                        info.size()),
      OSSL_PARAM_construct_end()};
  if (context && EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1) return {};
  secure_wipe(out.data(), out.size());
  return Error{ErrorCode::kInternal, "HKDF-Expand: OpenSSL cannot derive a key"};
}

}  // namespace bulkhead::esp
