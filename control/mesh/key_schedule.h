// SPDX-License-Identifier: Apache-2.0
// From a finished TLS 1.3 handshake to the keys of every lane (docs/mesh.md, "Key schedule"):
//
//   context = SHA-256(transcript)
//   secret  = TLS exporter("EXPORTER-bulkhead-esp v1", context), 32 bytes          RFC 8446 7.5
//   lane    = HKDF-Expand(SHA-256, secret, "bulkhead esp lane v1" || direction || be32 index, 68)
//
// 32 bytes of lane are the AES-256-GCM key, 4 the salt (RFC 4106 4), 32 the chain value from which
// the dataplane makes the keys of later epochs (esp/key_chain.h, ADR 4).
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>

#include "base/result.h"
#include "esp/lane.h"
#include "mesh/transcript.h"

namespace bulkhead::control {

enum class Direction : uint8_t { kFromInitiator = 0, kFromResponder = 1 };

using ExporterContext = std::array<uint8_t, 32>;
ExporterContext exporter_context(const mesh::Transcript& transcript);

// Wipes its secret when destroyed. Not copied, so that there is one secret to wipe.
class KeySchedule {
 public:
  static constexpr size_t kSecretBytes = 32;
  using Secret = std::array<uint8_t, kSecretBytes>;

  explicit KeySchedule(const Secret& secret) noexcept : secret_(secret) {}
  ~KeySchedule();
  KeySchedule(const KeySchedule&) = delete;
  KeySchedule& operator=(const KeySchedule&) = delete;

  // Only after the client's Finished is verified: on the server, after the first record was read.
  static Status export_secret(SSL* ssl, const mesh::Transcript& transcript, Secret& secret);

  // Written in place: no copy of a key lies about.
  Status lane(Direction direction, uint32_t index, esp::KeyMaterial& out) const;

 private:
  Secret secret_;
};

}  // namespace bulkhead::control
