// SPDX-License-Identifier: Apache-2.0
#include "crypto/gcm.h"

#include <intel-ipsec-mb.h>

#include <cstring>

#include "base/check.h"
#include "base/secure_wipe.h"

namespace bulkhead::dataplane {
namespace {

static_assert(sizeof(gcm_key_data) <= GcmKey::kExpandedBytes);
static_assert(alignof(gcm_key_data) <= 64);
static_assert(esp::kKeyBytes == IMB_KEY_256_BYTES);

// The direct functions touch nothing of the manager but the table of pointers in it, so one serves
// all threads.
struct Library {
  Library() noexcept : manager(alloc_mb_mgr(0)) {
    if (manager != nullptr) init_mb_mgr_auto(manager, &architecture);
    good = manager != nullptr && imb_get_errno(manager) == 0;
  }
  IMB_MGR* manager;
  IMB_ARCH architecture = IMB_ARCH_NONE;
  bool good = false;
};

// Never freed: workers may use it until the process ends.
const Library& library() noexcept {
  static const Library* const instance = new Library;
  return *instance;
}

const gcm_key_data* schedule(const uint8_t* expanded) noexcept {
  return reinterpret_cast<const gcm_key_data*>(expanded);
}

// No early exit: the time says nothing about where the tags differ.
bool equal_tags(const uint8_t* a, const uint8_t* b) noexcept {
  uint64_t x[2];
  uint64_t y[2];
  std::memcpy(x, a, sizeof x);
  std::memcpy(y, b, sizeof y);
  uint64_t difference = (x[0] ^ y[0]) | (x[1] ^ y[1]);
  asm volatile("" : "+r"(difference));  // keeps the compiler from splitting the comparison again
  return difference == 0;
}
static_assert(esp::kIcvBytes == 16);

}  // namespace

bool init_gcm() noexcept {
  return library().good;
}

std::string_view gcm_architecture() noexcept {
  switch (library().architecture) {
    case IMB_ARCH_NOAESNI:
      return "no-aesni";
    case IMB_ARCH_SSE:
      return "sse";
    case IMB_ARCH_AVX:
      return "avx";
    case IMB_ARCH_AVX2:
      return "avx2";
    case IMB_ARCH_AVX512:
      return "avx512";
    default:
      return "none";
  }
}

void GcmKey::wipe() noexcept {
  secure_wipe(expanded_, sizeof expanded_);
  seal_ = open_ = nullptr;
}

void GcmKey::set(std::span<const uint8_t, esp::kKeyBytes> key) noexcept {
  if (!library().good) BH_FATAL("the cipher library does not support this processor");
  IMB_AES256_GCM_PRE(library().manager, key.data(), reinterpret_cast<gcm_key_data*>(expanded_));
  seal_ = library().manager->gcm256_enc;
  open_ = library().manager->gcm256_dec;
}

bool GcmKey::seal(std::span<uint8_t> text, GcmNonce nonce, GcmAad aad,
                  std::span<uint8_t, esp::kIcvBytes> icv) const noexcept {
  if (seal_ == nullptr) return false;
  gcm_context_data context;
  seal_(schedule(expanded_), &context, text.data(), text.data(), text.size(), nonce.data(),
        aad.data(), aad.size(), icv.data(), icv.size());
  return true;
}

bool GcmKey::open(std::span<uint8_t> text, GcmNonce nonce, GcmAad aad,
                  std::span<const uint8_t, esp::kIcvBytes> icv) const noexcept {
  if (open_ == nullptr) return false;
  gcm_context_data context;
  uint8_t tag[esp::kIcvBytes];
  open_(schedule(expanded_), &context, text.data(), text.data(), text.size(), nonce.data(),
        aad.data(), aad.size(), tag, sizeof tag);
  return equal_tags(tag, icv.data());
}

}  // namespace bulkhead::dataplane
