// SPDX-License-Identifier: Apache-2.0
// The two inputs of AES-GCM beside key and text, as RFC 4106 builds them.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "base/byte_order.h"
#include "esp/lane.h"

namespace bulkhead::dataplane {

// salt(4) || IV(8), RFC 4106 4.
struct EspNonce {
  EspNonce() noexcept = default;
  EspNonce(const std::array<uint8_t, esp::kSaltBytes>& salt, const uint8_t* iv) noexcept {
    std::memcpy(bytes.data(), salt.data(), esp::kSaltBytes);
    std::memcpy(bytes.data() + esp::kSaltBytes, iv, esp::kIvBytes);
  }
  // The IV is the sequence number.
  EspNonce(const std::array<uint8_t, esp::kSaltBytes>& salt, uint64_t sequence) noexcept {
    std::memcpy(bytes.data(), salt.data(), esp::kSaltBytes);
    store_be<uint64_t>(bytes.data() + esp::kSaltBytes, sequence);
  }
  std::array<uint8_t, esp::kNonceBytes> bytes;
};

// SPI(4) || sequence number(8), RFC 4106 5 with extended sequence numbers.
struct EspAad {
  EspAad() noexcept = default;
  EspAad(uint32_t spi, uint64_t sequence) noexcept {
    store_be<uint32_t>(bytes.data(), spi);
    store_be<uint64_t>(bytes.data() + 4, sequence);
  }
  std::array<uint8_t, esp::kAadBytes> bytes;
};

}  // namespace bulkhead::dataplane
