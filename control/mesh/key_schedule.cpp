// SPDX-License-Identifier: Apache-2.0
#include "mesh/key_schedule.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <string_view>

#include "base/secure_wipe.h"
#include "pki/openssl.h"

namespace bulkhead::control {

namespace {

constexpr std::string_view kExporterLabel = "EXPORTER-bulkhead-esp v1";
constexpr std::string_view kLaneLabel = "bulkhead esp lane v1";
constexpr size_t kLaneBytes = esp::kKeyBytes + esp::kSaltBytes + esp::kChainBytes;

using KdfPtr = std::unique_ptr<EVP_KDF, pki::FreeWith<EVP_KDF_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, pki::FreeWith<EVP_KDF_CTX_free>>;

using LaneInfo = std::array<uint8_t, kLaneLabel.size() + 1 + 4>;

LaneInfo lane_info(Direction direction, uint32_t index) {
  LaneInfo info{};
  auto* at = std::ranges::copy(kLaneLabel, info.begin()).out;
  *at++ = static_cast<uint8_t>(direction);
  for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<uint8_t>(index >> shift);
  return info;
}

// RFC 5869 2.3.
bool hkdf_expand(const KeySchedule::Secret& secret, LaneInfo info,
                 std::array<uint8_t, kLaneBytes>& out) {
  const KdfPtr kdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
  const KdfContextPtr context{EVP_KDF_CTX_new(kdf.get())};
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  char digest[] = "SHA256";
  // OSSL_PARAM takes pointers to non-const; the KDF only reads them.
  auto* const key = const_cast<uint8_t*>(secret.data());
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key, secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  return context && EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1;
}

}  // namespace

ExporterContext exporter_context(const mesh::Transcript& transcript) {
  const std::vector<uint8_t> bytes = mesh::encode(transcript);
  ExporterContext context{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), context.data(), &size, EVP_sha256(), nullptr);
  return context;
}

KeySchedule::~KeySchedule() {
  secure_wipe(secret_.data(), secret_.size());
}

Status KeySchedule::export_secret(SSL* ssl, const mesh::Transcript& transcript, Secret& secret) {
  const ExporterContext context = exporter_context(transcript);
  if (SSL_export_keying_material(ssl, secret.data(), secret.size(), kExporterLabel.data(),
                                 kExporterLabel.size(), context.data(), context.size(), 1) != 1)
    return pki::openssl_error("TLS exporter");
  return {};
}

Status KeySchedule::lane(Direction direction, uint32_t index, esp::KeyMaterial& out) const {
  std::array<uint8_t, kLaneBytes> bytes{};
  const bool derived = hkdf_expand(secret_, lane_info(direction, index), bytes);
  std::copy_n(bytes.begin(), esp::kKeyBytes, out.key.begin());
  std::copy_n(bytes.begin() + esp::kKeyBytes, esp::kSaltBytes, out.salt.begin());
  std::copy_n(bytes.begin() + esp::kKeyBytes + esp::kSaltBytes, esp::kChainBytes,
              out.chain.begin());
  secure_wipe(bytes.data(), bytes.size());
  if (!derived) return pki::openssl_error("HKDF-Expand");
  return {};
}

}  // namespace bulkhead::control
