// SPDX-License-Identifier: Apache-2.0
#include "overlay/seal.h"

#include <algorithm>

#include "image/layout.h"
#include "image/signature.h"
#include "overlay/codec.h"

namespace bulkhead::overlay {
namespace {

constexpr std::string_view kContext = "bulkhead overlay v1";

std::vector<uint8_t> signed_message(std::span<const uint8_t> encoded) {
  std::vector<uint8_t> out;
  out.reserve(kContext.size() + 1 + encoded.size());
  std::ranges::copy(kContext, std::back_inserter(out));
  out.push_back(0);
  std::ranges::copy(encoded, std::back_inserter(out));
  return out;
}

Error wrong(std::string sentence) {
  return {ErrorCode::kInvalid, "overlay: " + std::move(sentence)};
}

}  // namespace

Result<std::vector<uint8_t>> seal(const Overlay& overlay, const image::PrivateKey& key) {
  auto bytes = encode(overlay);
  if (!bytes) return bytes;
  const auto signature = image::sign_message(signed_message(*bytes), key);
  if (!signature) return signature.error();
  bytes->insert(bytes->end(), signature->begin(), signature->end());
  return bytes;
}

Result<Overlay> unseal(std::span<const uint8_t> bytes, const image::Expectation& expected) {
  if (bytes.size() <= image::kSignatureBytes ||
      bytes.size() > kMaxOverlayBytes + image::kSignatureBytes)
    return wrong("its size is out of range");
  const auto encoded = bytes.first(bytes.size() - image::kSignatureBytes);
  if (!image::signature_ok(signed_message(encoded), bytes.last(image::kSignatureBytes),
                           expected.signer))
    return wrong("signature does not fit: the bytes were changed, or another key signed them");
  auto decoded = decode(encoded);
  if (!decoded.ok())
    return wrong("malformed at byte " + std::to_string(decoded.fault().offset) + ": " +
                 std::string(to_string(decoded.fault().kind)));
  if (decoded->gateway != expected.gateway)
    return wrong("made for gateway '" + decoded->gateway + "', this is '" +
                 std::string(expected.gateway) + '\'');
  return std::move(*decoded);
}

}  // namespace bulkhead::overlay
