// SPDX-License-Identifier: Apache-2.0
#include "mesh/key_schedule.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string_view>

#include "base/secure_wipe.h"
#include "esp/key_chain.h"
#include "pki/openssl.h"

namespace bulkhead::control {

namespace {

constexpr std::string_view kExporterLabel = "EXPORTER-bulkhead-esp v1";
constexpr std::string_view kLaneLabel = "bulkhead esp lane v1";

using LaneInfo = std::array<uint8_t, kLaneLabel.size() + 1 + 4>;

LaneInfo lane_info(Direction direction, uint32_t index) {
  LaneInfo info{};
  auto* at = std::ranges::copy(kLaneLabel, info.begin()).out;
  *at++ = static_cast<uint8_t>(direction);
  for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<uint8_t>(index >> shift);
  return info;
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
  return esp::derive(secret_, lane_info(direction, index), out);
}

}  // namespace bulkhead::control
