// SPDX-License-Identifier: Apache-2.0
// What both ends of a handshake must agree on for their keys to be equal. Its SHA-256 is the
// context of the TLS exporter: it binds the client's certificate, which the exporter alone does
// not.
//
// Each field as be16 length and bytes, in the order below; integers big endian; "initiator" is the
// TLS client. Test vector: docs/mesh.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "identity/digest.h"
#include "mesh/message.h"

namespace bulkhead::mesh {

struct Party {
  std::string id;  // SPIFFE ID of the gateway
  identity::CertificateDigest leaf;
  BootNonce boot_nonce{};
  uint16_t workers = 0;
};

struct Transcript {
  uint16_t version = kVersion;
  Party initiator;
  Party responder;
  Suite suite = Suite::kAes256Gcm;
  uint64_t session = 0;
};

std::vector<uint8_t> encode(const Transcript& transcript);

// The number of a lane in one direction, and the place of its SPI in the receiver's Offer.
constexpr uint32_t lane_index(uint32_t send_worker, uint32_t receive_worker,
                              uint32_t receive_workers) noexcept {
  return send_worker * receive_workers + receive_worker;
}

}  // namespace bulkhead::mesh
