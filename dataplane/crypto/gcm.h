// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM as RFC 4106 uses it, through Intel IPsec-MB called directly. gcm.cpp is the only file
// that knows the library. Set-up (set()) is for the admin thread; seal() and open() for workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/prefetch.h"
#include "esp/lane.h"

struct gcm_key_data;
struct gcm_context_data;

namespace bulkhead::dataplane {

using GcmNonce = std::span<const uint8_t, esp::kNonceBytes>;
using GcmAad = std::span<const uint8_t>;  // ESP: esp::kAadBytes

// An expanded key. Neither copied nor moved, so that no second copy is ever left behind; wiped on
// destruction. Read-only after set(): any number of threads may use it at once.
class GcmKey {
 public:
  GcmKey() noexcept = default;
  explicit GcmKey(std::span<const uint8_t, esp::kKeyBytes> key) noexcept { set(key); }
  GcmKey(const GcmKey&) = delete;
  GcmKey& operator=(const GcmKey&) = delete;
  ~GcmKey() { wipe(); }

  void set(std::span<const uint8_t, esp::kKeyBytes> key) noexcept;
  void wipe() noexcept;
  [[nodiscard]] bool ready() const noexcept { return seal_ != nullptr; }

  // Encrypts `text` in place and writes the tag. False, with nothing written, when no key was set.
  [[nodiscard]] bool seal(std::span<uint8_t> text, GcmNonce nonce, GcmAad aad,
                          std::span<uint8_t, esp::kIcvBytes> icv) const noexcept;
  // Decrypts `text` in place; true when `icv` (16 bytes) is the right tag, compared in constant
  // time. When false the bytes of `text` are spoiled and must not be used.
  [[nodiscard]] bool open(std::span<uint8_t> text, GcmNonce nonce, GcmAad aad,
                          std::span<const uint8_t, esp::kIcvBytes> icv) const noexcept;

  // Brings the key schedule near before its use.
  void prefetch() const noexcept {
    prefetch_line(expanded_);
    prefetch_line(expanded_ + 64);
    prefetch_line(expanded_ + 128);
    prefetch_line(expanded_ + 192);
  }

  static constexpr size_t kExpandedBytes = 1024;  // gcm_key_data; checked in gcm.cpp

 private:
  alignas(64) uint8_t expanded_[kExpandedBytes]{};
  // The library's code for this processor, looked up once; null: no key.
  using Function = void (*)(const gcm_key_data*, gcm_context_data*, uint8_t*, const uint8_t*,
                            uint64_t, const uint8_t*, const uint8_t*, uint64_t, uint8_t*, uint64_t);
  Function seal_ = nullptr;
  Function open_ = nullptr;
};

// Which code the library picked for this processor: "avx512", "avx2", "avx", "sse", "no-aesni".
std::string_view gcm_architecture() noexcept;

// Call once before workers start: the first use of the library then costs no packet anything.
// False when the library refuses this processor.
bool init_gcm() noexcept;

}  // namespace bulkhead::dataplane
