// SPDX-License-Identifier: Apache-2.0
// The Ed25519 key with which this control signs policy images, overlays and the head of its audit
// log. Wiped on destruction; never copied.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secure_wipe.h"
#include "image/verifier.h"
#include "overlay/seal.h"

namespace bulkhead::control {

class SigningKey {
 public:
  // PEM (PKCS#8), readable by its owner only. Errors: kNotFound, kIo, kPermission, kInvalid.
  static Result<SigningKey> load(const std::string& path);

  explicit SigningKey(const image::PrivateKey& key) noexcept : key_(key) {}
  SigningKey(SigningKey&& other) noexcept : key_(other.key_) {
    secure_wipe(other.key_.data(), other.key_.size());
  }
  SigningKey& operator=(SigningKey&&) = delete;
  ~SigningKey() { secure_wipe(key_.data(), key_.size()); }

  Status sign(std::vector<uint8_t>& image) const { return image::sign(image, key_); }
  Result<std::vector<uint8_t>> seal(const overlay::Overlay& overlay) const {
    return overlay::seal(overlay, key_);
  }
  [[nodiscard]] Result<image::PublicKey> public_key() const { return image::public_key_of(key_); }
  // The signature over a message that is no image, 64 bytes.
  [[nodiscard]] Result<std::vector<uint8_t>> sign_message(std::span<const uint8_t> message) const;

 private:
  image::PrivateKey key_;
};

}  // namespace bulkhead::control
