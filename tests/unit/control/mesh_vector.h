// SPDX-License-Identifier: Apache-2.0
// The inputs of the key schedule's vector, as docs/mesh.md writes them.
#pragma once

#include <span>
#include <string>

#include "mesh/key_schedule.h"

namespace bulkhead::control {

inline std::string hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

inline mesh::Transcript vector_transcript() {
  mesh::Transcript t;
  t.initiator.id = "spiffe://bulkhead/gateway/gw-a";
  t.responder.id = "spiffe://bulkhead/gateway/gw-b";
  t.initiator.leaf.bytes.fill(0xaa);
  t.responder.leaf.bytes.fill(0xbb);
  for (uint8_t i = 0; i < 16; ++i) {
    t.initiator.boot_nonce[i] = i;
    t.responder.boot_nonce[i] = static_cast<uint8_t>(16 + i);
  }
  t.initiator.workers = 1;
  t.responder.workers = 3;
  t.session = 7;
  return t;
}

inline KeySchedule::Secret vector_secret() {
  KeySchedule::Secret secret;
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<uint8_t>(0x40 + i);
  return secret;
}

}  // namespace bulkhead::control
