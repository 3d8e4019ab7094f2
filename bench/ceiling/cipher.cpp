// SPDX-License-Identifier: Apache-2.0
// The raw cipher: nothing but direct IPsec-MB AES-256-GCM calls, as many bytes each as the gateway
// encrypts for a frame of that size. The part of the ceiling that no code of ours can shorten.
#include <intel-ipsec-mb.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/arguments.h"
#include "support/measure.h"

namespace {

constexpr size_t kEthernet = 14, kTrailer = 2, kTextMost = 2048;

size_t text_for(uint32_t frame_bytes) {
  const size_t inner = frame_bytes - kEthernet;
  return inner + (4 - (inner + kTrailer) % 4) % 4 + kTrailer;
}

}  // namespace

int main(int argc, char** argv) {
  const bulkhead::bench::Arguments arguments(
      argc, argv, {{"seconds", "1"}, {"bytes", "64"}, {"name", "cipher"}},
      "usage: cipher [--seconds S] [--bytes FRAME-BYTES] [--name NAME]\n");
  const size_t text = text_for(arguments.number("bytes", 60, 1514));
  IMB_MGR* manager = alloc_mb_mgr(0);
  if (manager == nullptr) std::abort();
  init_mb_mgr_auto(manager, nullptr);
  alignas(64) static gcm_key_data key;
  const std::array<uint8_t, 32> secret{1, 2, 3};
  IMB_AES256_GCM_PRE(manager, secret.data(), &key);

  // 64 buffers, as in a burst, so that one packet's stores are not the next one's loads.
  alignas(64) static uint8_t buffers[64][kTextMost];
  std::array<uint8_t, 12> nonce{}, aad{};
  uint64_t sequence = 0, calls = 0;
  bulkhead::bench::Meter meter;
  bulkhead::bench::Report report;
  meter.start(arguments.real("seconds"));
  while (!meter.done()) {
    for (auto& buffer : buffers) {
      ++sequence;
      std::memcpy(&nonce[4], &sequence, 8);
      std::memcpy(&aad[4], &sequence, 8);
      gcm_context_data context;
      IMB_AES256_GCM_ENC(manager, &key, &context, buffer, buffer, text, nonce.data(), aad.data(),
                         aad.size(), buffer + text, 16);
      ++calls;
    }
    meter.add(64);
  }
  meter.finish(report);
  report.name = arguments.text("name");
  report.claim(calls == report.packets, "calls and packets differ");
  print(report);
  free_mb_mgr(manager);
}
