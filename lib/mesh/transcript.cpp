// SPDX-License-Identifier: Apache-2.0
#include "mesh/transcript.h"

#include <span>

namespace bulkhead::mesh {

namespace {

using Bytes = std::vector<uint8_t>;

void put_bytes(Bytes& out, std::span<const uint8_t> field) {
  out.push_back(static_cast<uint8_t>(field.size() >> 8));
  out.push_back(static_cast<uint8_t>(field.size()));
  out.insert(out.end(), field.begin(), field.end());
}

template <typename T>
void put_number(Bytes& out, T value) {
  std::array<uint8_t, sizeof(T)> field{};
  for (size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 8))
    field[i] = static_cast<uint8_t>(value);
  put_bytes(out, field);
}

void put_text(Bytes& out, const std::string& text) {
  put_bytes(out, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

std::vector<uint8_t> encode(const Transcript& t) {
  Bytes out;
  put_number(out, t.version);
  put_text(out, t.initiator.id);
  put_text(out, t.responder.id);
  put_bytes(out, t.initiator.leaf.bytes);
  put_bytes(out, t.responder.leaf.bytes);
  put_bytes(out, t.initiator.boot_nonce);
  put_bytes(out, t.responder.boot_nonce);
  put_number(out, static_cast<uint16_t>(t.suite));
  put_number(out, t.initiator.workers);
  put_number(out, t.responder.workers);
  put_number(out, t.session);
  return out;
}

}  // namespace bulkhead::mesh
